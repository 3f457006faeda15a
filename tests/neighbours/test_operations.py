"""Who the neighbours are: said by the operator, checked by a job, dropped while they are silent."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Forbidden, Invalid
from comptoir.core.exits import voice
from comptoir.neighbours import memory, tasks
from comptoir.neighbours.area import Circle, is_near
from comptoir.neighbours.commands import neighbours
from comptoir.neighbours.models import Neighbour
from comptoir.neighbours.operations import MOST_NEIGHBOURS, add_neighbour, check_neighbour
from comptoir.neighbours.reads import due_for_check
from comptoir.shops.places import Point
from tests.answering import reply
from tests.factories import make_shop
from tests.neighbours.conftest import AREA, HERE, NOW, Other, make_neighbour, says

pytestmark = pytest.mark.django_db


def describes(name: str = "Livres du Berry", **fields: object):
    circle = {"latitude": 46.63, "longitude": 1.06, "radius_km": 5}
    return says(json.dumps({"name": name, "area": [circle], **fields}).encode())


def told(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(neighbours, words)
    return found.exit_code, found.output


def test_the_operator_adds_lists_checks_and_removes(other: Other) -> None:
    other.answer = describes(search_page=f"{other.url}/recherche")
    assert told("add", f" {other.url.upper()}/ ") == (0, "Livres du Berry\n")
    assert other.paths == ["/api/v1/about"]
    assert other.heads[0][1]["comptoir-neighbour"] == "1"
    made = Neighbour.objects.get()
    assert (made.address, made.area, made.search_page) == (
        other.url,
        [[46.63, 1.06, 5.0]],
        f"{other.url}/recherche",
    )
    assert told("list") == (0, f"{other.url}\tLivres du Berry\tinterrogé\n")
    other.answer = describes("Livres de l’Indre")
    assert told("check") == (0, f"{other.url}\tLivres de l’Indre\trépond\n")
    other.answer = says(b"", 503)
    code, output = told("check", other.url)
    assert code == 1
    assert "HTTP 503" in output
    assert "muet depuis" in told("list")[1]
    assert told("remove", other.url)[0] == 0
    assert told("remove", other.url)[0] == 1
    assert not Neighbour.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 404), (b"<html>", 200), (b'{"name": "A"}', 200), (b"x" * 70_000, 200), (b"", 301)],
)
def test_what_does_not_describe_itself_is_not_added(other: Other, content, status) -> None:
    other.answer = says(content, status)
    with pytest.raises(Invalid) as refusal:
        add_neighbour(address=other.url, actor=SYSTEM)
    assert refusal.value.code == "no_description"
    assert other.url in str(refusal.value)
    assert not Neighbour.objects.exists()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("livres.example", "bad_address"),
        ("https://livres.example/portail", "bad_address"),
        ("https://livres.example?a=b", "bad_address"),
        ("ftp://livres.example", "bad_address"),
        ("https://user@livres.example", "bad_address"),
        ("http://livres.example", "bad_url"),
        ("https://127.0.0.1", "bad_url"),
        ("https://site.lan", "bad_url"),
        ("https://here.example", "own_address"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(settings, address: str, code: str) -> None:
    settings.OUTGOING_ANYWHERE = False
    settings.BASE_URL = "https://here.example"
    with pytest.raises(Invalid) as refusal:
        add_neighbour(address=address, actor=SYSTEM)
    assert refusal.value.code == code


def test_nobody_but_the_system_says_who_they_are(other: Other) -> None:
    made = make_neighbour(other.url)
    with pytest.raises(Forbidden):
        add_neighbour(address="https://a.example", actor=READER)
    with pytest.raises(Forbidden):
        check_neighbour(neighbour=made, at=NOW, actor=READER)
    assert other.heads == []


def test_it_is_added_once_and_they_are_ten_at_most(other: Other) -> None:
    other.answer = describes()
    add_neighbour(address=other.url, actor=SYSTEM)
    with pytest.raises(Conflict) as refusal:
        add_neighbour(address=other.url, actor=SYSTEM)
    assert refusal.value.code == "neighbour_exists"
    for number in range(MOST_NEIGHBOURS - 1):
        make_neighbour(f"https://{number}.example")
    with pytest.raises(Conflict) as refusal:
        add_neighbour(address="http://127.0.0.1:9", actor=SYSTEM)
    assert refusal.value.code == "too_many_neighbours"
    assert told("check", "https://nobody.example")[0] == 1


def test_the_job_drops_who_is_silent_and_takes_back_who_answers(other: Other) -> None:
    made = make_neighbour(other.url)
    for hours in (23, 24):
        Neighbour.objects.update(checked_at=NOW - timedelta(hours=hours))
        assert due_for_check(NOW) == [made]
    Neighbour.objects.update(checked_at=NOW - timedelta(hours=22))
    assert due_for_check(NOW) == []
    Neighbour.objects.update(checked_at=NOW - timedelta(days=900))
    other.answer = lambda handler: reply(handler, 500)
    tasks.check(0)
    made.refresh_from_db()
    assert made.silent_since is not None
    assert memory.near(HERE, NOW) == []
    since = made.silent_since
    Neighbour.objects.update(checked_at=since - timedelta(hours=1))
    assert due_for_check(since) == [made], "hourly while it is silent"
    tasks.check(0)
    made.refresh_from_db()
    assert made.silent_since == since
    Neighbour.objects.update(checked_at=since - timedelta(hours=1))
    other.answer = describes()
    tasks.check(0)
    assert [each.silent_since for each in memory.near(HERE, NOW)] == [None]


@pytest.mark.django_db(transaction=True)
def test_a_copy_checks_nobody(other: Other) -> None:
    made = make_neighbour(other.url)
    Neighbour.objects.update(checked_at=NOW - timedelta(days=900))
    voice.be_quiet()
    try:
        tasks.check(0)
    finally:
        voice.speak()
    made.refresh_from_db()
    assert (other.heads, made.silent_since) == ([], None)


def test_an_installation_says_what_it_is_and_where_its_shops_are(client: Client, settings) -> None:
    settings.SITE_NAME = "Livres du Poitou"
    make_shop()
    make_shop(latitude=46.67, longitude=0.36, city="Jaunay-Marigny", postcode="86130")
    make_shop(postcode="97400", city="Saint-Denis", latitude=-20.88, longitude=55.45)
    make_shop(paused_at=NOW, postcode="75011", latitude=48.85, longitude=2.37)
    said = client.get("/api/v1/about").json()
    assert said["name"] == "Livres du Poitou"
    assert said["search_page"] == f"{settings.BASE_URL}/recherche"
    assert said["area"] == [
        {"latitude": 46.63, "longitude": 0.35, "radius_km": 6.0},
        {"latitude": -20.88, "longitude": 55.45, "radius_km": 1.0},
    ]


def test_near_is_within_thirty_kilometres_of_a_circle() -> None:
    circle = Circle(46.63, 1.06, 5)
    assert is_near(HERE, [circle])
    assert is_near(Point(46.63, 1.06 + 34 / 76.4), [circle])
    assert not is_near(Point(46.63, 1.06 + 36 / 76.4), [circle])
    assert not is_near(HERE, [])


def test_the_three_nearest_are_asked(other: Other) -> None:
    made = [
        make_neighbour(f"https://{n}.example", area=[[46.63, 1.06 + n / 20, 1.0]])
        for n in (4, 2, 3, 1)
    ]
    make_neighbour("https://resting.example", rest_until=NOW + timedelta(seconds=1))
    make_neighbour("https://silent.example", silent_since=NOW, area=AREA)
    assert memory.near(HERE, NOW) == [made[3], made[1], made[2]]
    assert memory.near(None, NOW) == []
