"""One verb of the counter at a time on a title of a shop, and only on the ledger that was seen."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import fetch
from comptoir.core.errors import Conflict

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
        fetch("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [f"shelf {ean}", shop_id])
        if seen != str(last_movement(shop_id, ean)):
            raise Conflict(
                "moved_meanwhile",
                _("Already noted, or the stock has just moved: look, then tap again."),
            )
        return verb()
