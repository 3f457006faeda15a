"""What `archives` keeps about people: what, why, until when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.archives.operations import bundles, drafts, farewells
from comptoir.core.retention.shape import Declaration, Kept, Term, With, after


def _bundles(now: datetime) -> int:
    return bundles.erase_old(now=now)


def _drafts(now: datetime) -> int:
    return drafts.erase_old(now=now)


def _farewells(now: datetime) -> int:
    return farewells.erase_gone(now=now)


DECLARATION = Declaration(
    kept=(
        Kept(
            "archives.Bundle",
            ("actor_kind", "actor_id"),
            _("which owner asked for their shop’s export"),
            _("so that it is given to an owner alone"),
            Term(_("a day after it was asked for"), after("asked_at", bundles.KEPT), _bundles),
        ),
        Kept(
            "archives.BundlePiece",
            ("content",),
            _("a shop’s export, with its people and the readers of its open orders"),
            _("so that the owner can fetch what is the shop’s"),
            Term(
                _("a day after it was asked for"),
                after("bundle__asked_at", bundles.KEPT),
                _bundles,
            ),
        ),
        Kept(
            "archives.Farewell",
            ("actor_kind", "actor_id"),
            _("which owner ended their shop"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
        Kept(
            "archives.Draft",
            ("content", "file_name", "actor_kind", "actor_id"),
            _("a file of a network’s shops, and which coordinator sent it"),
            _("so that its effect is seen before it is applied"),
            Term(
                _("until it is applied or forgotten, a day at the most"),
                after("sent_at", drafts.KEPT),
                _drafts,
            ),
        ),
        Kept(
            "archives.Farewell",
            ("since",),
            _("what was of a shop whose owner ended it: its texts, stock, orders without readers"),
            _("so that the shop can come back, and its accounts be closed"),
            Term(
                _("COMPTOIR_ERASE_AFTER_DAYS after the shop has left, once no reader is kept"),
                farewells.waiting,
                _farewells,
            ),
        ),
    ),
    impersonal={},
)
