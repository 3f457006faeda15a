"""The countries that the form of an address offers, by ISO 3166-1; France first."""

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message

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
