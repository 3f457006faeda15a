"""What every page of the counter says of the shop's networks."""

from django.utils import timezone

from comptoir.networks.pages.memory import BannerLine, boards
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop


def banners_of(shop: Shop) -> list[BannerLine]:
    """Return what the networks of a shop say to everybody just now. From memory, no query."""
    now = timezone.now()
    said = {key: lines for key, board in boards().items() if (lines := board.banners_at(now))}
    known = directory().shops.get(shop.pk) if said else None
    mine = [each.network_id for each in known.memberships.all()] if known else []
    return [line for key in mine for line in said.get(key, ())]
