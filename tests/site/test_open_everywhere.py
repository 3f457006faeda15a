"""One answer to “is it open?”: each shop of a table, at its moment, on every surface."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from comptoir.shops.geography import department_at
from comptoir.shops.models import Shop
from tests.factories import make_shop
from tests.site.surfaces import SURFACES, UNSAID, Said, Scene, plain

pytestmark = pytest.mark.django_db

HOURS = {
    "week": "Tu-Sa 10:00-12:30,14:00-19:00; PH off",
    "shop": "Mo-Sa 10:00-19:00; PH off",
    "daily": "Mo-Su 10:00-19:00",
    "half": "Mo-Sa 10:00-19:00; PH 10:00-13:00",
    "bar": "Tu-Sa 18:00-26:00; PH off",
    "night": "Fr-Sa 20:00-04:00",
    "monday": "Mo 18:00-24:00; Tu 00:00-02:00",
    "always": "24/7",
    "asked": '"sur rendez-vous"',
    "mixed": 'Sa 10:00-12:00 || "sur rendez-vous"',
    "timed": 'Tu-Fr 10:00-12:00, Tu-Fr 14:00-18:00 "sur rendez-vous"',
    "december": "Tu-Sa 10:00-19:00; Dec Su 14:00-18:00; PH off",
    "first": "Tu-Sa 10:00-19:00; Sa[1] 10:00-22:00",
    "summer": "Jun-Aug Mo-Su 10:00-19:00",
    "off": "off",
    "none": "",
    "bad": "Mo-Sa 10:00-18:00; SH off",
}
PLACES = {
    "Poitiers": "86000",
    "Strasbourg": "67000",
    "Metz": "57000",
    "Saint-Denis": "97400",
    "Pointe-à-Pitre": "97110",
    "Fort-de-France": "97200",
    "Cayenne": "97300",
    "Mamoudzou": "97600",
    "Saint-Pierre": "97500",
}
SIGNS = {"yes": True, "no": False, "?": None}


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    at: datetime
    place: str
    hours: str
    closure: str
    is_open: bool | None
    words: dict[str, str]

    def made(self) -> Shop:
        """Make the shop, with its closure."""
        shop = make_shop(
            opening_hours=HOURS[self.hours],
            postcode=PLACES[self.place],
            city=self.place,
            time_zone=department_at(PLACES[self.place]).time_zone,
        )
        if self.closure != "-":
            first, last, *reason = self.closure.split(maxsplit=2)
            shop.closures.create(
                first_day=date.fromisoformat(first),
                last_day=date.fromisoformat(last),
                reason="".join(reason),
            )
        return shop


def read_case(line: str) -> Case:
    shown, place, hours, closure, sign, french, english = line.split(" | ")
    zone = ZoneInfo(department_at(PLACES[place]).time_zone)
    there = datetime.fromisoformat(shown[:16]).replace(tzinfo=zone, fold=int("2nd" in shown))
    words = {"fr": plain(french), "en": plain(english)}
    return Case(there.astimezone(UTC), place, hours, closure, SIGNS[sign], words)


def table() -> list[str]:
    lines = Path(__file__).with_name("openings.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def differences(case: Case, said: Said) -> list[object]:
    """Return what a surface says otherwise than the table."""
    words = case.words[said.language]
    found: list[object] = []
    if said.is_open is not UNSAID and said.is_open is not case.is_open:
        found.append(said.is_open)
    if said.listed is not UNSAID and said.listed != bool(case.is_open):
        found.append(said.listed)
    if said.sentences is not None and words not in said.sentences:
        found.append(sorted(each for each in said.sentences if "ouv" in each or "ferm" in each))
    return found


@pytest.mark.parametrize("line", table(), ids=lambda line: " ".join(line.split(" | ")[:4]))
def test_every_surface_says_what_the_table_says(line, client, monkeypatch):
    case = read_case(line)
    monkeypatch.setattr("django.utils.timezone.now", lambda: case.at)
    scene = Scene(client, case.made(), case.at)
    told = {name: differences(case, ask(scene)) for name, ask in SURFACES.items()}
    assert {name: found for name, found in told.items() if found} == {}


def test_the_table_has_every_kind_of_case():
    cases = [read_case(line) for line in table()]
    assert len(cases) >= 60
    assert {case.is_open for case in cases} == {True, False, None}
    assert {case.hours for case in cases} == HOURS.keys()
    assert {case.place for case in cases} == PLACES.keys()


def test_a_surface_that_says_otherwise_is_found():
    """The control: a sentence, an answer and a list that are wrong are told."""
    case = read_case(table()[0])
    for wrong in (
        Said(is_open=True),
        Said(is_open=None),
        Said(listed=True),
        Said(sentences=frozenset({"ouverte"})),
        Said(sentences=frozenset({plain("closed, opens at 10 AM")})),
    ):
        assert differences(case, wrong)
    assert not differences(case, Said(is_open=False, listed=False))
