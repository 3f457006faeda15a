"""Whose turn it is to number a paper, and how far a business has numbered."""

from datetime import date

from comptoir.core.db import execute
from comptoir.core.locks import Space, lock
from comptoir.papers.identity import prefix_of, prefixes_of_others
from comptoir.papers.models import Numbering, Series
from comptoir.shops.models import Shop

_FROM_PAPERS = """
INSERT INTO papers_numbering (siren, prefix, last, last_day)
SELECT left(s.siret, 9), left(p.number, -greatest(6, length(p.serial::text))),
       max(p.serial), max(p.day)
FROM papers_paper p JOIN shops_shop s ON s.id = p.shop_id
WHERE s.siret <> '' AND length(p.number) <= 10 + greatest(6, length(p.serial::text)) AND s.id = %s
GROUP BY 1, 2
ON CONFLICT (siren, prefix) DO UPDATE SET
    last = greatest(papers_numbering.last, excluded.last),
    last_day = greatest(papers_numbering.last_day, excluded.last_day)
"""


def turn_of(shop: Shop) -> Series:
    """Lock the series of a shop and the numbers of its business until the transaction ends, and
    return the series: one paper at a time. The first paper of a shop goes on where another of its
    business left off under the same beginning, which left."""
    Series.objects.bulk_create([Series(shop=shop)], ignore_conflicts=True)
    series = Series.objects.select_for_update(no_key=True).get(shop=shop)
    series.shop = shop
    lock_business(shop)
    if not series.last:
        _go_on(series, shop)
    return series


def _go_on(series: Series, shop: Shop) -> None:
    prefix = prefix_of(shop)
    left = numbering_of(shop, prefix)
    if left is not None and prefix not in prefixes_of_others(shop):
        series.last, series.last_day = left.last, left.last_day


def lock_business(shop: Shop) -> None:
    """Lock how the shops of a business (by the SIREN) number until the transaction ends: what two
    of them read of each other's prefixes and numbers stays so. Last of all locks, but for those
    that foreign keys take. A shop without a SIRET issues nothing, and locks nothing."""
    lock(Space.BUSINESSES, *([shop.siret[:9]] if shop.siret else []))


def numbering_of(shop: Shop, prefix: str) -> Numbering | None:
    """Return how far the business of a shop has numbered under a beginning."""
    return Numbering.objects.filter(siren=(shop.siret or "")[:9], prefix=prefix).first()


def keep_number(shop: Shop, prefix: str, serial: int, day: date) -> None:
    """Note that a business has numbered so far. A step: its numbers are locked, and none was given
    beyond it."""
    row = Numbering(siren=(shop.siret or "")[:9], prefix=prefix, last=serial, last_day=day)
    Numbering.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["siren", "prefix"],
        update_fields=["last", "last_day"],
    )


def keep_numbers(shop: Shop) -> None:
    """Note how far a business has numbered by the papers of a shop, which came from elsewhere. A
    step. Locks: the numbers of the business, or who issues meanwhile would note less."""
    lock_business(shop)
    execute(_FROM_PAPERS, [shop.pk])
