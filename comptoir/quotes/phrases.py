"""The rules of a quote in words, in the reader's language."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.errors import Message, fill
from comptoir.core.money import format_cents
from comptoir.core.words import weight
from comptoir.quotes.basket import Line, Postage, PostageRule, PriceRule, Scheme, Tax

NO_PRICE = gettext_lazy("No price is known of this title: ask the shop.")
NO_RATE = gettext_lazy("The VAT rate of this title is not known: ask the shop.")
NO_WEIGHT = gettext_lazy(
    "The weight of this title is not known: it can be collected, and not posted."
)
GONE = gettext_lazy("This copy has gone.")
PRICE_CONFLICT = gettext_lazy(
    "The shop’s till says %(till)s and the publisher %(publisher)s: this can be posted once the"
    " shop has decided."
)
NO_POST = gettext_lazy("This shop posts no parcels: collect it there.")
NOT_THERE = gettext_lazy("This shop posts nothing to: %(zone)s.")
_TOO_LARGE = gettext_lazy(
    "This parcel, of %(weight)s, is larger than what the shop posts there (up to %(most)s): take"
    " fewer titles at once."
)

PRICE_RULES: Mapping[PriceRule, Message] = {
    PriceRule.PUBLISHER: gettext_lazy("New book: the publisher’s price, the same everywhere."),
    PriceRule.DISCOUNT: gettext_lazy(
        "New book: the publisher’s price less the shop’s discount, 5% at most, for collection in a"
        " bookshop."
    ),
    PriceRule.BY_TILL: gettext_lazy(
        "New book: the price that the shop knows as the publisher’s; no notice says another."
    ),
    PriceRule.DECIDED: gettext_lazy("New book: the publisher’s price, as the shop has decided it."),
    PriceRule.SHEET_MUSIC: gettext_lazy(
        "Sheet music: the shop’s price; the law on the price of books is not about it."
    ),
    PriceRule.AUDIOBOOK: gettext_lazy(
        "Audiobook: the shop’s price; the law on the price of books is not about it."
    ),
    PriceRule.FREE: gettext_lazy("New: the shop’s price."),
    PriceRule.USED: gettext_lazy("Second-hand: the shop’s price."),
}


lazy_weight = lazy(weight, str)


def too_large(grams: int, most: int) -> Message:
    """Return that a parcel weighs more than a shop posts there, in the language of its reader."""
    return fill(_TOO_LARGE, weight=lazy_weight(grams), most=lazy_weight(most))


def price_in_words(line: Line) -> str:
    """Return by which rule a line costs what it costs, or why it has no price."""
    if line.refusal is not None:
        return str(line.refusal.message)
    assert line.rule is not None, "a line that is not refused has a price"
    told = str(PRICE_RULES[line.rule])
    if line.conflict is not None:
        told += " " + _("The till says %(till)s.") % {
            "till": format_cents(line.conflict.till_cents)
        }
    return told


def tax_in_words(tax: Tax) -> str:
    """Return how something is taxed: `VAT 5.5%`."""
    if tax.scheme is Scheme.RATE:
        return _("VAT %(rate)s%%") % {"rate": _percent(tax.rate)}
    return str(_SCHEMES[tax.scheme])


_SCHEMES: Mapping[Scheme, Message] = {
    Scheme.MARGIN: gettext_lazy("Margin scheme for second-hand goods: no VAT is shown"),
    Scheme.EXPORT: gettext_lazy("Sent out of the territory: no VAT; some may be due on arrival"),
    Scheme.NONE: gettext_lazy("No VAT applies"),
}


def postage_in_words(postage: Postage) -> str:
    """Return by which rule postage is what it is."""
    values = {
        "cents": format_cents(postage.cents),
        "weight": weight(postage.grams),
        "below": format_cents(postage.below),
    }
    told = {
        PostageRule.NOTHING: gettext_lazy("Collected in the shop: nothing to pay for it."),
        PostageRule.BAND: gettext_lazy("Postage of the shop for a parcel of %(weight)s."),
        PostageRule.LEAST_BELOW: gettext_lazy(
            "By law, posting new books for less than %(below)s costs at least %(cents)s, in however"
            " many parcels."
        ),
        PostageRule.LEAST_FROM: gettext_lazy(
            "By law, new books are never posted for free: %(cents)s."
        ),
        PostageRule.NO_BOOKSHOP: gettext_lazy(
            "New books are handed over for nothing only where books are sold: %(cents)s."
        ),
    }[postage.rule]
    return str(told) % values


def _percent(rate: int) -> str:
    return number_format(Decimal(rate) / 100)
