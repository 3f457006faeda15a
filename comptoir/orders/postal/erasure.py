"""Addresses that are needed no more."""

from collections.abc import Collection
from datetime import datetime

from comptoir.orders.postal.models import PostalAddress


def erase_addresses(orders: Collection[int], now: datetime) -> None:
    """Erase the addresses of orders, but for the country. A step of `erase_due`, which has locked
    the orders. Writes: the addresses."""
    if orders:
        PostalAddress.objects.filter(pk__in=orders).update(
            name="", street="", extra="", postcode="", city="", erased_at=now
        )
