"""A thousand misfortunes of a shop's PC: its agent killed, its network cut, the server killed and
the clock moved, at random, while the till exports.

Counted are files that were lost (and titles whose number is not the till's), files taken twice.

The chaos is that of `tests.agent.chaos`, with a PostgreSQL and a server of its own.
"""

import tempfile
from pathlib import Path

from tests.agent.chaos import Chaos

ROUNDS = {"small": 100, "full": 1000}
SEED = 20261122


def run(scale: str) -> dict[str, float]:
    """Hurt everything, so many times, and return what came of it."""
    with tempfile.TemporaryDirectory(prefix="comptoir-agent-") as folder:
        chaos = Chaos(Path(folder), SEED)
        try:
            found = chaos.run(ROUNDS[scale])
        finally:
            chaos.close()
    for event, times in sorted(found.events.items()):
        print(f"  {event:70} {times:>6}")
    for line in [*found.lost, *found.doubled, *found.wrong, *found.late][:20]:
        print(f"  {line}")
    return {
        "agent_rounds": found.rounds,
        "agent_files": found.files,
        "agent_lost": len(found.lost) + len(found.wrong),
        "agent_doubled": len(found.doubled),
        "agent_moments_wrong": len(found.late),
        "agent_seconds": found.seconds,
    }
