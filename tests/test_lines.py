"""Which worker takes what next: what waits, or what calculates, and none is left idle."""

from tests.lines import LONG, WAITING, chosen
from tests.pattern import ROOT

LEFT = ["tests/shops/test_hours.py", "tests/live/test_feed.py", "tests/site/test_map.py"]
LEFT += ["tests/browser/test_map.py"]


def test_every_name_is_of_modules_that_there_are() -> None:
    assert [name for name in (*WAITING, *LONG) if not (ROOT / name).exists()] == []


def test_each_kind_of_worker_takes_its_own_first_and_then_the_others() -> None:
    assert chosen(LEFT, waits=True) == "tests/live/test_feed.py"
    assert chosen(LEFT, waits=False) == "tests/shops/test_hours.py"
    assert chosen(LEFT[::2], waits=True) == "tests/shops/test_hours.py"
    assert chosen(LEFT[1::2], waits=False) == "tests/live/test_feed.py"


def test_of_those_that_calculate_the_longest_comes_first() -> None:
    assert chosen([*LEFT, "tests/test_routes.py"], waits=False) == "tests/test_routes.py"
