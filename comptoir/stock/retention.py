"""What `stock` keeps about people: what, why, until when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Elsewhere, Kept, Term, With, after, all_rows
from comptoir.stock.arrivals.uploads import KEPT, erase_abandoned
from comptoir.stock.copies.photos import UNSHOWN_FOR, sweep_photos
from comptoir.stock.copies.sold import forget_sold, sold_long_ago


def _uploads(now: datetime) -> int:
    return erase_abandoned(now=now)


def _sold(now: datetime) -> int:
    return forget_sold(now=now)


def _still_described(model: str, now: datetime) -> int:
    return all_rows(model).filter(sold_long_ago(now)).count()


def _photos(now: datetime) -> int:
    return sweep_photos(now=now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "stock.StockMovement",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.CopyChange",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.Feed",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.Report",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.Upload",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.TillArticle",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.StockCount",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.CountScan",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.TillCorrection",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "stock.UploadPiece",
            ("content",),
            _("a till’s file, as a shop sent it; some tills write names of customers into theirs"),
            _("so that what it would do is seen before it is applied"),
            Term(
                _("until it is applied or discarded, a day at the most"),
                after("upload__created_at", KEPT),
                _uploads,
            ),
        ),
        Kept(
            "stock.CopyPhoto",
            ("large", "small"),
            _("photos of used copies: a dedication or a name may be read on one"),
            _("so that readers see the copy"),
            Term(
                _("a day after no copy shows it any more"),
                after("created_at", UNSHOWN_FOR, Q(copies=None)),
                _photos,
            ),
        ),
        Kept(
            "stock.UsedCopy",
            ("note", "photo"),
            _("what a shop writes of a used copy: “signed to …”; its photo"),
            _("so that readers know what they buy"),
            Term(
                _("COMPTOIR_ERASE_POSTED_AFTER_DAYS after the copy has left the shelf"),
                _still_described,
                _sold,
            ),
        ),
    ),
    elsewhere=(
        Elsewhere(
            "COMPTOIR_DROP_FOLDER",
            _("tills’ files that were dropped there, some with names of customers"),
            _("so that what was taken or refused can be looked up"),
            With(_("a month after each was taken, by the process that watches the folder")),
        ),
    ),
    impersonal={
        "stock.Report.file_name": "what a till’s file is called",
        "stock.Report.key": "by what a program sends a report once",
        "stock.Upload.file_name": "what a till’s file is called",
        "stock.FeedPull.user": "the name by which a till’s server is asked",
        "stock.TillLink.token": "a secret of a till",
        "stock.TillArticle.name": "an article, as the till names it",
        "stock.StockCount.name": "a shelf",
        "stock.CountScan.key": "by what a scan is counted once",
        "stock.OfferStanding.note": "the state of a used copy",
        "stock.KeptLine.note": "the state of a used copy",
    },
)
