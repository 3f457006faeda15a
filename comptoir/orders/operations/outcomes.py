"""Where the outcome of a request is put: for a thread that waits, or for an event loop.

A thread waits on a `Future`. A loop has its outcomes brought home, those of a batch by one wake:
waking it for each would pass the interpreter's lock to and fro as often.
"""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Protocol


class Slot(Protocol):
    """What the gathering thread puts an outcome into, as `concurrent.futures.Future` names it."""

    def set_running_or_notify_cancel(self) -> bool:
        """Return whether somebody still waits for it."""

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401
        """Put it there."""

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Put there why there is none."""


class Home:
    """Where the outcomes of one event loop go."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._settled: deque[tuple[LoopSlot, Any, BaseException | None]] = deque()
        self._woken = False

    def bring(self, slot: "LoopSlot", outcome: Any, error: BaseException | None) -> None:  # noqa: ANN401
        """Note an outcome, from any thread, and wake the loop unless it is woken already."""
        self._settled.append((slot, outcome, error))
        # Whoever finds it woken has appended before the loop begins to take.
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the loop is closed, and nobody waits
                self.loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        self._woken = False
        while self._settled:
            slot, outcome, error = self._settled.popleft()
            slot.settle(outcome, error)


class LoopSlot:
    """One for which a coroutine of a loop waits."""

    __slots__ = ("_future", "_home")

    def __init__(self, home: Home) -> None:
        self._home = home
        self._future: asyncio.Future[Any] = home.loop.create_future()

    async def outcome(self, patience: float) -> Any:  # noqa: ANN401
        """Return the outcome. Raises `TimeoutError` after so many seconds, or why there is
        none."""
        late = self._home.loop.call_later(patience, self._give_up)
        try:
            return await self._future
        finally:
            late.cancel()

    def settle(self, outcome: Any, error: BaseException | None) -> None:  # noqa: ANN401
        """Take what became of it, in its loop."""
        if self._future.done():
            return
        if error is None:
            self._future.set_result(outcome)
        else:
            self._future.set_exception(error)

    def set_running_or_notify_cancel(self) -> bool:
        """Return whether somebody still waits for it."""
        return not self._future.done()

    def set_result(self, result: Any, /) -> None:  # noqa: ANN401
        """Put it there, from any thread."""
        self._home.bring(self, result, None)

    def set_exception(self, exception: BaseException | None, /) -> None:
        """Put there, from any thread, why there is none."""
        self._home.bring(self, None, exception)

    def _give_up(self) -> None:
        if not self._future.done():
            self._future.set_exception(TimeoutError())
