"""Who waits for whom on a shop's shelf (docs/locking.md).

Reports take the shop's clock alone, "sold one" and its kin share it; of two taps on one title the
second waits, and finds that the ledger has moved.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict
from comptoir.core.locks import Space, lock

T = TypeVar("T")


def last_movement(shop_id: int, ean: str) -> int:
    """Return the key of the newest movement of an EAN in a shop; 0 when nothing ever moved."""
    rows = fetch(
        "SELECT coalesce(max(m.id), 0) FROM stock_stockmovement m"
        " JOIN stock_offer o ON o.id = m.offer_id JOIN catalogue_product p ON p.id = o.product_id"
        " WHERE o.shop_id = %s AND p.ean = %s",
        [shop_id, ean],
    )
    return int(rows[0][0])


def once(*, shop_id: int, ean: str, seen: str, verb: Callable[[], T]) -> T:
    """Run a verb of the shelf, unless the ledger has moved since the page that asked was shown.

    “Sold one” twice is two copies: a double tap, or two colleagues for the same copy, must not be.
    Raises `Conflict` (`moved_meanwhile`).
    """
    with transaction.atomic():
        lock(Space.SHELF, f"{shop_id} {ean}")
        if seen != str(last_movement(shop_id, ean)):
            raise Conflict(
                "moved_meanwhile",
                _("Already noted, or the stock has just moved: look, then tap again."),
            )
        return verb()


def lock_alone(shop_id: int) -> tuple[datetime | None, datetime | None]:
    """Wait for and hold the shop's ledger alone until the transaction ends.

    Returns the moments of its newest snapshots, of new copies and of used ones.
    """
    ((new, used),) = _clock(shop_id, "FOR UPDATE")
    return new, used


def read_clock(shop_id: int) -> tuple[datetime | None, datetime | None]:
    """Return the moments of the shop's newest snapshots, of new copies and of used ones."""
    rows = fetch("SELECT new_as_of, used_as_of FROM stock_shopclock WHERE shop_id = %s", [shop_id])
    return rows[0] if rows else (None, None)


def lock_shared(shop_id: int) -> None:
    """Wait until no report of this shop is being applied, and keep the next one waiting."""
    _clock(shop_id, "FOR SHARE")


def _clock(shop_id: int, lock: str) -> list[tuple[Any, ...]]:
    """Return the row of a shop under lock, made if it is the shop's first."""
    query = f"SELECT new_as_of, used_as_of FROM stock_shopclock WHERE shop_id = %s {lock}"  # noqa: S608
    if row := fetch(query, [shop_id]):
        return row
    execute("INSERT INTO stock_shopclock (shop_id) VALUES (%s) ON CONFLICT DO NOTHING", [shop_id])
    return fetch(query, [shop_id])
