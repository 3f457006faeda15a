"""Moments, though the PC's clock may be wrong, or be moved.

Every answer of the server tells its time; the difference is the offset of this PC's clock. A file's
moment is when it was last written by the PC's clock, plus the offset that was in force then. Which
one that was shows where the file was not there yet at the look before: the moment must lie between
that look and now.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

JUMP_SECONDS = 1.0
"""A clock that gained or lost more than this between two looks was moved."""
TOLERANCE_SECONDS = 1.0
"""An offset is measured anew only when it differs by more: the order of files stays."""
EXACT_SECONDS = 0.05
SLACK_SECONDS = 2.5
"""FAT and exFAT write times in steps of two seconds: what fits exactly goes before."""
_KEPT_OFFSETS = 8


class Clock:
    """The PC's clocks, in seconds: the one that people set, and one that nobody moves."""

    def wall(self) -> float:
        """Return the seconds since 1970 as the PC believes."""
        return time.time()

    def steady(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()


class Offset(NamedTuple):
    """From `since` (true time) on, the PC's clock had to be corrected by so many seconds."""

    since: float
    seconds: float


class Moments:
    """True time as far as it is known; safe to use from several threads."""

    def __init__(self, clock: Clock, kept: str, keep: Callable[[str], None]) -> None:
        self.clock = clock
        self._keep = keep
        self._lock = threading.Lock()
        found: dict[str, Any] = json.loads(kept or '{"offsets": [], "floor": 0.0}')
        self._offsets = [Offset(*each) for each in found["offsets"]]
        self._floor: float = found["floor"]
        self._sure = False
        # Until this true time the PC's clock may have been one that was never measured.
        self._unknown_until = 0.0
        self._anchor: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None

    @property
    def sure(self) -> bool:
        """Whether the offset was measured and the clock has not been moved since."""
        return self._sure

    @property
    def offset(self) -> float:
        """The correction in force, in seconds; 0 when none was ever measured."""
        return self._offsets[-1].seconds if self._offsets else 0.0

    def look(self) -> float:
        """Notice whether the clock was moved; return a moment that is certainly past (true time).

        To be called before each look into the folder: what the look finds new is younger than the
        moment returned by the look before.
        """
        with self._lock:
            wall, steady = self.clock.wall(), self.clock.steady()
            before, moved = self._floor, False
            if self._last is not None:
                gained = (wall - self._last[0]) - (steady - self._last[1])
                moved = abs(gained) > JUMP_SECONDS
            if moved:
                self._was_moved(wall, steady)
            self._last = (wall, steady)
            if self._sure:
                self._floor = max(self._floor, wall + self.offset)
            elif self._anchor:
                self._floor = max(self._floor, self._anchor[0] + steady - self._anchor[1])
        if moved:
            self.save()
        return before

    def _was_moved(self, wall: float, steady: float) -> None:
        """Note what the offset seems to be now, until the server tells: the PC may have slept."""
        self._sure = False
        if self._anchor:
            now = self._anchor[0] + steady - self._anchor[1]
            self._add(Offset(now, now - wall))

    def _add(self, offset: Offset) -> None:
        self._offsets = [*self._offsets, offset][-_KEPT_OFFSETS:]

    def heard(
        self, server_now: float, took: float, precision: float = 0.0, at: float | None = None
    ) -> None:
        """Take the server's clock, as told by an answer that took so many seconds to come and was
        here at a moment of the steady clock, or now.

        The server tells it last, so that most of that time lies before: what the way back takes is
        neglected, the same each time. What has passed since is not: a busy PC may have left it
        lying, and what is measured a second wrong puts a file before the one that it follows.
        """
        with self._lock:
            wall, steady = self.clock.wall(), self.clock.steady()
            now = server_now + (0.0 if at is None else steady - at)
            measured = now - wall
            tolerance = TOLERANCE_SECONDS + precision + took
            if not self._offsets and abs(measured) <= tolerance:
                self._add(Offset(now, 0.0))
            elif not self._offsets or abs(measured - self.offset) > tolerance:
                self._add(Offset(now, measured))
            # One measure for when a file was written and when it was seen, or an answer that was
            # long on its way would put two files of one instant in the wrong order.
            now = wall + self.offset
            if not self._sure:
                self._unknown_until = now
            self._sure, self._anchor, self._last = True, (now, steady), (wall, steady)

    def save(self) -> None:
        """Keep what is known for the next start."""
        with self._lock:
            kept = {"offsets": self._offsets, "floor": self._floor}
        self._keep(json.dumps(kept))

    def now(self) -> float:
        """Return the true time as far as it is known, however the PC's clock was moved."""
        if self._anchor is None:
            return self.clock.wall() + self.offset
        return self._anchor[0] + self.clock.steady() - self._anchor[1]

    def at(self, steady: float) -> float:
        """Return the true time at a moment of the steady clock, as far as it is known.

        Where that clock began anew since (the PC was started again), it is somewhat later.
        """
        return self.now() - max(0.0, self.clock.steady() - steady)

    def of_file(self, mtime: float, floor: float, sighted: float) -> float:
        """Return the true moment at which a file was written, never later than it was seen.

        `mtime` is what the PC's clock said then, `floor` the look at which the file was not there,
        `sighted` the steady clock at the one at which it was. Where no offset explains it, it was
        written by a clock that was never measured, if there may have been one meanwhile, and is no
        older than that look; else the file was moved here, and is as old as it says.
        """
        seen = self.at(sighted)
        with self._lock:
            for slack in (EXACT_SECONDS, SLACK_SECONDS):
                for moment in self._readings(mtime, floor - slack):
                    if floor - slack <= moment <= seen + slack:
                        return min(moment, seen)
            says = mtime + self.offset
            return min(max(says, floor) if floor < self._unknown_until else says, seen)

    def _readings(self, mtime: float, floor: float) -> Iterator[float]:
        """Yield what a time of the PC's clock means by each offset in force since, newest first."""
        until = float("inf")
        for since, seconds in reversed(self._offsets):
            if until < floor:
                return
            yield mtime + seconds
            until = since
