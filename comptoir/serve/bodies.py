"""The bodies of requests, waited for within a time: a small one whole, a larger one by pieces."""

import asyncio
import io
from collections import Counter
from contextlib import suppress
from time import monotonic
from typing import Any

from django.conf import settings

from comptoir.core.errors import DomainError
from comptoir.core.streams import crowded, cut_short, too_slow

SMALL_BYTES = 64 * 1024
"""So much is waited for before a thread is taken, and kept in memory meanwhile."""
SLOWEST = 16 * 1024
"""Bytes a second. A body may take `settings.BODY_SECONDS`, and as long as this pace needs."""


class Received(io.BytesIO):
    """A body that is here. `ended` is false where it never came whole."""

    def __init__(self, content: bytes, *, ended: bool = True) -> None:
        super().__init__(content)
        self.ended = ended

    def leave(self) -> None:
        """Do nothing: it holds neither place nor request."""


async def small_body(wire: Any) -> bytes:  # noqa: ANN401 - granian's own
    """Return a whole body. Raises `Incomplete`."""
    try:
        async with asyncio.timeout(settings.BODY_SECONDS):
            return bytes(await wire())
    except TimeoutError:
        raise too_slow() from None
    except RuntimeError:
        raise cut_short() from None


class Places:
    """How many bodies a process waits for at once, and how many of them from one address.

    For its event loop alone, so nothing is locked.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._of_one = max(1, most // 2)
        self._taken: Counter[str] = Counter()

    def take(self, who: str) -> None:
        """Take a place. Raises `Crowded` (503) when there is none."""
        if self._taken.total() >= self._most or self._taken[who] >= self._of_one:
            raise crowded()
        self._taken[who] += 1

    def give_back(self, who: str) -> None:
        """Give a place back."""
        self._taken[who] -= 1
        self._taken += Counter()  # without those who have none


class Body:
    """A larger body, as `wsgi.input`: read by the thread that answers, by pieces as they come.

    `length` is how many bytes are declared, None for chunks. Every read raises `Incomplete` when
    the pieces come too slowly, or end before they should: what was cut is never taken for whole.
    """

    def __init__(self, wire: Any, length: int | None, places: Places, who: str) -> None:  # noqa: ANN401
        self.ended = False
        self._loop = asyncio.get_running_loop()
        self._wire = wire
        self._pieces: Any = None
        self._length = length
        self._places = places
        self._who = who
        self._taken = 0
        self._began = 0.0
        self._kept = b""

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, all that is left for -1, and nothing at the end."""
        wanted = None if size is None or size < 0 else size
        parts, have = [self._kept], len(self._kept)
        while (wanted is None or have < wanted) and (piece := self._piece()):
            parts.append(piece)
            have += len(piece)
        whole = b"".join(parts)
        cut = len(whole) if wanted is None else wanted
        self._kept = whole[cut:]
        return whole[:cut]

    def readline(self, size: int | None = -1) -> bytes:
        """Return the rest of a line, its end included, or up to `size` bytes of it."""
        most = None if size is None or size < 0 else size
        while b"\n" not in self._kept and (most is None or len(self._kept) < most):
            piece = self._piece()
            if not piece:
                break
            self._kept += piece
        end = self._kept.find(b"\n") + 1 or len(self._kept)
        return self.read(end if most is None else min(end, most))

    async def pass_over(self) -> None:
        """Read what is left and forget it, as long as a body may take.

        A proxy that streams a body (Caddy) takes an answer that comes before its end, on a
        connection that then ends, for a server that broke down.
        """
        with suppress(DomainError):
            while not self.ended and await self._next():
                pass

    def leave(self) -> None:
        """Let go of the request, which is answered, and of the place, if it has one.

        Whatever still refers to this body (an error's traceback), its connection can end.
        """
        self._wire = self._pieces = None
        if self._began:
            self._places.give_back(self._who)

    def _piece(self) -> bytes:
        if self.ended:
            return b""
        return asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()

    async def _next(self) -> bytes:
        """Return the next piece, and nothing at the end."""
        if not self._began:
            self._places.take(self._who)
            self._began = monotonic()
            self._pieces = self._wire.__aiter__()
        until = self._began + settings.BODY_SECONDS + self._taken / SLOWEST
        try:
            async with asyncio.timeout(until - monotonic()):
                piece = bytes(await self._pieces.__anext__())
                if not piece:
                    await self._end()
        except TimeoutError:
            raise too_slow() from None
        self._taken += len(piece)
        if self._taken == self._length:
            self.ended = True
        return piece

    async def _end(self) -> None:
        """Note the end. Raises `Incomplete` if it came too soon."""
        # After its last piece granian gives an empty one, and then no more; after one that broke
        # off two empty ones.
        try:
            await self._pieces.__anext__()
        except StopAsyncIteration:
            self.ended = self._length in {None, self._taken}
        if not self.ended:
            raise cut_short()
