"""The pass Culture contracts of stocks: the pages of a provider that we ask, and what is pushed.

A provider answers `{"total", "limit", "offset", "stocks": [{"ref", "available", "price",
"validUntil"}]}`, prices in euros; whoever pushes sends `{"location": {"type": "physical",
"venueId"}, "products": [{"ean", "stock": {"price", "quantity"}}]}`, prices in cents. Both speak of
new copies by their EAN.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.money import NO_PRICE, Doubt, Price, round_cents
from comptoir.stock.formats import calls
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    ArticleLine,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
    ReportMode,
    StockLine,
    check_line,
)
from comptoir.stock.formats.reader import price_remarks

MOST_PRODUCTS = 500
_DEAREST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a provider's page: its own reference, and the line that it is."""

    ref: str
    line: StockLine | ArticleLine | RefusedLine


def read_page(body: bytes, first: int, now: datetime) -> list[Entry]:
    """Return the entries of a page, numbered from `first`; of what is no longer valid `now`, none.

    Raises `Invalid` (`bad_call`) when it is no such page.
    """
    page = calls.parse_object(body)
    if not isinstance(page.get("stocks"), list):
        raise calls.bad_call()
    return [
        _entry(stock, number, now)
        for number, stock in enumerate(calls.objects(page["stocks"]), first)
    ]


def read_push(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return what is pushed for the place that the first push named (`known.shop_code`).

    Raises `Invalid` with its field in `data["field"]`: `bad_call`, `other_shop`,
    `too_many_products`.
    """
    push = calls.read_json(stream)
    venue = _venue(push, known.shop_code)
    if not isinstance(push.get("products"), list):
        raise _wrong("products")
    products = calls.objects(push["products"])
    if len(products) > MOST_PRODUCTS:
        message = _("At most 500 products at once.")
        raise Invalid("too_many_products", message, field="products")
    return FeedFile(
        lines=iter([_pushed(product, number) for number, product in enumerate(products, 1)]),
        covers=Covers.NEW,
        shop_code=venue,
        mode=ReportMode.DELTA,
    )


def _venue(push: dict[str, Any], known: str) -> str:
    location = push.get("location")
    venue = calls.object_of(location).get("venueId")
    if not isinstance(venue, int) or isinstance(venue, bool) or not 0 < venue < 10**18:
        raise _wrong("location.venueId")
    if calls.object_of(location).get("type") != "physical":
        raise _wrong("location.type")
    if known and known != str(venue):
        message = _("This token's shop is another venue.")
        raise Invalid("other_shop", message, field="location.venueId")
    return str(venue)


def _wrong(field: str) -> Invalid:
    return Invalid("bad_call", _("This field is missing or wrong."), field=field)


def _entry(stock: dict[str, Any], line: int, now: datetime) -> Entry:
    ref = calls.word_of(stock.get("ref"))
    until = calls.moment(stock.get("validUntil"))
    available = 0 if until and until <= now else stock.get("available")
    price = _price(stock.get("price"), Decimal(1))
    return Entry(ref, _line(line, ref, available, price))


def _pushed(product: dict[str, Any], line: int) -> Line:
    stock = calls.object_of(product.get("stock"))
    price = _price(stock.get("price"), Decimal(100))
    return _line(line, calls.text_of(product.get("ean")), stock.get("quantity"), price)


def _line(
    line: int, ean: str, quantity: object, price: Price
) -> StockLine | ArticleLine | RefusedLine:
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        return RefusedLine(
            line, "bad_quantity", _("The quantity must be a whole number."), ean[:120]
        )
    return check_line(
        line=line,
        ean=ean[:120],
        quantity=quantity,
        price_cents=price.cents,
        remarks=price_remarks(price, line, ean),
    )


def _price(value: object, per_euro: Decimal) -> Price:
    """Return the price of a number in euros, or of one of which so many are a euro."""
    if value is None:
        return NO_PRICE
    text = str(value)[:40]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Price(None, Doubt.NO_PRICE, text)
    # Compared before it is divided: a long exponent would keep Decimal busy.
    if not 0 <= value <= _DEAREST * per_euro:
        return Price(None, Doubt.NO_PRICE, text)
    amount = Decimal(value) / per_euro
    cents = round_cents(amount)
    return Price(cents, None if amount * 100 == cents else Doubt.ROUNDED, text)


def merged(entries: Iterator[Entry]) -> Iterator[Line]:
    """Yield the lines, those of one reference that stand together as one.

    A reference may come at two prices: the copies add up, and the higher price counts.
    """
    kept: StockLine | ArticleLine | None = None
    for _ref, line in ((entry.ref, entry.line) for entry in entries):
        if isinstance(line, RefusedLine):
            yield line
        elif kept and _number(kept) == _number(line):
            prices = [cents for cents in (kept.price_cents, line.price_cents) if cents is not None]
            kept = kept._replace(
                quantity=kept.quantity + line.quantity,
                price_cents=max(prices, default=None),
                remarks=kept.remarks + line.remarks,
            )
        else:
            if kept:
                yield kept
            kept = line
    if kept:
        yield kept


def _number(line: StockLine | ArticleLine) -> str:
    return line.item if isinstance(line, ArticleLine) else line.ean


FORMAT = Format(code="passculture", name="pass Culture", is_file=False)
PUSH = Format(
    code="passculture_push",
    name=_("pass Culture, pushed"),
    read=read_push,
    modes=(ReportMode.DELTA,),
    is_file=False,
)
