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


class StillClock(Clock):
    """A PC's clocks that stand still but for what a test lets pass."""

    def __init__(self, wall: float) -> None:
        self.started = wall
        self.passed = 0.0

    def wall(self) -> float:
        """Return what the PC believes."""
        return self.started + self.passed

    def steady(self) -> float:
        """Return what has passed."""
        return self.passed
