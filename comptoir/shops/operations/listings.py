"""By which sources a shop is known: noted as an import takes its rows, and what a source lost."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from comptoir.shops.models import Listing, Shop
from comptoir.shops.sources.models import Source
from comptoir.shops.sources.osm import Extract

_AT_ONCE = 1000


def note_listed(
    shop: Shop,
    source: Source,
    *,
    at: datetime,
    ref: str = "",
    licence: str = "",
    said: dict[str, Any] | None = None,
) -> None:
    """Note that a source has a shop.

    An object of OpenStreetMap that stood for another shop before stands for this one from now on. A
    step inside the transaction of a verb that has the directory's turn, or the shop. Writes: the
    listing.
    """
    row = Listing(
        shop=shop,
        source=source,
        ref=ref if source is Source.OSM else str(shop.pk),
        licence=licence,
        said=said or {},
        seen_at=at,
    )
    Listing.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["source", "ref"],
        update_fields=["shop", "licence", "said", "seen_at", "gone_at"],
    )


def lost(extract: Extract) -> list[Listing]:
    """Return the listings of objects that an extract covers and has no more as shops, with their
    shops; those it calls closed too. None where the extract is not whole.

    Shops that have left are passed over.
    """
    found = Listing.objects.filter(source=Source.OSM, shop__ended_at=None).select_related("shop")
    gone = []
    for each in found.order_by("pk").iterator(_AT_ONCE):
        shop = each.shop
        covered = not extract.cut_short and extract.scope.covers(
            shop.kind, shop.postcode, shop.latitude, shop.longitude
        )
        if each.ref in extract.former or (covered and each.ref not in extract.refs):
            gone.append(each)
    return gone


def note_seen(extract: Extract, gone: Iterable[Listing], at: datetime) -> None:
    """Note which objects an extract has, of rows that were refused too, and which are gone, and
    since when. A step of the import. Writes: the listings."""
    for refs in _by(extract.refs):
        Listing.objects.filter(source=Source.OSM, ref__in=refs).update(seen_at=at, gone_at=None)
    keys = [each.pk for each in gone]
    Listing.objects.filter(pk__in=keys, gone_at=None).update(gone_at=at)


def move_listings(gone: Shop, into: Shop) -> None:
    """Let the objects of OpenStreetMap that stood for a shop stand for the one it was merged into.

    A step of the merger. Writes: the listings.
    """
    gone.listings.filter(source=Source.OSM).update(shop=into)


def _by(refs: Iterable[str]) -> Iterator[list[str]]:
    left = iter(sorted(refs))
    while batch := list(islice(left, _AT_ONCE)):
        yield batch
