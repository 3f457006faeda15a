"""A day's comparison: the provider's list against our rows, and ours against theirs."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import Q, Sum

from comptoir.core.errors import DomainError
from comptoir.orders.models import Delivery, EventKind, Order, OrderStatus
from comptoir.payments.kinds import STALE, Otherwise, ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Account, Capture, Notice, Reconciliation, Refund, Session
from comptoir.payments.operations.news import tell_differences
from comptoir.payments.operations.notices import BACK
from comptoir.payments.operations.sweep import look_again
from comptoir.payments.providers import ONLINE, provider_of
from comptoir.payments.reads.state import states_of

log = logging.getLogger(__name__)

BY_HAND = timedelta(days=14)
"""Within so long a transfer that is to go back has gone (code de la consommation, L221-24)."""
Difference = dict[str, object]


class _Known(TypedDict):
    """When money came (UTC), and the digits of its order, empty where nobody here knows it."""

    at: datetime
    code: str


def reconcile_due(*, now: datetime) -> int:
    """Compare each account of which money moved in the last weeks; return how many differ.

    Network, outside any transaction. A session of ours that the provider lists as paid and we do
    not is looked at again first: what heals by itself is no difference. Writes: a row for the day,
    and a mail to the shop where something differs; of an account that is closed only where it is
    not what differed before.
    """
    since = now - BACK
    moved = Q(captures__noted_at__gte=since) | Q(sessions__created_at__gte=since)
    moved |= Q(notices__settled_at=None, notices__received_at__gte=since)
    accounts = Account.objects.filter(moved).distinct().select_related("shop").order_by("pk")
    return sum(bool(reconcile(account=each, now=now).differences) for each in accounts)


def reconcile(*, account: Account, now: datetime) -> Reconciliation:
    """Compare one account, as `reconcile_due` does, and return the row of the day."""
    seen, differences = 0, list(_of_ours(account, now))
    if account.provider in ONLINE:
        try:
            seen, theirs = _of_theirs(account, now)
            differences += theirs
        except DomainError as error:
            differences.append({"what": "not_compared", "ref": error.code})
        except Exception:
            # What one provider answers out of form is no reason not to compare the others.
            log.exception("account %s was not compared", account.pk)
            differences.append({"what": "not_compared", "ref": "unreadable"})
    else:
        seen = account.captures.filter(noted_at__gte=now - BACK).count()
    return _keep(account, seen, differences, now)


@transaction.atomic
def _keep(
    account: Account, seen: int, differences: list[Difference], now: datetime
) -> Reconciliation:
    before = Reconciliation.objects.filter(account=account).order_by("day").last()
    row, _new = Reconciliation.objects.update_or_create(
        account=account,
        day=now.date(),
        defaults={"at": now, "seen": seen, "differences": differences},
    )
    # By one that is closed nobody pays any more, and whose keys are gone stays so: told once.
    is_known = account.closed_at is not None and _alike(before, row)
    if differences and not is_known:
        tell_differences(account, row)
    return row


def _alike(before: Reconciliation | None, row: Reconciliation) -> bool:
    """Whether what differs is what differed at the comparison before."""
    if before is None:
        return False
    old, new = (
        sorted(json.dumps(one, sort_keys=True) for one in each.differences)
        for each in (before, row)
    )
    return old == new


def _of_theirs(account: Account, now: datetime) -> tuple[int, list[Difference]]:
    """Read the provider's list; return how many sums it has, and what differs from ours."""
    since, seen = now - BACK, 0
    found: list[Difference] = []
    refs = set()
    for each in provider_of(account).listed(since):
        session = _session(each.key)
        if session is None and account.provider == ProviderName.TRIAL:
            continue  # the test bank's list is of all shops
        of = session.account if session else account
        if of.shop_id != account.shop_id:
            continue  # two shops have one account there: each compares its own
        seen += 1
        refs.add(each.payment)
        known: _Known = {"at": each.at, "code": session.order.code if session else ""}
        if each.currency != "eur":
            found.append(_said("currency", each.payment, 0, 0, **known))
            continue
        ours = of.captures.filter(ref=each.payment).first()
        if session is not None and (ours is None or _gone(ours) != each.returned_cents):
            look_again(session, now)
            ours = of.captures.filter(ref=each.payment).first()
        if ours is None and each.returned_cents >= each.cents:
            continue  # nobody here knew it, and all of it went back there
        if ours is None or ours.cents != each.cents:
            has = ours.cents if ours else 0
            found.append(_said("money", each.payment, each.cents, has, **known))
        elif _gone(ours) != each.returned_cents and not _moves(ours):
            gone = _gone(ours)
            kind = "twice" if each.returned_cents > gone and _by_owner(ours) else "refund"
            found.append(_said(kind, each.payment, each.returned_cents, gone, **known))
        else:
            found += _of_noted(ours)
    mine = account.captures.filter(captured_at__gte=since + timedelta(days=1))
    for capture in mine.exclude(ref__in=refs).select_related("order"):
        found.append(_of("money", capture, capture.cents))
    return seen, found


