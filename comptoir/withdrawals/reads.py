"""Reads of withdrawals: what may be given back, until when, and what a shop has still to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import ProductFormat, ProductKind
from comptoir.core.db import fetch
from comptoir.orders.charges.models import PostageCharge
from comptoir.orders.kinds import LIVE
from comptoir.orders.models import EventKind, Order, OrderLine, OrderStatus
from comptoir.orders.postal.guards import is_paid, is_posted
from comptoir.payments.kinds import RefundStatus
from comptoir.payments.models import Refund
from comptoir.post.models import Parcel
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.terms import law
from comptoir.terms.reads import terms_of
from comptoir.withdrawals.errors import no_such_withdrawal
from comptoir.withdrawals.models import LaterNotice, Withdrawal, WithdrawnLine
from comptoir.withdrawals.period import Period, period_of

_PAID_FOR = (
    *(OrderStatus.PLACED, OrderStatus.SET_ASIDE, OrderStatus.COLLECTED),
    *(OrderStatus.PREPARED, OrderStatus.SHIPPED, OrderStatus.DELIVERED),
)
_ON_DISC = {ProductFormat.AUDIOBOOK, ProductFormat.DVD, ProductFormat.GAME}
LATEST = 50

# Copies that the reader has or is to have, less those of withdrawals that are not settled yet.
_LEFT = """
SELECT l.id, CASE WHEN l.status = ANY(%(live)s) OR l.status = 'collected'
                  THEN l.quantity - coalesce(g.missing, 0)
                  ELSE coalesce(g.sent, 0) END - coalesce(g.back, 0)
    - coalesce((SELECT sum(w.quantity - w.back) FROM withdrawals_withdrawnline w
                WHERE w.line_id = l.id), 0)
FROM orders_orderline l JOIN orders_linecharge c ON c.line_id = l.id
LEFT JOIN LATERAL (
    SELECT sum(quantity) FILTER (WHERE fate = 'sent') AS sent,
           sum(quantity) FILTER (WHERE fate = 'not_found') AS missing,
           sum(quantity) FILTER (WHERE fate = 'taken_back') AS back
    FROM orders_portion WHERE line_id = l.id
) g ON true
WHERE l.order_id = %(order)s ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Item:
    """So many copies of a line that one may still withdraw from. `may_be_sealed`: a recording,
    which the shop may keep out where it was sealed and is unsealed."""

    line: OrderLine
    quantity: int
    may_be_sealed: bool

    @property
    def choices(self) -> range:
        """How many copies may be named."""
        return range(1, self.quantity + 1)


def is_paid_for(order: Order) -> bool:
    """Whether an order was bought at a distance: charged beforehand, and paid for. One query, two
    of one to collect: it is kept until a deadline also once it is paid for."""
    if order.status not in _PAID_FOR:
        return False
    if is_posted(order):
        paid = order.deadline is None or order.ended_at is not None
    else:
        paid = is_paid(order)
    return paid and PostageCharge.objects.filter(pk=order.pk).exists()


def items_of(order: Order) -> list[Item]:
    """Return what one may withdraw from of an order, whenever. Two queries."""
    if not is_paid_for(order):
        return []
    asked = {"order": order.pk, "live": [status.value for status in LIVE]}
    left = {line: int(count) for line, count in fetch(_LEFT, asked) if count > 0}
    found = OrderLine.objects.filter(pk__in=left).select_related("product").order_by("pk")
    return [Item(line, left[line.pk], may_be_sealed(line, order)) for line in found]


def may_be_sealed(line: OrderLine, order: Order) -> bool:
    """Whether the exception of unsealed recordings may hold for a line: a new recording."""
    product, day = line.product, order.placed_at.date()
    recorded = product.kind == ProductKind.RECORD or product.format in _ON_DISC
    return recorded and line.condition == "new" and law.holds("withdrawal_unsealed", day)


def period(order: Order) -> Period:
    """Return until when one may withdraw from an order. Four queries at most."""
    zone = ZoneInfo(order.shop.time_zone)
    version = terms_of(order)
    told = version is not None and version.tells_withdrawal
    received = _received(order)
    later = None if told else LaterNotice.objects.filter(order=order).first()
    return period_of(
        received.astimezone(zone).date() if received else None,
        order.placed_at.astimezone(zone).date(),
        told=told,
        told_later=later.given_at.astimezone(zone).date() if later else None,
        postcode=order.shop.postcode,
    )


def never_told(shop: Shop) -> QuerySet[Order]:
    """Return the orders of a shop that were to be paid beforehand and whose readers were never told
    of the right to withdraw, and can be: they have a mail address."""
    found = Order.objects.filter(shop=shop, postage__isnull=False, later_notice=None)
    found = found.exclude(terms__version__tells_withdrawal=True)
    return found.filter(erased_at=None).exclude(email="").select_related("shop").order_by("pk")


