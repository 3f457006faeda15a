"""Every route, tried by everybody: who may, who may not, and that nothing answers 5xx.

Whose a route is stands in `tests.routes`; a route that is not there fails. In which world each is
tried: `tests.routes.world`.
"""

from collections.abc import Collection

import pytest

from tests.routes import KINDS, of, routes
from tests.routes.counter import OF_MANAGERS
from tests.routes.kinds import Kind
from tests.routes.office import OF_COORDINATORS
from tests.routes.programs import API_SHOP
from tests.routes.world import (
    APART,
    RARE,
    ROLES,
    UNSAFE,
    World,
    ask,
    fault,
    make_world,
    no_limits,  # noqa: F401
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_route_is_listed() -> None:
    found = set(routes())
    assert found - KINDS.keys() == set(), "new routes: say in ROUTES whose they are"
    assert KINDS.keys() - found == set(), "routes that are gone"


@pytest.mark.parametrize("role", ROLES)
def test_nothing_answers_5xx(role: str, world: World) -> None:
    client, headers = world.client(role)
    methods = ("GET", "POST", *(RARE if role in {"manager of A", "token of A"} else ()))
    wrong = []
    for route in KINDS:
        path = world.path(route, world.a)
        for method in methods:
            if told := fault(ask(client, method, path, headers), path):
                wrong.append(f"{method} {path} {told}")
    assert not wrong


def not_as_it_should(
    world: World, kind: Kind, role: str, inside: set[str], barred: Collection[str]
) -> list[str]:
    """Return which routes of a kind answer a role otherwise than they should: who is inside is let
    in, but where the route is `barred` to them; others who are signed in find nothing there; the
    rest are asked to sign in."""
    client, headers = world.client(role)
    wrong = []
    for route in of(kind):
        path = world.path(route, world.a)
        answers = [ask(client, method, path, headers) for method in ("GET", "POST")]
        told = [answer.status_code for answer in answers]
        if role in inside and route in barred:
            good = set(told) <= {403, 405} and 403 in told
        elif role in inside:
            good = min(told) < 400 and 404 not in told
        elif role in world.people:
            good = set(told) <= {404, 405} and 404 in told
        else:
            there = {a["Location"].split("?")[0] for a in answers if a.status_code == 302}
            good = set(told) <= {302, 405} and there == {"/compte/"}
        if not good:
            wrong.append(f"{path} {told}")
    return wrong


@pytest.mark.parametrize("role", APART)
def test_a_counter_is_the_shops_own(role: str, world: World) -> None:
    inside = {"staff of A", "manager of A"}
    barred = OF_MANAGERS if role == "staff of A" else ()
    assert not_as_it_should(world, Kind.COUNTER, role, inside, barred) == []


@pytest.mark.parametrize("role", APART)
def test_an_office_is_the_networks_own(role: str, world: World) -> None:
    inside = {"coordinator of N", "editor of N"}
    barred = OF_COORDINATORS if role == "editor of N" else ()
    assert not_as_it_should(world, Kind.NETWORK, role, inside, barred) == []


@pytest.mark.parametrize("role", ["staff of B", "token of B"])
def test_another_shops_things_are_not_found_at_ones_own_counter(role: str, world: World) -> None:
    client, headers = world.client(role)
    kind = Kind.COUNTER if role == "staff of B" else Kind.API_SHOP
    tried = [route for route in of(kind) if "<int:" in route or "<code>" in route]
    wrong = []
    for route in tried:
        path = world.path(route, world.b)
        told = {ask(client, method, path, headers).status_code for method in ("GET", "POST")}
        if not (404 in told and told <= {404, 405}):
            wrong.append(f"{path} {told}")
    assert tried
    assert not wrong


@pytest.mark.parametrize("role", APART)
def test_a_shops_api_needs_the_shops_token(role: str, world: World) -> None:
    client, headers = world.client(role)
    refusal = {"token of A": 200, "token of B": 404}.get(role, 401)
    wrong = []
    for route in of(Kind.API_SHOP):
        path = world.path(route, world.a)
        told = {ask(client, method, path, headers).status_code for method in ("GET", *UNSAFE)}
        if refusal not in told or told & ({401, 403, 404} - {refusal}):
            wrong.append(f"{path} {told}")
        if refusal != 200 and not told <= {refusal, 405}:
            wrong.append(f"{path} {told}")
    assert not wrong


@pytest.mark.parametrize("role", ROLES)
def test_what_is_ones_own_needs_signing_in(role: str, world: World) -> None:
    client, headers = world.client(role)
    good = {200, 302, 403, 404} if role in world.people else {302}
    told = {
        route: ask(client, "GET", world.path(route, world.a), headers).status_code
        for route in of(Kind.OWN)
    }
    assert {route: status for route, status in told.items() if status not in good} == {}


@pytest.mark.parametrize("role", ["anonymous", "manager of A"])
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
