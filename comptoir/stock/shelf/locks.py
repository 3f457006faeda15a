"""Who waits for whom on a shop's shelf (docs/locking.md).

Reports lock the shop's clock alone, "sold one" and its kin share it. Of two taps on one title the
second waits, and then finds that the ledger has moved.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict
from comptoir.core.locks import Space, lock
from comptoir.stock.shelf.sql import named

T = TypeVar("T")
_NAMED = named("%(ean)s::text", "%(shop)s")


def last_movement(shop_id: int, ean: str) -> int:
    """Return the key of the newest movement of an EAN (or a number of the shop's own) in a shop; 0
    when nothing ever moved."""
    ((last,),) = fetch(
        "SELECT coalesce(max(m.id), 0) FROM stock_stockmovement m"  # noqa: S608
        f" JOIN stock_offer o ON o.id = m.offer_id JOIN LATERAL {_NAMED} p ON p.id = o.product_id"
        " WHERE o.shop_id = %(shop)s",
        {"shop": shop_id, "ean": ean},
    )
    return int(last)


def once(*, shop_id: int, ean: str, seen: str, verb: Callable[[], T]) -> T:
    """Execute a verb of the shelf, unless the ledger has moved since the page that asks was shown.

    “Sold one” twice is two copies: a double tap, or two colleagues for the same copy, must not be.
    `seen` is `last_movement` as the page had it.

    Guard, writes, announces: those of the verb. Locks: the turn of the title in the shop, then
    what the verb locks. Raises `Conflict` (`moved_meanwhile`) and what the verb raises.
    """
    with transaction.atomic():
        # A turn, not a row: a title that the shop never had has no row yet that two could wait for.
        lock(Space.SHELF, f"{shop_id} {ean}")
        if seen != str(last_movement(shop_id, ean)):
            raise Conflict(
                "moved_meanwhile",
                _("Already noted, or the stock has just moved: look, then tap again."),
            )
        return verb()


def lock_alone(shop_id: int) -> tuple[datetime | None, datetime | None]:
    """Lock the shop's clock, and with it its ledger, alone until the transaction ends.

    Returns the moments of the shop's newest snapshots, of new copies and of used ones.
    """
    ((new, used),) = _clock(shop_id, "FOR UPDATE")
    return new, used


def read_clock(shop_id: int) -> tuple[datetime | None, datetime | None]:
    """Return the moments of the shop's newest snapshots, of new copies and of used ones."""
    for new, used in fetch(
        "SELECT new_as_of, used_as_of FROM stock_shopclock WHERE shop_id = %s", [shop_id]
    ):
        return new, used
    return None, None


def lock_shared(shop_id: int) -> None:
    """Share the lock of the shop's clock: no report of the shop is applied until we have ended."""
    _clock(shop_id, "FOR SHARE")


def _clock(shop_id: int, lock: str) -> list[tuple[Any, ...]]:
    """Return the clock of a shop under lock; it is made with the shop's first report or entry."""
    query = f"SELECT new_as_of, used_as_of FROM stock_shopclock WHERE shop_id = %s {lock}"  # noqa: S608
    if row := fetch(query, [shop_id]):
        return row
    # Whoever inserts at the same time is waited for; then both read the one row.
    execute("INSERT INTO stock_shopclock (shop_id) VALUES (%s) ON CONFLICT DO NOTHING", [shop_id])
    return fetch(query, [shop_id])
