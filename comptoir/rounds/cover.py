"""How few shops have all of some titles: the bound by which the search for rounds is cut.

Exact, by branching on the rarest title: some shop must have it. What is found out about a set of
titles is remembered.
"""

from collections.abc import Iterable

from comptoir.rounds.question import Work, each_of, lowest

MANY = 1 << 30


class Cover:
    """The sets of titles that shops have, and how few of them make a whole."""

    def __init__(self, carried: Iterable[int], work: Work) -> None:
        self._work = work
        self.sets = _widest(carried)
        self._having: dict[int, list[int]] = {}
        for titles in self.sets:
            for title in each_of(titles):
                self._having.setdefault(1 << title, []).append(titles)
        self._known: dict[int, tuple[int, int]] = {0: (-1, 0)}

    def fits(self, missing: int, stops: int) -> bool:
        """Return whether so many stops can have all that is missing. Raises `Exhausted`."""
        too_few, enough = self._known.get(missing, (0, MANY))
        if stops <= too_few or stops >= enough:
            return stops >= enough
        fits = self._try(missing, stops)
        too_few, enough = self._known.get(missing, (0, MANY))
        known = (too_few, min(enough, stops)) if fits else (max(too_few, stops), enough)
        self._known[missing] = known
        return fits

    def fewest(self, titles: int) -> int:
        """Return with how few stops all of some titles can be had; every title is in some set.
        Raises `Exhausted`, and then `proved` tells how far it came."""
        stops = 1 if titles else 0
        while not self.fits(titles, stops):
            stops += 1
        return stops

    def choose(self, titles: int, stops: int) -> list[int]:
        """Return so many sets at most that have all of some titles; they fit. Raises
        `Exhausted`."""
        chosen: list[int] = []
        while titles:
            stops -= 1
            having = self._having[lowest(titles)]
            chosen.append(next(each for each in having if self.fits(titles & ~each, stops)))
            titles &= ~chosen[-1]
        return chosen

    def proved(self, titles: int) -> int:
        """Return the greatest number of stops that is known to be too few."""
        return self._known.get(titles, (0, MANY))[0]

    def _try(self, missing: int, stops: int) -> bool:
        having = self._having.get(lowest(missing), ())
        if stops <= 1:
            self._work.spend()
            return any(not missing & ~titles for titles in having)
        self._work.spend(1 + (len(self.sets) + len(having)) // 3)
        most = max((titles & missing).bit_count() for titles in self.sets)
        if most * stops < missing.bit_count():
            return False
        rests = {missing & ~titles for titles in having}
        return any(self.fits(rest, stops - 1) for rest in sorted(rests, key=int.bit_count))


def _widest(carried: Iterable[int]) -> list[int]:
    """Return the sets that lie in no other, the largest first."""
    kept: list[int] = []
    for titles in sorted(set(carried), key=int.bit_count, reverse=True):
        if titles and all(titles & ~other for other in kept):
            kept.append(titles)
    return kept
