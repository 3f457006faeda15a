"""What the post of a basket costs: the shop's own band, and never less than law asks for."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from comptoir.core.errors import fill
from comptoir.quotes.basket import Basket, Line, Parcels, Postage, PostageRule, Refusal, Share, Tax
from comptoir.quotes.models import Band
from comptoir.quotes.phrases import NO_POST, NOT_THERE, too_large
from comptoir.quotes.places import Zone
from comptoir.quotes.prices import has_publisher_price, sells_books
from comptoir.quotes.rules import Rules
from comptoir.quotes.shares import divide, net_of
from comptoir.quotes.taxes import by_class

Posted = tuple[Postage | None, Refusal | None]


def postage_of(basket: Basket, lines: Sequence[Line], rules: Rules) -> Posted:
    """Return what the post of the lines that are not refused costs, or why they cannot be posted.
    Its shares have no VAT yet: `quote_of` finds it with that of the lines."""
    fine = [line for line in lines if line.refusal is None]
    if basket.is_posted and not fine:
        return None, None
    found = _least(basket, fine, rules)
    if not basket.is_posted:
        if not found.least or sells_books(basket):
            return Postage(0, PostageRule.NOTHING), None
        found = replace(found, rule=PostageRule.NO_BOOKSHOP)
        return _shared(found, basket, fine, rules), None
    parcels = basket.parcels
    if parcels is None or not parcels.bands:
        return None, Refusal("no_post", NO_POST)
    grams = sum(line.grams * line.item.quantity for line in fine) + parcels.box_grams
    mm = sum(line.mm * line.item.quantity for line in fine) + parcels.box_mm
    band = band_for(parcels, basket.zone, grams, mm)
    if band is None:
        return None, _why_none(parcels, basket.zone, grams)
    found = replace(found, band=band, grams=grams, mm=mm)
    if band.price_cents >= found.least:
        found = replace(found, cents=band.price_cents, rule=PostageRule.BAND)
    return _shared(found, basket, fine, rules), None


def _least(basket: Basket, lines: Sequence[Line], rules: Rules) -> Postage:
    """Return the least that law asks of an order's post, by what its new books cost together;
    nothing without any."""
    books = [line.cents for line in lines if has_publisher_price(line.item)]
    row = rules.on("postage", basket.day)
    if row is None or not books:
        return Postage(0, PostageRule.BAND)
    asks, below = row.values, row.values["below_cents"]
    if sum(books) < below and asks["least_below"] > asks["least_from"]:
        rule, least = PostageRule.LEAST_BELOW, asks["least_below"]
    else:
        rule, least = PostageRule.LEAST_FROM, asks["least_from"]
    return Postage(least, rule, least=least, below=below)


def band_for(parcels: Parcels, zone: Zone, grams: int, mm: int) -> Band | None:
    """Return the cheapest band in which a parcel fits; of alike ones a tracked one."""
    fitting = [
        band
        for band in parcels.bands
        if band.zone == zone
        and grams <= band.max_grams
        and (band.max_mm is None or mm <= band.max_mm)
    ]
    return min(fitting, key=lambda band: (band.price_cents, not band.tracked), default=None)


def _why_none(parcels: Parcels, zone: Zone, grams: int) -> Refusal:
    there = [band.max_grams for band in parcels.bands if band.zone == zone]
    if not there:
        return Refusal("not_posted_there", fill(NOT_THERE, zone=Zone(zone).label))
    return Refusal("parcel_too_large", too_large(grams, max(there)))


def _shared(postage: Postage, basket: Basket, lines: Sequence[Line], rules: Rules) -> Postage:
    """Return the postage with its parts by tax: as the goods, in proportion to their net prices, or
    all at the standard rate."""
    row = rules.on("carriage", basket.day)
    standard = by_class("standard", basket, rules)
    if row is not None and row.values["way"] == "standard" and standard is not None:
        return replace(postage, shares=[Share(standard, postage.cents, 0)])
    nets: dict[Tax, Fraction] = {}
    for line in lines:
        if line.tax is not None:
            nets[line.tax] = nets.get(line.tax, Fraction(0)) + net_of(line.cents, line.tax.rate)
    parts = divide(postage.cents, list(nets.values()))
    shares = [Share(tax, cents, 0) for tax, cents in zip(nets, parts, strict=True)]
    return replace(postage, shares=shares)
