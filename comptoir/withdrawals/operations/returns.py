"""Copies come back to the shop, or are kept out by its word."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.orders.charges.reads import kept
from comptoir.orders.models import LineStatus, Order
from comptoir.orders.operations.postal import keep_back, take_back
from comptoir.orders.operations.status import lock_served
from comptoir.withdrawals.errors import NotSoMany, no_such_withdrawal
from comptoir.withdrawals.models import Withdrawal, WithdrawnLine
from comptoir.withdrawals.operations.news import KEPT, tell_reader
from comptoir.withdrawals.reads import may_be_sealed


@transaction.atomic
def receive(
    *, withdrawn_id: int, quantity: int, actor: Actor, unsealed: bool = False
) -> Withdrawal:
    """Note that so many copies of a withdrawn line are back, or that the shop waits for them no
    more: what was paid for them goes back by itself, with the post once nothing is left of the
    order. Copies that have not left yet are kept in the shop. `unsealed`: of a recording, the shop
    says that it was sealed and came back unsealed: nothing is paid back, and the reader is told.

    Guard: `SERVE_ORDERS`. Locks: the order, offers of copies that have not left. Writes: the line,
    the withdrawal, an entry of the audit, a mail, what `take_back` or `keep_back` do. Raises
    `NotFound` (also `no_such_withdrawal`), `Forbidden`, `Conflict` (`not_so_many_back`).
    """
    found = Withdrawal.objects.visible_to(actor).filter(lines=withdrawn_id).first()
    if found is None:
        raise no_such_withdrawal()
    order = lock_served(actor, pk=found.order_id)
    found.refresh_from_db()
    found.order = order
    row = WithdrawnLine.objects.select_related("line__product").get(pk=withdrawn_id)
    # What has never left the shop was not unsealed by its reader.
    here = row.line.status == LineStatus.HELD
    excepted = unsealed and not here and may_be_sealed(row.line, order)
    if not 1 <= quantity <= row.left or unsealed != excepted:
        raise NotSoMany(row.left)
    if excepted:
        row.kept += quantity
        tell_reader(found, KEPT, row.line_id)
    else:
        row.back += quantity
    # Before the copies move: `end_with_copies` reckons with what is back already.
    row.save(update_fields=["back", "kept"])
    if not excepted:
        move = keep_back if here else take_back
        move(line_id=row.line_id, quantity=quantity, actor=actor)
    if not any(each.left for each in found.lines.all()):
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
    facts = {"line": row.line_id, "quantity": quantity, "unsealed": excepted}
    note(actor, "withdrawn_received", subject=found, shop_id=order.shop_id, facts=facts)
    return found


def end_with_copies(orders: Collection[int]) -> None:
    """Note that withdrawn copies are back which their reader neither has nor is to have any more:
    the order was cancelled, or they were not on the shelf. What was paid for them goes back by
    itself; the first to be withdrawn from are the first.

    A step of whatever moves copies (`orders.charges.settlement`), which has locked the orders.
    Writes: the lines, the withdrawals.
    """
    rows = WithdrawnLine.objects.filter(withdrawal__order__in=orders, withdrawal__ended_at=None)
    open_ones = list(rows.order_by("pk"))
    if not open_ones:
        return
    now = timezone.now()
    for order in Order.objects.filter(withdrawals__lines__in=open_ones).distinct():
        there = kept(order)
        for line, excepted in _kept_out(order).items():
            there[line] -= excepted
        for row in reversed([row for row in open_ones if row.line_id in there]):
            still = min(row.left, max(0, there[row.line_id]))
            there[row.line_id] -= still
            if still < row.left:
                row.back += row.left - still
                row.save(update_fields=["back"])
        ended = order.withdrawals.filter(ended_at=None).prefetch_related("lines")
        for made in ended:
            if not any(each.left for each in made.lines.all()):
                made.ended_at = now
                made.save(update_fields=["ended_at"])


def _kept_out(order: Order) -> dict[int, int]:
    """Return by line how many copies the shop keeps out: its reader has them."""
    rows = WithdrawnLine.objects.filter(withdrawal__order=order, kept__gt=0)
    return dict(rows.values_list("line").annotate(Sum("kept")))
