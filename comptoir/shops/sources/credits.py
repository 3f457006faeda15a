"""Whom pages and files name for what they show of shops, and under which licence it stands.

OpenStreetMap's licence (ODbL 1.0) asks to be named wherever its data are shown, and that a database
made of them be given away under the same licence: in what is given away, the rows of shops with a
field from there carry it. The national address base and the company registry ask to be named
(Licence Ouverte 2.0, `etalab-2.0`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.shops.memory import directory
from comptoir.shops.models import FieldOrigin, Listing, Shop
from comptoir.shops.sources import geocoder, osm, registry
from comptoir.shops.sources.models import Source


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom to name, where that leads, and the licence (SPDX's word)."""

    source: Source
    name: Message
    address: str
    licence: str
    share_alike: bool = False


CREDITS = {
    Source.OSM: Credit(
        Source.OSM,
        _("© OpenStreetMap contributors"),
        "https://www.openstreetmap.org/copyright",
        osm.LICENCE,
        share_alike=True,
    ),
    Source.BAN: Credit(
        Source.BAN,
        _("National address base (BAN)"),
        "https://adresse.data.gouv.fr",
        geocoder.LICENCE,
    ),
    Source.SIRENE: Credit(
        Source.SIRENE, _("Sirene register (INSEE)"), "https://www.sirene.fr", registry.LICENCE
    ),
}
"""What each source asks for; a file of the network's own asks for nothing."""


def sources_of(shop: Shop) -> list[Credit]:
    """Return whom to name for what stands in the fields of a shop; one query."""
    return credits_by_shop([shop.pk]).get(shop.pk, [])


def credits_by_shop(keys: Iterable[int] | None = None) -> dict[int, list[Credit]]:
    """Return whom to name for each shop of some keys, or of all, that has anything of others; one
    query."""
    origins = FieldOrigin.objects.filter(imported=True, source__in=CREDITS)
    if keys is not None:
        origins = origins.filter(shop__in=keys)
    found: dict[int, set[str]] = defaultdict(set)
    for key, source in origins.values_list("shop", "source").distinct():
        found[key].add(source)
    return {
        key: [credit for source, credit in CREDITS.items() if source in sources]
        for key, sources in found.items()
    }


def file_licences() -> dict[int, str]:
    """Return the licence of the file of others that a shop came in by, where one was given
    (`comptoir shops import --licence`); one query."""
    listed = Listing.objects.filter(source=Source.FILE).exclude(licence="")
    return dict(listed.values_list("shop", "licence"))


def licences_shown() -> list[Credit]:
    """Return whom to name where the public shops are listed. It is asked once for what this process
    keeps of the shops (`shops.memory`)."""
    used = {credit.source for credits in shown_credits().values() for credit in credits}
    return [credit for source, credit in CREDITS.items() if source in used]


def shown_credits() -> dict[int, list[Credit]]:
    """Return whom to name for each public shop, by its key, as `credits_by_shop` does. It is asked
    once for what this process keeps of the shops."""
    kept = directory()
    return kept.made(_KEY, lambda: credits_by_shop([shop.pk for shop in kept.public]))


_KEY = "comptoir.shops.sources.credits"
