"""Every public function that takes an actor looks at who it is, by the one table of roles.

The packages are walked, so that a verb which comes later is missed here until `tests.verbs` says
what it asks of its actor. Each refusal has its control: with the scope taken away, the same call
passes.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from comptoir.accounts.actors import READER, SYSTEM, Actor
from comptoir.accounts.tokens import authenticate
from comptoir.core.errors import DomainError, Forbidden, NotFound
from comptoir.shops import memory
from comptoir.shops.models import Shop, ShopQuerySet, StaffRole
from comptoir.shops.operations import issue_token
from comptoir.shops.operations import scope as scope_of_shops
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.operations.scope import MAY, Role, Verb
from tests.factories import (
    make_coordinator,
    make_network,
    make_shop,
    make_staff,
)
from tests.networks.verbs import VERBS as OF_NETWORKS
from tests.otherwise import OTHERWISE
from tests.shops.page.kept import without_history, written_state
from tests.verbs import VERBS
from tests.verbs.rows import Call
from tests.verbs.world import World, make_world

pytestmark = pytest.mark.django_db

COMPTOIR = Path(__file__).resolve().parent.parent / "comptoir"
PACKAGES = (
    *("alerts", "archives", "contracts", "draws", "events", "exchanges", "neighbours"),
    *(
        "networks",
        "orders",
        "oversight",
        "papers",
        "payments",
        "post",
        "purchases",
        "quotes",
        "releases",
        "shops",
    ),
    *("stock", "terms", "webhooks", "withdrawals"),
)


@dataclass
class Stage:
    """A world, somebody of each role in its shop, those who are nobody there, and what is written
    of the shops."""

    world: World
    actors: dict[Role, Actor]
    strangers: list[Actor]
    written: dict[tuple[int, str], Any]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker) -> Iterator[Stage]:
    """Make all this once: every call is undone (`refused`)."""
    with django_db_blocker.unblock(), override_settings(OUTGOING_ANYWHERE=True):
        memory.forget()
        with transaction.atomic():
            world = make_world()
            yield Stage(world, actors_of(world.shop), strangers(), written_state())
            transaction.set_rollback(True)


@pytest.fixture
def stage(made: Stage) -> Stage:
    """Give a test rows in memory of its own."""
    return copy.deepcopy(made)


def takes_actor(function: ast.FunctionDef) -> bool:
    """Return whether a function is told who acts, by itself or in what it is given."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    kinds = {ast.unparse(each.annotation) for each in arguments if each.annotation}
    return any(each.arg == "actor" for each in arguments) or "Incoming" in kinds


def public_functions() -> set[str]:
    """Return the public functions of the domain packages that take an actor."""
    found = set()
    for package in PACKAGES:
        for path in (COMPTOIR / package).rglob("*.py"):
            module = ".".join(path.relative_to(COMPTOIR).with_suffix("").parts)
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
                if public and takes_actor(node):
                    found.add(f"{module}.{node.name}")
    return found - {"stock.reports.intake.spooled"}


def actors_of(shop: Shop) -> dict[Role, Actor]:
    """Return somebody of each role in a shop."""
    token = authenticate(issue_token(shop=shop, label="T", actor=SYSTEM))
    assert token is not None
    network = make_network()
    join_network(shop=shop, network=network, actor=SYSTEM)
    return {
        Role.STAFF: make_staff(shop).actor,
        Role.MANAGER: make_staff(shop, role=StaffRole.MANAGER).actor,
        Role.TOKEN: token,
        Role.FEED: Actor.feed(shop.pk),
        Role.COORDINATOR: make_coordinator(network).actor,
        Role.SYSTEM: SYSTEM,
    }


def strangers() -> list[Actor]:
    """Return those who are nobody in the shop: a reader, and everybody of another shop."""
    other = actors_of(make_shop())
    del other[Role.SYSTEM]
    left = make_staff(make_shop())
    left.is_active = False
    left.save()
    return [READER, left.actor, *other.values()]


def refused(call: Call, world: World, actor: Actor) -> type[DomainError] | None:
    """Return by what a call is refused for who asks, and leave everything as it was."""
    with transaction.atomic():
        try:
            call(world, actor)
        except (NotFound, Forbidden) as error:
            return type(error)
        except DomainError:
            return None
        finally:
            transaction.set_rollback(True)
    return None


def test_every_function_that_takes_an_actor_is_known_here() -> None:
    assert public_functions() == VERBS.keys() | OTHERWISE.keys() | OF_NETWORKS.keys()


def test_every_verb_of_the_table_is_somebodys() -> None:
    assert set(MAY) == set(Verb)
    assert {verb for verb, _call in VERBS.values()} == set(Verb)


@pytest.mark.parametrize("path", VERBS)
def test_a_verb_is_for_the_roles_of_its_row_alone(path: str, stage: Stage) -> None:
    verb, call = VERBS[path]
    call.prepare(stage.world)
    written = written_state() if call.before else stage.written
    for role, actor in stage.actors.items():
        found = refused(call, stage.world, actor)
        # Feeds and coordinators use no counter: what they would have to find there first is not
        # there for them.
        away = role in {Role.FEED, Role.COORDINATOR}
        barred = (NotFound, Forbidden) if away else (Forbidden,)
        assert found is None if role in MAY[verb] else found in barred, (role, found)
    for actor in stage.strangers:
        assert refused(call, stage.world, actor) is NotFound, actor
    assert without_history(lambda: call(stage.world, SYSTEM), written) == set()


@pytest.mark.parametrize("path", VERBS)
def test_control_without_the_scope_nobody_is_refused(path: str, stage: Stage, monkeypatch) -> None:
    _verb, call = VERBS[path]
    call.prepare(stage.world)
    # One of each kind of those who are refused: the call is the same for all of them.
    actors = [READER, stage.actors[Role.FEED], stage.strangers[-1]]
    monkeypatch.setattr(ShopQuerySet, "visible_to", lambda shops, actor: shops)
    monkeypatch.setattr(scope_of_shops, "_shops_of", lambda actor: Shop.objects.all())
    monkeypatch.setattr(scope_of_shops, "_role", lambda shop, actor: Role.SYSTEM)
    for actor in actors:
        assert refused(call, stage.world, actor) is None, actor
