"""Reading ahead in a thread."""

import threading

import pytest

from comptoir.catalogue.operations.ahead import read_ahead


def readers() -> int:
    return sum(thread.name == "catalogue-reader" for thread in threading.enumerate())


def test_the_items_come_in_their_order_and_one_ahead():
    made: list[int] = []

    def items():
        for number in range(50):
            made.append(number)
            yield number

    for number in read_ahead(items()):
        assert len(made) <= number + 4
    assert made == list(range(50))
    assert readers() == 0


def test_what_fails_is_raised_after_what_came_before():
    def items():
        yield 1
        yield 2
        raise ValueError("broken")

    seen: list[int] = []

    def use() -> None:
        for item in read_ahead(items()):
            seen.append(item)

    with pytest.raises(ValueError, match="broken"):
        use()
    assert seen == [1, 2]
    assert readers() == 0


def test_leaving_early_ends_the_thread():
    def items():
        number = 0
        while True:
            yield number
            number += 1

    ahead = read_ahead(items())
    assert next(ahead) == 0
    ahead.close()
    assert readers() == 0
