"""The directory as it is given away: which shops, and what of each.

Only shops that the public sees and that agreed (`Shop.open_data`), and only what they say to
everybody on their pages: no mailbox, nothing that a shop writes freely (a person's name may stand
there), nothing of its stock. Whatever is given away of the directory as data comes from here.
"""

from dataclasses import asdict, dataclass
from typing import Any

from comptoir.core.identifiers import department
from comptoir.shops.memory import Directory
from comptoir.shops.models import Shop
from comptoir.shops.sources.credits import Credit, credits_by_shop, file_licences

LICENCE = "etalab-2.0"
"""The licence of an entry that owes nothing to others (SPDX's word): Licence Ouverte 2.0."""
_KEY = "shops.open_data"


@dataclass(frozen=True, slots=True)
class Entry:
    """A shop as it is given away; codes are those of the API, coordinates degrees in WGS 84 to five
    decimals (a metre), `about` says that they are those of its town. `phone` is a `tel:` address
    (RFC 3966), `opening_hours` OpenStreetMap's notation. `licence` is of this entry, `sources` whom
    to name for it."""

    slug: str
    name: str
    kind: str
    street: str
    postcode: str
    city: str
    department: str
    latitude: float
    longitude: float
    about: bool
    phone: str
    website: str
    opening_hours: str
    time_zone: str
    wheelchair: str
    services: list[str]
    specialities: list[str]
    networks: list[str]
    licence: str
    sources: list[str]

    @property
    def facts(self) -> dict[str, Any]:
        """All of it, by column."""
        return asdict(self)


COLUMNS = tuple(Entry.__dataclass_fields__)


def entries(kept: Directory) -> list[Entry]:
    """Return what is given away, by slug, of the shops that a process keeps; put together once for
    these. Two queries then, and none after."""
    return kept.made(_KEY, lambda: _entries(kept))


def _entries(kept: Directory) -> list[Entry]:
    shops = sorted((shop for shop in kept.public if shop.open_data), key=lambda shop: shop.slug)
    credits_of, licences = credits_by_shop(), file_licences()
    return [
        _entry(shop, credits_of.get(shop.pk, []), licences.get(shop.pk, LICENCE)) for shop in shops
    ]


def _entry(shop: Shop, named: list[Credit], licence: str) -> Entry:
    # What must be shared alike stays so, whatever else stands in the entry (ODbL 1.0, 4.4).
    alike = next((credit.licence for credit in named if credit.share_alike), licence)
    return Entry(
        slug=shop.slug,
        name=shop.name,
        kind=shop.kind,
        street=shop.street,
        postcode=shop.postcode,
        city=shop.city,
        department=department(shop.postcode),
        latitude=round(shop.latitude, 5),
        longitude=round(shop.longitude, 5),
        about=shop.placed_in_town,
        phone=f"tel:{shop.phone}" if shop.phone else "",
        website=shop.website,
        opening_hours=shop.opening_hours,
        time_zone=shop.time_zone,
        wheelchair=shop.wheelchair,
        services=sorted(service.kind for service in shop.services.all()),
        specialities=sorted(each.kind for each in shop.specialities.all()),
        networks=sorted(each.network.slug for each in shop.memberships.all()),
        licence=alike,
        sources=[credit.source.value for credit in named],
    )
