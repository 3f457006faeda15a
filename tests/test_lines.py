"""Which worker takes what next: what waits, or what calculates, and none is left idle."""

import re

from tests.lines import WAITING, chosen
from tests.pattern import ROOT

GROUP = re.compile(r'xdist_group\("(\w+)"\)')
LEFT = ["tests/shops/test_hours.py", "tests/live/test_feed.py", "tests/site/test_map.py", "browser"]


def test_every_name_is_of_a_group_or_of_modules() -> None:
    groups = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in GROUP.findall(path.read_text(encoding="utf-8"))
    }
    assert groups <= set(WAITING), "a group waits for something: say so in WAITING"
    assert [name for name in WAITING if name not in groups and not (ROOT / name).exists()] == []


def test_each_kind_of_worker_takes_its_own_first_and_then_the_others() -> None:
    assert chosen(LEFT, waits=True) == "browser"
    assert chosen(LEFT, waits=False) == "tests/shops/test_hours.py"
    assert chosen(LEFT[::2], waits=True) == "tests/shops/test_hours.py"
    assert chosen(LEFT[1::2], waits=False) == "browser"
