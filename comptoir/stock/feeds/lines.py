"""What a feed's parser yields: one taken or refused line after another, whatever the till."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message
from comptoir.core.identifiers import parse_ean
from comptoir.stock.models import Condition, Covers

LARGEST_QUANTITY = 100_000
LARGEST_PRICE_CENTS = 100_000_000
SHOWN_CHARACTERS = 120


class StockLine(NamedTuple):
    """One line taken: so many copies of an EAN (13 valid digits) in a condition, price in cents."""

    line: int
    ean: str
    quantity: int
    price_cents: int | None = None
    condition: str = Condition.NEW.value


class RefusedLine(NamedTuple):
    """One line refused: its number, a stable code, why and what to do, and how it begins."""

    line: int
    code: str
    message: Message
    content: str = ""


def check_line(
    *,
    line: int,
    ean: str,
    quantity: int,
    price_cents: int | None = None,
    condition: str = Condition.NEW.value,
    content: str = "",
) -> StockLine | RefusedLine:
    """Return a line as taken, or as refused when a value is outside what stock may be."""
    shown = (content or ean)[:SHOWN_CHARACTERS]
    if quantity < 0:
        text = _("A quantity cannot be negative: write 0 when there is none.")
        return RefusedLine(line, "negative_quantity", text, shown)
    if quantity > LARGEST_QUANTITY:
        text = _("The quantity is beyond belief: 100,000 copies at most.")
        return RefusedLine(line, "bad_quantity", text, shown)
    if price_cents is not None and not 0 <= price_cents <= LARGEST_PRICE_CENTS:
        text = _("The price must lie between 0 and one million euros.")
        return RefusedLine(line, "bad_price", text, shown)
    if condition not in Condition.values:
        text = _("This condition is unknown: write new, M, NM, VG+, VG, G+, G, F or P.")
        return RefusedLine(line, "bad_condition", text, shown)
    try:
        return StockLine(line, parse_ean(ean), quantity, price_cents, condition)
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, shown)


class StockBlock(NamedTuple):
    """Many lines of new copies taken at once, as a parser gives them that can vouch for a block.

    `rows` are what `intake` hands to PostgreSQL: for each EAN, in order, the line's number (or 0),
    EAN, quantity, price in cents and condition, with tabs between them.
    """

    first: int
    eans: list[str]
    rows: bytes

    def lines(self) -> Iterator[StockLine]:
        """Yield the lines one by one."""
        for place, row in enumerate(self.rows.decode("ascii").splitlines()):
            _, ean, quantity, price, condition = row.split("\t")
            yield StockLine(self.first + place, ean, int(quantity), int(price), condition)


Line = StockLine | RefusedLine | StockBlock


@dataclass(slots=True)
class FeedFile:
    """A till's file: its lines, read as they are asked for, and what it says of itself.

    `day` is the local day that the file names, if any; `shop_code` what the till calls the shop,
    to the byte.
    """

    lines: Iterator[Line]
    covers: Covers
    day: date | None = None
    shop_code: str = ""
