"""A reader withdraws from an order, in whole or in part."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.core.text import one_line
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations.moves import cancel
from comptoir.orders.operations.status import lock
from comptoir.withdrawals.errors import NothingLeft, PeriodOver, no_such_withdrawal
from comptoir.withdrawals.models import Withdrawal, WithdrawnLine
from comptoir.withdrawals.operations.news import tell_reader, tell_shop
from comptoir.withdrawals.reads import items_of, period, today_of


@transaction.atomic
def declare(
    *, token: str, quantities: Mapping[int, int], actor: Actor, asked_at: datetime | None = None
) -> Withdrawal:
    """Withdraw from so many copies of lines of an order, by their keys. The receipt leaves by mail,
    and the shop is told. Of an order of which nothing is packed, all of which is withdrawn, this is
    its cancellation: it is paid back at once.

    Guard: the secret `token`, by the order's page or by the link that its address got; `asked_at`
    is when that was asked for, within the period. Locks: the order. Writes: the withdrawal, its
    lines, mails, perhaps what `cancel` does. Raises `NotFound`, `Conflict` (`withdrawal_over`,
    `nothing_to_withdraw`).
    """
    order = lock(Order.objects.all(), token=token)
    now = timezone.now()
    moment = min(asked_at or now, now)
    known = period(order)
    if known.last_day is not None and not known.is_open(today_of(order.shop, moment)):
        raise PeriodOver(known.last_day)
    items = items_of(order)
    left = {item.line.pk: item.quantity for item in items}
    wanted = {key: count for key, count in quantities.items() if count}
    if not wanted or any(not 1 <= count <= left.get(key, 0) for key, count in wanted.items()):
        raise NothingLeft
    ends_all = wanted == left and order.status in (OrderStatus.PLACED, OrderStatus.SET_ASIDE)
    made = Withdrawal.objects.create(
        order=order,
        declared_at=moment,
        confirmed_at=now,
        last_day=known.last_day,
        ended_at=now if ends_all else None,
    )
    WithdrawnLine.objects.bulk_create(
        WithdrawnLine(withdrawal=made, line_id=key, quantity=count, back=count if ends_all else 0)
        for key, count in sorted(wanted.items())
    )
    tell_reader(made)
    tell_shop(made)
    if ends_all:
        cancel(token=token, actor=actor)
    return made


@transaction.atomic
def note_sent_back(*, token: str, withdrawal_id: int, proof: str, now: datetime) -> Withdrawal:
    """Note how a reader says that they sent something back: a carrier's number, a day. From then on
    the shop may not wait for the goods any more.

    Guard: the secret `token`. Locks: the order. Writes: the withdrawal, a mail to the shop. Raises
    `NotFound` (also `no_such_withdrawal`). Nothing is changed once it has ended.
    """
    order = lock(Order.objects.all(), token=token)
    made = order.withdrawals.filter(pk=withdrawal_id).first()
    if made is None:
        raise no_such_withdrawal()
    text = one_line(proof)[:120]
    if made.ended_at is None and text:
        made.proof, made.proof_at = text, made.proof_at or now
        made.save(update_fields=["proof", "proof_at"])
        made.order = order
        tell_shop(made)
    return made
