"""The invoices of one person, by the address that they have shown to be theirs."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from comptoir.core.retention.shape import Found
from comptoir.orders.contacts import contact_key
from comptoir.orders.mails import address
from comptoir.papers.models import Paper

_WHY = _(
    "The law has a business keep its invoices for ten years (code de commerce, L123-22), also when"
    " all else of you is erased."
)


def find(email: str) -> Iterator[Found]:
    """Yield the papers of a person, also of orders that are erased, each with where its file is
    (`core.retention.shape.Personal`)."""
    mine = Paper.objects.filter(buyer_key=contact_key(email)).select_related("shop", "order")
    rows = tuple(
        {
            str(_("number")): paper.number,
            str(_("kind")): paper.get_kind_display(),
            str(_("shop")): paper.shop.name,
            str(_("day")): paper.day,
            str(_("file")): address("site:order_paper", paper.order.token, paper.number),
        }
        for paper in mine.order_by("pk")
    )
    if rows:
        yield Found(_("Invoices and credit notes"), rows, _WHY)


def erase(email: str, now: datetime) -> None:
    """Do nothing: see `_WHY`."""
