"""`/healthz` says 200 only when the site can really serve, and why not otherwise."""

import pytest
from django.db import connection, transaction
from django.test import Client

from comptoir.config import health
from comptoir.config.health import Found
from comptoir.core.exits import voice
from comptoir.orders.operations import place
from comptoir.search import builder
from tests.factories import make_offer, request_for

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


def test_mails_that_do_not_leave_are_a_warning(client: Client, able) -> None:
    able.execute("DELETE FROM procrastinate_jobs")
    with transaction.atomic():  # else `place` gives the connection back, and `able` with it
        place(request_for(make_offer(), trusted=True))
    assert client.get("/healthz").json()["warnings"] == []
    able.execute("UPDATE notifications_message SET created_at = now() - interval '10 minutes'")
    answer = client.get("/healthz")
    assert (answer.status_code, len(answer.json()["warnings"])) == (200, 1)


def test_what_was_found_is_good_for_a_second(client: Client, able, monkeypatch) -> None:
    monkeypatch.setattr(health, "CACHE_SECONDS", 60.0)
    asked = []
    monkeypatch.setattr(health, "problems", lambda: asked.append(1) or Found([], []))
    monkeypatch.setattr(health, "_last", (0.0, Found([], [])))
    for _ in range(3):
        client.get("/healthz")
    assert asked == [1]


def warnings(client: Client) -> list[str]:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    return answer.json()["warnings"]


def test_a_quiet_installation_serves_and_warns(client: Client, able) -> None:
    voice.be_quiet()
    try:
        (found,) = warnings(client)
        assert found.startswith("outgoing: ")
    finally:
        voice.speak()
    assert warnings(client) == []


def test_what_a_newer_version_migrated_is_served_with_a_warning(client: Client, able) -> None:
    able.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9', now())")
    try:
        assert warnings(client) == ["database: migrated by a newer version than this one"]
    finally:
        able.execute("DELETE FROM django_migrations WHERE app = 'core' AND name = '9'")
