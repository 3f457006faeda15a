"""What the verbs of draws share: guards, locks, copies, mails."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from comptoir.accounts.actors import Actor
from comptoir.core.db import fetch
from comptoir.draws.errors import no_such_draw
from comptoir.draws.models import Draw, DrawEntry, DrawLot, EntryState, Phase
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.notifications.operations import Draft, forget, queue
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.shelf.holds import release


def scoped(of: Shop | Network, actor: Actor) -> dict[str, int]:
    """Guard (`SET_RELEASES`) and lock whose draw this is; return the column that names it."""
    if isinstance(of, Network):
        in_network(of, actor, NetworkVerb.SET_RELEASES, lock=True)
        return {"network_id": of.pk}
    in_scope(of, actor, Verb.SET_RELEASES, lock=True)
    return {"shop_id": of.pk}


def guard(draw: Draw, actor: Actor) -> None:
    """Guard (`SET_RELEASES`) and lock whose draw this is."""
    scoped(whose(draw), actor)


def whose(draw: Draw) -> Shop | Network:
    """Return whose draw this is."""
    found = draw.network if draw.shop is None else draw.shop
    assert found is not None, "the database has a row name one of the two"
    return found


def zone_of(of: Shop | Network) -> str:
    """Return the name of the time zone on whose clock a shop or a network reads moments."""
    return of.time_zone if isinstance(of, Shop) else settings.TIME_ZONE


def locked(key: int) -> Draw:
    """Lock a draw: nobody enters or leaves meanwhile. Raises `NotFound` (`no_such_draw`)."""
    found = Draw.objects.select_for_update(no_key=True).filter(pk=key).first()
    if found is None:
        raise no_such_draw()
    return found


def shared(key: int) -> Draw:
    """Lock a draw beside others who enter, against whoever freezes it. Raises `NotFound`
    (`no_such_draw`)."""
    if not fetch("SELECT 1 FROM draws_draw WHERE id = %s FOR SHARE", [key]):
        raise no_such_draw()
    return Draw.objects.get(pk=key)


def seen_as(draw: Draw, **facts: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what a line of the audit (`note`) tells of a draw beside the deed."""
    return {
        "subject": draw,
        "shop_id": draw.shop_id,
        "network_id": draw.network_id,
        "facts": {"draw": draw.pk, **facts},
    }


def tell(entries: Iterable[DrawEntry], template: str) -> None:
    """Queue a mail to each of these persons."""
    queue(
        [
            Draft(
                to=entry.email,
                language=entry.language,
                template=template,
                context={"entry": entry.pk, "state": entry.state},
                about=about(entry.pk),
            )
            for entry in entries
            if entry.email
        ]
    )


def about(key: int) -> str:
    """Return what the mails to somebody who entered are about (`notifications.Message`)."""
    return f"draw:{key}"


def take_out(entry: DrawEntry, draw: Draw, now: datetime) -> None:
    """Take an entry out of a locked draw, and erase whose it was. Until the list is frozen nothing
    of it is left; from then on what proves the draw (hash, lot, place), and no copy goes to it.

    Writes: the entry, what follows of `offer_next`; deletes its mails.
    """
    if draw.phase is Phase.OPEN:
        forget(about=[about(entry.pk)])
        entry.delete()
        return
    if draw.ended_at is None and entry.state in (EntryState.IN, EntryState.OFFERED):
        draw.entries.filter(pk=entry.pk).update(state=EntryState.PASSED)
    forget_persons(draw.entries.filter(pk=entry.pk))
    if draw.phase is Phase.DRAWN:
        offer_next(draw, now)


def forget_persons(entries: QuerySet[DrawEntry]) -> None:
    """Erase whose entries these are, but for what proves their draw. Writes: them; deletes their
    mails."""
    forget(about=[about(key) for key in entries.values_list("pk", flat=True)])
    entries.update(name="", email="", key=None, token=None, order=None)


def lot_name(key: int) -> str:
    """Return how the published list names a lot."""
    return f"lot-{key}"


def set_free(lots: Sequence[DrawLot]) -> None:
    """Give the copies of lots of a locked draw back: they are free for all. Locks: the offers by
    primary key. Writes: the lots, the offers. Announces: the offers."""
    given = {lot.offer_id: lot.held for lot in lots if lot.held and lot.offer_id}
    DrawLot.objects.filter(pk__in=[lot.pk for lot in lots]).update(held=0)
    release(given)


def offer_next(draw: Draw, now: datetime) -> list[DrawEntry]:
    """Offer the free copies of a locked draw that is drawn to who is next in its order, and tell
    them; end it where nothing more may become of it. Return to whom.

    Writes: the entries, the lots, the draw, the offers, mails.
    """
    offered: list[DrawEntry] = []
    lots = list(draw.lots.order_by("pk"))
    for lot in lots:
        entries = draw.entries.filter(lot=lot)
        free = lot.held - entries.filter(state=EntryState.OFFERED).count()
        if free > 0 and now < draw.until:
            waiting = entries.filter(state=EntryState.IN, place__isnull=False)
            offered += waiting.order_by("place").select_for_update()[:free]
    for entry in offered:
        entry.state = EntryState.OFFERED
        entry.offered_until = min(now + draw.time_to_take, draw.until)
    DrawEntry.objects.bulk_update(offered, ["state", "offered_until"])
    tell(offered, "draw_won")
    _end(draw, lots, now)
    return offered


def _end(draw: Draw, lots: list[DrawLot], now: datetime) -> None:
    """Free what nobody will take any more; with the last offer the draw is over."""
    for lot in lots:
        entries = draw.entries.filter(lot=lot)
        offered = entries.filter(state=EntryState.OFFERED).count()
        some_wait = entries.filter(state=EntryState.IN).exists() and now < draw.until
        if lot.held > offered and not some_wait:
            spare = lot.held - offered
            DrawLot.objects.filter(pk=lot.pk).update(held=offered)
            if lot.offer_id:
                release({lot.offer_id: spare})
    if not draw.lots.filter(held__gt=0).exists():
        draw.ended_at = now
        draw.save(update_fields=["ended_at"])
