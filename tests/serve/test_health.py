"""`/healthz` says 200 only when the site can really serve, and why not otherwise."""

import os
import subprocess
import sys

import pytest
from django.db import connection, transaction
from django.test import Client

from comptoir.config import health
from comptoir.config.health import Found
from comptoir.core.exits import voice
from comptoir.notifications.operations import Draft, note_failure, queue
from comptoir.orders.operations import place
from comptoir.search import builder
from comptoir.version import running
from tests.factories import make_offer, request_for

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '{} s')"


@pytest.fixture
def client() -> Client:
    """Whoever runs the installation, on its machine."""
    return Client(SERVER_NAME="localhost")


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


def test_others_are_told_only_whether_it_is_able(able) -> None:
    stranger = Client(SERVER_NAME="comptoir.example", headers={"X-Forwarded-For": "192.0.2.1"})
    able.execute("DELETE FROM procrastinate_workers")
    answer = stranger.get("/healthz", SERVER_NAME="localhost")
    assert (answer.status_code, answer.json()) == (503, {"status": "unable"})


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


def test_the_first_mail_that_is_not_taken_is_a_warning(client: Client, able) -> None:
    able.execute("DELETE FROM procrastinate_jobs")
    (key,) = queue([Draft("ana@example.org", "fr", "sign_in_code", {"code": "KX4T9B"})])
    note_failure(message_id=key, error=ConnectionRefusedError("refused"), is_last=False)
    assert client.get("/healthz").json()["warnings"] == ["mails: 1 not sent (unreachable)"]
    # Somebody who typed an address that is none is no trouble of this installation.
    able.execute("UPDATE notifications_message SET status = 'failed', reason = 'mailbox'")
    assert client.get("/healthz").json()["warnings"] == []


def test_what_was_found_is_good_for_a_second(client: Client, able, monkeypatch) -> None:
    monkeypatch.setattr(health, "CACHE_SECONDS", 60.0)
    asked = []
    monkeypatch.setattr(health, "problems", lambda: asked.append(1) or Found([], []))
    monkeypatch.setattr(health, "_last", (0.0, Found([], [])))
    for _ in range(3):
        client.get("/healthz")
    assert asked == [1]


def told_version(client: Client, **said: str) -> str | None:
    """Return the version that `/healthz` tells, to whoever says this beside the request."""
    return client.get("/healthz", **{"HTTP_HOST": "127.0.0.1:8000", **said}).json().get("version")


def test_whoever_is_on_this_machine_is_told_the_version(client: Client, able) -> None:
    assert told_version(client) == running()
    assert told_version(client, REMOTE_ADDR="::1", HTTP_HOST="[::1]:8000") == running()
    assert told_version(client, REMOTE_ADDR="::ffff:127.0.0.1") == running()


@pytest.mark.parametrize(
    "said",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        # A proxy on this machine: who asks it is elsewhere, whatever it was made to say.
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_FOR": ""},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_HOST": "localhost"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_VIA": "1.1 proxy"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        # One that says nothing but the site's name.
        {"HTTP_HOST": "testserver"},
    ],
    ids=str,
)
@pytest.mark.parametrize("proxies", [0, 1])
def test_nobody_else_is_told_it(client: Client, able, settings, said, proxies: int) -> None:
    settings.PROXIES = proxies
    assert told_version(client, **said) is None
    assert client.get("/healthz", **said).status_code == 200


def test_who_has_the_token_is_told_it_from_anywhere(client: Client, able, settings) -> None:
    asked = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "192.0.2.8"}
    settings.STATUS_TOKEN = "é-a-long-secret"
    right = "Bearer é-a-long-secret"
    assert told_version(client, **asked, HTTP_AUTHORIZATION=right) == running()
    assert told_version(client, **asked, HTTP_AUTHORIZATION=right.lower()) == running()
    for wrong in ("Bearer", "Bearer a-long-secre", "Basic é-a-long-secret", "é-a-long-secret"):
        assert told_version(client, **asked, HTTP_AUTHORIZATION=wrong) is None
    settings.STATUS_TOKEN = ""
    for none in (right, "Bearer", "Bearer "):
        assert told_version(client, **asked, HTTP_AUTHORIZATION=none) is None


def test_the_machine_s_own_names_are_answered_whatever_the_public_one() -> None:
    """The documented look after an upgrade: `curl http://127.0.0.1:8000/healthz`."""
    code = "from django.conf import settings; print(*settings.ALLOWED_HOSTS)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "comptoir.config.settings",
            "COMPTOIR_HOSTS": "comptoir.example",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.split() == ["comptoir.example", "127.0.0.1", "localhost", "[::1]"]


def test_a_web_process_keeps_the_version_that_it_began_with() -> None:
    """What is installed over it meanwhile does not run yet."""
    code = (
        "import comptoir.serve.site; from comptoir import version\n"
        "version.import_module = version.of_tree = lambda *_: 1 / 0; print(version.running())"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == running()


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
