"""A directory as a CSV file: which columns there are, and what each may hold.

`docs/shops.md` explains the same to people; a test holds the two together.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import parse_siret, parse_website
from comptoir.core.sheet import written
from comptoir.core.text import one_line, plain_lines, plain_number
from comptoir.shops import hours
from comptoir.shops.contacts import (
    parse_email,
    parse_shop_phone,
    parse_time_zone,
    written_phone,
)
from comptoir.shops.kinds import StockShown, Wheelchair, check_number
from comptoir.shops.models import RingsUp, Shop, ShopKind
from comptoir.shops.sheet import codes
from comptoir.shops.whereabouts import check_whereabouts

_KINDS = {
    "librairie": ShopKind.BOOKS,
    "disquaire": ShopKind.RECORDS,
    "librairie-disquaire": ShopKind.BOTH,
}
_DEGREES = re.compile(r"([+-]?[0-9]{1,3}(?:[.,][0-9]*)?)\s?°?\s?([A-Z]?)", re.ASCII)
_SIGNS = {"": 1, "N": 1, "S": -1, "E": 1, "W": -1, "O": -1}
_POINT = re.compile(r"([+-]?[0-9]{1,2}\.[0-9]+)\s*[,; ]\s*([+-]?[0-9]{1,3}\.[0-9]+)", re.ASCII)
_NO_DECIMALS = re.compile(r"[.,]0+$")
_LISTED: Mapping[str, Callable[[Shop], Iterator[str]]] = {
    "services": lambda shop: (each.kind for each in shop.services.all()),
    "service_details": lambda shop: (
        f"{each.kind}: {each.how}" for each in shop.services.all() if each.how
    ),
    "specialities": lambda shop: (each.kind for each in shop.specialities.all()),
    "networks": lambda shop: (each.network.slug for each in shop.memberships.all()),
}


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One row, read: the columns of `Shop` that it sets and its `LISTS`, each a sorted list, and
    what is wrong with the cells that were left out, each with its column in `data["field"]`. `lent`
    are the columns that its source does not have: they tell where the shop is, and offer nothing.
    """

    fields: Mapping[str, Any]
    left_out: tuple[Invalid, ...] = ()
    lent: frozenset[str] = frozenset()

    @property
    def offered(self) -> dict[str, Any]:
        """What the row says of each field, in the form of `FieldOrigin.offered`."""
        return {name: value for name, value in self.fields.items() if name not in self.lent}


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


def _line(name: str) -> Callable[[str], str]:
    """Return a reader of a text of one line: it stands in the subject of mails and on envelopes."""
    fits = _text(name)

    def read(text: str) -> str:
        line = fits(one_line(text))
        if not line and name in REQUIRED:
            raise Invalid("missing", _("This must not be empty."), field=name)
        return line

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
    compact = "".join(_NO_DECIMALS.sub("", plain_number(text)).split())
    if len(compact) == 4:
        compact = f"0{compact}"  # a spreadsheet took 01000 for a number
    if not (len(compact) == 5 and compact.isascii() and compact.isdigit()):
        raise Invalid(
            "bad_postcode", _("“%(text)s” is not a postcode of five digits.") % {"text": text[:20]}
        )
    return compact


def _degrees(limit: float, letters: str) -> Callable[[str], float]:
    """Return a reader of degrees between -limit and limit, with one of the letters or none.

    The decimal comma is understood, and so are every minus sign and dash, `46.58° N` and `1,15 O`.
    """

    def read(text: str) -> float:
        found = _DEGREES.fullmatch(plain_number(text).upper())
        value = float("nan")
        if found and found[2] in ("", *letters):
            value = float(found[1].replace(",", "."))
            value = -abs(value) if _SIGNS[found[2]] < 0 else value
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
        digits = _NO_DECIMALS.sub("", plain_number(text))
        if not (digits.isascii() and digits.isdigit()):
            raise Invalid(
                "bad_number", _("“%(text)s” is not a whole number.") % {"text": text[:20]}
            )
        return check_number(name, int(digits[:9]))

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


COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "name": _line("name"),
    "kind": _kind,
    "siret": parse_siret,
    "street": _line("street"),
    "postcode": _postcode,
    "city": _line("city"),
    "latitude": _degrees(90, "NS"),
    "longitude": _degrees(180, "EWO"),
    "phone": str,
    "email": parse_email,
    "website": parse_website,
    "description": _text("description"),
    "opening_hours": hours.validate,
    "time_zone": parse_time_zone,
    "services": codes.services,
    "service_details": codes.details,
    "specialities": codes.specialities,
    "wheelchair": codes.one_of(Wheelchair, codes.ACCESS),
    "hold_days": _number("hold_days"),
    "safety_stock": _number("safety_stock"),
    "rings_up": _rings_up,
    "told_delay": _number("told_delay"),
    "confirm_after": _number("confirm_after"),
    "stock_shown": codes.one_of(StockShown),
    "open_data": codes.flag,
    "networks": codes.networks,
}
"""Every column, with what reads a cell that is not empty."""

REQUIRED = ("name", "kind", "postcode", "city")
"""The columns that must be there, and that every new shop needs."""

