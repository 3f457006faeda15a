"""The contracts of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.contracts.models import Contract
from comptoir.core.money import format_cents
from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key

_WHY = _(
    "The law has the shop keep a contract of 120 € and more for ten years, and show it to you when"
    " you ask (code de la consommation, L213-1, D213-1, D213-2)."
)


def find(email: str) -> Iterator[Found]:
    """Yield the contracts of the person of an address (`core.retention.shape.Personal`)."""
    rows = tuple(
        {
            str(_("order")): each.code,
            str(_("seller")): each.seller,
            str(_("name")): each.buyer_name,
            str(_("e-mail address")): each.buyer_email,
            str(_("address")): each.buyer_address,
            str(_("concluded on")): each.concluded_at,
            str(_("titles")): [
                f"{line['quantity']} × {line['title']}, {format_cents(line['cents'])}"
                for line in each.lines
            ],
            str(_("postage")): format_cents(each.postage_cents),
            str(_("in all")): format_cents(each.cents),
            str(_("kept until")): each.until,
        }
        for each in Contract.objects.filter(buyer_key=contact_key(email)).order_by("pk")
    )
    if rows:
        yield Found(_("Contracts of 120 € and more"), rows, _WHY)


def erase(email: str, now: datetime) -> None:
    """Do nothing: see `_WHY`."""
