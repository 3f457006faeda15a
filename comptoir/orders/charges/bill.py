"""What an order costs, as pages and answers show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill
from comptoir.core.money import format_cents
from comptoir.orders.charges.models import LineCharge, PostageCharge, PostageShare
from comptoir.orders.charges.reads import amounts
from comptoir.orders.models import Order, OrderLine
from comptoir.quotes.basket import Scheme, taxed


@dataclass(frozen=True, slots=True)
class Bill:
    """What an order was reckoned to cost: its lines by their keys, its postage, and in cents what
    it was to cost (`charged`) and what is `owed` of that now."""

    lines: dict[int, LineCharge]
    postage: PostageCharge
    shares: Sequence[PostageShare]
    charged: int
    owed: int

    @property
    def bears_tax(self) -> bool:
        """Whether tax is within all of it, as `Quote.bears_tax` says."""
        schemes = [each.scheme for each in self.lines.values()]
        return all(map(taxed, [*schemes, *(each.scheme for each in self.shares)]))


def bills_of(orders: Sequence[Order]) -> dict[int, Bill]:
    """Return the bills of orders by their keys, without those that no quote reckoned. Four queries
    at most; one where there is none."""
    keys = [order.pk for order in orders]
    found = PostageCharge.objects.filter(order__in=keys).prefetch_related("shares")
    postages = {each.order_id: each for each in found} if keys else {}
    if not postages:
        return {}
    lines: dict[int, dict[int, LineCharge]] = {key: {} for key in postages}
    for each in LineCharge.objects.filter(line__order__in=postages).select_related("line"):
        lines[each.line.order_id][each.pk] = each
    sums = amounts(postages)
    return {
        key: Bill(lines[key], postage, list(postage.shares.all()), *sums[key])
        for key, postage in postages.items()
    }


def bill_of(order: Order) -> Bill | None:
    """Return the bill of an order; None where no quote reckoned it."""
    return bills_of([order]).get(order.pk)


def charged_lines(order: Order, bill: Bill) -> list[tuple[OrderLine, int, Message]]:
    """Return the lines of an order with what all copies of each were charged, in cents, and how
    that is taxed, in words."""
    return [
        (line, charge.unit_cents * line.quantity, _tax_of(charge))
        for line in order.lines.all()
        if (charge := bill.lines.get(line.pk))
    ]


def _tax_of(charge: LineCharge) -> Message:
    return tax_in_words(charge.scheme, charge.rate, charge.vat_cents)


def tax_in_words(scheme: str, rate: int, vat_cents: int) -> Message:
    """Return how an amount is taxed, as a bill says it."""
    if scheme == Scheme.RATE:
        percent = number_format(Decimal(rate) / 100)
        told = _("VAT %(percent)s%% included: %(cents)s")
        return fill(told, percent=percent, cents=format_cents(vat_cents))
    if scheme == Scheme.MARGIN:
        return _("second-hand: VAT on the margin")
    return _("without VAT: it leaves its territory") if scheme == Scheme.EXPORT else _("no VAT")
