"""From the outbox to the hub: one thread, which asks seldom while nobody listens."""

import asyncio
import logging
import threading
from collections import defaultdict

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from comptoir.core.db import fetch
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import Early
from comptoir.live.hub import Hub

PAUSE_SECONDS = 0.4
IDLE_SECONDS = 15.0
_AFTER_ERROR_SECONDS = 2.0
_TOPICS = (OutboxEntry.Topic.OFFER,)

logger = logging.getLogger(__name__)


def follow(hub: Hub, loop: asyncio.AbstractEventLoop, stop: threading.Event) -> None:
    """Announce to the hub each offer that changes, until `stop`.

    It reads from before the first page is open: no change falls between what the site rendered and
    the page's first event. When the database could not be reached, every page is woken afterwards.
    """
    early: Early | None = None
    while not stop.is_set():
        try:
            close_old_connections()
            if early is None:
                early = Early(_TOPICS)
                if hub.following.is_set():
                    _call(loop, hub.wake_all)
                hub.following.set()
            _step(early, hub, loop)
        except DatabaseError:
            logger.exception("The live feeds cannot follow the database; trying again")
            early = None
            stop.wait(_AFTER_ERROR_SECONDS)
        hub.joined.clear()
        if hub.count:
            stop.wait(PAUSE_SECONDS)
        else:
            hub.joined.wait(IDLE_SECONDS)
    connection.close()


def _step(early: Early, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
    entries = early.read()
    if entries is None:
        _call(loop, hub.wake_all)
    elif entries and hub.count:
        changes = named({key for _, key in entries})
        _call(loop, lambda: hub.wake(changes))


def named(offer_ids: set[int]) -> dict[str, list[int]]:
    """Return what pages show of these offers: for each title and each shop, the offers.

    Of a shop that shows no stock its own page hears nothing, and no offer is named: how fast it
    sells is nobody's to see. The title's page looks again: the shop may have shown it until now.
    """
    # One array: after a large first report there are more of them than a statement has parameters.
    rows = fetch(
        "SELECT o.id, o.product_id, p.ean, s.slug,"
        " s.paused_at IS NULL AND s.stock_shown <> 'nothing' FROM stock_offer o"
        " JOIN catalogue_product p ON p.id = o.product_id JOIN shops_shop s ON s.id = o.shop_id"
        " WHERE o.id = ANY(%s::bigint[])",
        [list(offer_ids)],
    )
    changes: dict[str, list[int]] = defaultdict(list)
    for offer, product, ean, slug, shows in rows:
        seen = [offer] if shows else []
        changes[f"titres/{ean or f'p{product}'}"] += seen
        if shows:
            changes[f"boutiques/{slug}"] += seen
    return changes


def _call(loop: asyncio.AbstractEventLoop, what: "object") -> None:
    """Call something in the event loop, unless it has ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(what)  # type: ignore[arg-type]