def _session(key: str) -> Session | None:
    """Return the session that a provider's list names by its mark, whichever account it is of: new
    keys of one account there are an account of their own here."""
    return Session.objects.filter(token=key).select_related("account", "order").first()


def _of_ours(account: Account, now: datetime) -> Iterator[Difference]:
    """Yield what our own rows say is not as it should be."""
    unknown = Notice.objects.filter(account=account, settled_at=None, received_at__gte=now - BACK)
    for notice in unknown.filter(received_at__lte=now - STALE):
        yield _said("unknown", notice.ref or notice.event, 0, 0, at=notice.received_at)
    mine = Refund.objects.filter(capture__account=account).select_related("capture__order")
    for refund in mine.filter(status=RefundStatus.FAILED):
        yield _of("refused", refund.capture, refund.cents)
    yield from _unpaid(account, now)
    waits = STALE if account.provider in ONLINE else BY_HAND
    for refund in mine.filter(status=RefundStatus.ASKED, asked_at__lte=now - waits):
        yield _of("not_sent", refund.capture, refund.cents)


def _unpaid(account: Account, now: datetime) -> Iterator[Difference]:
    """Yield orders that went on before a transfer of theirs was voided, and are not paid since.
    What is to be collected is paid at the counter: it is told until it is handed over."""
    went_on = Order.objects.filter(
        bank_transfers__account=account,
        bank_transfers__voided_at__gte=now - BACK,
        events__kind=EventKind.PAID,
    ).exclude(delivery=Delivery.MAIL, status=OrderStatus.PLACED)
    found = {each.pk: each for each in went_on.distinct()}
    for key, state in states_of(found).items():
        order = found[key]
        waits = order.ended_at is None and order.delivery == Delivery.COLLECT
        if state.missing and not _handed_over_since(order):
            kind = "at_counter" if waits else "unpaid"
            yield _said(kind, order.code, state.paid, state.owed, at=order.placed_at)


def _handed_over_since(order: Order) -> bool:
    """Whether an order was collected after its transfers were voided."""
    if order.status != OrderStatus.COLLECTED or order.ended_at is None:
        return False
    return not order.bank_transfers.filter(voided_at__gt=order.ended_at).exists()


def _gone(capture: Capture) -> int:
    good = capture.refunds.filter(status__in=(RefundStatus.SENT, RefundStatus.DONE)).exclude(ref="")
    return int(good.aggregate(n=Sum("cents"))["n"] or 0)


def _by_owner(capture: Capture) -> bool:
    """Whether its owner has paid something of it back that is not at the provider."""
    return capture.refunds.filter(ref="", status=RefundStatus.DONE).exists()


def _of_noted(capture: Capture) -> Iterator[Difference]:
    """Yield where what the owner noted of a capture is not what was made on the provider's site: of
    other amounts. Noted without a word on how, both count, for both may be right."""
    rows = list(
        capture.refunds.filter(status__in=(RefundStatus.SENT, RefundStatus.DONE))
        .select_related("otherwise")
        .order_by("asked_at", "pk")
    )
    on_site = [each for each in rows if _how(each) == Otherwise.SITE]
    said = sum(each.otherwise.cents for each in on_site)
    there = sum(each.cents for each in on_site if each.ref)
    if said != there:
        yield _of("on_site", capture, said, there)
    by_hand = [each for each in rows if not each.ref and not _how(each)]
    besides = sum(
        each.cents
        for each in rows
        if each.ref and each.reason == RefundReason.PROVIDER and not _how(each)
        if by_hand and each.asked_at >= by_hand[0].asked_at
    )
    if besides:
        yield _of("by_hand", capture, sum(each.cents for each in by_hand), besides)


def _how(refund: Refund) -> str:
    return refund.otherwise.how if hasattr(refund, "otherwise") else ""


def _moves(capture: Capture) -> bool:
    """Whether a refund is just on its way: no difference yet."""
    return capture.refunds.filter(status=RefundStatus.ASKED).exists()


def _of(what: str, capture: Capture, ours: int, theirs: int = 0) -> Difference:
    at, code = capture.captured_at, capture.order.code
    return _said(what, capture.ref, theirs, ours, at=at, code=code)


def _said(
    what: str, ref: str, theirs: int, ours: int, *, at: datetime, code: str = ""
) -> Difference:
    """Return a difference as it is kept: `at` is when the money came (UTC), `code` the order's."""
    known = {"at": at.isoformat(), "order": code}
    return {"what": what, "ref": ref, "theirs": theirs, "ours": ours, **known}
