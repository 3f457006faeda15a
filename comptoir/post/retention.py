"""What `post` keeps about people: what, why, until when. Addresses that are printed or written into
a table for a carrier are kept nowhere: each paper is made when it is asked for."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Term, With, after
from comptoir.post.operations.numbers import erase_numbers_of_erased


def _erased(now: datetime) -> int:
    return erase_numbers_of_erased(now)


_WHO = _("which account acted")
_SO = _("so that colleagues know who did it")
_UNTIL = With(_("until the account is deleted; then the history says “somebody”"))

DECLARATION = Declaration(
    kept=(
        Kept(
            "post.Parcel",
            ("tracking",),
            _("the carrier’s number of a parcel"),
            _("so that its addressee and the shop follow it"),
            Term(
                _("as long as the order’s address: COMPTOIR_ERASE_POSTED_AFTER_DAYS"),
                after("order__erased_at", where=~Q(tracking="")),
                _erased,
            ),
        ),
        Kept("post.ParcelStep", ("actor_kind", "actor_id"), _WHO, _SO, _UNTIL),
        Kept("post.Fetched", ("actor_kind", "actor_id"), _WHO, _SO, _UNTIL),
    ),
    impersonal={},
)
