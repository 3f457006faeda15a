"""Which shops count for a question asked from a place."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from comptoir.shops.models import Shop
from comptoir.shops.places import Point, metres

# (metres, what a product earns when its nearest shop is within them)
RINGS = (
    (2_000, 30.0),
    (5_000, 25.0),
    (10_000, 20.0),
    (25_000, 15.0),
    (50_000, 10.0),
    (100_000, 5.0),
)


@dataclass(frozen=True, slots=True)
class Around:
    """Shops by distance from a place: (metres, shop id), nearest first."""

    shops: list[tuple[float, int]]

    def within(self, metres_away: float) -> list[int]:
        """Return the shops within that many metres."""
        return [shop_id for distance, shop_id in self.shops if distance <= metres_away]

    def rings(self, metres_away: float | None = None) -> list[tuple[float, list[int]]]:
        """Return (score, shops) for each ring, each shop in one ring, none beyond a radius."""
        rings = []
        inner = -1.0
        for outer, score in RINGS:
            edge = outer if metres_away is None else min(outer, metres_away)
            rings.append((score, [shop for away, shop in self.shops if inner < away <= edge]))
            inner = outer
        return rings


def around(point: Point) -> Around:
    """Return the public shops by distance from a point.

    A shop none of whose feeds has spoken for `HIDE_STOCK_AFTER_HOURS` is left out: what it has is
    no longer shown. A shop without a feed counts its stock by hand and stays.
    """
    oldest = timezone.now() - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS)
    shops = (
        Shop.objects.open_to_public()
        .annotate(told=Max("feeds__as_of"))
        .filter(Q(told=None) | Q(told__gte=oldest))
        .values_list("id", "latitude", "longitude")
    )
    return Around(
        sorted(
            (metres(point.latitude, point.longitude, latitude, longitude), shop_id)
            for shop_id, latitude, longitude in shops
        )
    )
