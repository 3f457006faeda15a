"""What may be read of releases."""

from collections.abc import Collection
from datetime import datetime

from comptoir.networks.models import Network
from comptoir.releases.models import Release
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition, OfferStanding


def copies_of(products: Collection[int]) -> dict[int, dict[int, int]]:
    """Return how many new copies of titles the shops have by title and shop, as far as they tell: 1
    of a shop that tells only that it has some. One query."""
    if not products:
        return {}
    kept = directory()
    found: dict[int, dict[int, int]] = {}
    rows = OfferStanding.objects.filter(
        product_id__in=products, shop_id__in=kept.keys(), condition=Condition.NEW, shown__gt=0
    ).values_list("product_id", "shop_id", "shown")
    for product_id, shop_id, copies in rows:
        found.setdefault(product_id, {})[shop_id] = copies
    return found


def releases_of(of: Shop | Network, now: datetime) -> list[Release]:
    """Return the releases of a shop or of a network that still say something, and those that were
    taken back before their time, the first to be sold first."""
    which = {"network": of} if isinstance(of, Network) else {"shop": of}
    found = Release.objects.filter(**which, ends_at__gt=now)
    return list(found.prefetch_related("titles__product").order_by("sale_at", "pk"))
