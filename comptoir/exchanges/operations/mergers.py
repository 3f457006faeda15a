"""Transfers follow a shop that becomes part of another."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.exchanges.models import Transfer, TransferStatus
from comptoir.exchanges.operations.steps import let_go, move
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer


def follow_merger(gone: Shop, into: Shop, stands_for: Mapping[int, Offer], actor: Actor) -> None:
    """Have the open transfers of a shop go on as those of the one that it becomes part of.

    Between the two there is nothing to send any more: what was set aside is free again, what is on
    its way is received by hand. `stands_for` says which offer stands for one of the shop that goes,
    by its key.

    A step inside the transaction of a merger, which has locked both shops. Locks: the transfers.
    Writes: them, their history, the offers. Announces: the offers.
    """
    mine = Transfer.objects.open().filter(Q(asker=gone) | Q(giver=gone)).order_by("pk")
    for transfer in mine.select_for_update(of=("self",)):
        if transfer.offer_id in stands_for:
            transfer.offer = stands_for[transfer.offer_id or 0]
        if into.pk in (transfer.asker_id, transfer.giver_id) or _is_asked_already(
            transfer, gone, into
        ):
            _end(transfer, actor)
            continue
        for side in ("asker", "giver"):
            if getattr(transfer, f"{side}_id") == gone.pk:
                setattr(transfer, side, into)
        transfer.save(update_fields=["asker", "giver", "offer"])


def _end(transfer: Transfer, actor: Actor) -> None:
    now = timezone.now()
    transfer.save(update_fields=["offer"])
    if transfer.status == TransferStatus.SENT:
        move(transfer, TransferStatus.LOST, actor=actor, at=now)
    else:
        let_go(transfer, TransferStatus.WITHDRAWN, actor=actor, at=now)


def _is_asked_already(transfer: Transfer, gone: Shop, into: Shop) -> bool:
    """Whether the shop that stays has asked for the same, or was asked for it, by the same shop."""
    if transfer.status == TransferStatus.SENT:
        return False
    sides = {
        side: into.pk if getattr(transfer, f"{side}_id") == gone.pk else getattr(transfer, side)
        for side in ("asker", "giver")
    }
    same = Transfer.objects.filter(
        **sides,
        product=transfer.product_id,
        condition=transfer.condition,
        order=transfer.order_id,
        status__in=(TransferStatus.ASKED, TransferStatus.ACCEPTED),
    )
    return same.exists()
