"""What of an order was sold and stays so, and what was paid for it: the one seam to orders and
payments.

Stays sold is what is owed (`orders.charges`) less what the shop paid back of it by its own decision
(`payments`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Sum

from comptoir.orders.charges.models import Fate, LineCharge, PostageCharge, PostageShare
from comptoir.orders.charges.reads import kept
from comptoir.orders.models import Condition, Delivery, Order
from comptoir.papers.invoices.sums import Sale, reduced
from comptoir.papers.invoices.values import Buyer, Carriage, Sold
from comptoir.payments.reads.state import state_of
from comptoir.quotes.basket import Scheme, Tax


@dataclass(frozen=True, slots=True)
class Terms:
    """The days of an order, in its shop, and whether it is posted."""

    ordered_on: date
    paid_on: date | None
    sent_on: date | None
    posted: bool


def was_charged(order: Order) -> bool:
    """Whether an order was to be paid in advance: a quote reckoned it. Others are paid in the shop,
    by its till."""
    return PostageCharge.objects.filter(order=order).exists()


def paid(order: Order) -> int:
    """Return what was paid for an order and neither went back nor is to, in cents."""
    return state_of(order).in_hand


def stays_sold(order: Order) -> Sale:
    """Return what of an order is sold now: its copies that come, were sent or collected and not
    taken back, and its postage while any is left, less what the shop gave back of it."""
    copies = kept(order)
    rows = _charges(order)
    sale = _of_copies(order, rows, copies)
    state = state_of(order)
    less = min(state.gone, max(0, sale.cents - state.in_hand))
    return reduced(sale, less, _beyond(order, rows, copies)) if less else sale


def as_sold(order: Order, *, returned: bool) -> Sale:
    """Return what of an order stays sold, at the prices at which it was sold, whatever the shop
    gave back of them; if `returned`, with the copies that were sent or collected and came back, as
    far as money had come in for all of it. What never came is not in it."""
    rows, copies = _charges(order), kept(order)
    stays = _of_copies(order, rows, copies)
    if not returned:
        return stays
    back = order.lines.filter(portions__fate=Fate.TAKEN_BACK)
    for line, quantity in back.values_list("pk").annotate(Sum("portions__quantity")):
        copies[line] = copies.get(line, 0) + quantity
    whole = _of_copies(order, rows, copies)
    return whole if whole.cents <= state_of(order).captured else stays


def terms_of(order: Order) -> Terms:
    """Return the days of an order: placed, paid (the last money), sent (the last copy)."""
    zone = ZoneInfo(order.shop.time_zone)
    sent = order.lines.filter(portions__fate=Fate.SENT).aggregate(last=Max("portions__at"))["last"]
    if order.delivery == Delivery.COLLECT:
        sent = order.ended_at
    came = order.captures.aggregate(last=Max("captured_at"))["last"]
    return Terms(
        ordered_on=order.placed_at.astimezone(zone).date(),
        paid_on=_day(came, zone),
        sent_on=_day(sent, zone),
        posted=order.delivery == Delivery.MAIL,
    )


def is_known(order: Order) -> bool:
    """Whether it is still known who bought, and where it went."""
    address = getattr(order, "address", None)
    return order.erased_at is None and (address is None or address.erased_at is None)


def buyer_of(order: Order) -> Buyer:
    """Return who bought, and where it goes; who collects gave a name alone."""
    address = getattr(order, "address", None)
    if address is None or address.erased_at is not None:
        return Buyer(name=order.name, email=order.email)
    return Buyer(
        name=address.name or order.name,
        street=address.street,
        extra=address.extra,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        email=order.email,
    )


def _charges(order: Order) -> list[LineCharge]:
    charges = LineCharge.objects.filter(line__order=order).select_related("line__product")
    return list(charges.order_by("line_id"))


def _of_copies(order: Order, rows: Sequence[LineCharge], copies: dict[int, int]) -> Sale:
    """Return so many copies by line at their prices, with the postage while there are any."""
    lines = [_line(row, copies[row.line_id]) for row in rows if copies.get(row.line_id)]
    return Sale(lines, _postage(order) if lines else [])


def _line(row: LineCharge, copies: int) -> Sold:
    line = row.line
    return Sold(
        line=line.pk,
        title=line.title,
        quantity=copies,
        unit_cents=row.unit_cents,
        tax=Tax(Scheme(row.scheme), row.rate),
        number=line.product.ean or "",
        detail=line.product.byline,
        used=line.condition != Condition.NEW,
    )


def _postage(order: Order) -> list[Carriage]:
    shares = PostageShare.objects.filter(postage__order=order).order_by("pk")
    return [Carriage(Tax(Scheme(each.scheme), each.rate), each.cents) for each in shares]


def _beyond(order: Order, rows: Sequence[LineCharge], copies: dict[int, int]) -> dict[int, int]:
    """Return by line what was paid back beyond its copies that did not come or came back."""
    found = order.refunds.exclude(line=None).values("line").annotate(cents=Sum("cents"))
    back = {each["line"]: each["cents"] for each in found}
    return {
        row.line_id: max(
            0,
            back.get(row.line_id, 0)
            - (row.line.quantity - copies.get(row.line_id, 0)) * row.unit_cents,
        )
        for row in rows
    }


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None
