"""The verbs of figures: the only code that changes them.

- `counts`: the tallies of shops' days, as the outbox tells of changes, or all of them anew;
- `spans`: from when to when shops belonged to networks;
- `demand`: what was asked for in vain.
"""

from comptoir.figures.operations.counts import follow, rebuild, recount_unsettled
from comptoir.figures.operations.demand import note_unmet

__all__ = ["follow", "note_unmet", "rebuild", "recount_unsettled"]
