"""The real agent as a process, with a PC's clock that the test moves; or a worse agent, to compare.

python -m tests.agent.skewed HOME CLOCK [no-key | no-spool]
"""

import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from comptoir.agent import runner
from comptoir.agent.clock import Clock
from comptoir.agent.commands import agent
from comptoir.agent.server import Refused, Unsent
from comptoir.agent.spool import Waiting

CLOCK = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


class FileClock(Clock):
    """A clock that is wrong by as many seconds as a file says."""

    def wall(self) -> float:
        """Return what this PC believes."""
        return time.time() + float(CLOCK.read_text(encoding="ascii"))


class Forgetful(runner.Agent):
    """An agent that holds a file for sent before the server has answered."""

    def send_next(self) -> bool:
        """Send the oldest waiting file, once, whatever comes of it."""
        waiting = self.spool.waiting(limit=1)
        if waiting:
            kept = self.spool.copy_of(waiting[0]).read_bytes()
            self.spool.close(waiting[0], "sent", "{}")
            copy = self.spool.copy_of(waiting[0]).with_suffix(".sending")
            copy.write_bytes(kept)
            with suppress(Unsent, Refused):
                self._heard(self._server.ask())
                self._server.send(waiting[0], copy, self._moment(waiting[0]))
        return bool(waiting)


def main(home: str, worse: str = "") -> None:
    """Run the agent of a home folder."""
    runner.Clock = FileClock
    if worse == "no-key":
        Waiting.key = property(lambda self: str(uuid4()))
    if worse == "no-spool":
        sys.modules["comptoir.agent.commands"].Agent = Forgetful
    agent(["run", "--home", home])


if __name__ == "__main__":
    main(sys.argv[1], *sys.argv[3:])
