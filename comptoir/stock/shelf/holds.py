"""What changes `held`: copies are promised, given back, handed over or written off. No other code
does.

Every verb takes a batch; one is a batch of one. None has a guard or a transaction of its own: they
belong to the verb of `orders` or `exchanges` that calls. Offers are locked in primary-key
order, so that baskets which overlap wait for one another and never deadlock; then each verb is one
conditional UPDATE. What the code forgets, the constraint `stock_offer_promised_once` refuses.

Promising asks for what the public sees (`lock_offers`); what was promised is given back, handed
over or written off whatever became of the shop since (`_lock`).

All quantities are mappings from an offer's key to a number of copies, at least one each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, cast

from comptoir.accounts.actors import Actor
from comptoir.core.db import among, execute, fetch, fetch_named
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.stock.errors import CopiesGone
from comptoir.stock.shelf.announcements import announcement
from comptoir.stock.shelf.confidence import Confidence, Evidence, Habits, grade
from comptoir.stock.shelf.copies import CopyFacts, read_facts
from comptoir.stock.shelf.models import Reason
from comptoir.stock.shelf.sql import STANDING_OF, available
from comptoir.stock.shelf.standing import StandingRow, known_of, standing_columns

Quantities = Mapping[int, int]
_AVAILABLE = available("o", "s")

_LOCK = f"SELECT id FROM stock_offer WHERE id {among('%(ids)s')} ORDER BY id FOR NO KEY UPDATE"  # noqa: S608
# The text of the view, not the view: whoever has waited for the lock sees the offer `o` as it then
# is, but all that is joined as it was before, and through the view that would be the offer itself.
_LOCK_OFFERS = f"""
SELECT {standing_columns()}, p.title
FROM {STANDING_OF}
JOIN catalogue_product p ON p.id = o.product_id
WHERE o.id {among("%(ids)s")} AND s.paused_at IS NULL ORDER BY o.id
FOR NO KEY UPDATE OF o
"""  # noqa: S608


@dataclass(slots=True)
class LockedOffer:
    """An offer under lock until the transaction ends. `available` may be below zero; whoever
    decides a batch counts it down. `evidence` and `habits` are what it is graded by, `copy` the
    facts of a one-off copy."""

    id: int
    shop_id: int
    product_id: int
    title: str
    condition: str
    price_cents: int | None
    available: int
    evidence: Evidence
    habits: Habits
    copy: CopyFacts | None

    def confidence(self, quantity: int, at: datetime) -> Confidence:
        """Return how sure the last of so many more copies is at a moment."""
        copies = self.available - quantity + 1
        return grade(replace(self.evidence, available=copies), self.habits, at)


def lock_offers(offer_ids: Iterable[int]) -> dict[int, LockedOffer]:
    """Lock these offers, in primary-key order, and return them as they are once locked.

    Offers of paused shops, and keys that do not exist, are left out.
    """
    rows = fetch_named(_LOCK_OFFERS, {"ids": sorted(set(offer_ids))})
    return {row.offer_id: _locked(row) for row in rows}


class _LockedRow(StandingRow, Protocol):
    title: str


def _locked(row: _LockedRow) -> LockedOffer:
    """Return the offer of a row of `_LOCK_OFFERS`."""
    evidence, habits = known_of(row)
    return LockedOffer(
        id=row.offer_id,
        shop_id=row.shop_id,
        product_id=row.product_id,
        title=row.title,
        condition=row.condition,
        price_cents=row.price_cents,
        available=row.available,
        evidence=evidence,
        habits=habits,
        copy=read_facts(row.copy_ref, row.sleeve, row.note, row.photo_id),
    )


def _lock(offer_ids: Iterable[int]) -> None:
    """Lock these offers by their keys alone, in order: those of a paused shop too."""
    fetch(_LOCK, {"ids": sorted(offer_ids)})


def hold(quantities: Quantities, *, in_hand: bool = False) -> None:
    """Promise these copies. Those that somebody has `in_hand` for a reader are promised whatever
    the shop keeps back, and though an earlier promise is short: that one stays so.

    Locks: the caller holds those of `lock_offers`. Writes: `held`. Announces: the offers, and the
    products that crossed zero. Raises `CopiesGone` when any offer has not enough left: the caller's
    transaction must then be undone.
    """
    if not quantities:
        return
    enough, short = f" AND {_AVAILABLE} >= w.quantity", ""
    if in_hand:
        enough, short = "", ", short = greatest(o.short, o.held + w.quantity - o.on_hand)"
    # Change and outbox in one statement: placing is the hot path, and each round trip keeps the
    # row of a bestseller locked for longer.
    rows = fetch(
        f"WITH taken AS (UPDATE stock_offer o SET held = o.held + w.quantity{short}"  # noqa: S608
        " FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity), shops_shop s"
        " WHERE o.id = w.id AND s.id = o.shop_id"
        f"{enough}"
        f" RETURNING o.id, o.product_id, w.quantity, {_AVAILABLE} AS left_over),"
        f" announced AS ({announcement('taken', 'left_over + quantity', 'left_over')})"
        " SELECT id FROM taken",
        list(_columns(quantities)),
    )
    if len(rows) != len(quantities):
        taken = {key for (key,) in rows}
        raise CopiesGone([{"offer_id": key} for key in quantities if key not in taken])


def release(quantities: Quantities) -> None:
    """Give promised copies back: others may have them again.

    Locks: the offers by primary key, those of a paused shop too. Writes: `held`, `short`.
    Announces: the offers, and the products that crossed zero.
    """
    if not quantities:
        return
    _lock(quantities)
    execute(
        "WITH given AS (UPDATE stock_offer o SET held = o.held - w.quantity,"  # noqa: S608
        " short = greatest(least(o.short, o.held - w.quantity - o.on_hand), 0)"
        " FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity), shops_shop s"
        " WHERE o.id = w.id AND s.id = o.shop_id"
        f" RETURNING o.id, o.product_id, w.quantity, {_AVAILABLE} AS left_over)"
        f" {announcement('given', 'left_over - quantity', 'left_over')}",
        list(_columns(quantities)),
    )


def hand_over(quantities: Quantities, *, actor: Actor, at: datetime) -> None:
    """Record that promised copies went to their reader, collected or posted: on-hand and held fall
    together.

    Locks: the offers by primary key. Writes: the offers, movements (`collected`). Announces: the
    offers; no product crosses zero, for both numbers fall alike.
    """
    _take_away(quantities, Reason.COLLECTED, actor, at)


def send_away(quantities: Quantities, *, actor: Actor, at: datetime) -> None:
    """Record that promised copies went to another shop: on-hand and held fall together, and the
    till hears of it as of collected ones.

    Locks: the offers by primary key. Writes: the offers, movements (`sent`). Announces: the offers.
    """
    _take_away(quantities, Reason.SENT, actor, at)


def write_off(quantities: Quantities, *, actor: Actor, at: datetime) -> None:
    """Record that promised copies are not on the shelf: on-hand and held fall together.

    Copies are alike: whoever did not find one did not see the others either, so all that were free
    are doubtful from now on (`stock.shelf.truth`, rule 5). Locks: the offers by primary key.
    Writes: the offers, movements (`not_found`). Announces: the offers.
    """
    _take_away(quantities, Reason.NOT_FOUND, actor, at)


def _take_away(quantities: Quantities, reason: Reason, actor: Actor, at: datetime) -> None:
    """Lower on-hand and held together, as far as on-hand goes.

    Where a later report has already ruled the copy out (`short`), on-hand does not go below zero,
    and the movement holds only what really moved.
    """
    if not quantities:
        return
    _lock(quantities)
    at = _moment_under_lock(at)
    # The ledger first: its delta is what on-hand still is before the update.
    ids, counts = _columns(quantities)
    execute(
        "INSERT INTO stock_stockmovement"
        " (offer_id, delta, reason, happened_at, actor_kind, actor_id)"
        " SELECT o.id, -least(o.on_hand, w.quantity), %s, %s, %s, %s"
        " FROM stock_offer o JOIN unnest(%s::bigint[], %s::int[]) AS w(id, quantity) ON o.id = w.id"
        " WHERE o.on_hand > 0",
        [reason.value, at, actor.kind.value, actor.id, ids, counts],
    )
    execute(
        "UPDATE stock_offer o SET"
        " on_hand = greatest(o.on_hand - w.quantity, 0), held = o.held - w.quantity,"
        " short = greatest(o.held - w.quantity - greatest(o.on_hand - w.quantity, 0), 0),"
        " doubtful = CASE WHEN %s THEN greatest(o.doubtful, o.on_hand - o.held)"
        " ELSE o.doubtful END,"
        " moved_at = greatest(o.moved_at, %s)"
        " FROM unnest(%s::bigint[], %s::int[]) AS w(id, quantity) WHERE o.id = w.id",
        [reason is Reason.NOT_FOUND, at, ids, counts],
    )
    publish(OutboxEntry.Topic.OFFER, ids)


def _moment_under_lock(at: datetime) -> datetime:
    """Return the moment at which a copy leaves, once its offer is locked.

    A report that was applied while we waited for the lock knows nothing of it yet.
    """
    # With the moment of the request, which is older than that report, the copy would count as in
    # its figure already, and come back. The database's clock: now() stands still in a transaction.
    ((moment,),) = fetch("SELECT greatest(%s, clock_timestamp())", [at])
    return cast("datetime", moment)


def _columns(quantities: Quantities) -> tuple[list[int], list[int]]:
    ids = sorted(quantities)
    return ids, [quantities[key] for key in ids]
