"""Addresses that are needed no more."""

from collections.abc import Callable, Collection
from datetime import datetime

from comptoir.orders.postal.models import PostalAddress

_ALSO: list[Callable[[Collection[int]], None]] = []


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
