"""Names of countries, as an address on a parcel ends with."""

from functools import lru_cache

from phonenumbers.geodata.locale import LOCALE_DATA

_POSTED_FROM = "fr"


@lru_cache(maxsize=512)
def country_name(code: str, language: str = _POSTED_FROM) -> str:
    """Return the name of a country by its two letters (ISO 3166-1), by default in French, which
    the post here and that of every country reads (UPU, Convention, article 07-004); the letters
    themselves where no name is known. Names are those that the package phonenumbers brings (CLDR).
    """
    names = LOCALE_DATA.get(code.upper(), {})
    name = names.get(language, "")
    while name.startswith("*"):
        # The data say so of a language whose name is another's.
        name = names.get(name[1:], "")
    return name or code.upper()
