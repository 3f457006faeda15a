"""What time does to transfers: none waits for ever, and no copy is kept for nobody."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comptoir.accounts.actors import SYSTEM
from comptoir.exchanges.models import Transfer, TransferStatus
from comptoir.exchanges.operations.news import tell
from comptoir.exchanges.operations.steps import let_go, locked_both, move
from comptoir.exchanges.terms import due
from comptoir.shops.models import Shop


def end_due(*, now: datetime) -> int:
    """End the transfers whose time is over, and those of shops that have left; return how many.

    Where a closure entered meanwhile gives the shop that was asked more time, it has it. What is on
    its way to a shop that has left is lost; what comes from one may still arrive.

    Locks, a transfer a transaction: both shops shared, the transfer, the offer. Writes: the
    transfers, their history, the offers, mails. Announces: the offers.
    """
    asker_left = Q(asker__ended_at__isnull=False)
    giver_left = Q(giver__ended_at__isnull=False) & ~Q(status=TransferStatus.SENT)
    over = Transfer.objects.open().filter(Q(due_at__lte=now) | asker_left | giver_left)
    keys = list(over.order_by("pk").values_list("pk", flat=True))
    return sum(_end_one(key, now) for key in keys)


@transaction.atomic
def _end_one(key: int, now: datetime) -> bool:
    transfer = locked_both(key)
    if transfer is None or transfer.ended_at is not None:
        return False
    if transfer.status == TransferStatus.SENT:
        if not (_has_left(transfer.asker) or (transfer.due_at and transfer.due_at <= now)):
            return False
        move(transfer, TransferStatus.LOST, actor=SYSTEM, at=now)
    elif _has_more_time(transfer, now):
        return False
    else:
        let_go(transfer, TransferStatus.EXPIRED, actor=SYSTEM, at=now)
    for side in (transfer.asker, transfer.giver):
        tell(transfer, side)
    return True


def _has_more_time(transfer: Transfer, now: datetime) -> bool:
    """Whether closures entered since give the shop that was asked more time; it is then written."""
    if _has_left(transfer.asker) or _has_left(transfer.giver):
        return False
    accepted = transfer.steps.filter(status=TransferStatus.ACCEPTED).last()
    until = due(transfer, accepted.happened_at if accepted else None)
    if until is None or until <= now:
        return False
    transfer.due_at = until
    transfer.save(update_fields=["due_at"])
    return True


def _has_left(shop: Shop | None) -> bool:
    return shop is not None and shop.ended_at is not None
