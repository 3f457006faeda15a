"""What `withdrawals` keeps about people: what, why, until when."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Declaration, Kept, Personal, With
from comptoir.withdrawals.person import erase, find

DECLARATION = Declaration(
    kept=(
        Kept(
            "withdrawals.Withdrawal",
            ("proof",),
            _("how a reader says they sent something back"),
            _("so that the shop finds the parcel, and pays back in time"),
            With(_("until the order’s postal address is erased; open, it waits a year at most")),
        ),
    ),
    impersonal={},
    personal=Personal(find, erase),
)
