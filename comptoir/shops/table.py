"""A directory as a CSV file: which columns there are, and what each may hold.

`docs/shops.md` explains the same to people; a test holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import department, parse_siret
from comptoir.shops import hours
from comptoir.shops.contacts import (
    parse_email,
    parse_phone_at,
    parse_time_zone,
    parse_website,
    time_zone_of,
)
from comptoir.shops.gazetteer import gazetteer
from comptoir.shops.models import RingsUp, ServiceKind, Shop, ShopKind, check_number
from comptoir.shops.places import metres

_KINDS = {
    "librairie": ShopKind.BOOKS,
    "disquaire": ShopKind.RECORDS,
    "librairie-disquaire": ShopKind.BOTH,
}
_FARTHEST_M = 500_000


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One row, read: the columns of `Shop` that it sets, and its services (None: not given)."""

    fields: Mapping[str, Any]
    services: frozenset[str] | None


def _text(name: str) -> Callable[[str], str]:
    """Return a reader of plain text that is no longer than the column of the database."""
    longest = getattr(Shop._meta.get_field(name), "max_length", None)

    def read(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise Invalid(
                "too_long",
                _("This is longer than %(longest)d characters.") % {"longest": longest},
                longest=longest,
            )
        return text

    return read


def _kind(text: str) -> str:
    word = text.lower()
    if word not in ShopKind.values and word not in _KINDS:
        raise Invalid(
            "unknown_kind",
            _("“%(text)s” is not a kind of shop: write books, records or both.")
            % {"text": text[:40]},
            text=text[:40],
        )
    return _KINDS.get(word, word)


def _postcode(text: str) -> str:
    compact = text.replace(" ", "")
    if len(compact) == 4:
        compact = f"0{compact}"  # a spreadsheet took 01000 for a number
    if not (len(compact) == 5 and compact.isascii() and compact.isdigit()):
        raise Invalid(
            "bad_postcode", _("“%(text)s” is not a postcode of five digits.") % {"text": text[:20]}
        )
    return compact


def _degrees(limit: float) -> Callable[[str], float]:
    """Return a reader of degrees between -limit and limit; the decimal comma is understood."""

    def read(text: str) -> float:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not -limit <= value <= limit:
            raise Invalid(
                "bad_coordinates",
                _("“%(text)s” is not a coordinate in degrees such as 46.5802.")
                % {"text": text[:40]},
                text=text[:40],
            )
        return value

    return read


def _number(name: str) -> Callable[[str], int]:
    """Return a reader of a whole number within the limits of a setting."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()):
            raise Invalid(
                "bad_number", _("“%(text)s” is not a whole number.") % {"text": text[:20]}
            )
        return check_number(name, int(text[:9]))

    return read


def _rings_up(text: str) -> str:
    if text not in RingsUp.values:
        raise Invalid(
            "unknown_rings_up",
            _("“%(text)s” is not known: write at_collection, end_of_day or never.")
            % {"text": text[:40]},
            text=text[:40],
        )
    return text


def _services(text: str) -> frozenset[str]:
    words = frozenset(text.replace("|", " ").replace(",", " ").lower().split())
    if unknown := sorted(words - set(ServiceKind.values)):
        raise Invalid(
            "unknown_service",
            _("“%(text)s” is not a service: write some of %(known)s.")
            % {"text": unknown[0][:40], "known": ", ".join(ServiceKind.values)},
            text=unknown[0][:40],
        )
    return words


COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "name": _text("name"),
    "kind": _kind,
    "siret": parse_siret,
    "street": _text("street"),
    "postcode": _postcode,
    "city": _text("city"),
    "latitude": _degrees(90),
    "longitude": _degrees(180),
    "phone": str,
    "email": parse_email,
    "website": parse_website,
    "description": _text("description"),
    "opening_hours": hours.validate,
    "time_zone": parse_time_zone,
    "services": _services,
    "hold_days": _number("hold_days"),
    "safety_stock": _number("safety_stock"),
    "rings_up": _rings_up,
    "told_delay": _number("told_delay"),
    "confirm_after": _number("confirm_after"),
}
"""Every column, with what reads a cell that is not empty."""

REQUIRED = ("name", "kind", "postcode", "city", "latitude", "longitude")
"""The columns that must be there, and filled in every row."""

EMPTIED = frozenset({"street", "phone", "email", "website", "description", "opening_hours"})
"""The columns where an empty cell empties what the shop had; elsewhere it leaves it as it is."""


def read_row(cells: Mapping[str, str]) -> ShopRow:
    """Return what a row holds. Raises `Invalid` with the name of the column in `data["field"]`."""
    values: dict[str, Any] = {}
    for name, read in COLUMNS.items():
        # A row may be shorter than the header.
        if name not in cells and name not in REQUIRED:
            continue
        text = cells.get(name, "").strip()
        try:
            if text:
                values[name] = read(text)
            elif name in REQUIRED:
                raise Invalid("missing", _("This cell is empty: fill it in."))
            elif name in EMPTIED:
                values[name] = ""
        except Invalid as error:
            error.data["field"] = name
            raise
    _read_phone(values)
    services = values.pop("services", frozenset() if "services" in cells else None)
    values.setdefault("time_zone", time_zone_of(values["postcode"]))
    _check_whereabouts(values["postcode"], values["latitude"], values["longitude"])
    return ShopRow(values, services)


def _read_phone(values: dict[str, Any]) -> None:
    """Read the telephone number of a row as it is dialled where the shop is."""
    if values.get("phone"):
        try:
            values["phone"] = parse_phone_at(values["phone"], values["postcode"])
        except Invalid as error:
            error.data["field"] = "phone"
            raise


def _check_whereabouts(postcode: str, latitude: float, longitude: float) -> None:
    """Refuse coordinates far from the postcode's department: latitude and longitude swapped, say.

    Raises `Invalid` (`far_coordinates`).
    """
    town = gazetteer().by_department.get(department(postcode))
    if town is None:
        return
    away = metres(town.latitude, town.longitude, latitude, longitude)
    if away > _FARTHEST_M:
        raise Invalid(
            "far_coordinates",
            _(
                "These coordinates are %(km)d km from %(town)s, the largest town around postcode "
                "%(postcode)s: are latitude and longitude swapped?"
            )
            % {"km": away // 1000, "town": town.name, "postcode": postcode},
            field="latitude",
        )
