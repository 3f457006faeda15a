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


# A little less than a degree of latitude is long, anywhere.
_METRES_PER_DEGREE = 111_194


@dataclass(frozen=True, slots=True)
class Around:
    """The shops near a place that count: (what it earns, shop id), the nearest first."""

    shops: list[tuple[float, int]]


def around(point: Point, shops: list[tuple[int, float, float]], within: float | None) -> Around:
    """Return those of the shops (id, latitude, longitude) that are at most `within` metres from a
    point (50 km)."""
    limit = _FARTHEST if within is None else within
    band = limit / _METRES_PER_DEGREE
    # Most are too far north or south: that costs a tenth of measuring the distance.
    near = sorted(
        (metres(point.latitude, point.longitude, latitude, longitude), shop_id)
        for shop_id, latitude, longitude in shops
        if -band <= latitude - point.latitude <= band
    )
    return Around([(earned(away), shop) for away, shop in near if away <= limit])


def earned(away: float) -> float:
    """Return what a product earns whose nearest shop is that many metres away: never 0, and the
    nearer the more."""
    before, most = _SCALE[0]
    for edge, least in _SCALE[1:]:
        if away <= edge:
            return least + (most - least) * (edge - away) / (edge - before)
        before, most = edge, least
    return most * before / away
