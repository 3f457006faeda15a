"""What is its owner's alone, closer than `test_routes.py` looks, which types nothing: whole forms,
as they would be sent, and the operator's pages."""

import pytest
from django.db import transaction

from tests.factories import make_operator
from tests.routes import of
from tests.routes.counter import COUNTER, TEAM
from tests.routes.kinds import Kind
from tests.routes.office import NETWORK
from tests.routes.world import World, ask, make_world, no_limits  # noqa: F401

pytestmark = pytest.mark.django_db

BODIES: dict[str, dict[str, str]] = {
    COUNTER + "boutique": {"hold_days": "7", "safety_stock": "1", "rings_up": "never"},
    TEAM + "/inviter": {"email": "a@example.org", "role": "staff"},
    TEAM + "/invitations/<int:invitation_id>": {"action": "again"},
    TEAM + "/personnes/<int:user_id>": {"role": "manager"},
    TEAM + "/programmes": {"label": "Caisse"},
    TEAM + "/programmes/<int:token_id>": {"revoke": "1"},
    NETWORK + "qualite/<slug:slug>": {
        "faults": "no_photo",
        "subject": "Page",
        "text": "Une photo ?",
        "days": "7",
    },
    NETWORK + "reservation": {"shop": "shop-a", "reason": "Une question de la lectrice"},
}
"""What is typed where a role of the shop, or of the network, is not enough, as it would be sent."""


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_whole_form_is_taken_of_those_whose_it_is_alone(world: World) -> None:
    refused = {"staff of B": 404, "coordinator of M": 404, "reader": 302}
    for route, body in BODIES.items():
        path = world.path(route, world.a)
        above, below = "coordinator of N", "editor of N"
        if route.startswith(COUNTER):
            above, below = "manager of A", "staff of A"
        told = {}
        for role in (below, *refused, above):
            client, _headers = world.client(role)
            with transaction.atomic():
                typed = body | {"code": world.things["code"]}
                told[role] = client.post(path, typed).status_code
                transaction.set_rollback(True)
        taken = told.pop(above)
        assert told == refused | {below: 403}, path
        assert taken in {200, 302}, path


@pytest.mark.parametrize("role", ["anonymous", "manager of A", "coordinator of N"])
def test_what_is_the_operators_is_there_for_them_alone(role: str, world: World) -> None:
    world.people["operator"] = make_operator()
    refusal = 404 if role in world.people else 302
    for route in of(Kind.OFFICE):
        path = world.path(route, world.a)
        for who, good in ((role, refusal), ("operator", 200)):
            client, headers = world.client(who)
            assert ask(client, "GET", path, headers).status_code == good, (who, path)


def test_only_a_manager_changes_the_shop(world: World) -> None:
    path = world.path(COUNTER + "boutique", world.a)
    values = {"hold_days": "7", "safety_stock": "1", "rings_up": "never"}
    for role, days in (("staff of B", 3), ("staff of A", 3), ("manager of A", 7)):
        client, _headers = world.client(role)
        client.post(path, values)
        world.a.refresh_from_db()
        assert world.a.hold_days == days, role
