"""What became of a request, brought to the event loop that waits for it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from comptoir.orders.operations.outcomes import Home, LoopSlot
from tests.loops import run
from tests.patience import PATIENCE_SECONDS


def test_the_outcomes_of_a_batch_wake_the_loop_once() -> None:
    async def play() -> tuple[list[object], int]:
        loop, wakes = asyncio.get_running_loop(), []
        wake = loop.call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *work: wakes.append(wake(*work))
        home = Home(loop)
        slots = [LoopSlot(home) for _number in range(9)]
        waiting = [asyncio.ensure_future(slot.outcome(PATIENCE_SECONDS)) for slot in slots]
        await asyncio.sleep(0)
        with ThreadPoolExecutor(1) as thread:
            # The loop does nothing else until all of them are there.
            thread.submit(lambda: [x.set_result(n) for n, x in enumerate(slots[:8])]).result()
            thread.submit(slots[8].set_exception, ZeroDivisionError()).result()
        return await asyncio.gather(*waiting, return_exceptions=True), len(wakes)

    told, wakes = run(play())
    assert told[:8] == list(range(8))
    assert isinstance(told[8], ZeroDivisionError)
    assert wakes == 1


def test_what_comes_after_a_wake_wakes_it_again() -> None:
    async def play() -> list[object]:
        home = Home(asyncio.get_running_loop())
        told = []
        for number in range(3):
            slot = LoopSlot(home)
            with ThreadPoolExecutor(1) as thread:
                thread.submit(slot.set_result, number).result()
            told.append(await slot.outcome(PATIENCE_SECONDS))
        return told

    assert run(play()) == [0, 1, 2]


def test_nobody_waits_for_what_was_given_up() -> None:
    async def play() -> bool:
        slot = LoopSlot(Home(asyncio.get_running_loop()))
        assert slot.set_running_or_notify_cancel()
        with pytest.raises(TimeoutError):
            await slot.outcome(0)
        slot.set_result("late")
        await asyncio.sleep(0)
        return slot.set_running_or_notify_cancel()

    assert run(play()) is False
