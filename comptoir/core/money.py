"""Money is whole cents of euro everywhere; only these functions know how people write it.

Prices are read as tills, spreadsheets and people write them: `12,90`, `€ 12,90`, `1.234,50`,
`8.399999999999999`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, fill
from comptoir.core.text import plain_number

Row = TypeVar("Row")

NARROW_SPACE = "\u202f"
LARGEST_CENTS = 100_000_000
MOST_HELD = 10_000
"""Rows of a column that are held back until one shows what its separators mean."""

# The shape is checked before the number is made: Decimal also reads `1e999999`, `1_2` and the
# digits of every script, and a long exponent keeps it busy for minutes.
_PLAIN = re.compile(r"([0-9]{1,7})(?:([.,])([0-9]{1,20}))?")
_SPACES = " \u00a0\u2007\u2009\u202f"
_GROUPED = re.compile(
    rf"([0-9]{{1,3}}(?:([{_SPACES}.,'’])[0-9]{{3}})(?:\2[0-9]{{3}})?)(?:(?!\2)([.,])([0-9]{{1,20}}))?"
)
_EURO = r"(?:€|EUROS?|EUR)"
_AMOUNT = re.compile(rf"{_EURO}?\s*(.*?)\s*{_EURO}?\s*(?:TTC)?", re.IGNORECASE | re.DOTALL)
_CENTS_BEHIND = re.compile(r"([0-9]{1,7})\s*€\s*([0-9]{2})")
_OTHER_CURRENCY = re.compile(r"[$£¥]|[0-9]\s*[A-Z]{3}\Z|\A[A-Z]{3}\s*[0-9]")
_LONGEST = 60


class Doubt(StrEnum):
    """What is doubtful in a price: it was rounded, its mark may be a decimal one, or it is none."""

    ROUNDED = "rounded_price"
    THOUSANDS = "price_of_thousands"
    NO_PRICE = "bad_price"
    CURRENCY = "bad_currency"


_DOUBTS: dict[Doubt, Message] = {
    Doubt.ROUNDED: _("The price “%(text)s” was rounded to %(price)s €."),
    Doubt.THOUSANDS: _(
        "The price “%(text)s” was read as %(price)s €: every price of this column that has a point"
        " or a comma has three digits behind it."
    ),
    Doubt.NO_PRICE: _("“%(text)s” is not a price: the price stays as it was."),
    Doubt.CURRENCY: _("“%(text)s” is not in euros: the price stays as it was."),
}


class Price(NamedTuple):
    """What a cell says of a price: cents, None when it says none, what is doubtful, its text."""

    cents: int | None = None
    doubt: Doubt | None = None
    text: str = ""

    @property
    def message(self) -> Message:
        """What is to be said of a doubtful price; empty without a doubt."""
        if self.doubt is None:
            return ""
        cents = "" if self.cents is None else plain_cents(self.cents)
        return fill(_DOUBTS[self.doubt], text=self.text[:40], price=cents)


NO_PRICE = Price()


class _Number(NamedTuple):
    """A number as it is written: what groups its thousands, its decimal mark, its decimals."""

    whole: str
    group: str = ""
    mark: str = ""
    decimals: str = ""

    @property
    def is_ambiguous(self) -> bool:
        """Whether its mark may be one of thousands: `1.234`."""
        return (
            bool(self.mark)
            and not self.group
            and len(self.decimals) == 3
            and len(self.whole) <= 3
            and self.whole[0] != "0"
        )

    def value(self, *, thousands: bool = False) -> Decimal:
        whole = "".join(each for each in self.whole if each.isdigit())
        if thousands and self.is_ambiguous:
            return Decimal(whole + self.decimals)
        return Decimal(f"{whole}.{self.decimals}" if self.decimals else whole)


def parse_amount(text: str) -> Decimal | None:
    """Return an amount in euros as it is written, or None when it is none.

    A comma or a point before the decimals; spaces, points, commas or apostrophes between groups of
    three digits; the currency before it or behind. No sign and no exponent. Of `1.234` the point is
    taken for a decimal one: only the column tells (`read_prices`).
    """
    number = _take_apart(text)
    return number.value() if number else None


def round_cents(amount: Decimal) -> int:
    """Return the cents of an amount in euros, half a cent rounded up."""
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def parse_cents(text: str) -> int:
    """Return the cents of a price, half a cent rounded up: `12,90` → 1290.

    Raises `Invalid` (`bad_price`) for what `parse_amount` does not know, more than one million
    euros, and what may be a thousand times as much: `1.234` and `1,234` stand in no column that
    tells, and whoever typed them can be asked.
    """
    number = _take_apart(text)
    price = _price(text, number)
    if price.cents is None or _is_ambiguous(number):
        raise Invalid(
            "bad_price",
            fill(_("“%(text)s” is not a price: write it as 12.90."), text=text[:40]),
            text=text[:40],
        )
    return price.cents


def read_price(text: str) -> Price:
    """Return what a cell that stands alone says of a price in euros; it never raises."""
    return _price(text, _take_apart(text))


def read_prices(rows: Iterable[Row], text_of: Callable[[Row], str]) -> Iterator[tuple[Row, Price]]:
    """Yield each row with the price in its cell; the whole column tells what a separator means.

    One separator with three digits behind it is thousands where all such cells of the column have
    three, or where the column groups by it elsewhere (`1.234,50`). Rows are held back until that is
    seen, at most `MOST_HELD` of them.
    """
    column = _Column()
    held: list[tuple[Row, str, _Number | None]] = []
    for row in rows:
        text = text_of(row)
        number = _take_apart(text) if text else None
        column.see(number)
        held.append((row, text, number))
        is_sure = len(held) == 1 and not _is_ambiguous(number)
        if is_sure or column.is_known or len(held) >= MOST_HELD:
            yield from column.prices(held)
            held.clear()
    yield from column.prices(held)


class _Column:
    """What the cells of a column have shown so far of its separators."""

    def __init__(self) -> None:
        self._group = ""
        self._has_decimals = False

    @property
    def is_known(self) -> bool:
        """Whether a cell like `1.234` can be read."""
        return bool(self._group) or self._has_decimals

    def see(self, number: _Number | None) -> None:
        if number is None:
            return
        if number.group and number.group in ".,":
            self._group = number.group
        elif number.group or (number.mark and not number.is_ambiguous):
            self._has_decimals = True

    def prices(
        self, cells: Iterable[tuple[Row, str, _Number | None]]
    ) -> Iterator[tuple[Row, Price]]:
        """Yield the price of each; what nothing has shown yet to be decimals is thousands."""
        for row, text, number in cells:
            thousands = _is_ambiguous(number) and self._has_thousands(number)
            price = _price(text, number, thousands=thousands)
            if thousands and not self._group and price.doubt is None:
                price = price._replace(doubt=Doubt.THOUSANDS)
            yield row, price

    def _has_thousands(self, number: _Number | None) -> bool:
        mark = number.mark if number else ""
        return mark == self._group if self._group else not self._has_decimals


def _is_ambiguous(number: _Number | None) -> bool:
    return number is not None and number.is_ambiguous


def _take_apart(text: str) -> _Number | None:
    """Return the number of an amount in euros, or None when it is none."""
    text = plain_number(text)
    return _number(text) if len(text) <= _LONGEST else None


# A shop has many titles, and few prices.
@lru_cache(maxsize=4096)
def _number(text: str) -> _Number | None:
    if behind := _CENTS_BEHIND.fullmatch(text):
        return _Number(behind[1], mark=",", decimals=behind[2])
    inner = _AMOUNT.fullmatch(text)
    number = inner[1] if inner else text
    if found := _PLAIN.fullmatch(number):
        return _Number(found[1], mark=found[2] or "", decimals=found[3] or "")
    if found := _GROUPED.fullmatch(number):
        return _Number(found[1], found[2], found[3] or "", found[4] or "")
    return None


def _price(text: str, number: _Number | None, *, thousands: bool = False) -> Price:
    if number is None:
        return _no_price(text)
    return Price(*_cents(number, thousands), text)


@lru_cache(maxsize=4096)
def _cents(number: _Number, thousands: bool) -> tuple[int | None, Doubt | None]:
    amount = number.value(thousands=thousands)
    cents = round_cents(amount)
    if cents > LARGEST_CENTS:
        return None, Doubt.NO_PRICE
    return cents, None if amount * 100 == cents else Doubt.ROUNDED


def _no_price(text: str) -> Price:
    text = plain_number(text)
    if not text or re.fullmatch(_EURO, text, re.IGNORECASE):
        return NO_PRICE
    other = _OTHER_CURRENCY.search(text[:_LONGEST])
    return Price(None, Doubt.CURRENCY if other else Doubt.NO_PRICE, text[:_LONGEST])


def plain_cents(cents: int, mark: str = ",") -> str:
    """Return cents as a spreadsheet or (with a point) a program reads them: `12,90`."""
    euros, rest = divmod(cents, 100)
    return f"{euros}{mark}{rest:02d}"


def typed_cents(cents: int, language: str | None = None) -> str:
    """Return cents as a form shows them to whoever types over them: `12,90` in French, `12.90` in
    English. `parse_cents` reads both, whatever the language."""
    return plain_cents(cents, mark="," if _is_french(language) else ".")


def _is_french(language: str | None) -> bool:
    return (language or get_language() or "fr").startswith("fr")


def format_cents(cents: int, language: str | None = None) -> str:
    """Return cents as people write them: `12,90 €` in French, `€12.90` in English."""
    euros, rest = divmod(cents, 100)
    if _is_french(language):
        grouped = f"{euros:,}".replace(",", NARROW_SPACE)
        return f"{grouped},{rest:02d}\u00a0€"
    return f"€{euros:,}.{rest:02d}"
