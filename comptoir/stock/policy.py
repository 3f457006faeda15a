"""How a shop keeps and counts its copies. What it never promises decides what can be had."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.db import fetch
from comptoir.core.errors import Invalid
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish
from comptoir.shops.models import RingsUp, Shop
from comptoir.shops.operations import require_manager

LONGEST_HOLD_DAYS = 30
MOST_SAFETY_STOCK = 20


@transaction.atomic
def change_policy(
    *, shop: Shop, hold_days: int, safety_stock: int, rings_up: str, actor: Actor
) -> Shop:
    """Change how many opening days a shop keeps copies, how many of each title it never promises,
    and when a collected copy is rung up on its till.

    Holds and deadlines already given stay. Every product whose copies can, or can no longer, be had
    is published. Raises `NotFound`, `Forbidden` (not a manager), `Invalid` (`bad_policy`).
    """
    require_manager(shop=shop, actor=actor)
    if not (1 <= hold_days <= LONGEST_HOLD_DAYS and 0 <= safety_stock <= MOST_SAFETY_STOCK):
        raise Invalid("bad_policy", _("These numbers are out of range."))
    shop = Shop.objects.select_for_update().get(pk=shop.pk)
    low, high = sorted((shop.safety_stock, safety_stock))
    shop.hold_days, shop.safety_stock = hold_days, safety_stock
    shop.rings_up = RingsUp(rings_up)
    shop.save(update_fields=["hold_days", "safety_stock", "rings_up"])
    crossed = fetch(
        "SELECT product_id FROM stock_offer WHERE shop_id = %s"
        " AND on_hand - held > %s AND on_hand - held <= %s",
        [shop.pk, low, high],
    )
    publish(OutboxEntry.Topic.PRODUCT, [product for (product,) in crossed])
    return shop
