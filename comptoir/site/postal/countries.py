"""The countries that the form of an address offers, by ISO 3166-1."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message
from comptoir.core.text import without_accents

COUNTRIES: dict[str, Message] = {
    "FR": _("France"),
    "MC": _("Monaco"),
    "BE": _("Belgium"),
    "CH": _("Switzerland"),
    "LU": _("Luxembourg"),
    "DE": _("Germany"),
    "AT": _("Austria"),
    "BG": _("Bulgaria"),
    "CA": _("Canada"),
    "CY": _("Cyprus"),
    "HR": _("Croatia"),
    "DK": _("Denmark"),
    "ES": _("Spain"),
    "EE": _("Estonia"),
    "US": _("United States"),
    "FI": _("Finland"),
    "GB": _("United Kingdom"),
    "GR": _("Greece"),
    "HU": _("Hungary"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "JP": _("Japan"),
    "LV": _("Latvia"),
    "LT": _("Lithuania"),
    "MT": _("Malta"),
    "NO": _("Norway"),
    "NL": _("Netherlands"),
    "PL": _("Poland"),
    "PT": _("Portugal"),
    "RO": _("Romania"),
    "SK": _("Slovakia"),
    "SI": _("Slovenia"),
    "SE": _("Sweden"),
    "CZ": _("Czechia"),
}
"""Overseas territories are France: their postcodes say which."""
_FIRST = ("FR", "MC", "BE", "CH", "LU", "DE")


def countries() -> dict[str, str]:
    """Return the countries by the names of the reader's language: France and its neighbours to the
    north and east first, then the others in the order of their names."""
    names = {code: str(name) for code, name in COUNTRIES.items()}
    others = sorted(names.keys() - set(_FIRST), key=lambda code: without_accents(names[code]))
    return {code: names[code] for code in (*_FIRST, *others)}
