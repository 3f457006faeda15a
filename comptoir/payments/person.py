"""What payments keep of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key
from comptoir.payments.models import Capture, Transfer

_WHY = _(
    "Amounts belong to the accounts of the shop, which the law has it keep. They name nobody: once"
    " the order is erased nothing leads from them to you."
)


def find(email: str) -> Iterator[Found]:
    """Yield the money of a person's orders (`core.retention.shape.Personal`)."""
    mine = {"order__email_key": contact_key(email)}
    paid = tuple(
        {str(_("order")): each.order.code, str(_("amount in cents")): each.cents}
        for each in Capture.objects.filter(**mine).select_related("order").order_by("pk")
    )
    named = Transfer.objects.filter(**mine).exclude(reference="").select_related("order")
    words = tuple(
        {str(_("order")): each.order.code, str(_("what the bank says")): each.reference}
        for each in named.order_by("pk")
    )
    if paid or words:
        yield Found(_("Payments"), paid + words, _WHY)


def erase(email: str, now: datetime) -> None:
    """Do nothing: what names a person goes with their order (`sweep.erase_due`)."""
