"""Where a parcel goes: the group of countries of its price, and the territory of its tax."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.shops.kinds import Zone as Zone


class Territory(StrEnum):
    """A territory with rates of VAT of its own, or none."""

    METROPOLE = "metropole"
    CORSICA = "corsica"
    ANTILLES = "antilles"
    REUNION = "reunion"
    NO_VAT = "no_vat"
    OUTSIDE = "outside"
    EU = "eu"
    WORLD = "world"


EU = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
"""The member states but France, by ISO 3166-1."""

_ONE_AREA = frozenset({Territory.METROPOLE, Territory.CORSICA, Territory.EU})
"""Territories of the Union's area of VAT."""

_BEYOND = {
    "ES": ("35", "38", "51", "52"),
    "DE": ("78266", "27498"),
    "IT": ("23041", "23030", "22061", "22060"),
    "GR": ("63086", "63087"),
    "FI": ("22",),
}
"""How postcodes begin of territories of member states that are outside the Union's area of VAT
(directive 2006/112/EC, art. 6): the Canaries, Ceuta, Melilla; Büsingen, Heligoland; Livigno,
Campione d'Italia; Mount Athos; Åland. Others have letters of their own (FO, GL, AX)."""

_OVERSEAS = {
    "971": (Territory.ANTILLES, Zone.OVERSEAS),
    "972": (Territory.ANTILLES, Zone.OVERSEAS),
    "973": (Territory.NO_VAT, Zone.OVERSEAS),
    "974": (Territory.REUNION, Zone.OVERSEAS),
    "975": (Territory.OUTSIDE, Zone.OVERSEAS),
    "976": (Territory.NO_VAT, Zone.OVERSEAS),
    "977": (Territory.OUTSIDE, Zone.OVERSEAS),
    "978": (Territory.OUTSIDE, Zone.OVERSEAS),
    "984": (Territory.OUTSIDE, Zone.PACIFIC),
    "986": (Territory.OUTSIDE, Zone.PACIFIC),
    "987": (Territory.OUTSIDE, Zone.PACIFIC),
    "988": (Territory.OUTSIDE, Zone.PACIFIC),
}
"""By the first three digits of a postcode."""

_CODES = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "TF": "984",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
"""ISO codes of overseas territories, and how their postcodes begin."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods are, or go: the territory of VAT, the zone as seen from metropolitan France, and
    what tells one overseas territory from another (empty elsewhere)."""

    territory: Territory
    zone: Zone
    code: str = ""

    @property
    def is_without_vat(self) -> bool:
        """Whether what is sold there bears no VAT, whoever sells."""
        return self.territory in (Territory.NO_VAT, Territory.OUTSIDE)


def place_of(country: str, postcode: str = "") -> Place:
    """Return where an address is: the country by its two letters (ISO 3166-1), in France also the
    postcode. Raises `Invalid` (`bad_country`, `bad_postcode`)."""
    country, postcode = country.strip().upper(), postcode.replace(" ", "")
    if not re.fullmatch("[A-Z]{2}", country):
        told = _("“%(text)s” is no country: write its two letters, as FR.")
        raise Invalid("bad_country", fill(told, text=country[:20]), field="country")
    if country in _CODES:
        return _overseas(_CODES[country])
    if country == "MC":
        return Place(Territory.METROPOLE, Zone.FRANCE)
    if country in EU:
        is_beyond = postcode.startswith(_BEYOND.get(country, ()))
        return Place(Territory.WORLD if is_beyond else Territory.EU, Zone.EU)
    if country != "FR":
        return Place(Territory.WORLD, Zone.WORLD)
    if not re.fullmatch("[0-9]{5}", postcode):
        if not postcode:
            raise Invalid("bad_postcode", _("Write the postcode."), field="postcode")
        told = _("“%(text)s” is not a French postcode: write its five digits.")
        raise Invalid("bad_postcode", fill(told, text=postcode[:20]), field="postcode")
    return _in_france(postcode)


def needs_customs(home: Place, to: Place) -> bool:
    """Whether what is posted from one place to another leaves an area of VAT, so that a declaration
    goes with it (CN22, CN23)."""
    if home.territory in _ONE_AREA and to.territory in _ONE_AREA:
        return False
    return (home.territory, home.code) != (to.territory, to.code)


def seen_from(home: Place, to: Place) -> Zone:
    """Return the zone of a destination as a shop at `home` prices it."""
    if not home.code:
        return to.zone
    if to.code == home.code:
        return Zone.FRANCE
    return Zone.OVERSEAS if to.zone is Zone.FRANCE else to.zone


def _in_france(postcode: str) -> Place:
    if postcode[:3] in _OVERSEAS:
        # Saint-Barthélemy and Saint-Martin have postcodes of Guadeloupe's too.
        return _overseas({"97133": "977", "97150": "978"}.get(postcode, postcode[:3]))
    if postcode.startswith("20"):
        return Place(Territory.CORSICA, Zone.FRANCE)
    return Place(Territory.METROPOLE, Zone.FRANCE)


def _overseas(code: str) -> Place:
    territory, zone = _OVERSEAS[code]
    return Place(territory, zone, code)
