"""The price a French reader pays, out of the many that a notice may carry, and from which day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from stdnum import ean as stdnum_ean

from comptoir.catalogue.models import Availability
from comptoir.catalogue.sources.notice import PriceStep
from comptoir.catalogue.sources.onix.codes import AVAILABILITY
from comptoir.catalogue.sources.onix.tags import NAMES, children, text_of, values
from comptoir.catalogue.sources.safe_xml import Element
from comptoir.catalogue.sources.text import cents, clean, hundredths

COUNTRY = "FR"
CURRENCY = "EUR"

# List 58. A price fixed by law or agreement first, then the retail price, then the recommended one;
# prices without tax only when no price with tax is texts, and only where the rate is.
TAX_INCLUDED = {"04": 3, "42": 2, "02": 1}
TAX_EXCLUDED = {"03": 3, "41": 2, "01": 1}
# List 59: unqualified, the consumer's price, a promotional offer. The others are for members,
# libraries, export…
_FOR_READERS = {"", "00", "05", "08"}
# How well each can be had, the worst first: of several suppliers the one who has it counts.
_HAD = {
    Availability.UNKNOWN: 0,
    Availability.UNAVAILABLE: 1,
    Availability.TEMPORARILY_OUT: 2,
    Availability.FORTHCOMING: 3,
    Availability.TO_ORDER: 4,
    Availability.AVAILABLE: 5,
}
_OF_PRICES = frozenset({"territory", "tax", "pricedate"})
_FREE_OF_CHARGE = "01"
_EUROZONE = "ECZ"
_NOT_HERE = -1
# List 93, who sells to shops: an exclusive distributor before others, then the publisher itself.
# Wholesalers, agents and those who sell to readers are nobody's distributor.
_DISTRIBUTES = {"02": 4, "13": 4, "06": 3, "15": 3, "03": 2, "14": 2, "01": 1, "00": 0, "": 0}
_GLN = "06"
_DAY = timedelta(days=1)


class _Price(NamedTuple):
    """A price that a reader in France may pay, from its first day to its last (None: open).

    `rank` says how well it is meant for that reader: tax included, its territory, its type, and
    how well its supplier has the title.
    """

    rank: tuple[int, int, int, int]
    cents: int
    vat_rate: int | None
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None


@dataclass(slots=True)
class Supply:
    """What the supplies of a notice come to, for France."""

    prices: list[_Price] = field(default_factory=list)
    availability: Availability | None = None
    published: str = ""
    nearest: tuple[int, int] = field(default=(_NOT_HERE - 1, 0))
    distributor: str = ""
    distributor_gln: str = ""
    distributes: tuple[int, int] = field(default=(_NOT_HERE, 0))

    def steps(self) -> tuple[PriceStep, ...]:
        """Return how the price changes over time: at least one step, the first from ever.

        Of the prices that hold on a day the best meant for a reader in France counts; of equals one
        with dates goes before one without, then the one that began last, then the first stated.
        Before the first day of any, the price of that day is the one announced.
        """
        if not any(price.is_dated for price in self.prices):
            return (PriceStep(None, *_best(self.prices, date.min)),)
        days = sorted(_days(self.prices))
        steps = [PriceStep(None, *_best(self.prices, days[0] - _DAY))]
        for day in days:
            step = PriceStep(day, *_best(self.prices, day))
            if step[1:] != steps[-1][1:]:
                steps.append(step)
        if len(steps) > 1 and steps[0].list_price_cents is None:
            steps[:2] = [steps[1]._replace(since=None)]
        return tuple(steps)


def _days(prices: Iterable[_Price]) -> set[date]:
    """Return the days on which one of these prices begins, or has ended."""
    begins = {price.first for price in prices if price.first is not None}
    return begins | {price.last + _DAY for price in prices if price.last is not None}


def _best(prices: Iterable[_Price], day: date) -> tuple[int | None, int | None]:
    held = [price for price in prices if price.holds(day)]
    if not held:
        return None, None
    best = max(held, key=lambda price: (price.rank, price.is_dated, price.first or date.min))
    return best.cents, best.vat_rate


def territory_rank(element: Element | None) -> int:
    """Return how well a `Territory` names France: 3 by name, 2 a zone that holds it or nothing
    stated, 1 the rest of the world, -1 not at all (ONIX lists 49 and 91)."""
    if element is None:
        return 2
    texts = values(element)
    countries = texts.get("countriesincluded", "").split()
    if COUNTRY in countries:
        return 3
    if COUNTRY in texts.get("countriesexcluded", "").split():
        return _NOT_HERE
    regions = texts.get("regionsincluded", "").split()
    if "WORLD" in regions or _EUROZONE in regions:
        return 2
    if "ROW" in regions:
        return 1
    return _NOT_HERE if countries or regions else 2


def read_supply(element: Element, supply: Supply, currency: str, kind: str) -> None:
    """Add to `supply` what one `ProductSupply` states for France."""
    markets: list[int] = []
    details: list[Element] = []
    for child in element:
        name = NAMES[child.tag]
        if name == "market":
            markets.append(_market_rank(child))
        elif name == "marketpublishingdetail":
            supply.published = supply.published or _market_date(child)
        elif name == "supplydetail":
            details.append(child)
    market = max(markets, default=2)
    for detail in details:
        _read_detail(detail, supply, currency, kind, market)


def _read_detail(element: Element, supply: Supply, currency: str, kind: str, market: int) -> None:
    availability = AVAILABILITY.get(text_of(element, "productavailability"))
    had = _HAD[availability or Availability.UNKNOWN]
    if (market, had) > supply.nearest:
        supply.nearest, supply.availability = (market, had), availability
    for child in element:
        name = NAMES[child.tag]
        if name == "unpriceditemtype" and (child.text or "").strip() == _FREE_OF_CHARGE:
            supply.prices.append(_Price((1, market, 0, had), 0, None))
        elif name == "price":
            _read_price(child, supply, currency, kind, (market, had))
        elif name == "supplier":
            _read_supplier(child, supply, market)


def _read_supplier(element: Element, supply: Supply, market: int) -> None:
    """Keep who delivers to shops, if it does so better for France than who was named before."""
    texts = values(element)
    rank = _DISTRIBUTES.get(texts.get("supplierrole", ""))
    if rank is None or market == _NOT_HERE or (market, rank) <= supply.distributes:
        return
    numbers = (values(child) for name, child in children(element) if name == "supplieridentifier")
    gln = next((one.get("idvalue", "") for one in numbers if one.get("supplieridtype") == _GLN), "")
    supply.distributes = (market, rank)
    supply.distributor = clean(texts.get("suppliername"), 120)
    supply.distributor_gln = gln if len(gln) == 13 and stdnum_ean.is_valid(gln) else ""


def _market_rank(element: Element) -> int:
    for name, child in children(element):
        if name == "territory":
            return territory_rank(child)
    return 2


def _market_date(element: Element) -> str:
    for name, child in children(element):
        if name == "marketdate":
            texts = values(child)
            if texts.get("marketdaterole") == "01":
                return texts.get("date", "")
    return ""


def _read_price(
    element: Element, supply: Supply, currency: str, kind: str, given: tuple[int, int]
) -> None:
    texts: dict[str, str] = {}
    inner: list[tuple[str, Element]] = []
    for child in element:
        name = NAMES[child.tag]
        if name in _OF_PRICES:
            inner.append((name, child))
        elif name not in texts:
            texts[name] = (child.text or "").strip()
    type_ = texts.get("pricetype") or kind
    included = TAX_INCLUDED.get(type_)
    rank = included or TAX_EXCLUDED.get(type_)
    if (
        rank is None
        or (texts.get("currencycode") or currency) != CURRENCY
        or texts.get("pricequalifier", "") not in _FOR_READERS
    ):
        return
    (place, had), vat = given, None
    first = last = None
    for name, child in inner:
        if name == "territory":
            place = territory_rank(child)
        elif name == "tax" and vat is None:
            tax = values(child)
            if tax.get("taxtype", "01") in {"", "01"}:
                vat = hundredths(tax.get("taxratepercent"))
        elif name == "pricedate":
            begins, ends = _period(values(child))
            first, last = begins or first, ends or last
    if place == _NOT_HERE:
        return
    if texts.get("unpriceditemtype") == _FREE_OF_CHARGE:
        supply.prices.append(_Price((1, place, rank, had), 0, vat, first, last))
    elif texts.get("priceamount") and (included or vat is not None):
        factor = Decimal(1) if included else 1 + Decimal(vat or 0) / 10_000
        amount = cents(texts["priceamount"], factor)
        meant = (2 if included else 1, place, rank, had)
        supply.prices.append(_Price(meant, amount, vat, first, last))


def _period(texts: dict[str, str]) -> tuple[date | None, date | None]:
    """Return the first and the last day of a `PriceDate` (list 173: 14 from, 15 until, 24 both).

    A month or a year alone (list 55) is from its first day, or until its last. The first and the
    last years that there are stand for no date at all (suppliers write 99991231 for "open").
    """
    role, text = texts.get("pricedaterole", ""), texts.get("date", "")
    digits = text.partition("T")[0].replace("-", "")
    half = len(digits) // 2 if role == "24" else 0
    first = digits[:half] if role == "24" else digits if role == "14" else ""
    last = digits[half:] if role in {"15", "24"} else ""
    return _day(first), _day(last, at_the_end=True)


def _day(digits: str, *, at_the_end: bool = False) -> date | None:
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 6, 8):
        return None
    year, month, day = int(digits[:4]), int(digits[4:6] or 0), int(digits[6:8] or 0)
    if at_the_end and not day:
        # The day before the first of what follows.
        year, month = (year, month + 1) if 0 < month < 12 else (year + 1, 1)
    try:
        found = date(year, month or 1, day or 1)
        found = found - _DAY if at_the_end and not day else found
    except (ValueError, OverflowError):
        return None
    return found if date.min.year < found.year < date.max.year else None
