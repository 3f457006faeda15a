"""One title in one shop: what is on hand, why, and the three verbs of the shelf."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product
from comptoir.core.errors import Invalid
from comptoir.counter.history import actor_names
from comptoir.orders.models import Order
from comptoir.orders.reads import with_lines
from comptoir.shops.models import Shop
from comptoir.stock.models import StockMovement

LEDGER_SHOWN = 10
MOST_COPIES = 9999


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger in words."""

    movement: StockMovement
    who: str


def read_ledger(shop: Shop, product: Product) -> list[LedgerLine]:
    """Return the last movements of a product in a shop, newest first, with who made them."""
    movements = list(
        StockMovement.objects.filter(offer__shop=shop, offer__product=product)
        .select_related("offer")
        .order_by("-happened_at", "-pk")[:LEDGER_SHOWN]
    )
    names = actor_names(movements)
    return [LedgerLine(line, names[line.actor_kind, line.actor_id]) for line in movements]


def open_orders(shop: Shop, product: Product, actor: Actor) -> list[Order]:
    """Return the open orders of a shop that hold or wait for a product, oldest first."""
    orders = Order.objects.visible_to(actor).open().filter(shop=shop, lines__product=product)
    return list(with_lines(orders.distinct().order_by("placed_at")))


def read_quantity(text: str, *, least: int) -> int:
    """Return a number of copies that somebody typed. Raises `Invalid` (`bad_quantity`)."""
    digits = text.strip()
    quantity = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else -1
    if not least <= quantity <= MOST_COPIES:
        raise Invalid(
            "bad_quantity",
            _("Type a number of copies between %(least)s and %(most)s.")
            % {"least": least, "most": MOST_COPIES},
            field="quantity",
        )
    return quantity
