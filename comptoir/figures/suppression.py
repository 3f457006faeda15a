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
from typing import NamedTuple, TypeVar

LEAST = 5
"""The least count that is shown."""

Key = TypeVar("Key", bound=Hashable)
Node = Hashable


class Arc(NamedTuple):
    """A count, as what flows from a node to another: from a row to a column, from a part to what it
    is a part of."""

    start: Node
    end: Node
    count: int


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


def hidden(arcs: Mapping[Key, Arc], unshown: Iterable[Key] = ()) -> set[Key]:
    """Return the keys of the counts to hide, of all that is shown together.

    `unshown` are counts that nothing shows: small ones of them are kept from being worked out too.
    What comes into or leaves a node at the edge of the network (a row's sum) is taken to be shown.
    """
    return _Hiding(arcs, unshown).all()


class _Hiding:
    """The counts of one network, and which of them are hidden so far."""

    def __init__(self, arcs: Mapping[Key, Arc], unshown: Iterable[Key]) -> None:
        self._arcs: Mapping[Hashable, Arc] = arcs
        self._at: dict[Node, list[Hashable]] = defaultdict(list)
        for key, arc in arcs.items():
            self._at[arc.start].append(key)
            self._at[arc.end].append(key)
        self._hidden: set[Hashable] = set(unshown)

    def all(self) -> set[Key]:  # type: ignore[misc]
        """Hide what has to be, and return it."""
        small = [key for key, arc in self._arcs.items() if 0 < arc.count < LEAST]
        self._hidden.update(small)
        for key in small:
            # To hide more never makes what is safe unsafe: each is looked at until it is.
            while not self._is_safe(key) and (more := self._next(key)) is not None:
                self._hidden.add(more)
        return self._hidden  # type: ignore[return-value]

    def _is_safe(self, key: Hashable) -> bool:
        arc = self._arcs[key]
        if self._leads(arc.end, arc.start, key):
            return True
        return arc.count > 1 and self._leads(arc.start, arc.end, key)

    def _leads(self, start: Node, end: Node, without: Hashable) -> bool:
        """Return whether one can be moved from a node to another along other hidden arcs."""
        seen, ways = {start}, deque([start])
        while ways:
            node = ways.popleft()
            if node == end:
                return True
            for key in self._at[node]:
                if key == without or key not in self._hidden:
                    continue
                arc = self._arcs[key]
                if arc.start == node:
                    following = arc.end
                elif arc.count > 1:
                    following = arc.start
                else:
                    continue
                if following not in seen:
                    seen.add(following)
                    ways.append(following)
        return False

    def _next(self, key: Hashable) -> Hashable | None:
        """Return what is to be hidden for the sake of another: the smallest of a row or a column in
        which one alone is hidden, of those that hidden ones join to it; else the smallest there
        is; nought only where nothing else is left."""
        joined = self._joined(self._arcs[key])
        alone = [node for node in joined if self._is_alone(node)]
        found = self._smallest(alone)
        if found is not None and self._arcs[found].count:
            return found
        return self._smallest(joined)

    def _is_alone(self, node: Node) -> bool:
        return sum(key in self._hidden for key in self._at[node]) == 1

    def _smallest(self, nodes: Iterable[Node]) -> Hashable | None:
        shown = {key for node in nodes for key in self._at[node] if key not in self._hidden}
        return min(shown, key=self._rank, default=None)

    def _rank(self, key: Hashable) -> tuple[bool, int, str]:
        count = self._arcs[key].count
        return not count, count, repr(key)

    def _joined(self, arc: Arc) -> set[Node]:
        """Return the nodes that hidden arcs join to an arc."""
        found, ways = {arc.start, arc.end}, [arc.start, arc.end]
        while ways:
            for key in self._at[ways.pop()]:
                if key in self._hidden:
                    for node in self._arcs[key][:2]:
                        if node not in found:
                            found.add(node)
                            ways.append(node)
        return found
