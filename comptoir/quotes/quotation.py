"""The quote of one shop's basket: prices, taxes, weights and postage put together."""

from collections.abc import Sequence
from dataclasses import replace

from comptoir.quotes.basket import Basket, Item, Line, Postage, Quote, Refusal, Share, Tax
from comptoir.quotes.phrases import GONE, NO_RATE, NO_WEIGHT
from comptoir.quotes.postage import postage_of
from comptoir.quotes.prices import price_of
from comptoir.quotes.rules import Rules
from comptoir.quotes.shares import divide, round_half_up, tax_within
from comptoir.quotes.taxes import tax_of
from comptoir.quotes.weights import size_of


def quote_of(basket: Basket, rules: Rules) -> Quote:
    """Return what a basket costs, line by line. A line that is refused voids none beside it, but
    there is no total then. The VAT of each rate is that of its sum, divided over lines and postage
    by the largest remainder: the parts are the whole."""
    lines = [_line(item, basket, rules) for item in basket.items]
    postage, refusal = postage_of(basket, lines, rules)
    lines, postage, sums = _taxed(lines, postage)
    return Quote(basket, lines, postage, sums, refusal)


def _line(item: Item, basket: Basket, rules: Rules) -> Line:
    if item.gone:
        return Line(item, refusal=Refusal("copy_gone", GONE))
    if item.barred is not None:
        return Line(item, refusal=item.barred)
    cents, rule, conflict, refusal = price_of(item, basket, rules)
    tax = tax_of(item, basket, rules)
    size = size_of(item.product)
    if refusal is None and tax is None:
        refusal = Refusal("no_rate", NO_RATE)
    if refusal is None and basket.is_posted and size is None:
        refusal = Refusal("no_weight", NO_WEIGHT)
    grams, mm = size or (0, 0)
    return Line(item, cents, rule, tax, 0, grams, mm, conflict, refusal)


def _taxed(
    lines: Sequence[Line], postage: Postage | None
) -> tuple[list[Line], Postage | None, list[Share]]:
    """Return lines and postage with the VAT within, and the sums by tax."""
    shares = list(postage.shares) if postage else []
    cells: dict[Tax, list[int]] = {}
    amounts = [line.cents for line in lines] + [share.cents for share in shares]
    taxes = [None if line.refusal else line.tax for line in lines]
    for place, tax in enumerate([*taxes, *(share.tax for share in shares)]):
        if tax is not None:
            cells.setdefault(tax, []).append(place)
    within, sums = [0] * len(amounts), []
    for tax, places in cells.items():
        cents = sum(amounts[place] for place in places)
        vat = round_half_up(tax_within(cents, tax.rate))
        parts = divide(vat, [tax_within(amounts[place], tax.rate) for place in places])
        for place, part in zip(places, parts, strict=True):
            within[place] = part
        sums.append(Share(tax, cents, vat))
    taxed = [replace(line, vat_cents=vat) for line, vat in zip(lines, within, strict=False)]
    if postage is not None:
        behind = within[len(lines) :]
        parted = [replace(s, vat_cents=vat) for s, vat in zip(shares, behind, strict=True)]
        postage = replace(postage, shares=parted)
    return taxed, postage, sums
