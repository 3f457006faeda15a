"""Whose turn it is: the threads go round among those who ask, and reads have a limit."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings

from comptoir.core.limits import Limit, Network, count_read

_READS = frozenset({"GET", "HEAD"})


class Turns:
    """The threads of a process, shared by address: each in turn, one address never all of them.

    For its event loop alone, so nothing is locked.
    """

    def __init__(self, threads: int) -> None:
        self._free = threads
        self._of_one = max(1, threads - threads // 4)
        self._running: Counter[str] = Counter()
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait for a thread, and hold it while the block lasts."""
        if self._free and self._running[who] < self._of_one:
            self._begin(who)
        else:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._lines.setdefault(who, deque()).append(waiting)
            await waiting
        try:
            yield
        finally:
            self._free += 1
            self._running[who] -= 1
            if not self._running[who]:
                del self._running[who]
            self._call_next()

    def _begin(self, who: str) -> None:
        self._free -= 1
        self._running[who] += 1

    def _call_next(self) -> None:
        """Give what is free to the first who may have it, and put those behind the others."""
        who = next((one for one in self._lines if self._running[one] < self._of_one), None)
        if who is None:
            return
        self._begin(who)
        self._lines[who].popleft().set_result(None)
        if self._lines[who]:
            self._lines.move_to_end(who)
        else:
            del self._lines[who]


def count_visit(method: str, path: str, who: Network) -> None:
    """Count one read of an address, static files apart. Raises `TooMany`."""
    if method in _READS and not path.startswith(settings.STATIC_URL):
        usual = settings.READS_PER_ADDRESS
        limit = Limit("reads", who.of_address(usual, 10 * usual))
        count_read(limit, who.address)
