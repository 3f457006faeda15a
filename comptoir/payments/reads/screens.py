"""What screens show of payments: comparisons, what waits, an order's money row by row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from comptoir.orders.models import Order
from comptoir.payments.errors import NoKey
from comptoir.payments.kinds import STALE, ProviderName, RefundStatus
from comptoir.payments.models import Account, Capture, Reconciliation, Refund, Transfer
from comptoir.payments.reads.differences import Difference, in_words
from comptoir.payments.vault import unseal
from comptoir.shops.models import Shop

SHOWN = 14


def readable(account: Account) -> bool:
    """Return whether the key is here that opens an account's secrets."""
    try:
        unseal(account.secrets, of=account.token)
    except NoKey:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Comparison:
    """A day's comparison of one account: how many payments were `seen`, and what differs."""

    day: date
    account: Account
    seen: int
    differences: list[Difference]


def comparisons_of(shop: Shop) -> list[Comparison]:
    """Return the last daily comparisons of a shop, newest first. For whoever may use its counter.
    Three queries."""
    found = Reconciliation.objects.filter(account__shop=shop).select_related("account__shop")
    rows = list(found.order_by("-day", "account")[:SHOWN])
    refs = {str(one.get("ref", "")) for row in rows for one in row.differences}
    money = Capture.objects.filter(account__shop=shop, ref__in=refs).select_related("order")
    orders = {(each.account_id, each.ref): each.order for each in money}
    codes = refs | {str(one.get("order", "")) for row in rows for one in row.differences}
    named = {each.code: each for each in shop.orders.filter(code__in=codes - {""})}
    return [
        Comparison(
            row.day,
            row.account,
            row.seen,
            [
                in_words(one, row.account, orders.get((row.account_id, ref)) or named.get(code))
                for one in row.differences
                for ref in [str(one.get("ref", ""))]
                for code in [str(one.get("order") or ref)]
            ],
        )
        for row in rows
    ]


def owed_back(shop: Shop, now: datetime) -> "QuerySet[Refund]":
    """Return the refunds of a shop that wait for its owner, oldest first: transfers to send back by
    hand, what a provider refused, and what has waited at one for `STALE`. For whoever may use its
    counter."""
    mine = Refund.objects.filter(order__shop=shop).select_related("order", "capture__account")
    by_hand = Q(capture__account__provider=ProviderName.TRANSFER) | Q(asked_at__lte=now - STALE)
    waits = Q(status=RefundStatus.ASKED) & by_hand | Q(status=RefundStatus.FAILED)
    return mine.filter(waits).order_by("asked_at", "pk")


def waits_for_owner(refund: Refund, now: datetime) -> bool:
    """Whether a refund is one of `owed_back`."""
    if refund.status != RefundStatus.ASKED:
        return refund.status == RefundStatus.FAILED
    is_transfer = refund.capture.account.provider == ProviderName.TRANSFER
    return is_transfer or refund.asked_at <= now - STALE


@dataclass(frozen=True, slots=True)
class WentBack:
    """What of a line went back or is to, in cents: of that `done` for good, and `failed` is what a
    provider would not send back."""

    line_id: int
    cents: int
    done: int
    failed: int


def went_back(order: Order) -> list[WentBack]:
    """Return what went back of each line of an order; lines of which nothing did are left out, and
    what is for no line. For whoever may see the order. One query."""
    done, failed = (Q(status=each) for each in (RefundStatus.DONE, RefundStatus.FAILED))
    sums = {
        "all": Sum("cents"),
        "done": Sum("cents", filter=done, default=0),
        "failed": Sum("cents", filter=failed, default=0),
    }
    found = order.refunds.exclude(line=None).order_by().values("line_id").annotate(**sums)
    return [WentBack(*row) for row in found.values_list("line_id", *sums)]


@dataclass(frozen=True, slots=True)
class Money:
    """What came in and went back of an order, oldest first; `transfers` those taken back too;
    `stuck`: which refunds, by their keys, wait for the owner."""

    captures: list[Capture]
    refunds: list[Refund]
    transfers: list[Transfer]
    stuck: frozenset[int]

    @property
    def last(self) -> datetime | None:
        """When something of it moved last (UTC)."""
        moments = [each.noted_at for each in self.captures]
        return max([*moments, *(each.asked_at for each in self.refunds)], default=None)


def money_of(order: Order, now: datetime) -> Money:
    """Return what came in and went back of an order. For whoever may serve it. Three queries."""
    known = order.refunds.select_related("line", "capture__account", "otherwise")
    refunds = list(known.order_by("asked_at", "pk"))
    return Money(
        list(order.captures.select_related("account").order_by("noted_at", "pk")),
        refunds,
        list(order.bank_transfers.filter(voided_at=None).order_by("entered_at", "pk")),
        frozenset(each.pk for each in refunds if waits_for_owner(each, now)),
    )
