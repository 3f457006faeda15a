"""What `stock` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept

DECLARATION = Declaration(
    kept=(
        Kept(
            "stock.StockMovement",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.CopyChange",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.Feed",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.Report",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.Upload",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.TillArticle",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.StockCount",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.CountScan",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
        ),
        Kept(
            "stock.TillCorrection",
            ("actor_kind", "actor_id"),
            _("which account acted"),
            _("so that colleagues know who did it"),
            _("until the account is deleted; then the history says “somebody”"),
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
        "stock.UsedCopy.note": "the state of a used copy",
        "stock.KeptLine.note": "the state of a used copy",
    },
)
