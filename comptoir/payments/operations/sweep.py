"""What time does to payments: nothing waits for a notice that never comes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef

from comptoir.core.errors import DomainError
from comptoir.orders.models import Order
from comptoir.orders.operations.postal import take_turns
from comptoir.payments.errors import Silent
from comptoir.payments.kinds import UNENDED, RefundStatus, SessionStatus
from comptoir.payments.models import Notice, Refund, Session, Transfer
from comptoir.payments.operations.captures import SOON
from comptoir.payments.operations.notices import follow
from comptoir.payments.operations.refunds import send_refunds
from comptoir.payments.operations.sessions import end, look
from comptoir.payments.operations.settlement import decide
from comptoir.payments.providers import ONLINE

MOST = 200
AT_NEXT = timedelta(minutes=1)


def sweep(*, now: datetime) -> None:
    """Ask providers about all that is due: sessions whose order has ended are ended first, notices
    and refunds are tried again. What waits longest comes first, and each is due again only later,
    whatever becomes of it: what fails over and over keeps nothing else waiting. An account whose
    provider is silent is asked no more this time.

    Network, outside any transaction. Writes: what `look`, `end`, `settle_notice` and `send_refunds`
    do.
    """
    silent: set[int] = set()
    notices = Notice.objects.filter(settled_at=None, next_at__lte=now)
    for notice in notices.order_by("next_at", "pk")[:MOST]:
        Notice.objects.filter(pk=notice.pk, settled_at=None).update(
            next_at=_next(notice.account_id, silent, now)
        )
        _ask(notice.account_id, silent, partial(follow, notice_id=notice.pk, now=now))
    sessions = Session.objects.filter(look_at__lte=now, status__in=UNENDED)
    sessions = sessions.select_related("account", "order").order_by("look_at", "pk")
    for session in sessions[:MOST]:
        Session.objects.filter(pk=session.pk).update(look_at=_next(session.account_id, silent, now))
        _ask(session.account_id, silent, partial(_attend, session, now))
    waiting = Refund.objects.filter(
        status__in=(RefundStatus.ASKED, RefundStatus.SENT),
        look_at__lte=now,
        capture__account__provider__in=ONLINE,
    ).select_related("capture__session__account")
    for refund in waiting.order_by("look_at", "pk")[:MOST]:
        account = refund.capture.account_id
        Refund.objects.filter(pk=refund.pk).update(look_at=_next(account, silent, now))
        _ask(account, silent, partial(_follow, refund, now))


def _next(account: int, silent: set[int], now: datetime) -> datetime:
    """Return when something of an account is due again at the earliest: what is passed over before
    what was tried in vain."""
    return now + (AT_NEXT if account in silent else SOON)


def _ask(account: int, silent: set[int], work: Callable[[], object]) -> None:
    """Ask an account unless it is among the silent ones; where it is, it is from then on."""
    if account in silent:
        return
    try:
        work()
    except Silent:
        silent.add(account)
    except DomainError:
        return


def settle(*, order_id: int, now: datetime) -> None:
    """Bring an order and its money together: sessions of one that has ended are ended, what came in
    beyond what is owed goes back, once.

    Network, outside any transaction. Locks: the turns of `take_turns`, the order. Writes: what
    `decide` and `send_refunds` do.
    """
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        return
    if order.ended_at is not None:
        theirs = order.payment_sessions.filter(status__in=UNENDED)
        # Of one that is not reached now the sweep goes on.
        theirs.update(look_at=now)
        for session in theirs.select_related("account"):
            _tried(partial(end, session, now))
    with transaction.atomic():
        take_turns(order_id)
        locked = Order.objects.select_for_update(of=("self",)).select_related("shop")
        decide(locked.get(pk=order_id), now=now)
    _tried(partial(send_refunds, order_id=order_id, now=now))


def look_again(session: Session, now: datetime) -> None:
    """Look at a session whatever is known of it."""
    _tried(partial(look, session, now))


def erase_due() -> int:
    """Empty the references of transfers, and what providers said of refunds, where the order's
    person was erased; return how many."""
    named = Transfer.objects.filter(order__erased_at__isnull=False).exclude(reference="")
    told = Refund.objects.filter(order__erased_at__isnull=False).exclude(why="")
    return named.update(reference="") + told.update(why="")


def money_on_its_way(now: datetime) -> Exists:  # noqa: ARG001
    """Return that money of an order has still to go back (`orders.postal.erasure.wait_for`), also
    what a provider refuses: its shop has to know whom to pay by hand."""
    theirs = Refund.objects.filter(order=OuterRef("pk"))
    return Exists(theirs.exclude(status=RefundStatus.DONE))


def _attend(session: Session, now: datetime) -> None:
    is_stuck = session.status == SessionStatus.ASKED
    if session.order.ended_at is not None or is_stuck or session.expires_at <= now:
        end(session, now)
    else:
        look(session, now)


def _follow(refund: Refund, now: datetime) -> None:
    if refund.status == RefundStatus.ASKED:
        if not send_refunds(order_id=refund.order_id, now=now):
            raise Silent
    elif refund.capture.session is not None:
        look(refund.capture.session, now)


def _tried(work: Callable[[], object]) -> None:
    """Do something of which a refusal is no reason not to do the rest."""
    try:
        work()
    except DomainError:
        return
