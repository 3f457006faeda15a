"""What of a table may be shown so that nobody is recognised, and no hidden cell can be worked out.

A count from 1 to `LEAST` − 1 is hidden. Sums are shown beside their parts (rows, towns, months, the
whole), so one hidden cell would be what is missing to a sum: the next smallest of its row is hidden
too, and more where that is not enough. Nought is nobody, and shown.

Parts and sums form a network of flows: each count is an arc, and what comes into a node leaves it.
A hidden count can be worked out from what is shown exactly if it can neither grow nor shrink by one
while only hidden ones change with it, that is, if it lies on no circle of hidden arcs along which
one can be moved (Gusfield, “A graph theoretic approach to statistical data security”, SIAM J.
Comput. 17, 1988; here with the bound that what is hidden is at least one). So all that is shown
together is put into one network, and every small arc is looked at.

What has fewer than `LEAST` reservations in all is not shown by itself, but together with others
(`pool`).
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple, TypeVar, cast

LEAST = 5
"""The least count that is shown."""

_EACH, _NOUGHT = 20, 10**9
"""What it costs to hide a count, besides its size; and the size of nought."""

Key = TypeVar("Key", bound=Hashable)
Node = Hashable


class Arc(NamedTuple):
    """A count, as what flows from a node to another: from a row to a column, from a part to what it
    is a part of."""

    start: Node
    end: Node
    size: int


def pool(sizes: Mapping[Key, int]) -> list[tuple[Key, ...]]:
    """Return what is shown by itself and what together, in the order given: those of fewer than
    `LEAST`, but not of none, together, with the next smallest where they are still too few."""
    small = [key for key, size in sizes.items() if 0 < size < LEAST]
    if not small:
        return [(key,) for key in sizes]
    if len(small) == 1 or sum(sizes[key] for key in small) < LEAST:
        larger = [key for key, size in sizes.items() if size >= LEAST]
        small += sorted(larger, key=lambda key: sizes[key])[:1]
    alone = [(key,) for key in sizes if key not in small]
    return [*alone, tuple(key for key in sizes if key in small)]


def hidden(arcs: Mapping[Key, Arc], unshown: Iterable[Key] = ()) -> set[Hashable] | None:
    """Return the keys of the counts to hide, of all that is shown together; None where a small one
    would be told whatever is hidden, and nothing may be shown.

    `unshown` are counts that nothing shows: small ones of them are kept from being worked out too.
    What comes into or leaves a node at the edge of the network (a row's sum) is taken to be shown.
    """
    return _Hiding(arcs, unshown).all()


class _Hiding:
    """The counts of one network, and which of them are hidden so far."""

    def __init__(self, arcs: Mapping[Key, Arc], unshown: Iterable[Key]) -> None:
        self._arcs = cast(Mapping[Hashable, Arc], arcs)
        self._at: dict[Node, list[Hashable]] = defaultdict(list)
        for key, arc in arcs.items():
            self._at[arc.start].append(key)
            self._at[arc.end].append(key)
        self._hidden: set[Hashable] = set(unshown)
        self._least = 1

    def all(self) -> set[Hashable] | None:
        """Hide what has to be, and return it."""
        small = [key for key, arc in self._arcs.items() if 0 < arc.size < LEAST]
        self._hidden.update(small)
        for key in small:
            # To hide more never makes what is safe unsafe: each is looked at once.
            if not self._is_safe(key) and not self._protect(key):
                self._hide_nought()
                if not self._is_safe(key) and not self._protect(key):
                    return None
        return self._hidden

    def _protect(self, key: Hashable) -> bool:
        """Hide what it takes that a count may be one more or one less; return whether it can."""
        arc = self._arcs[key]
        ways = [self._way(arc.end, arc.start, key)]
        if arc.size > self._least:
            ways.append(self._way(arc.start, arc.end, key))
        known = [way for way in ways if way is not None]
        if known:
            self._hidden.update(min(known, key=lambda way: way[0])[1])
        return bool(known)

    def _hide_nought(self) -> None:
        """Hide a nought too, so that of what is hidden nobody knows any more that it is one at
        least: five that are five together would each be one."""
        shown = [key for key, arc in self._arcs.items() if not arc.size and key not in self._hidden]
        if shown and self._least:
            self._least = 0
            self._hidden.add(shown[0])
            self._protect(shown[0])

    def _is_safe(self, key: Hashable) -> bool:
        """Return whether a count may be one more, or one less, for all that is shown."""
        arc = self._arcs[key]
        if self._leads(arc.end, arc.start, key):
            return True
        return arc.size > self._least and self._leads(arc.start, arc.end, key)

    def _leads(self, start: Node, end: Node, without: Hashable) -> bool:
        """Return whether one can be moved from a node to another along other hidden arcs."""
        seen, ways = {start}, deque([start])
        while ways:
            node = ways.popleft()
            if node == end:
                return True
            for key in self._at[node]:
                if key != without and key in self._hidden:
                    following = self._other(key, node)
                    if following is not None and following not in seen:
                        seen.add(following)
                        ways.append(following)
        return False

    def _way(
        self, start: Node, end: Node, without: Hashable
    ) -> tuple[float, list[Hashable]] | None:
        """Return the way from a node to another on which the least has to be hidden, and what that
        is (Dijkstra): the smaller a count, the sooner; nought only where nothing else will do."""
        ranks = count()
        ways: list[tuple[float, int, Node, list[Hashable]]] = [(0.0, next(ranks), start, [])]
        done: set[Node] = set()
        while ways:
            cost, _rank, node, hides = heappop(ways)
            if node == end:
                return cost, hides
            if node in done:
                continue
            done.add(node)
            for key in self._at[node]:
                following = None if key == without else self._other(key, node)
                if following is not None and following not in done:
                    if key in self._hidden:
                        heappush(ways, (cost, next(ranks), following, hides))
                    else:
                        more = cost + (self._arcs[key].size or _NOUGHT) + _EACH
                        heappush(ways, (more, next(ranks), following, [*hides, key]))
        return None

    def _other(self, key: Hashable, node: Node) -> Node | None:
        """Return to where one can be moved from a node along an arc: against it only where that
        leaves one or more, for what is hidden is known to be."""
        arc = self._arcs[key]
        if arc.start == node:
            return arc.end
        return arc.start if arc.size > self._least else None
