"""The corrections that a shop owes its own till: copies that staff counted or did not find."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.core.db import execute, fetch
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

REMEMBERED = timedelta(days=365)

_OPEN = """
FROM stock_stockmovement m
JOIN stock_offer o ON o.id = m.offer_id
WHERE o.shop_id = %(shop)s AND m.reason IN ('not_found', 'counted')
  AND m.happened_at >= %(since)s
  AND NOT EXISTS (SELECT FROM stock_tillcorrection c WHERE c.movement_id = m.id)
"""
# Movements that cancel each other out leave the till right: their offer is not listed.
OWED = f"""
SELECT m.offer_id, sum(m.delta) AS delta, max(m.happened_at) AS last, max(m.id) AS newest
{_OPEN} GROUP BY m.offer_id HAVING sum(m.delta) <> 0
"""
"""The offers of a `shop` that its till counts otherwise, `since` (`remembered_since`), and by how
many copies its figure is to be changed."""
_LIST = f"""
WITH owed AS ({OWED})
SELECT o.id, coalesce(o.ean, ''), p.title, p.byline, o.condition, f.delta, f.last, f.newest
FROM owed f
JOIN stock_offer o ON o.id = f.offer_id JOIN catalogue_product p ON p.id = o.product_id
ORDER BY f.last DESC, o.id
"""  # noqa: S608
_TICK = f"""
INSERT INTO stock_tillcorrection (movement_id, actor_kind, actor_id)
SELECT m.id, %(kind)s, %(actor)s {_OPEN} AND o.id = %(offer)s AND m.id <= %(newest)s
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """One offer of which the till's figure is to be changed by `delta`. `newest` is the key of its
    last movement in that sum, so that what comes later is not ticked off unseen."""

    offer_id: int
    ean: str
    title: str
    byline: str
    condition: str
    delta: int
    last: datetime
    newest: int


def remembered_since() -> datetime:
    """Return from when on what was counted or not found is owed to the till."""
    return timezone.now() - REMEMBERED


def corrections_of(shop: Shop, actor: Actor) -> Iterator[Correction]:
    """Yield the corrections that a shop owes its till, newest first. Raises `NotFound`."""
    found = in_scope(shop, actor, Verb.COUNT_STOCK)
    for row in fetch(_LIST, {"shop": found.pk, "since": remembered_since()}):
        yield Correction(*row)


@transaction.atomic
def tick_off(*, shop: Shop, offer_id: int, newest: int, actor: Actor) -> int:
    """Note that the till was corrected for an offer, up to a movement; return how many were open.

    Done twice, it is done once.

    Guard: `COUNT_STOCK`. Locks nothing: the unique movement of a correction decides. Writes: a
    correction for each movement. Announces nothing. Raises `NotFound`.
    """
    return execute(
        _TICK,
        {
            "shop": in_scope(shop, actor, Verb.COUNT_STOCK).pk,
            "since": remembered_since(),
            "offer": offer_id,
            "newest": newest,
            "kind": actor.kind.value,
            "actor": actor.id,
        },
    )
