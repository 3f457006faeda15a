"""Groups that want the same last copies: each gets all of it or nothing, whoever else is served."""

import json
import subprocess
import sys
import threading
from collections import Counter

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.orders import checks
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import batch, confirm_group
from comptoir.orders.operations.groups import moves
from comptoir.orders.operations.groups.requests import check_group
from comptoir.orders.operations.requests import Customer
from tests.concurrency.group_crowd import TURN
from tests.concurrency.live import Database
from tests.concurrency.test_baskets import lock_as_they_come
from tests.concurrency.together import Stop, overtake
from tests.factories import group_for, make_offer, make_shop
from tests.orders.groups import proof_of
from tests.patience import until
from tests.trials import dice, tally, times

GROUPS, COPIES, WANTED, PROCESSES = 30, 12, 4, 2


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = Database(tmp_path_factory.mktemp("groups"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def offers(database):
    rows = database.python("tests.concurrency.shops_of_one", str((times(1) + 1) * COPIES))
    return json.loads(rows)


def race(database, copies, name, *, unguarded=False):
    """Let a crowd of groups, in two processes, want four of these last copies each, in orders of
    their own; return what each wanted and what it got."""
    draw = dice(name)
    wanted = {f"{name}-{n}": draw.sample(copies, WANTED) for n in range(GROUPS)}
    shares = [dict(list(wanted.items())[n::PROCESSES]) for n in range(PROCESSES)]
    words = ["unguarded"] if unguarded else []
    with psycopg.connect(database.url, autocommit=True) as turn:
        turn.execute("SELECT pg_advisory_lock(%s)", [TURN])
        crowd = [
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.concurrency.group_crowd"),
                    *(json.dumps(share), *words),
                ],
                env=database.environment,
                stdout=subprocess.PIPE,
                text=True,
            )
            for share in shares
        ]
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        until(lambda: turn.execute(waiting).fetchone() == (GROUPS,))
    got = {}
    for process in crowd:
        said, _nothing = process.communicate()
        assert process.returncode == 0
        got |= json.loads(said)
    return wanted, got


@pytest.mark.proof
def test_each_group_gets_all_of_its_last_copies_or_none(database, offers):
    for number in range(times(1)):
        copies = offers[number * COPIES : (number + 1) * COPIES]
        wanted, got = race(database, copies, f"round{number}")
        placed = {name: keys for name, keys in got.items() if keys}
        assert {name: sorted(keys) for name, keys in placed.items()} == {
            name: sorted(wanted[name]) for name in placed
        }
        taken = [key for keys in placed.values() for key in keys]
        assert max(Counter(taken).values()) == 1
        # Nobody was refused for a copy that nobody else got.
        assert all(set(wanted[name]) & set(taken) for name in got)
        tally("groups for last copies", GROUPS)
    checked = database.comptoir("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_control_without_the_guards_two_groups_get_one_copy(database, offers):
    _wanted, got = race(database, offers[-COPIES:], "unguarded", unguarded=True)
    taken = Counter(key for keys in got.values() for key in keys)
    assert max(taken.values()) > 1


def want_in_opposite_orders(rounds):
    """Let two groups of two shops each want the same copies, the one in the order of the other
    turned round; return what went wrong."""
    offers = [make_offer(shop=make_shop(), on_hand=1000) for _ in range(2)]
    wrong = []
    ready = threading.Barrier(2)

    def place(name, chosen):
        try:
            for number in range(rounds):
                person = Customer("Ana", f"{name}{number}@example.org")
                group = check_group(group_for(*chosen, customer=person, trusted=True))
                ready.wait()
                batch.place_batch([group], now=timezone.now())
        except (OperationalError, threading.BrokenBarrierError) as error:
            wrong.append(error)
            ready.abort()
        finally:
            connection.close()

    works = [("a", offers), ("b", offers[::-1])]
    threads = [threading.Thread(target=place, args=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.django_db(transaction=True)
def test_groups_that_overlap_do_not_deadlock():
    assert want_in_opposite_orders(20) == []
    assert OrderGroup.objects.count() == 40
    assert list(checks.problems()) == []


@pytest.mark.django_db(transaction=True)
def test_control_without_the_order_of_locks_they_do(monkeypatch):
    monkeypatch.setattr(batch, "lock_offers", lock_as_they_come)
    assert any("deadlock" in str(error) for error in want_in_opposite_orders(2000))


def confirm_opposite(settings, monkeypatch):
    """Confirm two groups at once that ask for the same copies of two shops in opposite orders, the
    second where the first has the copies of its first shop; return what was raised, and whether
    the second waited."""
    settings.UNVERIFIED_PER_ORDER = 0
    offers = [make_offer(shop=make_shop(), on_hand=9) for _ in range(2)]
    groups = [
        batch.place_batch(
            [check_group(group_for(*chosen, customer=Customer("Ana", f"{name}@example.org")))],
            now=timezone.now(),
        )[0]
        for name, chosen in (("a", offers), ("b", offers[::-1]))
    ]
    stop, make_own = Stop(), moves.make_own

    def made_own(order, **rest):
        left = make_own(order, **rest)
        stop.wait()
        return left

    def confirm(group):
        confirm_group(token=group.token, proof=proof_of(group), actor=READER)

    monkeypatch.setattr(moves, "make_own", made_own)
    return overtake(stop, lambda: confirm(groups[0]), lambda: confirm(groups[1]))


@pytest.mark.django_db(transaction=True)
def test_two_groups_that_are_confirmed_at_once_take_turns(settings, monkeypatch):
    assert confirm_opposite(settings, monkeypatch) == ([], True)
    assert set(Order.objects.values_list("status", flat=True)) == {OrderStatus.PLACED}
    assert list(checks.problems()) == []


@pytest.mark.django_db(transaction=True)
def test_control_without_the_locks_of_the_whole_group_they_deadlock(settings, monkeypatch):
    monkeypatch.setattr(moves, "lock_offers", list)
    (error,), _waited = confirm_opposite(settings, monkeypatch)
    assert "deadlock" in str(error)
