"""Leading a reader to a provider, and learning how that went. Reserve, pay, look again, confirm.

No provider is asked in a transaction: a session is written before (`_begin`), the answer after.
Whoever dies in between leaves a row by which the provider is asked again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override

from comptoir.orders.models import Delivery, Order, OrderStatus
from comptoir.payments.errors import NothingToPay, NoWayToPay, OtherPage, Refused, Silent
from comptoir.payments.kinds import UNENDED, ProviderName, SessionStatus
from comptoir.payments.models import Account, Session
from comptoir.payments.operations.accounts import trial_account
from comptoir.payments.operations.captures import record
from comptoir.payments.providers import ONLINE, provider_of
from comptoir.payments.providers.protocol import Opened, State, Wanted
from comptoir.payments.reads.state import state_of
from comptoir.payments.reads.ways import offers_trial

SPARE = timedelta(minutes=1)
"""By how much a session outlives what is asked of it: clocks differ, and answers take time."""
LONGEST = timedelta(hours=23)
HEARD_BY = timedelta(minutes=5)
"""Whoever asked a provider has heard its answer by then, or has died."""


def ask_for(*, order: Order, provider: ProviderName, now: datetime) -> Session:
    """Return a session by which a reader pays what is still owed of an order, with its address.

    One that is open already for as much at the same provider is that one; any other of the order is
    closed first, and read once more: who paid by it, or is about to, pays nothing twice. Of two
    that are asked for in one moment the last stays open: whoever hears only then that theirs was
    opened, and has been ended meanwhile, has the provider end it too.

    Guard: whoever knows the order's secret address; the caller has looked it up by that. Network,
    outside any transaction. Locks: the order. Writes: the session. Raises `NothingToPay`,
    `NoWayToPay`, `NoKey`, `Silent`, `Refused`, `OtherPage`.
    """
    session, others = _begin(order.pk, provider, now)
    for each in others:
        end(each, now)
    if others and not _is_still_wanted(session):
        if session.status == SessionStatus.OPEN:
            end(session, now)
        else:
            _note_end(session)
        raise NothingToPay
    if session.status == SessionStatus.OPEN:
        return session
    try:
        opened = provider_of(session.account).open(_wanted(session))
    except Refused:
        _note_end(session)
        raise
    _note_open(session, opened)
    session.refresh_from_db()
    if session.status == SessionStatus.ENDED:
        _close_late(session, opened)
        raise OtherPage
    return session


def _close_late(session: Session, opened: Opened) -> None:
    """Have the provider end what was opened there after it was given up here: nobody was told its
    address."""
    Session.objects.filter(pk=session.pk, ref="").update(ref=opened.ref)
    provider_of(session.account).close(opened.ref)


@transaction.atomic
def _begin(order_id: int, provider: ProviderName, now: datetime) -> tuple[Session, list[Session]]:
    """Write the session that is to be opened, or return one that is; and those to be closed."""
    order = Order.objects.select_for_update(of=("self",)).select_related("shop").get(pk=order_id)
    state = state_of(order)
    if order.ended_at is not None or not state.to_pay:
        raise NothingToPay
    account = _account(order, provider)
    open_ones = list(
        order.payment_sessions.filter(status__in=UNENDED).select_related("account", "order__shop")
    )
    # A debit that is under way is not paid beside: it would be paid twice.
    if any(each.status == SessionStatus.PENDING for each in open_ones):
        raise NothingToPay
    slow = account.slow and _may_wait(order)
    for each in open_ones:
        same = each.account_id == account.pk and each.cents == state.to_pay and each.slow == slow
        if same and each.expires_at > now + SPARE:
            return each, [one for one in open_ones if one != each]
    shortest = provider_of(account).shortest
    until = max(order.pay_by or now + shortest, now + shortest + SPARE)
    session = Session.objects.create(
        order=order,
        account=account,
        token=Session.new_token(),
        cents=state.to_pay,
        slow=slow,
        created_at=now,
        # Whole seconds: the same key comes with the same moment.
        expires_at=min(until, now + LONGEST).replace(microsecond=0),
        look_at=now + HEARD_BY,
    )
    return session, open_ones


def _may_wait(order: Order) -> bool:
    """Whether the copies of an order may wait for days for its money (`give_time_to_pay`): nobody
    blocks them by a stranger's address, nor what is collected."""
    return order.status == OrderStatus.PLACED and order.delivery == Delivery.MAIL


