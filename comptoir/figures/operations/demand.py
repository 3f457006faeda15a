"""What readers ask for near a place, and nobody there has."""

from collections.abc import Iterable

from django.utils import timezone

from comptoir.core.db import execute
from comptoir.shops.memory import directory
from comptoir.shops.places import Point

UNMET_M = 30_000
"""Within so many metres somebody has to have a title, else it was asked for in vain."""
NEAR_M = 100_000
"""Who asks from further away than this from every shop asks for another region."""


def is_unmet(away: Iterable[float | None]) -> bool:
    """Return whether nobody near has a title, of how far those are that have it, in metres."""
    return not any(metres is not None and metres <= UNMET_M for metres in away)


def note_unmet(product_id: int, point: Point, away: Iterable[float | None]) -> bool:
    """Count that a reader who named a place asked for a title that no shop within `UNMET_M` has;
    return whether that is so. `away` is how far those are that have it, in metres.

    No guard: nothing of a shop changes. Writes: the title's count of the month, with the public
    shop nearest to the place. Announces nothing.
    """
    if not is_unmet(away):
        return False
    kept = directory()
    nearest = next(iter(kept.nearest(point)), None)
    if nearest is None or kept.away(point)[nearest.pk] > NEAR_M:
        return False
    execute(
        "INSERT INTO figures_unmet AS u (shop_id, product_id, month, count) VALUES (%s, %s, %s, 1)"
        " ON CONFLICT (shop_id, month, product_id) DO UPDATE SET count = u.count + 1",
        [nearest.pk, product_id, timezone.localdate().replace(day=1)],
    )
    return True
