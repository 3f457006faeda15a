"""What a part of the basket costs, line by line and in words, before it is ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from comptoir.core.limits import client_address, count_read
from comptoir.orders.models import Order
from comptoir.orders.operations.releases.bars import bars_of
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.phrases import postage_in_words, price_in_words, tax_in_words
from comptoir.quotes.reads import PER_ADDRESS, Asked, Wish, Written, quote_for
from comptoir.site.basket import Part
from comptoir.site.postal.bars import barred_without
from comptoir.terms.reads import in_force


def quote_of_part(request: HttpRequest, part: Part, wish: Wish) -> Quote:
    """Return what the lines of a form cost as they are wished for: nothing is posted by a shop that
    has published no conditions. Raises as `quote_for`, and `TooMany` where an address asks too
    often."""
    count_read(PER_ADDRESS, f"address:{client_address(request)}")
    lines = [
        Asked(offer_id=chosen.line.offer_id, quantity=chosen.line.quantity)
        if chosen.line.offer_id
        else Asked(product=chosen.product.ref, quantity=chosen.line.quantity)
        for chosen in part.lines
    ]
    shop = part.at.shop
    barred = bars_of(shop, wish.delivery)
    if wish.delivery is Delivery.MAIL and in_force(shop) is None:
        barred = barred_without(())(shop, wish.delivery)
    return quote_for(shop, lines, wish, barred=barred)


def quote_of_order(order: Order) -> Quote:
    """Return what an order to collect costs that is paid before, at the prices at which it will be
    charged: copies that are held for it are its own, however few are left for others."""
    lines = [
        Asked(
            offer_id=line.offer_id,
            quantity=line.quantity,
            written=Written(line.price_cents, held=line.held > 0),
        )
        if line.offer_id
        else Asked(product=line.product.ref, quantity=line.quantity)
        for line in order.lines.all()
    ]
    return quote_for(order.shop, lines, Wish(Delivery.COLLECT))


def quote_in_words(quote: Quote) -> dict[str, Any]:
    """Return what a page shows of a quote."""
    postage = postage_in_words(quote.postage) if quote.postage else ""
    return {"quote": quote, "quoted": quoted_lines(quote), "postage": postage}


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line of the summary, in words; amounts in cents."""

    title: str
    quantity: int
    used: bool
    cents: int
    rule: str
    tax: str
    refused: bool


def quoted_lines(quote: Quote) -> Sequence[QuotedLine]:
    """Return the lines of a quote as the summary shows them, those of one title together."""
    return [
        QuotedLine(
            line.item.product.title,
            line.item.quantity,
            line.item.used,
            line.cents,
            price_in_words(line),
            tax_in_words(line.tax) if line.tax and not line.refusal else "",
            line.refusal is not None,
        )
        for line in quote.by_title
    ]
