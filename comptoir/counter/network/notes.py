"""What every page of the counter says of the shop's networks."""

from django.utils import timezone

from comptoir.networks.pages.memory import BannerLine, boards
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop


def banners_of(shop: Shop) -> list[BannerLine]:
    """Return what the networks of a shop say to everybody just now. From memory, no query."""
    known = directory().shops.get(shop.pk)
    mine = [each.network_id for each in known.memberships.all()] if known else []
    said, now = boards(), timezone.now()
    return [line for key in mine if key in said for line in said[key].banners_at(now)]
