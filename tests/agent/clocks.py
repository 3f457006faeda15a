"""Clocks that tests move by hand."""

import time

from comptoir.agent.clock import Clock


class HandClock(Clock):
    """The PC's clock, `wrong` by so many seconds."""

    def __init__(self) -> None:
        self.wrong = 0.0

    def wall(self) -> float:
        """Return what the PC believes."""
        return time.time() + self.wrong
