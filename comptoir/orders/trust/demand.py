"""What a shop asks of a person who has not collected there: to confirm, then to pay first.

It follows from the shop's own rows and its own setting (`Shop.asks_after`), and from nothing that
happened in another shop.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import IntEnum

from comptoir.core.db import among, fetch
from comptoir.orders.contacts import trust_key
from comptoir.shops.models import Shop

KEPT_FOR = timedelta(days=365)
"""How long a shop remembers that somebody did not collect."""
COUNTED = f"""
SELECT 'uncollected' AS what, e.key, count(*) AS times FROM orders_trustevent e
WHERE e.key {among("%(trust)s", "text")} AND e.kind = 'uncollected'
  AND e.happened_at > now() - interval '{KEPT_FOR.days} days'
  AND NOT EXISTS (SELECT FROM orders_trustevent t
                  WHERE t.key = e.key AND t.kind = 'trusted' AND t.id > e.id)
GROUP BY e.key
"""  # noqa: S608
"""How often it was since the shop last trusted them again, by `trust` keys: a part of the statement
by which a batch of orders learns what is on record (`operations.history`), and one of its own."""

_TAKERS: list[Callable[[int], bool]] = []


class Demand(IntEnum):
    """What is asked, each more than the one before: nothing; a link by mail although the browser is
    marked; that, and the shop's tap; to pay first, where the shop can be paid."""

    NOTHING = 0
    CONFIRM = 1
    ASK = 2
    PREPAY = 3


def have_prepay(takes: Callable[[int], bool]) -> None:
    """Have a package above say whether a shop, by its key, can be paid before one collects; without
    one none can. Called as the program starts. It is asked while a batch of orders is decided, and
    so answers from memory."""
    if takes not in _TAKERS:
        _TAKERS.append(takes)


def demanded(shop: Shop, person: str) -> Demand:
    """Return what a shop asks of a person, by the key of their contact ("" is nobody)."""
    if not person or not shop.asks_after:
        return Demand.NOTHING
    key = trust_key(shop.pk, person)
    return demand_of(shop, times_of([key]).get(key, 0))


def demand_of(shop: Shop, times: int) -> Demand:
    """Return what a shop asks of a person who did not collect so many times."""
    if not shop.asks_after or times < shop.asks_after:
        return Demand.NOTHING
    if times == shop.asks_after:
        return Demand.CONFIRM
    prepays = any(takes(shop.pk) for takes in _TAKERS)
    return Demand.PREPAY if prepays else Demand.ASK


def times_of(keys: list[str]) -> Mapping[str, int]:
    """Return how often a copy waited in vain, by trust keys; those are left out that it never did,
    or that are trusted again."""
    return {key: times for _what, key, times in fetch(COUNTED, {"trust": keys})}
