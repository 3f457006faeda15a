"""The draws that are not over, as this process keeps them: what the page of a title says of its
draws, without asking for it each time. What is kept is at most `KEPT_SECONDS` old.
"""

import time
from collections import defaultdict

from comptoir.draws.models import Draw

KEPT_SECONDS = 1.0

_kept: tuple[dict[int, list[Draw]], float] | None = None


def draws_on(product_id: int) -> list[Draw]:
    """Return the draws of a title that are not over, the first to close first, with their titles,
    shops and networks, as they are or were at most `KEPT_SECONDS` ago. One query of all such draws
    where they are not kept."""
    global _kept
    kept, now = _kept, time.monotonic()
    if kept is None or now - kept[1] >= KEPT_SECONDS:
        found: dict[int, list[Draw]] = defaultdict(list)
        live = Draw.objects.filter(ended_at=None).select_related("product", "shop", "network")
        for draw in live.order_by("closes_at", "pk"):
            found[draw.product_id].append(draw)
        kept = _kept = dict(found), now
    return kept[0].get(product_id, [])
