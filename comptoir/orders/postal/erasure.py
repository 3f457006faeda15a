"""Addresses that are needed no more, and what packages above have to say before they go."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import Exists, Q

from comptoir.orders.postal.models import PostalAddress

_ALSO: list[Callable[[Collection[int]], None]] = []
_FILED: list[Callable[[Collection[int], datetime], object]] = []
_WAITS: list[Callable[[datetime], Exists]] = []
_WAITS_UNASKED: list[Callable[[datetime], Exists]] = []


def erase_also(what: Callable[[Collection[int]], None]) -> None:
    """Have a package above erase what it keeps of whom orders are posted to, with their addresses:
    it is given their keys, in the same transaction."""
    if what not in _ALSO:
        _ALSO.append(what)


def erase_addresses(orders: Collection[int], now: datetime) -> None:
    """Erase the addresses of orders, but for the country. A step of `erase_due`, which has locked
    the orders. Writes: the addresses, and what was named by `erase_also`."""
    if orders:
        PostalAddress.objects.filter(pk__in=orders).update(
            name="", street="", extra="", postcode="", city="", erased_at=now
        )
        for each in _ALSO:
            each(orders)


def file_before(what: Callable[[Collection[int], datetime], object]) -> None:
    """Have a package above file what the law has it keep of orders before their persons go: it is
    given their keys, in the transaction that erases them."""
    if what not in _FILED:
        _FILED.append(what)


def file_first(orders: Collection[int], now: datetime) -> None:
    """Have filed what was named by `file_before`. A step of an erasure, which has locked them."""
    for each in _FILED:
        each(orders, now)


def wait_for(what: Callable[[datetime], Exists], *, at_word: bool = True) -> None:
    """Have no order erased for which something of a package above exists at a moment, with the
    order as `OuterRef("pk")`: a refund that has not arrived, a withdrawal that is open. `at_word`:
    not at their own word either."""
    those = _WAITS if at_word else _WAITS_UNASKED
    if what not in those:
        those.append(what)


def nothing_waits(now: datetime, *, asked: bool = False) -> Q:
    """Return the condition that nothing named by `wait_for` waits for an order's person, of what
    also holds where they `asked` to be erased."""
    found = Q()
    for each in _WAITS if asked else [*_WAITS, *_WAITS_UNASKED]:
        found &= Q(~each(now))
    return found
