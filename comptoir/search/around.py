"""Which shops count for a question asked from a place, and for how much."""

from dataclasses import dataclass

from comptoir.shops.places import Point, metres

# Metres, and what a product earns when the nearest shop that has it is within them.
RINGS = (
    (2_000, 25.0),
    (5_000, 20.0),
    (10_000, 15.0),
    (25_000, 10.0),
    (50_000, 5.0),
)
_STEP = 5.0


@dataclass(frozen=True, slots=True)
class Around:
    """Shops by distance from a place: (metres, shop id), nearest first."""

    shops: list[tuple[float, int]]

    def rings(self, within: float | None) -> list[tuple[float, list[int]]]:
        """Return (score, shops) for each ring that has shops, none farther than `within` metres.

        Where a limit is set, the last ring goes as far as it does.
        """
        rings = []
        inner = -1.0
        for outer, score in _edges(within):
            if shops := [shop for away, shop in self.shops if inner < away <= outer]:
                rings.append((score, shops))
            inner = outer
        return rings


def around(point: Point, shops: list[tuple[int, float, float]]) -> Around:
    """Return the shops (id, latitude, longitude) by distance from a point."""
    return Around(
        sorted(
            (metres(point.latitude, point.longitude, latitude, longitude), shop_id)
            for shop_id, latitude, longitude in shops
        )
    )


def within_ring(away: float) -> float:
    """Return what a distance (metres) adds to its ring's score, so that nearer is always more."""
    inner = 0.0
    for outer, _ in RINGS:
        if away <= outer:
            return _STEP * (outer - away) / (outer - inner)
        inner = outer
    return _STEP * inner / away / 2


def _edges(within: float | None) -> list[tuple[float, float]]:
    if within is None:
        return list(RINGS)
    inside = [(outer, score) for outer, score in RINGS if outer < within]
    return [*inside, (within, RINGS[min(len(inside), len(RINGS) - 1)][1])]