def _is_still_wanted(session: Session) -> bool:
    """Whether as much is to be paid as before the others were closed, and none of them is on its
    way."""
    order = Order.objects.get(pk=session.order_id)
    on_its_way = order.payment_sessions.filter(status=SessionStatus.PENDING).exists()
    state = state_of(order)
    return not (on_its_way or order.ended_at is not None) and state.to_pay == session.cents


def _account(order: Order, provider: ProviderName) -> Account:
    if provider not in ONLINE:
        raise NoWayToPay
    if provider == ProviderName.TRIAL:
        if not offers_trial(order.shop):
            raise NoWayToPay
        return trial_account(order.shop)
    found = order.shop.payment_accounts.open().filter(provider=provider).first()
    if found is None:
        raise NoWayToPay
    return found


def _wanted(session: Session) -> Wanted:
    order = session.order
    back = settings.BASE_URL + reverse("site:payment_back", args=[session.token])
    notice = reverse("site:payment_notice", args=[session.account.provider, session.account.token])
    with override(order.language):
        name = gettext("%(shop)s, order %(code)s") % {"shop": order.shop.name, "code": order.code}
    return Wanted(
        key=session.token,
        cents=session.cents,
        name=name,
        language=order.language[:2],
        expires_at=session.expires_at,
        return_url=back,
        cancel_url=back,
        notice_url=settings.BASE_URL + notice,
        slow=session.slow,
    )


def _note_open(session: Session, opened: Opened) -> None:
    """Write that a session is open, unless somebody wrote more of it meanwhile."""
    Session.objects.filter(pk=session.pk, status=SessionStatus.ASKED).update(
        status=SessionStatus.OPEN,
        ref=opened.ref,
        url=opened.url,
        look_at=session.created_at + timedelta(minutes=10),
    )


def _note_end(session: Session) -> None:
    Session.objects.filter(pk=session.pk, status=SessionStatus.ASKED).update(
        status=SessionStatus.ENDED, ended_at=session.created_at, look_at=None
    )


def look(session: Session, now: datetime) -> None:
    """Ask the provider how a session stands, and write it (`captures.record`).

    Network, outside any transaction. Raises `Silent`, `Refused`, `NoKey`, `NoWayToPay`.
    """
    session.refresh_from_db()
    if not session.ref and not _found(session):
        return
    seen = provider_of(session.account).look(session.ref)
    record(session.pk, seen, now=now)


def end(session: Session, now: datetime) -> None:
    """Have a session be paid no more, and learn whether it was. Network. Raises as `look`."""
    session.refresh_from_db()
    if session.ended_at is not None or (not session.ref and not _found(session)):
        return
    provider = provider_of(session.account)
    if provider.look(session.ref).state is State.OPEN:
        provider.close(session.ref)
    record(session.pk, provider.look(session.ref), now=now)


def end_all(sessions: Sequence[Session], now: datetime) -> bool:
    """End what may still be paid of these; return whether all of it is known."""
    known = True
    for each in sessions:
        try:
            end(each, now)
        except (Silent, Refused):
            known = False
    return known


def _found(session: Session) -> bool:
    """Learn the provider's name of a session whose answer was never heard; where the provider has
    none, it was never opened, and ends. Nobody can have paid: nobody was told its address."""
    opened = provider_of(session.account).find(session.token, session.created_at)
    if opened is None:
        _note_end(session)
        return False
    _note_open(session, opened)
    session.refresh_from_db()
    return bool(session.ref)
