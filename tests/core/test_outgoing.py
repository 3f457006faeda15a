"""Asking other servers: only public ones, within bounds, and never a secret elsewhere."""

import socket
from contextlib import ExitStack
from threading import Event
from time import monotonic, sleep
from typing import NamedTuple

import pytest

from comptoir.core import gate
from comptoir.core.errors import Invalid
from comptoir.core.gate import Unreachable, ask, check_typed, check_url, is_public
from tests.answering import answering, reply
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db


class Whole(NamedTuple):
    """An answer read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes


def fetch(url: str, **how) -> Whole:
    """Return the whole answer of a server."""
    with ask(url, **how) as answer:
        return Whole(answer.status, answer.headers, answer.read())


@pytest.fixture
def anywhere(settings) -> None:
    settings.OUTGOING_ANYWHERE = True


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "example.org",
        "https://",
        "https://name:secret@example.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://éxample.org/",
        "https://example.org/" + "a" * 3000,
        "https://[::1",
    ],
)
def test_an_address_of_another_form_is_refused(url) -> None:
    with pytest.raises(Invalid) as refusal:
        check_url(url)
    assert refusal.value.code == "bad_url"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "64:ff9b:1::a00:1",
        "64:ff9b:1::808:808",
        "::ffff:0:a00:1",
        "::ffff:0:808:808",
        "fec0::1",
        "feff::1",
        "5f00::1",
        "2001:db8::1",
    ],
)
def test_a_private_address_is_known_in_every_dress(address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["193.0.6.139", "2001:67c:2e8:22::c100:68b", "::ffff:8.8.8.8"])
def test_a_public_address_is_public(address) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "2130706433", "0x7f.1", "127.1", "[::1]", "[fec0::1]"),
        *("[64:ff9b:1::808:808]", "[::ffff:0:808:808]", "localhost", "LOCALHOST.", "caisse.lan"),
        *("db.internal", "nas.local", "caisse"),
    ],
)
def test_a_private_address_is_refused_when_it_is_typed(monkeypatch, host) -> None:
    """Numbers and private names without anybody being asked; `caisse` as this network knows it."""
    real = socket.getaddrinfo

    def known(name: str, port: int, **how: object) -> object:
        return real("192.168.1.9" if name == "caisse" else name, port, **how)

    monkeypatch.setattr(gate.socket, "getaddrinfo", known)
    with pytest.raises(Invalid) as refusal:
        check_typed(f"https://{host}/stock.csv")
    assert refusal.value.code == "bad_url"


@pytest.mark.parametrize("answer", [OSError("nobody knows"), "193.0.6.139"])
def test_a_public_or_unknown_name_may_be_typed(monkeypatch, answer) -> None:
    def known(_name: str, port: int, **_how: object) -> list[object]:
        if isinstance(answer, OSError):
            raise answer
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answer, port))]

    monkeypatch.setattr(gate.socket, "getaddrinfo", known)
    check_typed("https://shop.example.org/stock.csv")


def test_a_name_that_takes_long_is_not_waited_for(monkeypatch) -> None:
    answered = Event()
    monkeypatch.setattr(gate.socket, "getaddrinfo", lambda *_a, **_h: answered.wait() and [])
    monkeypatch.setattr(gate, "_LOOKED_UP_SECONDS", 0.1)
    check_typed("https://slow.example.org/stock.csv")
    answered.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_this_machine_is_not_asked(host) -> None:
    with pytest.raises(Invalid) as refusal:
        fetch(f"https://{host}:9/")
    assert refusal.value.code == "bad_url"


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch, settings) -> None:
    """The first look-up is public, the next one private: what was looked at is what is asked."""
    asked: list[str] = []
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def rebinding(host: str, port: int, **_kwargs: object) -> list[object]:
        address = next(answers)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address: tuple[str, int], *_args: object, **_kwargs: object) -> None:
        asked.append(address[0])
        raise OSError("no network in a test")

    monkeypatch.setattr(gate.socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        fetch("https://rebinding.example/")
    assert asked == ["93.184.216.34"]


def test_an_answer_comes_whole_whatever_its_status(anywhere) -> None:
    def echo(handler) -> None:
        reply(handler, 418, handler.command.encode() + b" " + handler.body, X_Kind="teapot")

    with answering(echo) as url:
        found = fetch(url + "/a?b=c", method="POST", content=b"hello", headers={"X-A": "b"})
    assert (found.status, found.body, found.headers["x-kind"]) == (418, b"POST hello", "teapot")


def test_no_more_is_read_than_was_asked_for(anywhere) -> None:
    with (
        answering(lambda handler: reply(handler, body=b"x" * 5000)) as url,
        pytest.raises(Unreachable) as refusal,
    ):
        fetch(url, largest=4999)
    assert refusal.value.code == "answer_too_large"


def test_a_server_that_drips_is_given_up_in_time(anywhere) -> None:
    def drip(handler) -> None:
        for _each in range(2400):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            sleep(0.05)

    began = monotonic()
    with answering(drip) as url, pytest.raises(Unreachable) as refusal:
        fetch(url, seconds=0.3)
    assert refusal.value.code in {"too_slow", "no_answer"}
    assert monotonic() - began < PATIENCE_SECONDS


def test_what_is_no_answer_is_told_without_its_secrets(anywhere) -> None:
    def rubbish(handler) -> None:
        handler.wfile.write(b"rubbish\r\n\r\n")

    with answering(rubbish) as url, pytest.raises(Unreachable) as refusal:
        fetch(url + "/stock?token=secret")
    assert refusal.value.code == "no_answer"
    assert "secret" not in str(refusal.value)
    assert "/stock" in str(refusal.value)


def test_redirections_are_followed_as_far_as_asked_and_secrets_stay_behind(anywhere) -> None:
    seen: list[tuple[str, str | None]] = []

    def second(handler) -> None:
        seen.append((handler.path, handler.headers.get("Authorization")))
        reply(handler, body=b"there")

    with answering(second) as target:

        def first(handler) -> None:
            seen.append((handler.path, handler.headers.get("Authorization")))
            reply(handler, 302, Location=target + "/there" if handler.path == "/b" else "/b")

        with answering(first) as url:
            headers = {"Authorization": "Bearer secret"}
            assert fetch(url + "/a", headers=headers).status == 302
            assert fetch(url + "/a", headers=headers, redirects=2).body == b"there"
    assert seen[1:] == [("/a", "Bearer secret"), ("/b", "Bearer secret"), ("/there", None)]


def test_a_redirection_into_the_private_network_is_refused(settings, monkeypatch) -> None:
    settings.OUTGOING_ANYWHERE = True

    def away(handler) -> None:
        settings.OUTGOING_ANYWHERE = False
        reply(handler, 302, Location="https://127.0.0.1:9/")

    with answering(away) as url, pytest.raises(Invalid) as refusal:
        fetch(url, redirects=1)
    assert refusal.value.code == "bad_url"


def test_pieces_can_be_left_unread(anywhere) -> None:
    with (
        answering(lambda handler: reply(handler, body=b"x" * 500_000)) as url,
        ask(url, largest=1_000_000) as answer,
    ):
        assert answer.status == 200
        assert next(answer.pieces)


def test_an_address_that_swallows_everything_leaves_time_for_the_next(
    anywhere, monkeypatch
) -> None:
    """As an IPv6 address without a route: the server's listening queue is full."""
    with answering(lambda handler: reply(handler, body=b"there")) as url, ExitStack() as opened:
        silent = ("127.0.0.2", int(url.rpartition(":")[2]))
        opened.enter_context(socket.create_server(silent, backlog=0))
        for _each in range(3):
            filler = opened.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(silent)
        monkeypatch.setattr(gate, "_addresses", lambda *_asked: ["127.0.0.2", "127.0.0.1"])
        assert fetch(url, seconds=2).body == b"there"


def test_a_redirection_to_no_address_is_no_answer(anywhere) -> None:
    with (
        answering(lambda handler: reply(handler, 302, Location="https://[x/")) as url,
        pytest.raises(Unreachable) as refusal,
    ):
        fetch(url, redirects=1)
    assert refusal.value.code == "no_answer"
