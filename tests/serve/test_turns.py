"""Whose turn it is: each address in turn, none with all the threads; reads are limited."""

import asyncio

import pytest

from comptoir.core.limits import Network, TooMany
from comptoir.serve.turns import Turns, count_visit
from tests.loops import run


def served(threads: int, *who: str) -> list[str]:
    """Return in which order those who come at once are served, one after the other."""
    order: list[str] = []

    async def visit(turns: Turns, name: str) -> None:
        async with turns.turn(name):
            order.append(name)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def all_of_them() -> Turns:
        turns = Turns(threads)
        await asyncio.gather(*(visit(turns, name) for name in who))
        return turns

    turns = run(all_of_them())
    assert turns._free == threads
    assert not turns._running
    assert not turns._lines
    return order


def test_a_newcomer_goes_before_the_rest_of_somebodys_line() -> None:
    assert served(1, *"aaaaaab").index("b") == 2
    assert sorted(served(1, *"aaaabbbbcccc")[1:4]) == ["a", "b", "c"]


def test_in_one_line_for_all_the_newcomer_would_be_the_last() -> None:
    """The control: as if all came from one address."""
    assert served(1, *"aaaaaaa") == ["a"] * 7


def test_who_looks_something_up_is_not_behind_all_forms() -> None:
    """Thirty forms wait, each of an address of its own; then two reads come."""

    async def visits(*, told: bool) -> list[str]:
        order: list[str] = []
        turns = Turns(1)

        async def visit(name: str, *, reads: bool) -> None:
            async with turns.turn(name, reads=reads):
                order.append(name)
                await asyncio.sleep(0)

        forms = [visit(f"form {number}", reads=False) for number in range(30)]
        reads = [visit(f"read {number}", reads=told) for number in range(2)]
        await asyncio.gather(*forms, *reads)
        return order

    order = run(visits(told=True))
    assert [order.index("read 0"), order.index("read 1")] == [1, 3]
    # The control: as if they were forms too.
    assert run(visits(told=False))[-2:] == ["read 0", "read 1"]


def test_one_address_never_has_all_the_threads() -> None:
    async def visits() -> bool:
        turns = Turns(4)
        end = asyncio.Event()

        async def greedy() -> None:
            async with turns.turn("greedy"):
                await end.wait()

        many = [asyncio.create_task(greedy()) for _number in range(20)]
        await asyncio.sleep(0)
        async with asyncio.timeout(60), turns.turn("somebody"):
            free = turns._free
        end.set()
        await asyncio.gather(*many)
        return free == 0

    assert run(visits())


@pytest.mark.parametrize("called", [False, True])
def test_who_leaves_while_waiting_takes_no_thread_with_them(called: bool) -> None:
    async def visits() -> int:
        turns = Turns(2)
        end = asyncio.Event()

        async def visit(name: str) -> None:
            async with turns.turn(name):
                await end.wait()

        first = [asyncio.create_task(visit(name)) for name in "ab"]
        await asyncio.sleep(0)
        leaving = asyncio.create_task(visit("c"))
        await asyncio.sleep(0)
        if called:
            # Their turn comes in the moment in which they leave.
            end.set()
            await asyncio.sleep(0)
        leaving.cancel()
        end.set()
        await asyncio.gather(*first, leaving, return_exceptions=True)
        async with asyncio.timeout(60), turns.turn("d"), turns.turn("e"):
            return turns._free

    assert run(visits()) == 0


@pytest.fixture
def limited(settings) -> None:
    settings.RATE_LIMITS, settings.READS_PER_ADDRESS, settings.WORKERS = True, 3, 1


def visit(times: int, address: str, path: str = "/", method: str = "GET", **network) -> None:
    for _time in range(times):
        count_visit(method, path, Network(address, **network))


def test_reads_of_an_address_are_limited(limited) -> None:
    visit(3, "203.0.113.1")
    with pytest.raises(TooMany) as refusal:
        visit(1, "203.0.113.1")
    assert refusal.value.data["retry_after"] >= 1
    visit(3, "203.0.113.2")


def test_static_files_and_what_writes_do_not_count(limited) -> None:
    visit(9, "203.0.113.3", path="/static/ui/site.css")
    visit(9, "203.0.113.3", method="POST")
    visit(3, "203.0.113.3")


def test_a_network_that_many_share_has_ten_times_as_many(limited) -> None:
    visit(30, "203.0.113.4", shared=True)
    with pytest.raises(TooMany):
        visit(1, "203.0.113.4", shared=True)


def test_without_limits_nothing_is_counted(limited, settings) -> None:
    settings.RATE_LIMITS = False
    visit(9, "203.0.113.5")
