"""The price a French reader pays, out of the many that a notice may carry."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from comptoir.catalogue.models import Availability
from comptoir.catalogue.sources.onix.codes import AVAILABILITY
from comptoir.catalogue.sources.onix.tags import children, values
from comptoir.catalogue.sources.safe_xml import Element
from comptoir.catalogue.sources.text import PARIS, cents, hundredths

COUNTRY = "FR"
CURRENCY = "EUR"

# List 58. A price fixed by law or agreement first, then the retail price, then the recommended one;
# prices without tax only when no price with tax is texts, and only where the rate is.
TAX_INCLUDED = {"04": 3, "42": 2, "02": 1}
TAX_EXCLUDED = {"03": 3, "41": 2, "01": 1}
# List 59: unqualified, and the consumer's price. The others are for members, libraries, export…
_FOR_READERS = {"", "00", "05"}
_FREE_OF_CHARGE = "01"
_EUROZONE = "ECZ"
_NOT_HERE = -1


@dataclass(slots=True)
class Supply:
    """What the supplies of a notice come to, for France."""

    price_cents: int | None = None
    vat_rate: int | None = None
    availability: Availability | None = None
    published: str = ""
    best: tuple[int, int, int] = field(default=(0, 0, 0))
    nearest: int = field(default=_NOT_HERE - 1)


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


def read_supply(element: Element, supply: Supply, at: datetime, currency: str, kind: str) -> None:
    """Take from one `ProductSupply` what is better for France than what was found before."""
    markets: list[int] = []
    details: list[Element] = []
    for name, child in children(element):
        if name == "market":
            markets.append(_market_rank(child))
        elif name == "marketpublishingdetail":
            supply.published = supply.published or _market_date(child)
        elif name == "supplydetail":
            details.append(child)
    market = max(markets, default=2)
    for detail in details:
        prices: list[Element] = []
        for name, child in children(detail):
            if name == "productavailability" and market > supply.nearest:
                supply.nearest = market
                supply.availability = AVAILABILITY.get((child.text or "").strip())
            elif name == "unpriceditemtype" and (child.text or "").strip() == _FREE_OF_CHARGE:
                _take(supply, (1, market, 0), 0, None)
            elif name == "price":
                prices.append(child)
        for price in prices:
            _read_price(price, supply, at, currency, kind, market)


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
    element: Element, supply: Supply, at: datetime, currency: str, kind: str, market: int
) -> None:
    texts = values(element)
    type_ = texts.get("pricetype") or kind
    included = TAX_INCLUDED.get(type_)
    rank = included or TAX_EXCLUDED.get(type_)
    if (
        rank is None
        or (texts.get("currencycode") or currency) != CURRENCY
        or texts.get("pricequalifier", "") not in _FOR_READERS
    ):
        return
    place, vat = market, None
    for name, child in children(element):
        if name == "territory":
            place = territory_rank(child)
        elif name == "tax" and vat is None:
            tax = values(child)
            if tax.get("taxtype", "01") in {"", "01"}:
                vat = hundredths(tax.get("taxratepercent"))
        elif name == "pricedate" and not _valid(values(child), at):
            return
    if place == _NOT_HERE:
        return
    if texts.get("unpriceditemtype") == _FREE_OF_CHARGE:
        _take(supply, (1, place, rank), 0, vat)
    elif texts.get("priceamount") and (included or vat is not None):
        factor = Decimal(1) if included else 1 + Decimal(vat or 0) / 10_000
        order = (2 if included else 1, place, rank)
        _take(supply, order, cents(texts["priceamount"], factor), vat)


def _take(supply: Supply, order: tuple[int, int, int], price: int, vat: int | None) -> None:
    if order > supply.best:
        supply.best, supply.price_cents, supply.vat_rate = order, price, vat


def _valid(texts: dict[str, str], at: datetime) -> bool:
    """Whether a price dated so (list 173: 14 from, 15 until, 24 both) holds on the notice's day."""
    day = at.astimezone(PARIS).strftime("%Y%m%d")
    role, date = texts.get("pricedaterole", ""), texts.get("date", "")
    first = date[:8] if role in {"14", "24"} else ""
    last = date[:8] if role == "15" else date[8:16] if role == "24" else ""
    return not (len(first) == 8 and day < first) and not (len(last) == 8 and day > last)
