"""For how long withdrawals keep the person of an order, and what goes with it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from comptoir.orders.charges.models import Fate, Portion
from comptoir.orders.models import (
    Delivery,
    EventKind,
    LineStatus,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
)
from comptoir.orders.operations.privacy.erasure import ON_THE_WAY, TAKEN_BACK
from comptoir.orders.postal.guards import paid
from comptoir.withdrawals.models import LaterNotice, Withdrawal

WAITS_FOR = timedelta(days=365)
"""So long after its declaration at most the person of an open withdrawal is kept."""
LONGER = timedelta(days=366)
"""Twelve months more where the reader was not told of the right (code de la consommation, article
L221-20)."""


def still_open(now: datetime) -> Exists:
    """Return that an order's withdrawal is open, and not for `WAITS_FOR` already: a shop that never
    says what came back keeps nobody for ever (`orders.postal.erasure.wait_for`)."""
    mine = Withdrawal.objects.filter(order=OuterRef("pk"), ended_at=None)
    return Exists(mine.filter(declared_at__gt=now - WAITS_FOR))


def runs_longer(now: datetime) -> Exists:
    """Return that one may still withdraw from an order for longer than others, since nobody told
    its reader of the right, or only later (`orders.postal.erasure.wait_for`).

    What was bought is kept for `LONGER` than `erasable` says: never less than the period
    (`period.period_of`), weekends and holidays at both its ends included. Where nobody knows when
    it came, `ON_THE_WAY` is assumed, for keeping alone. Of what has all come back nothing is left
    to withdraw from.
    """
    since = now - TAKEN_BACK - LONGER
    mine = Order.objects.filter(pk=OuterRef("pk"), postage__isnull=False)
    untold = mine.exclude(terms__version__tells_withdrawal=True)
    arrived = OrderEvent.objects.filter(order=OuterRef("pk"), kind=EventKind.DELIVERED)
    posted = Q(delivery=Delivery.MAIL, status__in=(OrderStatus.SHIPPED, OrderStatus.DELIVERED))
    lately = Exists(arrived.filter(happened_at__gt=since))
    on_its_way = ~Exists(arrived) & Q(ended_at__gt=since - ON_THE_WAY)
    collected = Q(status=OrderStatus.COLLECTED, ended_at__gt=since) & paid()
    told = LaterNotice.objects.filter(order=OuterRef("pk"), given_at__lte=now - TAKEN_BACK)
    theirs = untold.filter(posted & (lately | on_its_way) | collected)
    return Exists(theirs.filter(Exists(_left())).exclude(Exists(told)))


def _left() -> "QuerySet[OrderLine]":
    """Return the lines of an order, `OuterRef("pk")`, of which not all copies came back or never
    went."""
    gone = Portion.objects.filter(
        line=OuterRef("pk"), fate__in=(Fate.NOT_FOUND, Fate.TAKEN_BACK)
    ).order_by()
    copies = Subquery(gone.values("line").annotate(n=Sum("quantity")).values("n"))
    lines = OrderLine.objects.filter(order=OuterRef("pk"), quantity__gt=Coalesce(copies, 0))
    return lines.exclude(status__in=(LineStatus.NOT_FOUND, LineStatus.RELEASED))


def erase_proofs(orders: Collection[int]) -> None:
    """Erase what readers wrote of how they sent something back, with the addresses of orders. A
    step of their erasure (`orders.postal.erasure`). Writes: the withdrawals."""
    Withdrawal.objects.filter(order__in=orders).exclude(proof="").update(proof="")
