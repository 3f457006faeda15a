"""Which shops count for a question with a place, and for how much."""

from dataclasses import dataclass

from comptoir.shops.places import Point, metres

# Metres, and what a product earns when the nearest shop that has it is so far; straight lines
# between. Farther than the last, it earns what any product in stock does.
_SCALE = (
    (0, 30.0),
    (2_000, 25.0),
    (5_000, 20.0),
    (10_000, 15.0),
    (25_000, 10.0),
    (50_000, 5.0),
)
_FARTHEST = _SCALE[-1][0]


@dataclass(frozen=True, slots=True)
class Around:
    """Shops by distance from a place: (metres, shop id), nearest first."""

    shops: list[tuple[float, int]]

    def scores(self, within: float | None) -> list[tuple[float, int]]:
        """Return (what it earns, shop id) of the shops at most `within` metres away (50 km)."""
        limit = _FARTHEST if within is None else within
        return [(earned(away), shop) for away, shop in self.shops if away <= limit]


def around(point: Point, shops: list[tuple[int, float, float]]) -> Around:
    """Return the shops (id, latitude, longitude) by distance from a point."""
    return Around(
        sorted(
            (metres(point.latitude, point.longitude, latitude, longitude), shop_id)
            for shop_id, latitude, longitude in shops
        )
    )


def earned(away: float) -> float:
    """Return what a product earns whose nearest shop is that many metres away: never 0, and the
    nearer the more."""
    before, most = _SCALE[0]
    for edge, least in _SCALE[1:]:
        if away <= edge:
            return least + (most - least) * (edge - away) / (edge - before)
        before, most = edge, least
    return most * before / away
