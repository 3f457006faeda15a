"""Transfers locked for one of their two shops, and moved, with the line of history.

Locks, in this order: both shops shared (a merger, which takes them alone, is waited for), the
transfer; then what the verb locks.
"""

from datetime import datetime
from typing import Any, Literal

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.db import fetch
from comptoir.exchanges.errors import OthersMove, TransferMoved, no_such_transfer
from comptoir.exchanges.lifecycle import allowed
from comptoir.exchanges.models import OPEN, Transfer, TransferStatus, TransferStep
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.shelf.holds import release

Side = Literal["asker", "giver"]
ASKER: Side = "asker"
GIVER: Side = "giver"
_SHARE = "SELECT id FROM shops_shop WHERE id = ANY(%s) ORDER BY id FOR SHARE"


def locked(transfer_id: int, actor: Actor, *sides: Side) -> Transfer:
    """Lock and return a transfer for an actor of one of these of its sides.

    Guard: `EXCHANGE_COPIES` in the shop of that side. Raises `NotFound` (`no_such_transfer`) for
    strangers, `OthersMove` for the shop of the other side, `Forbidden`, `Conflict`
    (`shop_ended`).
    """
    found = locked_both(transfer_id)
    keys = {found.asker_id: ASKER, found.giver_id: GIVER} if found else {}
    mine = list(Shop.objects.visible_to(actor).filter(pk__in=[key for key in keys if key]))
    if found is None or not mine:
        raise no_such_transfer()
    shop = next((each for each in mine if keys[each.pk] in sides), None)
    if shop is None:
        raise OthersMove
    in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    return found


def locked_both(transfer_id: int) -> Transfer | None:
    """Lock and return a transfer with its shops and its product; None where there is none.

    Neither of the shops becomes part of another until the transaction ends.
    """
    sides = Transfer.objects.filter(pk=transfer_id).values_list("asker_id", "giver_id").first()
    fetch(_SHARE, [[key for key in sides or () if key]])
    known = Transfer.objects.select_related("asker", "giver", "product")
    return known.select_for_update(of=("self",)).filter(pk=transfer_id).first()


def check(transfer: Transfer, status: TransferStatus) -> None:
    """Raise `TransferMoved` where a locked transfer may not become this."""
    if status not in allowed(transfer.status):
        raise TransferMoved(transfer.status)


def move(
    transfer: Transfer,
    status: TransferStatus,
    *,
    actor: Actor,
    at: datetime,
    **written: Any,  # noqa: ANN401
) -> None:
    """Move a locked transfer and append the line of its history. Raises `TransferMoved`.

    What it held is held no more, unless `written` says so: the caller has given it back.
    """
    check(transfer, status)
    values = {"held": 0, "due_at": None, **written, "status": status}
    if status not in OPEN:
        values["ended_at"] = at
    for name, value in values.items():
        setattr(transfer, name, value)
    transfer.save(update_fields=[*values])
    note(transfer, actor, at)


def let_go(
    transfer: Transfer,
    status: TransferStatus,
    *,
    actor: Actor,
    at: datetime,
    refusal: str = "",
) -> None:
    """End a locked transfer that was not sent, and give back what was held for it.

    Locks: the offer. Writes: the transfer, its history, the offer. Announces: the offer. Raises
    `TransferMoved`.
    """
    check(transfer, status)
    if transfer.offer_id is not None and transfer.held:
        release({transfer.offer_id: transfer.held})
    move(transfer, status, actor=actor, at=at, refusal=refusal)


def note(transfer: Transfer, actor: Actor, at: datetime) -> None:
    """Append what a transfer is by now to its history."""
    TransferStep.objects.create(
        transfer=transfer, status=transfer.status, happened_at=at, **acted_by(actor)
    )
