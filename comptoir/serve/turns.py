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
            await self._wait(who)
        try:
            yield
        finally:
            self._end(who)

    async def _wait(self, who: str) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(who, deque()).append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            # Called and cancelled at the same moment: the turn is given back.
            if not waiting.cancelled():
                self._end(who)
            raise

    def _begin(self, who: str) -> None:
        self._free -= 1
        self._running[who] += 1

    def _end(self, who: str) -> None:
        self._free += 1
        self._running[who] -= 1
        if not self._running[who]:
            del self._running[who]
        self._call_next()

    def _call_next(self) -> None:
        """Give what is free to the first who may have it, and put those behind the others."""
        while who := next((one for one in self._lines if self._running[one] < self._of_one), None):
            waiting = self._lines[who].popleft()
            if self._lines[who]:
                self._lines.move_to_end(who)
            else:
                del self._lines[who]
            # Whoever was cancelled meanwhile waits no more.
            if not waiting.cancelled():
                self._begin(who)
                waiting.set_result(None)
                return


def count_visit(method: str, path: str, who: Network) -> None:
    """Count one read of an address, static files apart. Raises `TooMany`."""
    if method in _READS and not path.startswith(settings.STATIC_URL):
        usual = settings.READS_PER_ADDRESS
        limit = Limit("reads", who.of_address(usual, 10 * usual))
        count_read(limit, who.address)
