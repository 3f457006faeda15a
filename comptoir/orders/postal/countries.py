"""Names of countries, as an address on a parcel ends with."""

from functools import lru_cache

from babel import Locale

_POSTED_FROM = "fr"
_AS_THE_POST_SAYS = {"HK": "Hong Kong", "MO": "Macao"}
"""Where CLDR tells of the state, too. Source: UPU, *Addressing systems*, per country."""


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    names = {**Locale.parse(language).territories, **_AS_THE_POST_SAYS}
    del names["ZZ"]  # "unknown region"
    return names


def country_name(code: str, language: str = _POSTED_FROM) -> str:
    """Return the name of a country by its two letters (ISO 3166-1), by default in French, which
    the post here and that of every country reads (UPU, Convention, article 07-004); the letters
    themselves where no name is known. Names are CLDR's, which the package Babel brings."""
    return _names(language).get(code.upper(), code.upper())
