"""What a shop decides about itself, where it changes which copies can be had."""

from django.db import transaction

from comptoir.accounts.actors import Actor
from comptoir.core.db import fetch
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish_all
from comptoir.shops.models import Shop
from comptoir.shops.operations import SettingsChange, update_settings


@transaction.atomic
def change_settings(*, shop: Shop, change: SettingsChange, actor: Actor) -> Shop:
    """Change a shop's settings and publish what can, or can no longer, be had.

    Copies already promised stay promised. Raises what `shops.operations.update_settings` does.
    """
    before = Shop.objects.filter(pk=shop.pk).values_list("safety_stock", "paused_at").first()
    changed = update_settings(shop=shop, change=change, actor=actor)
    kept_back, paused_at = before or (changed.safety_stock, changed.paused_at)
    low = min(kept_back, changed.safety_stock)
    hidden_or_shown = (paused_at is None) != (changed.paused_at is None)
    high = None if hidden_or_shown else max(kept_back, changed.safety_stock)
    rows = fetch(
        "SELECT id, product_id FROM stock_offer WHERE shop_id = %(shop)s AND on_hand > held AND"
        " CASE WHEN copy_ref <> '' THEN %(high)s::int IS NULL ELSE on_hand - held > %(low)s"
        " AND (%(high)s::int IS NULL OR on_hand - held <= %(high)s) END",
        {"shop": changed.pk, "low": low, "high": high},
    )
    publish_all(
        [(OutboxEntry.Topic.OFFER, offer) for offer, _ in rows]
        + [(OutboxEntry.Topic.PRODUCT, product) for _, product in rows]
    )
    return changed
