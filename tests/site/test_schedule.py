"""What search engines read of a shop's hours is what the pages say, at every hour of weeks."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from comptoir.shops import memory
from comptoir.shops.hours import state_at
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.site.schedule import AHEAD_DAYS, hours_data
from comptoir.site.schema_org import as_script
from tests.factories import make_shop
from tests.site.schedule_reader import Schedule, graph_of, strange_terms
from tests.trials import LENGTH

pytestmark = pytest.mark.django_db

WEEK = "Tu-Sa 10:00-12:30,14:00-19:00; PH off"
ASK = '"sur rendez-vous"'
MOMENTS = (
    datetime(2026, 3, 27, 9, 30, tzinfo=UTC),
    datetime(2026, 5, 1, 22, 30, tzinfo=UTC),
    datetime(2026, 10, 23, 22, 30, tzinfo=UTC),
    datetime(2026, 12, 20, 12, tzinfo=UTC),
    datetime(2027, 3, 24, 3, tzinfo=UTC),
)
"""From each of these on for seven weeks: both changes of clocks, Easter, May, Christmas."""


def page(shop: Shop, today: date) -> str:
    """Return the script of a page that was made on a day."""
    data = {"@context": "https://schema.org", "@type": "BookStore", "name": "x"}
    told = as_script(data | hours_data(shop, today))
    return f'<script type="application/ld+json">{told}</script>'


HOURS = [
    WEEK,
    "Mo-Sa 10:00-19:00",
    "Mo-Su 18:00-26:00; PH off",
    "Fr-Sa 20:00-04:00; PH 14:00-18:00",
    "24/7",
    "Mo-Fr 00:00-24:00; PH off",
    "Mo 18:00-24:00; Tu 00:00-02:00,09:00-12:00",
    "Tu-Sa 10:00-19:00; Dec Mo-Su 09:00-20:00; PH off",
    "Tu-Sa 10:00-19:00; We[1] 10:00-22:00; Sa[-1] 10:00-13:00",
    "Jun-Aug Mo-Su 10:00-19:00",
    f"We 14:00-18:00 || {ASK}",
    "Sa 20:00-26:30",
]
PLACES = {
    "86000": "Europe/Paris",
    "57000": "Europe/Paris",
    "97400": "Indian/Reunion",
    "97500": "America/Miquelon",
}
CASES = list(itertools.product(HOURS, PLACES))
"""In `make test` every third: hours at one place or two, a place with four hours."""


@pytest.mark.proof
@pytest.mark.parametrize(("hours", "postcode"), CASES if LENGTH > 1 else CASES[::3])
def test_every_hour_of_seven_weeks_is_as_the_pages_say(hours, postcode):
    zone = PLACES[postcode]
    made = make_shop(opening_hours=hours, postcode=postcode, time_zone=zone)
    for first, last in (
        (date(2026, 3, 29), date(2026, 3, 29)),
        (date(2026, 11, 10), date(2026, 11, 12)),
        (date(2027, 1, 2), date(2027, 4, 2)),
    ):
        made.closures.create(first_day=first, last_day=last)
    shop, said = directory().shops[made.pk], set()
    for start in MOMENTS:
        told = Schedule.of(graph_of(page(shop, start.astimezone(UTC).date())))
        # Sixty-one minutes: every hour, and at each minute of one.
        for step in range(7 * 7 * 24):
            at = start + timedelta(minutes=61 * step)
            state = state_at(shop, at)
            said.add(state.is_open)
            assert told.is_open(at, zone) == state.is_open, (at, state)
    assert said == {True, False}


@pytest.mark.parametrize("hours", ["", "nonsense", ASK])
def test_of_what_is_not_known_or_by_appointment_alone_nothing_is_told_but_closures(hours):
    made = make_shop(opening_hours=hours)
    assert hours_data(made, date(2026, 11, 29)) == {}
    made.closures.create(first_day=date(2026, 12, 20), last_day=date(2027, 1, 4))
    told = Schedule.of(graph_of(page(made, date(2026, 11, 29))))
    assert told.is_open(datetime(2026, 12, 1, 12, tzinfo=UTC), "Europe/Paris") is None
    assert told.is_open(datetime(2027, 1, 4, 12, tzinfo=UTC), "Europe/Paris") is False


def test_a_shop_that_never_opens_is_told_to_be_shut():
    data = hours_data(make_shop(opening_hours="off"), date(2026, 11, 29))
    (only,) = data["specialOpeningHoursSpecification"]
    assert (only["opens"], only["closes"]) == ("00:00", "00:00")
    assert (only["validFrom"], only["validThrough"]) == ("2026-11-28", "2027-01-22")
    assert "openingHoursSpecification" not in data


def test_each_span_of_the_week_is_told_once_with_its_days():
    shop = make_shop(opening_hours="Tu-Fr 10:00-12:30,14:00-19:00; Sa 10:00-19:00; PH off")
    shop.closures.create(first_day=date(2026, 12, 28), last_day=date(2027, 1, 3))
    data = hours_data(shop, date(2026, 11, 29))
    assert [
        (
            each["opens"],
            each["closes"],
            [day.removeprefix("https://schema.org/") for day in each["dayOfWeek"]],
        )
        for each in data["openingHoursSpecification"]
    ] == [
        ("10:00", "12:30", ["Tuesday", "Wednesday", "Thursday", "Friday"]),
        ("14:00", "19:00", ["Tuesday", "Wednesday", "Thursday", "Friday"]),
        ("10:00", "19:00", ["Saturday"]),
    ]
    assert [
        (each["validFrom"], each["validThrough"])
        for each in data["specialOpeningHoursSpecification"]
    ] == [("2026-12-28", "2027-01-03"), ("2026-12-25", "2026-12-25")]


def test_a_page_says_nothing_that_schema_org_does_not_know(client, street):
    """The shop's page and a title's, whose shops it names too; with the control."""
    street.near.closures.create(first_day=date(2027, 1, 1), last_day=date(2027, 1, 2))
    for address in ("/boutiques/pilori", f"/titre/{street.book.ref}"):
        page = client.get(address).content.decode()
        assert strange_terms(graph_of(page)) == set()
        wrong = page.replace('"name": ', '"nameOfIt": ')
        assert strange_terms(graph_of(wrong)) == {"https://schema.org/nameOfIt"}


def test_the_data_of_a_page_stays_small():
    shop = make_shop(opening_hours="Jan-Nov Tu-Sa 10:00-19:00; Dec 09:00-12:00,13:00-20:00; PH off")
    assert len(json.dumps(hours_data(shop, date(2026, 11, 8)))) < 12_000
    assert AHEAD_DAYS == 56


@pytest.mark.parametrize("changes", [True, False], ids=["changed", "the control"])
def test_the_hours_that_are_kept_are_those_of_the_shop_and_the_day(
    client, shops_are_kept, monkeypatch, changes
) -> None:
    """The control: where nobody asks whether the shop changed, the kept hours stay for the day."""
    shop = make_shop(slug="pilori", opening_hours="Mo-Su 10:00-11:00")

    def told(day: int) -> Schedule:
        at = datetime(2026, 11, day, 12, tzinfo=UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        return Schedule.of(graph_of(client.get("/boutiques/pilori").content.decode()))

    before = told(23)
    assert told(23) == before
    shop.closures.create(first_day=date(2027, 1, 20), last_day=date(2027, 1, 20))
    Shop.objects.filter(pk=shop.pk).update(opening_hours="Mo-Su 10:00-11:00; PH off")
    if changes:
        memory.forget()
    assert (told(23) == before) is not changes
    assert (len(told(24).special) > len(before.special)) is changes
