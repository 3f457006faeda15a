"""From granian to the site: what the site is told of a request, and whom it never keeps waiting."""

import asyncio
import socket
import threading
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from comptoir.serve import connections, turns
from comptoir.serve.connections import end_idle
from comptoir.serve.gateway import Gateway, environ_of
from tests.loops import run
from tests.patience import PATIENCE_SECONDS


class Headers(list):
    """The headers of a request, as granian has them."""

    def items(self):
        return self


def scope(path: str = "/", client: str = "198.51.100.7:4321", **more) -> SimpleNamespace:
    facts = {
        "method": "GET",
        "path": path,
        "query_string": "q=a%20b",
        "http_version": "1.1",
        "scheme": "http",
        "server": "[::1]:8000",
        "client": client,
        "headers": Headers([("host", "127.0.0.1")]),
    }
    return SimpleNamespace(**{**facts, **more})


class Wire:
    """A request without a body, and what is answered."""

    answer: tuple[int, dict[str, str], bytes] | None = None

    async def __call__(self) -> bytes:
        return b""

    def response_bytes(self, status: int, headers, body: bytes) -> None:
        self.answer = status, dict(headers), body


def test_the_site_is_told_what_pep_3333_says() -> None:
    headers = Headers(
        [
            ("content-type", "text/plain"),
            ("content-length", "0"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-for", "198.51.100.2"),
            ("x_forwarded_for", "203.0.113.9"),
        ]
    )
    environ = environ_of(scope("/titres/é", headers=headers))
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/titres/é"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("::1", "8000")
    assert environ["REMOTE_ADDR"] == "198.51.100.7"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "0")
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_FORWARDED_FOR"] == "198.51.100.1,198.51.100.2"


def test_health_is_told_while_every_thread_is_taken() -> None:
    free = threading.Event()

    def site(environ, start):
        if environ["PATH_INFO"] == "/":
            assert free.wait(PATIENCE_SECONDS)
        start("200 OK", [("X-Path", environ["PATH_INFO"])])
        return [b"whole"]

    async def play() -> list[Wire]:
        gateway, wires = Gateway(site, threads=1), [Wire() for _number in range(3)]
        waiting = [
            asyncio.create_task(gateway.__rsgi__(scope(client=f"198.51.100.{n}:1"), wires[n]))
            for n in range(2)
        ]
        async with asyncio.timeout(PATIENCE_SECONDS):
            await gateway.__rsgi__(scope("/healthz"), wires[2])
        assert [wire.answer for wire in wires[:2]] == [None, None]
        free.set()
        await asyncio.gather(*waiting)
        return wires

    wires = run(play())
    assert wires[2].answer == (200, {"X-Path": "/healthz"}, b"whole")
    assert [wire.answer[1]["X-Path"] for wire in wires[:2]] == ["/", "/"]


@pytest.mark.parametrize("path", ["/api/v1/orders", "/reserver"])
@pytest.mark.parametrize("patience", [PATIENCE_SECONDS, 0.0])
def test_an_order_begins_once_somebodys_read_is_answered(monkeypatch, path, patience) -> None:
    """Each by itself, and the control: an order that waits for nothing is answered beside it."""
    monkeypatch.setattr(turns, "GIVES_WAY_SECONDS", patience)
    free, seen = threading.Event(), []

    def site(environ, start):
        if environ["REQUEST_METHOD"] == "GET":
            assert free.wait(PATIENCE_SECONDS)
        seen.append(environ["REQUEST_METHOD"])
        start("200 OK", [])
        return [b""]

    async def play() -> None:
        gateway = Gateway(site, threads=2)
        ask = asyncio.create_task(gateway.__rsgi__(scope("/recherche"), Wire()))
        while not gateway._turns._reads:
            await asyncio.sleep(0)
        headers = Headers([("host", "127.0.0.1"), ("content-length", "2")])
        sent = scope(path, "203.0.113.1:1", method="POST", headers=headers, query_string="")
        order = asyncio.create_task(gateway.__rsgi__(sent, Wire()))
        if patience:
            for _time in range(100):
                await asyncio.sleep(0)
        else:
            await order
        free.set()
        await asyncio.gather(ask, order)
        assert not gateway._turns._reads

    run(play())
    assert seen == (["GET", "POST"] if patience else ["POST", "GET"])


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("/boutiques", "en", b"Too many requests: wait as long as"),
        ("/boutiques", "fr", "Trop de requêtes".encode()),
        ("/api/v1/shops", "en", b'"code": "too_many_requests"'),
    ],
)
def test_whoever_reads_too_much_is_told_so_without_the_site(settings, path, language, said) -> None:
    settings.RATE_LIMITS, settings.READS_PER_ADDRESS = True, 0

    def site(environ, start):
        raise AssertionError("the site was asked")

    wire = Wire()
    headers = Headers([("host", "127.0.0.1"), ("accept-language", language)])
    run(Gateway(site, threads=1).__rsgi__(scope(path, headers=headers), wire))
    status, told, body = wire.answer
    assert status == 429
    assert int(told["Retry-After"]) >= 1
    assert said in body


def test_an_address_keeps_so_many_idle_connections(monkeypatch) -> None:
    """Those on which a request is under way stay, whatever their number."""
    monkeypatch.setattr(connections, "IDLE_OF_ONE", 3)
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = listener.getsockname()[1]
        clients, ours = [], []
        for _number in range(8):
            wire = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
            clients.append(stack.enter_context(wire))
            ours.append(stack.enter_context(listener.accept()[0]))
        busy = frozenset(f"127.0.0.1:{wire.getsockname()[1]}" for wire in clients[:4])
        monkeypatch.setattr(connections, "FEW", 1000)
        assert end_idle(port, busy) == 0
        monkeypatch.setattr(connections, "FEW", 0)
        assert end_idle(port, busy) == 1
        for wire in clients[:4]:
            wire.settimeout(0)
            with pytest.raises(BlockingIOError):
                wire.recv(1)
        assert end_idle(port, frozenset()) >= 1