_TOLD_BY = frozenset({"name", "postcode", "city"})
"""Without one of these nobody can tell which shop a row is about."""

POINT = ("latitude", "longitude")
"""The columns of a point: both are filled, or none is and a new shop stands in its town."""

LISTS = ("services", "service_details", "specialities", "networks")
"""The columns of several values, which stand in tables of their own."""

_EMPTY_LISTS = frozenset(LISTS) - {"networks"}
EMPTIED = frozenset(
    {"street", "phone", "email", "website", "description", "opening_hours", *_EMPTY_LISTS}
)
"""The columns where an empty cell empties what the shop had; elsewhere it leaves it as it is."""


def read_row(cells: Mapping[str, str]) -> ShopRow:
    """Return what a row holds. A cell that cannot be read is left out and the others stand; of a
    point, both coordinates are.

    Raises `Invalid` for what a row is told by (name, postcode, town), with the name of the column
    in `data["field"]`.
    """
    values: dict[str, Any] = {}
    left_out: list[Invalid] = []
    cells = _apart(cells)
    for name, read in COLUMNS.items():
        # A row may be shorter than the header.
        if name not in cells and name not in REQUIRED:
            continue
        # PostgreSQL takes no NUL, which a file in UTF-16 may hold.
        text = plain_lines(written(cells.get(name, "").replace("\0", "")))
        try:
            if text:
                values[name] = read(text)
            elif name in REQUIRED or (name in POINT and _is_half(cells)):
                raise Invalid("missing", _("This cell is empty: fill it in."))
            elif name in EMPTIED:
                values[name] = [] if name in LISTS else ""
        except Invalid as error:
            error.data["field"] = name
            if name in _TOLD_BY:
                raise
            left_out.append(error)
    for check in (_read_phone, _check_point, _check_details):
        try:
            check(values)
        except Invalid as error:
            left_out.append(error)
    return ShopRow(values, tuple(left_out))


def _is_half(cells: Mapping[str, str]) -> bool:
    """Return whether a row has one coordinate and not the other."""
    return any(cells.get(name, "").strip() for name in POINT)


def _apart(cells: Mapping[str, str]) -> Mapping[str, str]:
    """Return the cells with a point that maps give as one text (`46.5802, 0.3404`) in its two."""
    found = _POINT.fullmatch(plain_number(cells.get("latitude", "")))
    if found is None or cells.get("longitude", "").strip():
        return cells
    return {**cells, "latitude": found[1], "longitude": found[2]}


def _read_phone(values: dict[str, Any]) -> None:
    """Read the telephone number of a row as it is dialled where the shop is. Raises `Invalid`, and
    leaves it out."""
    if values.get("phone"):
        try:
            values["phone"] = parse_shop_phone(values.pop("phone"), values["postcode"])
        except Invalid as error:
            error.data["field"] = "phone"
            raise


def _check_point(values: dict[str, Any]) -> None:
    """Look whether the coordinates of a row are where its town is. Raises `Invalid`, and leaves
    both out; half a point is left out too."""
    point = [values.pop(name) for name in POINT if name in values]
    if len(point) == len(POINT):
        check_whereabouts(values["postcode"], values["city"], *point)
        values.update(zip(POINT, point, strict=True))


def _check_details(values: dict[str, Any]) -> None:
    """Look whether the services of a row are those that it has details of. Raises `Invalid`, and
    leaves the details out."""
    kinds = [each.partition(":")[0] for each in values.get("service_details", ())]
    lacking = sorted(set(kinds) - set(values.get("services", kinds)))
    if lacking:
        del values["service_details"]
        told = _("“%(kind)s” is not among the services of this row.") % {"kind": lacking[0]}
        raise Invalid("unknown_service", told, field="service_details")


def write_row(shop: Shop) -> list[object]:
    """Return the cells of a shop in the order of `COLUMNS`, so that `read_row` gives the same shop.

    What the shop's `LISTS` hold is read, at best before (`prefetch_related`).
    """
    # The centre of its town is no point of its own: read again, it would count as one.
    offered = stored(shop) | (dict.fromkeys(POINT) if shop.placed_in_town else {})
    return [write_cell(name, offered[name], shop) for name in COLUMNS]


def stored(shop: Shop) -> dict[str, Any]:
    """Return what a shop has in each field, in the form of `FieldOrigin.offered`."""
    return {name: _value(shop, name) for name in COLUMNS}


def write_cell(name: str, value: Any, shop: Shop) -> object:  # noqa: ANN401
    """Return the cell of a value of a shop's field: a number as a number, lists as words."""
    if value is None:
        return ""
    if isinstance(value, float):
        return Decimal(repr(value))  # never `5e-05`
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "phone":
        return written_phone(value, shop.postcode)
    between = " | " if name == "service_details" else " "
    return between.join(value) if isinstance(value, list) else value


def _value(shop: Shop, name: str) -> Any:  # noqa: ANN401
    if name in LISTS:
        return sorted(_LISTED[name](shop)) if shop.pk else []
    value = getattr(shop, name)
    return plain_lines(value) if isinstance(value, str) else value
