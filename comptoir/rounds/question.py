"""What a round is asked for: titles, the shops that have them, where they lie and when they open.

A round begins where the reader is, stops at some shops and ends where it began. Lengths are
great-circle metres, as everywhere on the site; moments are seconds after the reader sets out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from comptoir.shops.places import Point, metres

Span = tuple[float, float]
START = -1
"""Where the reader sets out, and comes back to."""


class Exhausted(Exception):
    """A search took as many steps as it was given, and has not ended."""


class Work:
    """How many steps are left: so that no input hangs, and every machine answers alike."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises `Exhausted` past the last."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True, slots=True)
class Pace:
    """How one gets on: metres a second as the crow flies, and seconds at each stop."""

    speed: float
    stop: float


class Means(StrEnum):
    """By what a reader goes round."""

    FOOT = "foot"
    BIKE = "bike"
    CAR = "car"


STOP_SECONDS = 600
KM_AN_HOUR = {Means.FOOT: 3.6, Means.BIKE: 11.0, Means.CAR: 35.0}
"""Along the straight line, on which distances are measured: streets are about three tenths longer
than that, so these are 4.7, 14 and 45 km/h on them."""
PACES = {means: Pace(speed / 3.6, STOP_SECONDS) for means, speed in KM_AN_HOUR.items()}


class Distances:
    """How far shops are from each other and from the start, in metres, as far as it was asked."""

    def __init__(self, start: Point, points: Sequence[Point]) -> None:
        self._points = points
        self._rows = {START: self._from(start)}

    def row(self, shop: int) -> list[float]:
        """Return how far each shop is from one, or from the start."""
        found = self._rows.get(shop)
        if found is None:
            found = self._rows[shop] = self._from(self._points[shop])
        return found

    def _from(self, point: Point) -> list[float]:
        return [
            metres(point.latitude, point.longitude, each.latitude, each.longitude)
            for each in self._points
        ]


@dataclass(frozen=True, slots=True)
class Question:
    """One list to fetch. `carried[shop]` has bit `t` set where the shop has title `t`, the rarest
    title first; `spans[shop]` is when it is open today, oldest first."""

    titles: int
    carried: Sequence[int]
    distances: Distances
    spans: Sequence[Sequence[Span]]
    pace: Pace

    @property
    def everything(self) -> int:
        """All titles."""
        return (1 << self.titles) - 1

    @property
    def lacks(self) -> int:
        """The titles that no shop has."""
        missing = self.everything
        for titles in self.carried:
            missing &= ~titles
        return missing

    @property
    def away(self) -> list[float]:
        """How far each shop is from the start."""
        return self.distances.row(START)

    def row(self, shop: int) -> list[float]:
        """Return how far each shop is from one, or from the start."""
        return self.distances.row(shop)

    def length(self, stops: Sequence[int]) -> float:
        """Return how long a round is: out, from stop to stop, and back."""
        legs = sum(self.row(here)[there] for here, there in pairwise((START, *stops)))
        return legs + self.away[stops[-1]]

    def seconds(self, length: float) -> float:
        """Return how long one takes for so many metres."""
        return length / self.pace.speed


def lowest(titles: int) -> int:
    """Return the rarest of some titles, as a set of its own."""
    return titles & -titles


def each_of(titles: int) -> list[int]:
    """Return the numbers of the titles in a set."""
    found = []
    while titles:
        found.append(lowest(titles).bit_length() - 1)
        titles &= titles - 1
    return found
