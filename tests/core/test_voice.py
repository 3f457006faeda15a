"""Who speaks: the real installation; who does not: a copy, and whoever was told to be quiet."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

import comptoir
from comptoir.core import gate
from comptoir.core.errors import Conflict
from comptoir.core.exits import mail, voice
from comptoir.core.models import Installation
from comptoir.notifications.models import Message, MessageStatus
from comptoir.notifications.operations import (
    TOO_OLD,
    Draft,
    deliver,
    queue,
    release,
    send_again,
)
from comptoir.notifications.reads import departure
from tests.answering import answering, reply

pytestmark = pytest.mark.django_db(transaction=True)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(autouse=True)
def real():
    """The real installation before and after."""
    voice.speak()
    yield
    voice.speak()


def test_the_real_one_speaks_and_so_does_one_that_was_never_noted() -> None:
    assert voice.silence() is None
    Installation.objects.all().delete()
    assert voice.silence() is None
    voice.note_installation()
    assert voice.silence() is None


@pytest.mark.parametrize("part", [0, 1, 2])
def test_each_part_of_the_mark_tells_a_copy(part: int) -> None:
    """Another cluster, another database of it, the same database into which a dump was brought."""
    (noted,) = Installation.objects.all()
    parts = noted.mark.split("/")
    parts[part] = str(int(parts[part]) + 1)
    Installation.objects.update(mark="/".join(parts))
    assert voice.silence() is not None
    voice.note_installation()  # a migration notes nothing anew
    assert voice.silence() is not None
    assert voice.speak()
    assert voice.silence() is None
    assert not voice.speak()


def test_another_public_address_tells_a_copy_and_a_private_one_does_not(settings) -> None:
    settings.BASE_URL, settings.SECURE = "https://comptoir.example", True
    assert voice.silence() is None  # it was noted without one
    Installation.objects.all().delete()
    voice.note_installation()
    settings.BASE_URL = "https://trial.example"
    assert voice.silence() is not None
    settings.BASE_URL, settings.SECURE = "http://127.0.0.1:8000", False
    assert voice.silence() is None


def test_no_server_is_asked_while_it_is_quiet(settings) -> None:
    settings.OUTGOING_ANYWHERE = True
    asked: list[str] = []

    def answer(handler) -> None:
        asked.append(handler.path)
        reply(handler)

    with answering(answer) as url:
        voice.be_quiet()
        with pytest.raises(voice.Quiet), gate.ask(f"{url}/quiet"):
            pass
        voice.speak()
        with gate.ask(f"{url}/loud"):
            pass
    assert asked == ["/loud"]


def test_no_mail_passes_the_gate_while_it_is_quiet_unless_it_stays_here(settings) -> None:
    settings.EMAIL_BACKEND = "comptoir.core.exits.mail.Gate"
    settings.MAIL_BACKEND = "tests.core.test_voice.Counting"
    one = EmailMessage("Subject", "Text", to=["reader@example.org"])
    voice.be_quiet()
    with pytest.raises(voice.Quiet):
        one.send()
    assert mail.leaves()
    voice.speak()
    assert one.send() == 1
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert not mail.leaves()
    voice.be_quiet()
    assert one.send() == 1


def test_a_connection_that_goes_on_is_asked_again(settings, monkeypatch) -> None:
    settings.EMAIL_BACKEND = "comptoir.core.exits.mail.Gate"
    settings.MAIL_BACKEND = "tests.core.test_voice.Counting"
    one = EmailMessage("Subject", "Text", to=["reader@example.org"])
    gate_of_mails = mail.Gate()
    assert gate_of_mails.send_messages([one]) == 1
    voice.be_quiet()
    monkeypatch.setattr(mail, "_GOOD_SECONDS", 3600.0)
    assert gate_of_mails.send_messages([one]) == 1, "it is being sent"
    monkeypatch.setattr(mail, "_GOOD_SECONDS", 0.0)
    with pytest.raises(voice.Quiet):
        gate_of_mails.send_messages([one])


class Counting(mail.BaseEmailBackend):
    """Sends nothing, and says that it did."""

    def send_messages(self, email_messages) -> int:
        return len(email_messages)


def test_a_held_mail_waits_without_a_job_and_an_old_one_is_given_up(settings) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_BACKEND = "comptoir.core.exits.mail.Gate", SMTP
    voice.be_quiet()
    code = {"code": "KX4T9B"}
    drafts = [
        Draft(f"{name}@example.org", "fr", "sign_in_code", code, secret=True) for name in ("a", "b")
    ]
    queue(drafts)
    old, new = Message.objects.order_by("to")
    for message in (old, new):
        deliver(message_id=message.pk)
    Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert Message.objects.filter(status=MessageStatus.QUEUED, held_at__isnull=False).count() == 2
    assert release(since=timezone.now() - timedelta(hours=1)) == (1, 1)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, old.error) == (MessageStatus.FAILED, TOO_OLD)
    assert (new.status, new.held_at) == (MessageStatus.QUEUED, None)


def test_what_was_given_up_is_not_sent_by_who_sends_again_what_failed(settings) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_BACKEND = "comptoir.core.exits.mail.Gate", SMTP
    voice.be_quiet()
    queue([Draft("reader@example.org", "fr", "shop_day", {"shop": 1}, about="shop:1")])
    old = Message.objects.get()
    Message.objects.update(created_at=timezone.now() - timedelta(days=30))
    voice.speak()
    assert release(since=timezone.now() - timedelta(hours=24)) == (0, 1)
    assert send_again() == 0
    with pytest.raises(Conflict):
        send_again(message_ids=[old.pk])
    assert departure("shop:1") is None, "no page says that it is on its way"


OUTWARD = {
    *("smtplib", "socket", "ssl", "http.client", "urllib.request", "httpcore", "httpx"),
    *("requests", "aiohttp", "urllib3", "ftplib", "imaplib", "poplib", "telnetlib", "xmlrpc"),
    *("django.core.mail", "paramiko", "websockets", "socketserver", "asyncio.streams"),
    "comptoir.core.exits.exchange",
    "comptoir.core.exits.wire",
}
"""Modules by which something can leave a process."""
CALLS = {"open_connection", "create_connection", "sock_connect", "open_unix_connection"}
PASS = {
    "core/gate.py": "asks other servers, once `voice` lets it",
    "core/exits/mail.py": "sends mails, once `voice` lets it",
    "core/exits/wire.py": "speaks to the mail server for `mail.py`, which alone names it",
    "core/exits/exchange.py": "has the words for it, over a connection of `wire.py`",
    "notifications/operations/letters.py": "writes mails as the gate takes them",
    "notifications/operations/rounds.py": "gives mails to the gate",
    "serve/commands.py": "has ports of this machine opened",
    "serve/sockets.py": "listens",
    "serve/connections.py": "ends what came in",
    "agent/server.py": "runs on a shop's PC, and talks to the installation that gave its token",
    "agent/commands.py": "reads a certificate's file",
    "notifications/smtp.py": "tries the mail server for whoever types `comptoir mail test`",
    "installation/proxy.py": "asks the installation's own address, for whoever types `check`",
    "installation/nodes.py": "reads this machine's name",
}


def ways_out(source: str) -> set[str]:
    """Return by what something could leave a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute) and node.attr in CALLS:
            found.add(node.attr)
        elif isinstance(node, ast.Name) and node.id in CALLS:
            found.add(node.id)
    return {
        name
        for name in found
        if name in CALLS or any(name == way or name.startswith(f"{way}.") for way in OUTWARD)
    }


def test_whatever_can_leave_passes_the_gate() -> None:
    root = Path(comptoir.__file__).parent
    found = {
        path.relative_to(root).as_posix(): ways_out(path.read_text(encoding="utf-8"))
        for path in root.rglob("*.py")
    }
    assert {name for name, ways in found.items() if ways} == set(PASS)
    for name in ("core/gate.py", "core/exits/mail.py"):
        assert "voice.require()" in (root / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "source",
    [
        "import smtplib",
        "import urllib.request as u",
        "from urllib import request",
        "from http.client import HTTPSConnection",
        "def f():\n    import requests",
        "from django.core.mail import send_mail",
        "from comptoir.core.exits.wire import Smtp",
        "from comptoir.core.exits import wire",
        "from comptoir.core.exits.exchange import hand_over",
        "import asyncio\nasync def f():\n    await asyncio.open_connection('a', 1)",
    ],
)
def test_a_caller_that_goes_round_the_gate_is_found(source: str) -> None:
    assert ways_out(source)
