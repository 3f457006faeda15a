"""The stories of docs/stock-truth.md, played by the real operations, line by line."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Offer, Reason
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks, ledger
from comptoir.stock.shelf.explain import explain_numbers
from comptoir.stock.shelf.holds import hand_over, hold, release, write_off
from tests.factories import make_product, make_shop

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "stock-truth.md"
STORIES = re.findall(r"^```story\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
PARIS = ZoneInfo("Europe/Paris")
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
LINE = re.compile(
    r"(?P<day>\w{3}) (?P<hour>\d\d:\d\d)  (?P<what>.+?)(?:, as of (?P<as_of>\w{3} \d\d:\d\d))?"
    r"  +(?P<left>\d+) left(?:, of which (?P<doubtful>\d+) doubtful)?$"
)
# A week to come: the database's own clock, which nobody can move, is always behind it.
MONDAY = (timezone.now() + timedelta(days=14)).astimezone(PARIS)
MONDAY = (MONDAY - timedelta(days=MONDAY.weekday())).replace(hour=0, minute=0, second=0)


def moment(text):
    day, hour = text.split()
    clock = time.fromisoformat(hour)
    date = (MONDAY + timedelta(days=DAYS.index(day))).date()
    return datetime.combine(date, clock, PARIS)


class Story:
    """One title in one shop."""

    def __init__(self, habit):
        self.shop, self.product = make_shop(rings_up=habit), make_product()

    @property
    def offer(self):
        return Offer.objects.select_related("shop").get(shop=self.shop, product=self.product)

    def tell(self, mode, count, as_of):
        lines = [StockLine(1, self.product.ean, count)]
        told = {"shop": self.shop, "format": "api", "lines": lines, "actor": SYSTEM}
        take_report(Incoming(mode=mode, as_of=as_of, **told))

    def play(self, what, at, as_of):
        """Do what a line says; fails where it says what nobody understands."""
        count = int(re.search(r"\d+", what)[0])
        verb = re.sub(r"\s*\d+\s*", " ", what).strip()
        offer = self.offer if verb not in ("the till says", "the till sold") else None
        match verb:
            case "the till says":
                self.tell("delta", count, as_of)
            case "the till sold":
                self.tell("sales", count, as_of)
            case "sold at our counter":
                ledger.move(offer, -count, Reason.SOLD, SYSTEM, at)
            case "counted by hand":
                ledger.count_offer(offer, count, at, SYSTEM)
            case "reserved":
                hold({offer.pk: count})
            case "given back":
                release({offer.pk: count})
            case "collected":
                hand_over({offer.pk: count}, actor=SYSTEM, at=at)
            case "not found":
                write_off({offer.pk: count}, actor=SYSTEM, at=at)
            case _:
                pytest.fail(f"nobody understands “{verb}”")


def test_there_are_stories():
    assert len(STORIES) >= 12


@pytest.mark.parametrize("story", STORIES, ids=range(len(STORIES)))
def test_a_story_is_so(story, monkeypatch):
    lines = story.splitlines()
    habit = lines.pop(0).removeprefix("rung up: ") if lines[0].startswith("rung up") else None
    shelf = Story(habit or "at_collection")
    for line in lines:
        told = LINE.match(line)
        assert told, f"not a line of a story: {line}"
        at = moment(f"{told['day']} {told['hour']}")
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        shelf.play(told["what"], at, moment(told["as_of"]) if told["as_of"] else at)
        (explanation,) = explain_numbers(shop=shelf.shop, product_id=shelf.product.pk)
        left, doubtful = int(told["left"]), int(told["doubtful"] or 0)
        assert (line, explanation.total) == (line, left)
        assert (line, min(left, explanation.standing.evidence.doubtful)) == (line, doubtful)
        if left and left == doubtful:
            assert explanation.standing.confidence == "to_confirm"
        assert list(checks.problems()) == []
