"""The form of a shop's prices of parcels: a row a band, read and filled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill, invalid
from comptoir.core.money import parse_cents, typed_cents
from comptoir.quotes.models import Band, Tariff
from comptoir.quotes.operations import BandSaid, TariffSaid
from comptoir.quotes.operations.tariffs import MOST_BANDS
from comptoir.quotes.places import Zone
from comptoir.quotes.start import STARTING_BANDS, STARTING_BOX

EMPTY_ROWS = 3
"""How many empty rows stand below those that are filled in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is typed."""

    zone: str = Zone.FRANCE
    grams: str = ""
    mm: str = ""
    price: str = ""
    tracked: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed in it."""
        return not (self.grams or self.mm or self.price)


@dataclass(frozen=True, slots=True)
class Typed:
    """The whole form as it is typed."""

    since: str
    box_grams: str
    box_mm: str
    till_discounts: bool
    rows: list[Row]


def filled(tariff: Tariff | None, today: date) -> Typed:
    """Return the form of a tariff, or of the values to begin with."""
    if tariff is None:
        grams, mm = STARTING_BOX
        return Typed(
            today.isoformat(), str(grams), str(mm), False, _with_empty(map(_row, STARTING_BANDS))
        )
    return Typed(
        since=max(tariff.since, today).isoformat(),
        box_grams=str(tariff.box_grams),
        box_mm=str(tariff.box_mm),
        till_discounts=tariff.till_discounts,
        rows=_with_empty(_row(band) for band in tariff.bands.all()),
    )


def sent(data: Mapping[str, str]) -> Typed:
    """Return the form as it came, with empty rows below."""
    rows = [
        Row(
            zone=data.get(f"band_{place}_zone", "")[:8],
            grams=data.get(f"band_{place}_grams", "").strip()[:12],
            mm=data.get(f"band_{place}_mm", "").strip()[:12],
            price=data.get(f"band_{place}_price", "").strip()[:20],
            tracked=f"band_{place}_tracked" in data,
        )
        for place in range(MOST_BANDS + EMPTY_ROWS)
        if f"band_{place}_grams" in data
    ]
    return Typed(
        since=data.get("since", "")[:10],
        box_grams=data.get("box_grams", "").strip()[:8],
        box_mm=data.get("box_mm", "").strip()[:8],
        till_discounts="till_discounts" in data,
        rows=_with_empty(row for row in rows if not row.is_empty),
    )


def read(typed: Typed) -> TariffSaid:
    """Return what was typed. Raises `Invalid` (`bad_since`, `bad_box`, `bad_band`), which names the
    row by its `place` (the first is 1) and the `column`."""
    try:
        since = date.fromisoformat(typed.since)
    except ValueError:
        raise invalid("since", _("Write the day from which on these prices hold.")) from None
    rows = [row for row in typed.rows if not row.is_empty]
    return TariffSaid(
        since=since,
        bands=[_band(place, row) for place, row in enumerate(rows, 1)],
        box_grams=_box(typed.box_grams),
        box_mm=_box(typed.box_mm),
        till_discounts=typed.till_discounts,
    )


def _with_empty(rows: Iterable[Row]) -> list[Row]:
    return [*rows, *[Row()] * EMPTY_ROWS]


def _row(band: Band | BandSaid) -> Row:
    mm = "" if band.max_mm is None else str(band.max_mm)
    return Row(band.zone, str(band.max_grams), mm, typed_cents(band.price_cents), band.tracked)


def _band(place: int, row: Row) -> BandSaid:
    if row.zone not in Zone.values:
        raise _wrong(place, "zone", _("Row %(place)d: choose where the parcel goes."))
    for column, text in (("grams", row.grams), ("mm", row.mm or "0")):
        if not text.isdecimal():
            told = _("Row %(place)d: write grams and millimetres as whole numbers.")
            raise _wrong(place, column, told)
    try:
        cents = parse_cents(row.price)
    except Invalid as error:
        raise _wrong(place, "price", _("Row %(place)d: %(why)s"), why=error.message) from None
    return BandSaid(
        Zone(row.zone), int(row.grams), cents, int(row.mm) if row.mm else None, row.tracked
    )


def _box(text: str) -> int:
    if not text.isdecimal():
        raise invalid("box", _("Write what a box weighs and how thick it is as whole numbers."))
    return int(text)


def _wrong(place: int, column: str, told: Message, **values: object) -> Invalid:
    said = fill(told, place=place, **values)
    return Invalid("bad_band", said, field="bands", place=place, column=column)
