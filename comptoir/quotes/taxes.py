"""How a line is taxed: by the rate of its goods where they arrive, on the margin, or not at all.

Sources: `rules.toml`; margin: CGI, article 297 A; a small business: CGI, article 293 B.
"""

from comptoir.catalogue.models import ProductFormat, ProductKind
from comptoir.quotes.basket import Basket, Item, Scheme, Tax
from comptoir.quotes.places import Territory
from comptoir.quotes.rules import Rules

_BY_NOTICE = {550: "reduced", 700: "reduced", 2000: "standard", 1960: "standard", 210: "press"}
"""The class that a notice's rate means: notices are written for metropolitan France."""

_REDUCED = frozenset({ProductFormat.SHEET_MUSIC, ProductFormat.AUDIOBOOK})
_STANDARD = frozenset(
    {
        *(ProductFormat.LP, ProductFormat.EP, ProductFormat.SINGLE, ProductFormat.CD),
        *(ProductFormat.CASSETTE, ProductFormat.DVD, ProductFormat.GAME),
    }
)


def class_of(item: Item) -> str | None:
    """Return the class of rates of new goods: by their notice, else by what they are; None where
    neither tells, or the notice has a rate that is none of ours."""
    if item.vat_rate is not None:
        return _BY_NOTICE.get(item.vat_rate)
    kind, form = item.product.kind, item.product.format
    if kind == ProductKind.BOOK or form in _REDUCED:
        return "reduced"
    return "standard" if kind == ProductKind.RECORD or form in _STANDARD else None


def tax_of(item: Item, basket: Basket, rules: Rules) -> Tax | None:
    """Return how a line is taxed; None where its rate is not known."""
    if not basket.vat or basket.home.is_without_vat:
        return Tax(Scheme.NONE)
    if item.used:
        return Tax(Scheme.MARGIN)
    found = class_of(item)
    return by_class(found, basket, rules) if found else None


def by_class(name: str, basket: Basket, rules: Rules) -> Tax | None:
    """Return how goods of a class are taxed on their way; None where the rate is not known."""
    here, there = basket.home.territory, basket.to.territory
    route = rules.route(here, there, basket.day)
    if route is None or route.values["way"] == "export":
        return Tax(Scheme.EXPORT)
    territory = there
    if route.values["way"] == "origin":
        territory = Territory.METROPOLE if here is Territory.CORSICA else here
    row = rules.on("rate", basket.day, **{"territory": territory.value, "class": name})
    return Tax(Scheme.RATE, row.values["rate"]) if row else None
