"""Winners take their copies; what is not taken in time goes to the next."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comptoir.accounts.actors import READER
from comptoir.core.locks import Space, lock
from comptoir.draws.errors import NotWon, no_such_entry
from comptoir.draws.models import Draw, DrawEntry, DrawLot, EntryState, Phase
from comptoir.draws.operations.start import call_off
from comptoir.draws.operations.steps import locked, offer_next
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place_checked
from comptoir.orders.operations.doors.places import turns_of
from comptoir.orders.operations.requests import Checked, Customer, LineRequest, PlaceRequest, check
from comptoir.releases.memory import releases
from comptoir.releases.rules import coming
from comptoir.stock.shelf.holds import release


@transaction.atomic
def take(*, token: str, now: datetime, slot: datetime | None = None) -> Order:
    """Take the copy that an entry has won: it is a reservation from now on, kept as any other from
    the moment at which the title is sold, or handed over at the door in the `slot` that begins at a
    moment. A second time gives the same order.

    Guard: the secret `token`. Locks: the draw, the entry, the turns of the person, the key and the
    slot (`PLACING`), the offer. Writes: the entry, the lot, the offer, what placing an order does.
    Announces: as placing. Raises `NotFound`, `NotWon`, `CopiesGone` where the shop has fewer copies
    than it set aside, `SlotRefused`.
    """
    found = DrawEntry.objects.filter(token=token).first() if token else None
    if found is None:
        raise no_such_entry()
    draw = locked(found.draw_id)
    entry = DrawEntry.objects.select_for_update().select_related("lot").get(pk=found.pk)
    if entry.order is not None:
        return entry.order
    if entry.state != EntryState.OFFERED or entry.offered_until is None:
        raise NotWon
    lot = DrawLot.objects.select_for_update().get(pk=entry.lot_id)
    if now >= entry.offered_until or lot.offer_id is None or not lot.held:
        raise NotWon
    asked = _request(draw, entry, lot, now, slot)
    # Before any offer is locked: who places waits for turns first, and here the copy is let go
    # before the order takes it.
    lock(Space.PLACING, *asked.contact_keys, asked.key or "", *turns_of([asked]))
    DrawLot.objects.filter(pk=lot.pk).update(held=lot.held - 1)
    release({lot.offer_id: 1})
    order = place_checked(asked)
    entry.state, entry.order = EntryState.TAKEN, order
    entry.save(update_fields=["state", "order"])
    offer_next(draw, now)
    return order


def follow_due(*, now: datetime) -> int:
    """Pass on what winners have not taken in time, and end draws whose time is over, made or not,
    and those of shops that have left; return how many draws changed.

    Guard: none, the system's own. Locks: each draw, in a transaction of its own. Writes: what
    `steps.offer_next` does, or `start.call_off`.
    """
    late = Q(entries__state=EntryState.OFFERED, entries__offered_until__lte=now)
    left = Q(lots__held__gt=0, lots__offer__shop__ended_at__isnull=False)
    spare = Q(until__lte=now)
    due = Draw.objects.filter(late | left | spare, ended_at=None).distinct()
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        _follow(key, now)
    return len(keys)


@transaction.atomic
def _follow(key: int, now: datetime) -> None:
    draw = locked(key)
    if draw.ended_at is not None:
        return
    if draw.phase is not Phase.DRAWN:
        call_off(draw, now)
        return
    late = draw.entries.filter(state=EntryState.OFFERED, offered_until__lte=now)
    late.update(state=EntryState.PASSED)
    offer_next(draw, now)


def _request(
    draw: Draw, entry: DrawEntry, lot: DrawLot, now: datetime, slot: datetime | None
) -> Checked:
    """Return what places the order of a winner: who they are was confirmed as they entered."""
    where = lot.where
    said = coming(releases().of(draw.product_id, where.pk), now)
    return check(
        PlaceRequest(
            shop_id=where.pk,
            lines=(LineRequest(draw.product_id, lot.offer_id),),
            customer=Customer(entry.name, entry.email, language=entry.language),
            channel=Channel.WEB,
            actor=READER,
            trusted=True,
            verified=True,
            past_release=True,
            slot=slot,
            kept_from=said.sale_at if said else None,
            idempotency_key=f"draw-{entry.pk}-{entry.digest[:16]}",
            request_digest=entry.digest,
        )
    )
