"""Who may do what in a network: each verb, tried as everybody, with its control."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM, Actor
from comptoir.accounts.models import AuditEntry, User
from comptoir.core.errors import Conflict, DomainError, Forbidden, NotFound
from comptoir.networks.models import Coordinator, Network, NetworkQuerySet, NetworkRole
from comptoir.networks.operations import (
    NetworkChange,
    appoint,
    change_network,
    create_network,
    release,
    scope,
    set_logo,
)
from comptoir.networks.operations.scope import MAY, NetworkVerb, in_network
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations.memberships import join_network, leave_network
from comptoir.shops.operations.offices.appointment import appoint_by_mail
from comptoir.shops.operations.people import erase_gone
from tests.factories import make_coordinator, make_network, make_shop, make_staff
from tests.networks.verbs import ELSEWHERE, VERBS, World, make_world

pytestmark = pytest.mark.django_db
COMPTOIR = Path(__file__).resolve().parents[2] / "comptoir"


@pytest.fixture
def network() -> Network:
    return make_network()


def actors(network: Network) -> dict[str, Actor]:
    """Return who has which role in a network; the other names have none."""
    shop = make_shop()
    join_network(shop=shop, network=network, actor=SYSTEM)
    away = make_coordinator(network, email="away@example.org")
    away.is_active = False
    away.save()
    return {
        "coordinator": make_coordinator(network).actor,
        "editor": make_coordinator(network, NetworkRole.EDITOR).actor,
        "system": SYSTEM,
        "coordinator of another": make_coordinator(make_network()).actor,
        "manager of a member": make_staff(shop, StaffRole.MANAGER).actor,
        "coordinator who was shut out": away.actor,
        "reader": READER,
        "token": Actor.token(1),
    }


@pytest.mark.parametrize("verb", NetworkVerb)
def test_a_verb_is_for_the_roles_of_its_row_alone(network, verb):
    for name, actor in actors(network).items():
        if name in MAY[verb]:
            assert in_network(network, actor, verb) == network, name
        else:
            known = name in {"coordinator", "editor"}
            with pytest.raises(Forbidden if known else NotFound):
                in_network(network, actor, verb, lock=True)


def test_control_without_the_scope_nobody_is_refused(network, monkeypatch):
    everybody = actors(network)
    monkeypatch.setattr(NetworkQuerySet, "visible_to", lambda networks, actor: networks)
    monkeypatch.setattr(scope, "may", lambda role, verb: True)
    for actor in everybody.values():
        assert in_network(network, actor, NetworkVerb.APPOINT) == network


GUARDS = {"networks.operations.scope", "office.scope"}
"""Where the guard is, and the one by which every page of an office begins."""


def asks_the_guard(node: ast.AST) -> bool:
    """Return whether a function asks `in_network`, by itself."""
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(getattr(call.func, "id", "") == "in_network" for call in calls)


def network_verbs() -> set[str]:
    """Return the functions of all packages that ask `in_network`, by themselves or by what their
    module keeps to itself."""
    found = set()
    for path in COMPTOIR.rglob("*.py"):
        module = ".".join(path.relative_to(COMPTOIR).with_suffix("").parts)
        if module in GUARDS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
        asking = {each.name for each in functions if asks_the_guard(each)}
        private = {name for name in asking if name.startswith("_")}
        for each in functions:
            names = {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}
            if not each.name.startswith("_") and (each.name in asking or names & private):
                found.add(f"{module}.{each.name}")
    return found


def refused(path: str, world: World, actor: Actor) -> type[DomainError] | None:
    """Return by what a verb is refused for who asks, and leave everything as it was."""
    with transaction.atomic():
        try:
            VERBS[path][1](world, actor)
        except (NotFound, Forbidden) as error:
            return type(error)
        finally:
            transaction.set_rollback(True)
    return None


def test_every_verb_that_asks_the_guard_is_in_the_table():
    missed = network_verbs() - VERBS.keys() - ELSEWHERE.keys()
    assert missed == set(), "say in tests.networks.verbs who may do it"
    assert ELSEWHERE.keys() <= network_verbs()


@pytest.mark.parametrize("path", VERBS)
def test_each_verb_is_for_the_roles_of_its_row_alone(path, monkeypatch):
    world = make_world()
    everybody = actors(world.network)
    for name, actor in everybody.items():
        known = name in {"coordinator", "editor"}
        barred = Forbidden if known else NotFound
        expected = None if name in MAY[VERBS[path][0]] else barred
        assert refused(path, world, actor) is expected, name
    # The control: without the scope nobody is refused.
    monkeypatch.setattr(scope, "_allowed", lambda network, actor, verb: network)
    for name, actor in everybody.items():
        assert refused(path, world, actor) is None, name


@pytest.mark.parametrize(
    "verb",
    [
        lambda network, actor: set_logo(network=network, picture=None, actor=actor),
        lambda network, actor: leave_network(shop=make_shop(), network=network, actor=actor),
        lambda network, actor: appoint_by_mail(
            network=network, email="new@example.org", role=NetworkRole.EDITOR, actor=actor
        ),
    ],
    ids=["set_logo", "leave_network", "appoint_by_mail"],
)
def test_what_coordinators_do_nobody_else_does(network, verb):
    for name, actor in actors(network).items():
        if name in {"coordinator", "system"}:
            verb(network, actor)
            continue
        with pytest.raises((Forbidden, NotFound)):
            verb(network, actor)


def test_an_installations_own_verbs_are_the_systems(network):
    actor = make_coordinator(network).actor
    for refused in (
        lambda: create_network(name="B", change=NetworkChange(), actor=actor),
        lambda: change_network(network=network, change=NetworkChange(host="b.fr"), actor=actor),
    ):
        with pytest.raises(Forbidden) as told:
            refused()
        assert told.value.code == "not_operator"
    assert change_network(network=network, change=NetworkChange(name="B"), actor=actor).name == "B"


def test_who_is_released_and_works_nowhere_loses_their_account_later(network, settings):
    settings.ERASE_AFTER_DAYS = 30
    typed_wrong, of_a_shop = make_coordinator(network), make_staff(make_shop())
    comes_back = make_coordinator(network)
    make_coordinator(network)
    appoint(network=network, email=of_a_shop.email, role=NetworkRole.EDITOR, actor=SYSTEM)
    for person in (typed_wrong, of_a_shop, comes_back):
        release(network=network, user_id=person.pk, actor=SYSTEM)
    appoint(network=network, email=comes_back.email, role=NetworkRole.EDITOR, actor=SYSTEM)
    assert erase_gone(now=timezone.now() + timedelta(days=29)) == 0
    assert erase_gone(now=timezone.now() + timedelta(days=31)) == 1
    assert not User.objects.filter(pk=typed_wrong.pk).exists()
    comes_back.refresh_from_db()
    assert comes_back.left_at is None


def test_people_are_appointed_and_released_and_it_is_noted(network):
    first = appoint(
        network=network, email="A@example.org", role=NetworkRole.COORDINATOR, actor=SYSTEM
    )
    again = appoint(
        network=network, email="a@example.org", role=NetworkRole.COORDINATOR, actor=SYSTEM
    )
    assert first.pk == again.pk
    actor = first.user.actor
    editor = appoint(network=network, email="b@example.org", role=NetworkRole.EDITOR, actor=actor)
    assert (editor.actor_kind, editor.actor_id) == ("user", first.user_id)
    with pytest.raises(Forbidden):
        release(network=network, user_id=first.user_id, actor=editor.user.actor)
    release(network=network, user_id=editor.user_id, actor=editor.user.actor)
    told = AuditEntry.objects.filter(network_id=network.pk).order_by("pk")
    assert [(each.deed, each.subject_id) for each in told] == [
        ("appointed", first.user_id),
        ("appointed", first.user_id),
        ("appointed", editor.user_id),
        ("released", editor.user_id),
    ]


def test_a_network_keeps_a_coordinator(network):
    only = make_coordinator(network)
    for verb in (
        lambda: release(network=network, user_id=only.pk, actor=only.actor),
        lambda: appoint(
            network=network, email=only.email, role=NetworkRole.EDITOR, actor=only.actor
        ),
    ):
        with pytest.raises(Conflict), transaction.atomic():
            verb()
    make_coordinator(network)
    release(network=network, user_id=only.pk, actor=only.actor)
    assert Coordinator.objects.filter(network=network).count() == 1


def test_a_coordinator_sees_the_shops_of_their_networks_once(network):
    shop, other = make_shop(), make_shop()
    second = make_network()
    user = make_coordinator(network)
    second.people.create(user=user, role=NetworkRole.EDITOR, actor_kind="system")
    for each in (network, second):
        join_network(shop=shop, network=each, actor=SYSTEM)
    join_network(shop=other, network=second, actor=SYSTEM)
    assert list(Shop.objects.coordinated_by(user.actor)) == [shop]
    assert not Shop.objects.coordinated_by(READER).exists()


def test_the_account_of_who_works_for_a_network_stays(network):
    now = timezone.now()
    kept, gone = make_coordinator(network), User.objects.create_user("gone@example.org")
    User.objects.update(left_at=now - timedelta(days=400))
    assert erase_gone(now=now) == 1
    assert list(User.objects.filter(pk__in=[kept.pk, gone.pk])) == [kept]
