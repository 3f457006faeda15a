"""`/healthz` says 200 only when the site can really serve, and why not otherwise."""

import pytest
from django.db import connection
from django.test import Client

from comptoir.config import health
from comptoir.search import builder

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{} s')"


@pytest.fixture
def able(settings, tmp_path, monkeypatch: pytest.MonkeyPatch):
    """Everything a node needs: an index, and a worker that beat just now."""
    settings.VAR = tmp_path
    monkeypatch.setattr(health, "CACHE_SECONDS", 0.0)
    builder.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(WORKER.format(1))
        yield cursor
        cursor.execute("DELETE FROM procrastinate_workers")


def reasons(client: Client) -> list[str]:
    answer = client.get("/healthz")
    body = answer.json()
    assert (answer.status_code == 200) == (body["reasons"] == [])
    assert answer.status_code in {200, 503}
    assert "no-store" in answer["Cache-Control"]
    return body["reasons"]


def test_able(client: Client, able) -> None:
    assert reasons(client) == []


def test_no_worker_alive(client: Client, able) -> None:
    able.execute("DELETE FROM procrastinate_workers")
    able.execute(WORKER.format(90))
    assert reasons(client) == ["jobs: no worker is alive"]


def test_not_migrated(client: Client, able) -> None:
    able.execute("UPDATE django_migrations SET name = 'x' || name WHERE app = 'orders'")
    try:
        assert reasons(client) == ["database: not migrated to this version"]
    finally:
        able.execute("UPDATE django_migrations SET name = substr(name, 2) WHERE app = 'orders'")


def test_no_index(client: Client, able, tmp_path) -> None:
    (tmp_path / "search" / "current").unlink()
    (found,) = reasons(client)
    assert found.startswith("search")


def test_no_database_and_no_secret(client: Client, able, monkeypatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent/secret")
    assert reasons(client) == ["database: cannot be reached"]


def test_what_was_found_is_good_for_a_second(client: Client, able, monkeypatch) -> None:
    monkeypatch.setattr(health, "CACHE_SECONDS", 60.0)
    asked = []
    monkeypatch.setattr(health, "problems", lambda: asked.append(1) or [])
    monkeypatch.setattr(health, "_last", (0.0, []))
    for _ in range(3):
        client.get("/healthz")
    assert asked == [1]
