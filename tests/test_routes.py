"""Every route, tried by everybody: who may, who may not, and that nothing answers 5xx.

Whose a route is stands in `tests.routes`; a route that is not there fails. In which world each is
tried: `tests.routes.world`.
"""

import copy
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

import pytest
from django.db import transaction
from django.test import override_settings

from comptoir.api import names
from comptoir.networks.pages import memory as boards
from comptoir.shops.models import Shop
from tests.routes import KINDS, of, routes
from tests.routes.counter import COUNTER, OF_MANAGERS
from tests.routes.kinds import Kind
from tests.routes.office import OF_COORDINATORS
from tests.routes.programs import API_SHOP
from tests.routes.world import (
    APART,
    PEOPLE,
    RARE,
    ROLES,
    SETTINGS,
    UNSAFE,
    World,
    ask,
    fault,
    make_world,
)

pytestmark = pytest.mark.django_db
NOBODY = "anonymous"


class Told(NamedTuple):
    """What came of a request: its status, where it leads, and what is wrong with it anyway."""

    status: int
    location: str
    fault: str | None


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Make all this once: every request is undone (`ask`)."""
    with (
        django_db_blocker.unblock(),
        override_settings(**SETTINGS, VAR=tmp_path_factory.mktemp("routes")),
        transaction.atomic(),
    ):
        names.forget_all()
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World) -> World:
    """Give a test rows in memory of its own."""
    return copy.deepcopy(made)


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str, str], Told]:
    """What each role was told at an address, by which method: asked once, and judged by every test
    that wants to know."""
    return {}


@pytest.fixture
def told(
    world: World, known: dict[tuple[str, str, str], Told], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Told]:
    """Return what says what a role is told at a route of the first shop's. What networks say is
    read once, for what a request changes is undone: each page asks for it twice."""
    monkeypatch.setattr(boards, "KEPT_SECONDS", 3600.0)
    visitors = {}

    def told(role: str, method: str, route: str) -> Told:
        # A method that a visitor is refused is refused before anybody is looked at.
        if role != NOBODY and (refused := told(NOBODY, method, route)).status == 405:
            return refused
        if (role, method, route) not in known:
            client, headers = visitors.get(role) or visitors.setdefault(role, world.client(role))
            path = world.path(route, world.a)
            answer = ask(client, method, path, headers, world.body(route))
            location = answer.get("Location", "").split("?")[0]
            known[role, method, route] = Told(answer.status_code, location, fault(answer, path))
        return known[role, method, route]

    return told


def test_every_route_is_listed() -> None:
    found = set(routes())
    assert found - KINDS.keys() == set(), "new routes: say in ROUTES whose they are"
    assert KINDS.keys() - found == set(), "routes that are gone"


@pytest.mark.parametrize("role", ROLES)
def test_nothing_answers_5xx(role: str, told: Callable[..., Told]) -> None:
    methods = ("GET", "POST", *(RARE if role in {"manager of A", "token of A"} else ()))
    wrong = []
    for route in KINDS:
        for method in methods:
            if found := told(role, method, route).fault:
                wrong.append(f"{method} {route} {found}")
    assert not wrong


def not_as_it_should(
    told: Callable[..., Told], kind: Kind, role: str, inside: set[str], barred: Collection[str]
) -> list[str]:
    """Return which routes of a kind answer a role otherwise than they should: who is inside is let
    in, but where the route is `barred` to them; others who are signed in find nothing there; the
    rest are asked to sign in."""
    wrong = []
    for route in of(kind):
        answers = [told(role, method, route) for method in ("GET", "POST")]
        found = [answer.status for answer in answers]
        if role in inside and route in barred:
            good = set(found) <= {403, 405} and 403 in found
        elif role in inside:
            good = min(found) < 400 and 404 not in found
        elif role in PEOPLE:
            good = set(found) <= {404, 405} and 404 in found
        else:
            there = {answer.location for answer in answers if answer.status == 302}
            good = set(found) <= {302, 405} and there == {"/compte/"}
        if not good:
            wrong.append(f"{route} {found}")
    return wrong


@pytest.mark.parametrize("role", APART)
def test_a_counter_is_the_shops_own(role: str, told: Callable[..., Told]) -> None:
    inside = {"staff of A", "manager of A"}
    barred = OF_MANAGERS if role == "staff of A" else ()
    assert not_as_it_should(told, Kind.COUNTER, role, inside, barred) == []


@pytest.mark.parametrize("role", APART)
def test_an_office_is_the_networks_own(role: str, told: Callable[..., Told]) -> None:
    inside = {"coordinator of N", "editor of N"}
    barred = OF_COORDINATORS if role == "editor of N" else ()
    assert not_as_it_should(told, Kind.NETWORK, role, inside, barred) == []


@pytest.mark.parametrize("role", ["staff of B", "token of B"])
def test_another_shops_things_are_not_found_at_ones_own_counter(role: str, world: World) -> None:
    client, headers = world.client(role)
    kind = Kind.COUNTER if role == "staff of B" else Kind.API_SHOP
    tried = [route for route in of(kind) if "<int:" in route or "<code>" in route]
    wrong = []
    for route in tried:
        path = world.path(route, world.b)
        body = world.body(route)
        told = {ask(client, method, path, headers, body).status_code for method in ("GET", "POST")}
        if not (404 in told and told <= {404, 405}):
            wrong.append(f"{path} {told}")
    assert tried
    assert not wrong


@pytest.mark.parametrize("role", APART)
def test_a_shops_api_needs_the_shops_token(role: str, told: Callable[..., Told]) -> None:
    refusal = {"token of A": 200, "token of B": 404}.get(role, 401)
    wrong = []
    for route in of(Kind.API_SHOP):
        found = {told(role, method, route).status for method in ("GET", *UNSAFE)}
        found = {200 if status == 201 else status for status in found}
        if refusal not in found or found & ({401, 403, 404} - {refusal}):
            wrong.append(f"{route} {found}")
        if refusal != 200 and not found <= {refusal, 405}:
            wrong.append(f"{route} {found}")
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_what_is_ones_own_needs_signing_in(role: str, told: Callable[..., Told]) -> None:
    good = {200, 302, 403, 404} if role in PEOPLE else {302}
    found = {route: told(role, "GET", route).status for route in of(Kind.OWN)}
    assert {route: status for route, status in found.items() if status not in good} == {}


@pytest.mark.parametrize("role", [NOBODY, "manager of A"])
def test_nothing_changes_without_a_csrf_token(role: str, world: World) -> None:
    client, headers = world.client(role)
    client.handler.enforce_csrf_checks = True
    wrong = []
    for route in of(Kind.PUBLIC, Kind.OWN, Kind.COUNTER):
        path = world.path(route, world.a)
        for method in UNSAFE:
            status = ask(client, method, path, headers).status_code
            if status != 403:
                wrong.append(f"{method} {path} {status}")
    assert not wrong


def test_a_session_gives_nothing_to_a_program(world: World) -> None:
    """The API reads no cookie: a page elsewhere cannot make a signed-in browser act through it."""
    client, _headers = world.client("manager of A")
    assert ask(client, "GET", world.path(API_SHOP + "/orders", world.a), {}).status_code == 401
    response = ask(client, "GET", "/api/v1/shops", {})
    assert "Cookie" not in response.get("Vary", "")


def test_nothing_public_gives_the_address_of_a_shops_mailbox(world: World) -> None:
    """It writes what it wants on its page; its mailbox is written to by a form."""
    Shop.objects.filter(pk=world.a.pk).update(email="boite@pilori.example", open_data=True)
    world.a.refresh_from_db()
    told = []
    for role in (NOBODY, "reader"):
        client, _headers = world.client(role)
        for route in of(Kind.PUBLIC, Kind.API):
            with transaction.atomic():
                body = b"".join(client.get(world.path(route, world.a)))
                transaction.set_rollback(True)
            if b"pilori.example" in body:
                told.append((role, route))
    assert told == []
    client, _headers = world.client("manager of A")
    own = client.get(world.path(COUNTER + "page", world.a)).content.decode()
    assert "boite@pilori.example" in own, "control: its own counter"
