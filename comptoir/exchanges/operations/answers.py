"""What a shop says that was asked for copies."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid
from comptoir.exchanges.errors import NoCopyFree
from comptoir.exchanges.models import Refusal, Transfer, TransferStatus
from comptoir.exchanges.operations.news import tell
from comptoir.exchanges.operations.steps import GIVER, check, let_go, locked, move
from comptoir.exchanges.terms import send_by
from comptoir.stock.models import Offer
from comptoir.stock.shelf.holds import LockedOffer, hold, lock_offers, write_off


@transaction.atomic
def accept(*, transfer_id: int, actor: Actor) -> Transfer:
    """Set the copies aside that a colleague asked for: they are promised to nobody else any more.

    Guard: `EXCHANGE_COPIES` in the shop that was asked. Locks: both shops shared, the transfer, the
    offer. Writes: the transfer, its history, the offer, perhaps a mail. Announces: the offer, its
    product if it crossed zero. Raises `NotFound`, `Forbidden`, `TransferMoved`, `NoCopyFree`,
    `Conflict` (`shop_ended`).
    """
    transfer = locked(transfer_id, actor, GIVER)
    if transfer.status == TransferStatus.ACCEPTED:
        return transfer
    check(transfer, TransferStatus.ACCEPTED)
    offer = _free(transfer)
    if offer is None:
        raise NoCopyFree(transfer.product.title)
    hold({offer.id: transfer.quantity})
    now = timezone.now()
    move(
        transfer,
        TransferStatus.ACCEPTED,
        actor=actor,
        at=now,
        offer_id=offer.id,
        held=transfer.quantity,
        due_at=send_by(transfer.giver, now) if transfer.giver else None,
    )
    tell(transfer, transfer.asker)
    return transfer


@transaction.atomic
def refuse(*, transfer_id: int, why: str, actor: Actor) -> Transfer:
    """Refuse what a colleague asked for, and say why; what was set aside for it is free again.

    A copy that is `not_found` is written off, as one is that a reader reserved.

    Guard: `EXCHANGE_COPIES` in the shop that was asked. Locks: both shops shared, the transfer, the
    offer. Writes: the transfer, its history, the offer, a movement (`not_found`), perhaps a mail.
    Announces: the offer. Raises `NotFound`, `Forbidden`, `TransferMoved`, `Invalid` (`bad_why`),
    `Conflict` (`shop_ended`).
    """
    if why not in Refusal.values:
        raise Invalid("bad_why", _("Say why: choose one of the reasons."), field="why")
    transfer = locked(transfer_id, actor, GIVER)
    if transfer.status == TransferStatus.REFUSED:
        return transfer
    check(transfer, TransferStatus.REFUSED)
    now = timezone.now()
    if why == Refusal.NOT_FOUND:
        _write_off(transfer, actor)
        move(transfer, TransferStatus.REFUSED, actor=actor, at=now, refusal=why)
    else:
        let_go(transfer, TransferStatus.REFUSED, actor=actor, at=now, refusal=why)
    tell(transfer, transfer.asker)
    return transfer


def _free(transfer: Transfer) -> LockedOffer | None:
    """Lock and return the alike copies of the shop that was asked, if so many are free."""
    known = Offer.objects.filter(
        shop=transfer.giver,
        product=transfer.product,
        condition=transfer.condition,
        copy_ref="",
    ).values_list("pk", flat=True)
    for offer in lock_offers(known).values():
        if offer.available >= transfer.quantity:
            return offer
    return None


def _write_off(transfer: Transfer, actor: Actor) -> None:
    """Correct the stock of a shop that does not find what it was to send: what it held for it, or
    would have."""
    key, now = transfer.offer_id, timezone.now()
    if not transfer.held:
        free = _free(transfer)
        if free is None:
            return
        hold({free.id: transfer.quantity})
        key = free.id
    if key is not None:
        write_off({key: transfer.quantity}, actor=actor, at=now)
