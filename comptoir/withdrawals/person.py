"""What of a person's withdrawals is kept, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key
from comptoir.withdrawals.models import Withdrawal
from comptoir.withdrawals.operations.reminders import erase_proofs


def find(email: str) -> Iterator[Found]:
    """Yield the withdrawals of a person's orders (`core.retention.shape.Personal`)."""
    mine = Withdrawal.objects.filter(order__email_key=contact_key(email)).exclude(proof="")
    rows = tuple(
        {str(_("day")): each.declared_at.date(), str(_("sent back")): each.proof}
        for each in mine.order_by("pk")
    )
    if rows:
        yield Found(_("Withdrawals"), rows)


def erase(email: str, now: datetime) -> None:  # noqa: ARG001
    """Erase what a person wrote of how they sent something back."""
    mine = Withdrawal.objects.filter(order__email_key=contact_key(email))
    erase_proofs(list(mine.values_list("order_id", flat=True)))
