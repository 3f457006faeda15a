"""The pool: a connection that the server has closed is noticed before anybody gets it."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection
from psycopg_pool import ConnectionPool, PoolTimeout

from comptoir.core.backend import base
from comptoir.core.backend.base import DatabaseWrapper
from comptoir.core.db import fetch, is_gone
from tests.patience import PATIENCE_SECONDS, until

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = 4


@pytest.fixture
def pool() -> Iterator[ConnectionPool]:
    """The pool that a process would have, full."""
    options = {"min_size": SIZE, "max_size": SIZE, "timeout": 30, "reconnect_timeout": 1.0}
    settings = {
        **connection.settings_dict,
        "OPTIONS": {**connection.settings_dict["OPTIONS"], "pool": options},
    }
    wrapper = DatabaseWrapper(settings, alias="of the test")
    found = wrapper.pool
    assert found is not None
    assert wrapper.pool is found
    found.open()
    found.wait(60)
    yield found
    wrapper.close_pool()


def end_all(pool: ConnectionPool) -> None:
    """End every connection of the pool, as a server does that stops."""
    taken = [pool.getconn() for _ in range(SIZE)]
    keys = [each.info.backend_pid for each in taken]
    for each in taken:
        pool.putconn(each)
    with connection.cursor() as cursor:
        # With a time it waits until each has ended; what they did is forgotten a moment before.
        cursor.execute(
            "SELECT pg_terminate_backend(key, %s) FROM unnest(%s::int[]) key",
            [1000 * int(PATIENCE_SECONDS), keys],
        )


@pytest.mark.parametrize("checked", [True, False])
def test_after_a_restart_nobody_is_given_a_dead_connection(pool, monkeypatch, checked):
    if not checked:
        monkeypatch.setattr(base, "is_alive", lambda _connection: True)
    end_all(pool)
    failures = 0
    for _ in range(SIZE):
        with contextlib.closing(pool.getconn()) as given:
            try:
                given.execute("SELECT 1")
            except base.psycopg.OperationalError as error:
                failures += is_gone(error)
            pool.putconn(given)
    assert failures == (0 if checked else SIZE)


def test_a_connection_in_use_elsewhere_is_left_alone(pool):
    with pool.connection() as given:
        assert base.is_alive(given)
        given.execute("SELECT 1")
        assert base.is_alive(given)


def test_what_is_no_outage():
    with pytest.raises(OperationalError) as refused, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 1; SELECT pg_sleep(10)")
    assert not is_gone(refused.value)
    connection.close()
    assert not is_gone(ValueError("x"))


@pytest.fixture
def grown() -> Iterator[tuple[ConnectionPool, list[Any]]]:
    """A pool that has grown, and its connections in the order in which they were given back."""
    options = {"min_size": 1, "max_size": 3, "timeout": 30, "max_idle": 3600}
    database = {**connection.settings_dict["OPTIONS"], "pool": options}
    wrapper = DatabaseWrapper({**connection.settings_dict, "OPTIONS": database}, alias="grown")
    found = wrapper.pool
    assert found is not None
    found.open()
    taken = []
    for _ in range(2):  # once to have them made, once to have all of them taken from the pool
        taken = [found.getconn() for _ in range(3)]
        for each in taken:
            found.putconn(each)
        until(lambda: found.get_stats()["pool_available"] == 3)
    yield found, taken
    wrapper.close_pool()


def test_the_connection_given_back_last_is_taken_first(grown) -> None:
    """So few are used, and few have the server keep plans; in turn, all of them would be."""
    pool, (_first, _second, last) = grown
    for _ in range(3):
        with pool.connection() as given:
            assert given is last


def test_the_connection_that_nobody_took_for_longest_is_closed(grown) -> None:
    pool, (first, second, last) = grown
    pool._shrink_pool()  # has it look from now on at what is taken
    for expected in ([True, False, False], [True, True, False]):
        with pool.connection() as given:
            assert given is last
        pool._shrink_pool()
        assert [each.closed for each in (first, second, last)] == expected


@contextlib.contextmanager
def sparing(enough: int | None, most: int = 4) -> Iterator[base.Pool]:
    """A pool that has two connections, both taken, and may have `most`."""
    options = {"min_size": 2, "max_size": most, "timeout": 30, "enough": enough}
    database = {**connection.settings_dict["OPTIONS"], "pool": options}
    wrapper = DatabaseWrapper({**connection.settings_dict, "OPTIONS": database}, alias="sparing")
    found = wrapper.pool
    assert isinstance(found, base.Pool)
    found.open()
    found.wait(60)
    yield found
    wrapper.close_pool()


@pytest.mark.parametrize("enough", [2, None])
def test_where_there_are_enough_whoever_asks_waits_for_one_that_comes_free(monkeypatch, enough):
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 3600)
    with sparing(enough) as pool, ThreadPoolExecutor(1) as other:
        first, second = pool.getconn(), pool.getconn()
        asked = other.submit(pool.getconn)
        if enough is None:
            third = asked.result(60)  # psycopg's own opens one at once
            assert third not in (first, second)
        else:
            until(lambda: pool.get_stats().get("requests_waiting") == 1)
            pool.putconn(first)
            third = asked.result(60)
            assert third is first
        assert pool.get_stats()["pool_size"] == (2 if enough else 3)
        for each in {first, second, third}:
            pool.putconn(each)


def test_where_none_comes_free_another_is_opened_up_to_the_most():
    with sparing(2, most=3) as pool:
        taken = [pool.getconn() for _ in range(3)]
        assert len(set(taken)) == pool.get_stats()["pool_size"] == 3
        with pytest.raises(PoolTimeout):
            pool.getconn(timeout=2 * base.PATIENCE_SECONDS)
        assert pool.get_stats()["pool_size"] == 3
        for each in taken:
            pool.putconn(each)


def test_while_some_come_free_none_is_opened(monkeypatch):
    monkeypatch.setattr(base, "PATIENCE_SECONDS", 3600)
    with sparing(2) as pool, ThreadPoolExecutor(2) as others:
        first, second = pool.getconn(), pool.getconn()
        asked = []
        for number in (1, 2):
            asked.append(others.submit(pool.getconn))
            until(lambda number=number: pool.get_stats().get("requests_waiting") == number)
        pool.putconn(first)
        assert asked[0].result(60) is first
        pool.look_again()  # the first who waited has one: no reason for a third
        assert pool.get_stats()["pool_size"] == 2
        pool.look_again()
        third = asked[1].result(60)
        assert third not in (first, second)
        for each in (first, second, third):
            pool.putconn(each)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-03-29 03:00:00+02", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("2026-01-01 10:00:00.5+00", datetime(2026, 1, 1, 10, 0, 0, 500_000, UTC)),
        ("2026-01-01 10:00:00.000001+00", datetime(2026, 1, 1, 10, 0, 0, 1, UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(told, expected):
    ((found, nothing),) = fetch("SELECT %s::timestamptz, NULL::timestamptz", [told])
    assert (found, found.tzinfo, nothing) == (expected, UTC, None)
    assert connection.connection.adapters.get_loader(1184, 0) is base.MomentLoader


def test_a_moment_that_python_cannot_have_is_refused_in_words():
    with pytest.raises(DataError, match="too large"):
        fetch("SELECT 'infinity'::timestamptz")
