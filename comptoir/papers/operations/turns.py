"""Whose turn it is to number a paper."""

from comptoir.core.locks import Space, lock
from comptoir.papers.models import Series
from comptoir.shops.models import Shop


def turn_of(shop: Shop) -> Series:
    """Lock the series of a shop and the numbers of its business until the transaction ends, and
    return the series: one paper at a time."""
    Series.objects.bulk_create([Series(shop=shop)], ignore_conflicts=True)
    series = Series.objects.select_for_update(no_key=True).get(shop=shop)
    series.shop = shop
    lock_business(shop)
    return series


def lock_business(shop: Shop) -> None:
    """Lock how the shops of a business (by the SIREN) number until the transaction ends: what two
    of them read of each other's prefixes and numbers stays so. Last of all locks, but for those
    that foreign keys take. A shop without a SIRET issues nothing, and locks nothing."""
    lock(Space.BUSINESSES, *([shop.siret[:9]] if shop.siret else []))
