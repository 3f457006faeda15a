"""Whose turn it is: the threads go round among those who ask, reads have a limit, and the event
loop does one form after the other, and none while somebody's read is being answered."""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import NamedTuple

from django.conf import settings

from comptoir.core.limits import Limit, Network, count_read

READS = frozenset({"GET", "HEAD"})
GIVES_WAY_SECONDS = 0.05
"""How long an order waits at most for what is being read as it comes. A search takes about half of
this, a large file longer than an order may wait for it."""


class _Line(NamedTuple):
    """Who waits in one line, and whether only to read."""

    who: str
    reads: bool


class Turns:
    """The threads of a process, shared by address: each in turn, one address never all of them.

    Reads and forms go by turns while both wait: on a release day, two thousand people each have a
    line of their own for their one form, and who only looks something up is not behind them all.
    For its event loop alone, so nothing is locked.
    """

    def __init__(self, threads: int) -> None:
        self._free = threads
        self._of_one = max(1, threads - threads // 4)
        self._running: Counter[str] = Counter()
        self._lines: OrderedDict[_Line, deque[asyncio.Future[None]]] = OrderedDict()
        self._read_last = False
        self._reads: set[asyncio.Future[None]] = set()

    @asynccontextmanager
    async def turn(self, who: str, *, reads: bool = False) -> AsyncIterator[None]:
        """Wait for a thread, and hold it while the block lasts."""
        if self._free and self._running[who] < self._of_one:
            self._begin(who)
        else:
            await self._wait(_Line(who, reads))
        try:
            with self._noted() if reads else nullcontext():
                yield
        finally:
            self._end(who)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Let `after_reads` know of a read as long as the block lasts."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reads.add(over)
        try:
            yield
        finally:
            self._reads.discard(over)
            over.set_result(None)

    async def after_reads(self) -> None:
        """Wait until what is being read now is answered, `GIVES_WAY_SECONDS` at most.

        The event loop and the thread that answers a read have one interpreter between them: five
        hundred orders a second would have half of a search's time. An order has time: it waits for
        its batch anyway.
        """
        if self._reads:
            await asyncio.wait(self._reads, timeout=GIVES_WAY_SECONDS)

    async def _wait(self, line: _Line) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(line, deque()).append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            # Called and cancelled at the same moment: the turn is given back.
            if not waiting.cancelled():
                self._end(line.who)
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
        while line := self._next():
            waiting = self._lines[line].popleft()
            if self._lines[line]:
                self._lines.move_to_end(line)
            else:
                del self._lines[line]
            # Whoever was cancelled meanwhile waits no more.
            if not waiting.cancelled():
                self._begin(line.who)
                self._read_last = line.reads
                waiting.set_result(None)
                return

    def _next(self) -> _Line | None:
        """Return the first line that may have a thread, of the other sort than the last if one is
        there."""
        first = None
        for line in self._lines:
            if self._running[line.who] < self._of_one:
                if line.reads != self._read_last:
                    return line
                first = first or line
        return first


class OneByOne:
    """Turns of what an event loop does itself for many: one at a time, and whatever else is ready
    goes between. Two hundred forms that come at once would keep it from a search as long as all of
    them take."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        """Wait until the others before are done, and those who are ready have gone on."""
        await self._lock.acquire()
        try:
            await asyncio.sleep(0)
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, *_error: object) -> None:
        """Let the next one begin."""
        self._lock.release()


def count_visit(method: str, path: str, who: Network) -> None:
    """Count one read of an address, static files apart. Raises `TooMany`."""
    if method in READS and not path.startswith(settings.STATIC_URL):
        usual = settings.READS_PER_ADDRESS
        limit = Limit("reads", who.of_address(usual, 10 * usual))
        count_read(limit, who.address)
