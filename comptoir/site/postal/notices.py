"""What law has stand before the button that orders: the conditions, the notice on the legal
guarantee, and who made what is new. Nothing of it is behind a pop-up."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.quotes.basket import Item
from comptoir.shops.models import Shop
from comptoir.terms import law
from comptoir.terms.makers import makers_of
from comptoir.terms.reads import in_force, shows_notice


def told_before(shop: Shop, items: Sequence[Item]) -> dict[str, Any]:
    """Return the version in force, whether the notice is shown, and the makers of new titles, each
    once. Two queries."""
    today = timezone.localdate(timezone=ZoneInfo(shop.time_zone))
    makers = {}
    if law.holds("maker_contact", today):
        found = makers_of(shop, [item.product for item in items if not item.used])
        makers = {each.pk: each for each in found.values()}
    return {
        "terms": in_force(shop),
        "notice": shows_notice(today),
        "makers": sorted(makers.values(), key=lambda each: each.key),
    }
