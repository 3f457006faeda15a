"""What the cells of tills' tables say: quantities, prices and EANs, whoever wrote them.

A formula is never worked out: it is text like any other, and no number.
"""

import re

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.identifiers import find_ean
from comptoir.core.money import parse_cents
from comptoir.stock.feeds.lines import (
    ItemLine,
    RefusedLine,
    StockLine,
    check_line,
    check_values,
)
from comptoir.stock.models import Condition

ROUNDED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
_WHOLE = re.compile(r"(-?[0-9]{1,9})(?:[.,]0{1,6})?")
_CURRENCY = re.compile(r"\s*(€|EUR)\s*\Z", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"(?:[A-Z]{3}|[$£¥])\Z|\A[$£¥]")
LONGEST_ITEM = 100
LONGEST_NAME = 200
_SPACE = re.compile(r"\s+")


def parse_quantity(text: str) -> int:
    """Return a whole number, perhaps negative; `3.0` is one. Raises `Invalid` (`bad_quantity`)."""
    found = _WHOLE.fullmatch(_SPACE.sub("", text))
    if found is None:
        raise Invalid("bad_quantity", _("The quantity must be a whole number."))
    return int(found[1])


def parse_price(text: str) -> int | None:
    """Return cents of euros, or None for an empty cell. Raises `Invalid`: `bad_price`,
    `bad_currency`."""
    text = _CURRENCY.sub("", text.strip())
    if not text:
        return None
    if _OTHER_CURRENCY.search(text):
        raise Invalid(
            "bad_currency",
            fill(_("“%(text)s” is not in euros: prices are in euros here."), text=text[:40]),
        )
    return parse_cents(_SPACE.sub("", text))


def refuse_rounded(ean: str) -> None:
    """Raise `Invalid` (`rounded_ean`) for an EAN of which a spreadsheet kept the size only."""
    if ROUNDED.fullmatch(ean):
        raise Invalid(
            "rounded_ean",
            _(
                "A spreadsheet has rounded this EAN: give the column the format “text”, or no"
                " decimals, and export again."
            ),
        )


def read_line(
    *,
    line: int,
    ean: str,
    quantity: str,
    price: str = "",
    condition: str = "",
    content: str = "",
) -> StockLine | RefusedLine:
    """Return the line that these cells tell, or why it is refused."""
    try:
        refuse_rounded(ean)
        return check_line(
            line=line,
            ean=ean,
            quantity=parse_quantity(quantity),
            price_cents=parse_price(price),
            condition=condition or Condition.NEW.value,
            content=content,
        )
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, content)


def read_article(
    *,
    line: int,
    item: str,
    quantity: str,
    ean: str = "",
    price: str = "",
    condition: str = "",
    name: str = "",
    content: str = "",
) -> StockLine | ItemLine | RefusedLine:
    """Return a line about an article known by its EAN, or else by the till's own reference.

    A reference that is itself a valid EAN is taken for it.
    """
    if ean or not item or find_ean(item):
        return read_line(
            line=line,
            ean=ean or item,
            quantity=quantity,
            price=price,
            condition=condition,
            content=content,
        )
    try:
        refuse_rounded(item)
        if len(item) > LONGEST_ITEM or not item.isprintable():
            text = _("The article's own reference is longer than 100 characters, or no text.")
            raise Invalid("bad_item", text)
        count, cents, state = parse_quantity(quantity), parse_price(price), condition or "new"
        check_values(count, cents, state)
    except Invalid as error:
        return RefusedLine(line, error.code, error.message, content)
    return ItemLine(line, item, count, cents, state, name[:LONGEST_NAME])
