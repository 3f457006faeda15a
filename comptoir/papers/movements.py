"""What came in and went back of a shop's sales at a distance, day by day and tax by tax."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.db.models import Exists, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from comptoir.orders.charges.models import Fate, LineCharge, Portion, PostageCharge, PostageShare
from comptoir.orders.charges.reads import amounts
from comptoir.orders.models import EventKind, LineStatus, Order, OrderEvent, OrderLine
from comptoir.papers.models import CountedBy
from comptoir.papers.sales import Movement
from comptoir.payments.kinds import RefundReason, RefundStatus
from comptoir.payments.models import Capture, Refund
from comptoir.payments.reads.lines import given_up_beyond
from comptoir.quotes.basket import Scheme, Tax
from comptoir.quotes.shares import divide
from comptoir.shops.models import Shop

Weights = dict[Tax, int]
_OWN = (RefundReason.OWNER, RefundReason.PROVIDER)


@dataclass(slots=True)
class _Charged:
    """What an order was to cost, by tax: its lines each, and its postage."""

    lines: dict[int, tuple[Tax, int, int]] = field(default_factory=dict)
    postage: Weights = field(default_factory=dict)

    @property
    def whole(self) -> Weights:
        """All of it."""
        found = dict(self.postage)
        for tax, unit_cents, quantity in self.lines.values():
            found[tax] = found.get(tax, 0) + unit_cents * quantity
        return found


def movements(shop: Shop, first: date, last: date, *, by: CountedBy) -> list[Movement]:
    """Return what came and went back of a shop's sales that are paid in advance, from the first day
    to the last, both included, in its time zone.

    `PAID`: money by the day it came in, refunds by the day they were done. `SENT`: copies by the
    day they were sent or collected, postage with the first; what came back by its day, and what was
    paid back besides.
    """
    zone = ZoneInfo(shop.time_zone)
    span = (
        datetime.combine(first, time.min, zone),
        datetime.combine(last + timedelta(days=1), time.min, zone),
    )
    if by == CountedBy.PAID:
        return [*_captured(shop, span, zone), *_refunded(shop, span, zone)]
    return [*_sent(shop, span, zone), *_given(shop, span, zone)]


Span = tuple[datetime, datetime]


def _captured(shop: Shop, span: Span, zone: ZoneInfo) -> Iterator[Movement]:
    found = Capture.objects.filter(
        order__shop=shop, captured_at__gte=span[0], captured_at__lt=span[1]
    )
    rows = list(found.order_by("captured_at", "pk"))
    charged = _charged([row.order_id for row in rows])
    for row in rows:
        day = row.captured_at.astimezone(zone).date()
        yield from _spread(day, row.cents, charged[row.order_id].whole)


def _refunded(shop: Shop, span: Span, zone: ZoneInfo) -> Iterator[Movement]:
    for row in _refunds(shop, span):
        yield from _spread(*row.of(zone))


def _refunds(shop: Shop, span: Span, which: Q | None = None) -> "list[_Back]":
    found = Refund.objects.filter(
        which or Q(),
        order__shop=shop,
        status=RefundStatus.DONE,
        done_at__gte=span[0],
        done_at__lt=span[1],
    )
    rows = list(found.order_by("done_at", "pk"))
    charged = _charged([row.order_id for row in rows])
    return [_Back(row, charged[row.order_id]) for row in rows]


@dataclass(frozen=True, slots=True)
class _Back:
    """A refund, with what its order was charged."""

    refund: Refund
    charged: _Charged

    def of(self, zone: ZoneInfo) -> tuple[date, int, Weights]:
        """Return its day, its cents below zero, and how they are taxed: as its line; without one as
        the postage, which is the rest of what ended; and what the shop gave by itself as all of the
        order."""
        row = self.refund
        assert row.done_at is not None
        weights = self.charged.whole
        if row.line_id in self.charged.lines:
            weights = {self.charged.lines[row.line_id][0]: 1}
        elif row.reason == RefundReason.ENDED and any(self.charged.postage.values()):
            weights = self.charged.postage
        return row.done_at.astimezone(zone).date(), -row.cents, weights


def _sent(shop: Shop, span: Span, zone: ZoneInfo) -> Iterator[Movement]:
    inside = {"at__gte": span[0], "at__lt": span[1]}
    fates = (Fate.SENT, Fate.TAKEN_BACK)
    rows = Portion.objects.filter(line__order__shop=shop, fate__in=fates, **inside)
    for each in rows.select_related("line__charge").order_by("at", "pk"):
        sign = 1 if each.fate == Fate.SENT else -1
        day = each.at.astimezone(zone).date()
        charge = each.line.charge
        yield Movement(day, _tax(charge), sign * each.quantity * charge.unit_cents)
    # What was charged but paid at the counter is the till's sale.
    paid = OrderEvent.objects.filter(order=OuterRef("order"), kind=EventKind.PAID)
    collected = OrderLine.objects.filter(
        Exists(paid),
        order__shop=shop,
        status=LineStatus.COLLECTED,
        charge__isnull=False,
        order__ended_at__gte=span[0],
        order__ended_at__lt=span[1],
    )
    given_up = Sum("portions__quantity", filter=Q(portions__fate=Fate.NOT_FOUND))
    collected = collected.annotate(missing=Coalesce(given_up, 0))
    orders: dict[Order, Weights] = {}
    for line in collected.select_related("charge", "order").order_by("pk"):
        tax, copies = _tax(line.charge), line.quantity - line.missing
        found = orders.setdefault(line.order, {})
        found[tax] = found.get(tax, 0) + copies * line.charge.unit_cents
    yield from _as_far_as_it_came(orders, zone)
    yield from _postage_sent(shop, span, zone)


def _as_far_as_it_came(orders: Mapping[Order, Weights], zone: ZoneInfo) -> Iterator[Movement]:
    """Yield what was collected by its order, as far as its money is here: what a transfer lacks
    that was taken back was rung up on the till."""
    rows = Capture.objects.filter(order__in=list(orders)).order_by()
    came = dict(rows.values_list("order").annotate(Sum("cents")))
    for order, weights in orders.items():
        assert order.ended_at is not None
        cents = min(came.get(order.pk, 0), sum(weights.values()))
        yield from _spread(order.ended_at.astimezone(zone).date(), cents, weights)


def _postage_sent(shop: Shop, span: Span, zone: ZoneInfo) -> Iterator[Movement]:
    began = (
        Order.objects.filter(shop=shop, lines__portions__fate=Fate.SENT)
        .annotate(first=Min("lines__portions__at"))
        .filter(first__gte=span[0], first__lt=span[1])
    )
    days = {
        order.pk: order.first.astimezone(zone).date()  # type: ignore[attr-defined]
        for order in began
    }
    for share in PostageShare.objects.filter(postage__order__in=days).select_related("postage"):
        yield Movement(days[share.postage.order_id], _tax(share), share.cents)


def _given(shop: Shop, span: Span, zone: ZoneInfo) -> Iterator[Movement]:
    """Yield what was paid back beyond copies that came back or never went."""
    own = Q(reason__in=_OWN)
    sent = Portion.objects.filter(line__order=OuterRef("order"), fate=Fate.SENT)
    # The postage of an order that came back whole; one that never went is no sale of a day here.
    postage = Q(Exists(sent), reason=RefundReason.ENDED, line=None)
    backs = _refunds(shop, span, own | postage)
    posts = _of_postage({back.refund.order_id for back in backs})
    gone = _covered({back.refund.order_id: sorted(back.charged.lines) for back in backs}, span[0])
    for back in backs:
        day, cents, weights = back.of(zone)
        line = back.refund.line_id
        if back.refund.reason == RefundReason.ENDED:
            cents = -posts.get(back.refund.pk, 0)
        else:
            # What is for no line is for whatever came back, as far as nothing else was paid for it.
            lines = sorted(back.charged.lines) if line is None else [line]
            cents += _used(gone, lines, -cents)
        yield from _spread(day, cents, weights)


def _of_postage(orders: Collection[int]) -> dict[int, int]:
    """Return how many cents of refunds that are for no line, by their keys, are the postage of an
    order of which nothing stays: the last ones. What came in too much was no sale, and goes back as
    none."""
    owed = {key: owed for key, (_charged, owed) in amounts(orders).items()}
    rows = PostageCharge.objects.filter(order__in=orders).values_list("order", "cents")
    left = {key: 0 if owed.get(key) else cents for key, cents in rows}
    found = {}
    refunds = Refund.objects.filter(order__in=orders, line=None, reason=RefundReason.ENDED)
    for row in refunds.order_by("-pk"):
        found[row.pk] = min(left.get(row.order_id, 0), row.cents)
        left[row.order_id] = left.get(row.order_id, 0) - found[row.pk]
    return found


def _covered(orders: Mapping[int, Sequence[int]], since: datetime) -> dict[int, int]:
    """Return by line, of orders with the keys of theirs, how many cents that the shop gives back
    from a moment on are for copies whose coming back is told already: those that nothing else was
    paid back for."""
    found = given_up_beyond([line for lines in orders.values() for line in lines], _OWN)
    before = Refund.objects.filter(order__in=orders, reason__in=_OWN, done_at__lt=since)
    for order, line, cents in before.order_by("pk").values_list("order", "line", "cents"):
        _used(found, orders[order] if line is None else [line], cents)
    return found


def _used(gone: dict[int, int], lines: Sequence[int], cents: int) -> int:
    """Take so many cents off what these lines have, as far as they have them; return how many."""
    left = cents
    for line in lines:
        share = max(0, min(left, gone.get(line, 0)))
        if share:
            gone[line] -= share
            left -= share
    return cents - left


def _charged(orders: Sequence[int]) -> Mapping[int, _Charged]:
    found = {key: _Charged() for key in orders}
    for row in LineCharge.objects.filter(line__order__in=found).select_related("line"):
        part = _tax(row), row.unit_cents, row.line.quantity
        found[row.line.order_id].lines[row.line_id] = part
    for share in PostageShare.objects.filter(postage__order__in=found).select_related("postage"):
        found[share.postage.order_id].postage[_tax(share)] = share.cents
    return found


def _spread(day: date, cents: int, weights: Weights) -> Iterator[Movement]:
    sign = -1 if cents < 0 else 1
    shares = divide(abs(cents), [Fraction(weight) for weight in weights.values()])
    for tax, share in zip(weights, shares, strict=True):
        yield Movement(day, tax, sign * share)


def _tax(row: LineCharge | PostageShare) -> Tax:
    return Tax(Scheme(row.scheme), row.rate)
