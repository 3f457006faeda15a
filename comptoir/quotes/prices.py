"""What one copy costs: the publisher's price of a new book, and the shop's own of all else.

Sources: loi 81-766 du 10 août 1981; mediator of the book, doctrine of 12 November 2025, for sheet
music; the days and shares are in `rules.toml`.
"""

from comptoir.catalogue.models import ProductFormat, ProductKind
from comptoir.core.errors import fill
from comptoir.core.money import format_cents
from comptoir.quotes.basket import Basket, Conflict, Item, PriceRule, Refusal
from comptoir.quotes.phrases import NO_PRICE, PRICE_CONFLICT
from comptoir.quotes.rules import Rules
from comptoir.quotes.shares import WHOLE
from comptoir.shops.models import ShopKind

Priced = tuple[int | None, PriceRule | None, Conflict | None, Refusal | None]
_OUTSIDE = {
    ProductFormat.SHEET_MUSIC: PriceRule.SHEET_MUSIC,
    ProductFormat.AUDIOBOOK: PriceRule.AUDIOBOOK,
}


def has_publisher_price(item: Item) -> bool:
    """Whether the law of the price of books is about it: a new book, but sheet music and audiobooks
    are none in its sense."""
    product = item.product
    return not item.used and product.kind == ProductKind.BOOK and product.format not in _OUTSIDE


def sells_books(basket: Basket) -> bool:
    """Whether the desk of its shop is one that sells books."""
    return basket.shop.kind in (ShopKind.BOOKS, ShopKind.BOTH)


def price_of(item: Item, basket: Basket, rules: Rules) -> Priced:
    """Return what one copy costs (cents), by which rule, whether till and publisher differ, and why
    there is no price, if there is none."""
    if not has_publisher_price(item):
        return _free(item)
    till, publisher = item.till_cents, item.publisher_cents
    if publisher is None:
        if till is None:
            return None, None, None, Refusal("no_price", NO_PRICE)
        return till, PriceRule.BY_TILL, None, None
    if till is None or till == publisher:
        return publisher, PriceRule.PUBLISHER, None, None
    if _least(publisher, basket, rules) <= till < publisher:
        return till, PriceRule.DISCOUNT, None, None
    return _of_two(item, till, publisher, basket, rules)


def _of_two(item: Item, till: int, publisher: int, basket: Basket, rules: Rules) -> Priced:
    """Return the price of a book whose till has one that law does not allow."""
    if item.decided is not None:
        return item.decided, PriceRule.DECIDED, None, None
    parcels = basket.parcels
    if parcels is not None and parcels.till_discounts:
        row = rules.on("discount", basket.day)
        if row and _less(publisher, row.values["collected"]) <= till < publisher:
            return publisher, PriceRule.PUBLISHER, None, None
    conflict = Conflict(till, publisher)
    if not basket.is_posted:
        return publisher, PriceRule.PUBLISHER, conflict, None
    told = fill(PRICE_CONFLICT, till=format_cents(till), publisher=format_cents(publisher))
    return None, None, conflict, Refusal("price_conflict", told)


def _least(publisher: int, basket: Basket, rules: Rules) -> int:
    """Return for how little a book may be sold as this basket asks for it, in cents."""
    row = rules.on("discount", basket.day)
    if row is None:
        return publisher
    at_desk = not basket.is_posted and sells_books(basket)
    return _less(publisher, row.values["collected" if at_desk else "posted"])


def _less(cents: int, share: int) -> int:
    """Return a price less a share (hundredths of a per cent), rounded up to a cent: a discount
    never passes its share."""
    return -(-cents * (WHOLE - share) // WHOLE)


def _free(item: Item) -> Priced:
    # What a label or a publisher advises is not what the shop asks.
    cents = item.till_cents
    if cents is None:
        return None, None, None, Refusal("no_price", NO_PRICE)
    if item.used:
        return cents, PriceRule.USED, None, None
    return cents, _OUTSIDE.get(ProductFormat(item.product.format), PriceRule.FREE), None, None
