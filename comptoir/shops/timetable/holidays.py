"""Which days a selector of OpenStreetMap's opening hours names, and which days are holidays."""

from datetime import date, datetime, time
from functools import lru_cache

from opening_hours import OpeningHours

from comptoir.core.identifiers import department
from comptoir.shops.geography import DEPARTMENTS

_NOON = time(12)
_REGIONAL = {code: each.holidays for code, each in DEPARTMENTS.items() if each.holidays}


def region_of(postcode: str) -> str:
    """Return the department whose own holidays are kept there, or nothing: few have any."""
    code = department(postcode)
    return code if code in _REGIONAL else ""


def is_holiday(day: date, postcode: str) -> bool:
    """Return whether a day is a public holiday where that French postcode is."""
    return is_kept(day, region_of(postcode))


@lru_cache(maxsize=16_384)
def is_kept(day: date, region: str) -> bool:
    """Return whether a day is a public holiday of France, or one that a region keeps
    (`region_of`)."""
    return names("PH", day) or (region in _REGIONAL and names(_REGIONAL[region], day))


@lru_cache(maxsize=16_384)
def names(selector: str, day: date) -> bool:
    """Return whether a selector (`Dec 24-31`, `Mo-Fr`, `Sa[1]`) names a day.

    The library is asked for the days of one selector and nothing else: how it joins rules, and what
    it makes of comments and of nights, is not what the specification says.
    """
    return bool(_parsed(selector).is_open(datetime.combine(day, _NOON)))


@lru_cache(maxsize=4_096)
def _parsed(selector: str) -> OpeningHours:
    return OpeningHours(selector, country="FR")
