"""What `draws` keeps about people: what, why, until when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Personal, Term, With, after
from comptoir.draws.operations import erase_due
from comptoir.draws.person import erase, find


def _due(now: datetime) -> int:
    return erase_due(now=now)


_NAMED = ~Q(name="", email="")
_UNTIL = Term(
    _("COMPTOIR_ERASE_AFTER_DAYS after the draw has ended; unconfirmed, until its entries close"),
    after("draw__ended_at", "ERASE_AFTER_DAYS", _NAMED | Q(key__isnull=False)),
    _due,
)

DECLARATION = Declaration(
    kept=(
        Kept(
            "draws.DrawEntry",
            ("name", "email", "token"),
            _("name and e-mail address of who entered a draw"),
            _("so that they confirm it and hear what came of it"),
            _UNTIL,
        ),
        Kept(
            "draws.DrawEntry",
            ("key",),
            _("a keyed hash of the e-mail address"),
            _("so that a person is in a draw once"),
            _UNTIL,
        ),
        Kept(
            "draws.Draw",
            ("actor_kind", "actor_id"),
            _("which account opened or made a draw"),
            _("so that colleagues know who did it"),
            With(_("until the account is deleted; then the history says “somebody”")),
        ),
    ),
    impersonal={"draws.Draw.text": "what a shop or a network says of it"},
    personal=Personal(find, erase),
)