def to_be_told(shop: Shop, now: datetime) -> list[Order]:
    """Return those of `never_told` that are paid for, and whose period has not ended. Some five
    queries an order; shops have few of them."""
    today = today_of(shop, now)
    return [
        order for order in never_told(shop) if is_paid_for(order) and period(order).is_open(today)
    ]


def _received(order: Order) -> datetime | None:
    """Return when the last copies of an order were received; None where nobody has said so."""
    if order.status == OrderStatus.COLLECTED:
        return order.ended_at
    if order.status != OrderStatus.DELIVERED:
        return None
    moments = list(Parcel.objects.filter(order=order).values_list("delivered_at", flat=True))
    known = [moment for moment in moments if moment is not None]
    if known and len(known) == len(moments):
        return max(known)
    told = order.events.filter(kind=EventKind.DELIVERED).order_by("-happened_at").first()
    return told.happened_at if told else None


def today_of(shop: Shop, now: datetime) -> date:
    """Return the day where a shop is."""
    return now.astimezone(ZoneInfo(shop.time_zone)).date()


def withdrawals_of(order: Order) -> list[Withdrawal]:
    """Return the withdrawals of an order, the first first. Two queries."""
    return list(order.withdrawals.prefetch_related("lines__line"))


def withdrawal_of(order: Order, key: int) -> Withdrawal:
    """Return a withdrawal of an order. Raises `NotFound` (`no_such_withdrawal`)."""
    found = order.withdrawals.prefetch_related("lines__line").filter(pk=key).first()
    if found is None:
        raise no_such_withdrawal()
    found.order = order
    return found


def not_to_leave() -> Subquery:
    """Return of a line, `OuterRef("pk")`, how many copies its reader has withdrawn from of which
    the shop has still to say what became of them (`orders.charges.withheld`)."""
    rows = WithdrawnLine.objects.filter(line=OuterRef("pk"), withdrawal__ended_at=None)
    left = Sum(F("quantity") - F("back") - F("kept"))
    return Subquery(rows.order_by().values("line").annotate(n=left).values("n"))


def unsent_of(order: Order) -> dict[int, int]:
    """Return by line how many copies of an order its reader has withdrawn from that have never left
    the shop, and are still to be let go. One query."""
    lines = OrderLine.objects.filter(order=order, held__gt=0).annotate(n=not_to_leave())
    found = lines.filter(n__gt=0).values_list("pk", "held", "n")
    return {key: min(held, count) for key, held, count in found}


def how_many_open(shop_id: int) -> int:
    """Return of how many withdrawals a shop has still to say what became of the copies. For whoever
    has been let in to its counter."""
    return Withdrawal.objects.filter(order__shop=shop_id, ended_at=None).count()


@dataclass(frozen=True, slots=True)
class Followed:
    """A withdrawal that a shop follows: until when it has to have paid back; `waits`: it may keep
    the money, for it has neither the goods nor a proof that they were sent; `owed_back`: money that
    was asked to go back and has not gone yet."""

    withdrawal: Withdrawal
    due: datetime
    waits: bool
    owed_back: bool


def followed(shop: Shop, *, actor: Actor) -> list[Followed]:
    """Return the withdrawals of a shop that are not done: something has still to come back, or
    money to go; the first to be due first. Four queries.

    Guard: `SERVE_ORDERS`. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    going = Refund.objects.filter(order__shop=shop).exclude(status=RefundStatus.DONE)
    owing = set(going.values_list("order_id", flat=True))
    rows = Withdrawal.objects.visible_to(actor).filter(order__shop=shop)
    rows = rows.select_related("order__shop").prefetch_related("lines__line__product")
    open_ones = list(rows.filter(ended_at=None))
    paying = list(rows.filter(ended_at__isnull=False, order__in=owing).order_by("-pk")[:LATEST])
    return [_followed(each, each.order_id in owing) for each in (*open_ones, *paying)]


def _followed(each: Withdrawal, owed_back: bool) -> Followed:
    waits = each.ended_at is None and each.proof_at is None and each.left > each.unsent
    return Followed(each, due_of(each), waits, owed_back)


def due_of(withdrawal: Withdrawal) -> datetime:
    """Return until when a shop has to pay back: from when it was told, which is when the reader
    confirmed what they may have asked a link for days before (L221-24)."""
    day = withdrawal.confirmed_at.date()
    return withdrawal.confirmed_at + timedelta(days=law.number("withdrawal_refund_days", day))


def ended_lately(shop: Shop, *, actor: Actor) -> Sequence[Withdrawal]:
    """Return the withdrawals of a shop that ended last. Guard: what `visible_to` leaves."""
    rows = Withdrawal.objects.visible_to(actor).filter(order__shop=shop, ended_at__isnull=False)
    rows = rows.select_related("order__shop").prefetch_related("lines__line")
    return list(rows.order_by("-ended_at")[:LATEST])
