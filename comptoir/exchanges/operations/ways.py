"""Copies on their way from one shop to another: sent, arrived, lost."""

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.exchanges.errors import no_such_transfer
from comptoir.exchanges.models import Transfer, TransferStatus
from comptoir.exchanges.operations.news import tell
from comptoir.exchanges.operations.steps import ASKER, GIVER, check, locked, move
from comptoir.exchanges.terms import ARRIVES_WITHIN
from comptoir.orders.models import Order
from comptoir.orders.operations.copies import take_arrived
from comptoir.stock.models import Offer, Reason
from comptoir.stock.shelf.holds import send_away
from comptoir.stock.shelf.ledger import receive


@transaction.atomic
def send(*, transfer_id: int, actor: Actor) -> Transfer:
    """Record that the copies have left: they are out of the stock of the shop that sends them.

    Its till hears of it as of a collected copy, by the shop's habit (`stock.shelf.truth`).

    Guard: `EXCHANGE_COPIES` in the shop that was asked. Locks: both shops shared, the transfer, the
    offer. Writes: the transfer, its history, the offer, a movement (`sent`), perhaps a mail.
    Announces: the offer. Raises `NotFound`, `Forbidden`, `TransferMoved`, `Conflict`
    (`shop_ended`).
    """
    transfer = locked(transfer_id, actor, GIVER)
    if transfer.status == TransferStatus.SENT:
        return transfer
    check(transfer, TransferStatus.SENT)
    now = timezone.now()
    if transfer.offer_id is not None:
        send_away({transfer.offer_id: transfer.held}, actor=actor, at=now)
    until = now + ARRIVES_WITHIN
    move(transfer, TransferStatus.SENT, actor=actor, at=now, sent_at=now, due_at=until)
    tell(transfer, transfer.asker)
    return transfer


@transaction.atomic
def arrive(*, transfer_id: int, actor: Actor) -> Transfer:
    """Record that the copies have come: they are in the stock of the shop that asked, and held for
    the order they are for, if it is still open.

    Where the shop's own till has counted more of the title since they were sent, it may have
    entered them already: they are then doubtful until somebody counts.

    Guard: `EXCHANGE_COPIES` in the shop that asked. Locks: both shops shared, the transfer, its
    order, the shop's clock shared, the offer. Writes: the transfer, its history, the offer, a
    movement (`received`), the order and its line. Announces: the offer, its product if it crossed
    zero. Raises `NotFound`, `Forbidden`, `TransferMoved`, `Conflict` (`shop_ended`).
    """
    transfer = locked(transfer_id, actor, ASKER)
    if transfer.status == TransferStatus.ARRIVED:
        return transfer
    check(transfer, TransferStatus.ARRIVED)
    if transfer.asker is None:
        raise no_such_transfer()
    now = timezone.now()
    order = _open_order(transfer)
    entry = receive(
        shop=transfer.asker,
        ean=transfer.product.ean or "",
        quantity=transfer.quantity,
        actor=actor,
        condition=transfer.condition,
    )
    _doubt(entry.offer, transfer)
    if order is not None:
        take_arrived(order, entry.offer, transfer.quantity, at=now)
    move(transfer, TransferStatus.ARRIVED, actor=actor, at=now)
    return transfer


@transaction.atomic
def lose(*, transfer_id: int, actor: Actor) -> Transfer:
    """Record that copies which were sent will not come. No stock changes: they had left already.

    Guard: `EXCHANGE_COPIES` in one of both shops. Locks: both shops shared, the transfer. Writes:
    the transfer, its history, perhaps a mail. Raises `NotFound`, `Forbidden`, `TransferMoved`,
    `Conflict` (`shop_ended`).
    """
    transfer = locked(transfer_id, actor, ASKER, GIVER)
    if transfer.status == TransferStatus.LOST:
        return transfer
    move(transfer, TransferStatus.LOST, actor=actor, at=timezone.now())
    for side in (transfer.asker, transfer.giver):
        tell(transfer, side)
    return transfer


def _open_order(transfer: Transfer) -> Order | None:
    """Lock and return the order that copies are for, while it is open."""
    wanted = Order.objects.filter(transfers=transfer, shop=transfer.asker, ended_at=None)
    return wanted.select_for_update(of=("self",)).select_related("shop").first()


def _doubt(offer: Offer, transfer: Transfer) -> None:
    """Have copies that came count as there by one reading only, as far as the till's figure has
    risen since they were sent."""
    rises = offer.movements.filter(
        reason=Reason.TOLD, delta__gt=0, happened_at__gte=transfer.sent_at or transfer.asked_at
    )
    risen = rises.aggregate(copies=Sum("delta"))["copies"] or 0
    if risen:
        offer.doubtful += min(risen, transfer.quantity)
        offer.save(update_fields=["doubtful"])
