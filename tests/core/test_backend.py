"""The pool: a connection that the server has closed is noticed before anybody gets it."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import DataError, OperationalError, connection
from psycopg_pool import ConnectionPool

from comptoir.core.backend import base
from comptoir.core.backend.base import DatabaseWrapper
from comptoir.core.db import fetch, is_gone
from tests.patience import until

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
        cursor.execute("SELECT pg_terminate_backend(key) FROM unnest(%s::int[]) key", [keys])

        def are_gone() -> bool:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [keys])
            return cursor.fetchone() == (0,)

        until(are_gone)


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
