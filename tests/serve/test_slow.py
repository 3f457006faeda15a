"""Heads and bodies that come slowly, broken or never: the real server waits for them, not long."""

import asyncio
import socket
import threading
import time
from contextlib import ExitStack

import pytest
from django.test import RequestFactory

from comptoir.core.streams import Incomplete, too_slow
from comptoir.serve.bodies import SMALL_BYTES, Body, Places
from comptoir.ui.bodies import SmallBodies
from tests.loops import run
from tests.serve.web import ask, dial, head, rest, site

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "Content-Type: application/json"
ORDERS = "/api/v1/orders"
BODY_SECONDS = 2
FAR_TOO_LONG = 30.0


@pytest.fixture(scope="module")
def port(django_db_setup, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        site(COMPTOIR_BODY_SECONDS=str(BODY_SECONDS), COMPTOIR_HEAD_SECONDS="2") as port,
    ):
        yield port


@pytest.mark.parametrize(
    ("header", "begun"),
    [
        (f"Content-Length: {SMALL_BYTES}", b'{"lines":'),
        (f"Content-Length: {SMALL_BYTES}", b""),
        ("Transfer-Encoding: chunked", b"9\r\n" + b'{"lines":' + b"\r\n"),
        ("Transfer-Encoding: chunked", b"9\r\n{"),
    ],
)
def test_a_body_that_never_arrives_is_told_so_and_its_connection_ends(port, header, begun) -> None:
    with dial(port) as wire:
        wire.sendall(head("POST", ORDERS, JSON, header) + begun)
        answer = rest(wire)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code": "body_too_slow"' in answer
    assert b"What you send comes too slowly: send it again." in answer


def test_a_body_that_trickles_is_not_waited_for_longer(port) -> None:
    with dial(port) as wire:
        wire.sendall(head("POST", ORDERS, JSON, "Content-Length: 60000"))
        began = time.monotonic()
        threading.Thread(target=_trickle, args=(wire,), daemon=True).start()
        assert wire.recv(65_536).startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < FAR_TOO_LONG


def _trickle(wire) -> None:
    try:
        while True:
            wire.sendall(b" ")
            time.sleep(0.1)
    except OSError:
        return


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX"])
def test_a_head_that_never_arrives_ends_its_connection(port, begun) -> None:
    with dial(port) as wire:
        wire.sendall(begun)
        assert rest(wire) == b""


def test_bodies_that_never_arrive_keep_nobody_waiting(port) -> None:
    """More of them than there are threads, of both kinds, and nobody else notices."""
    kinds = ("Content-Length: 100", "Transfer-Encoding: chunked")
    with ExitStack() as stack:
        wires = [stack.enter_context(dial(port)) for _number in range(40)]
        for number, wire in enumerate(wires):
            wire.sendall(head("POST", ORDERS, JSON, kinds[number % 2]))
        for _time in range(5):
            assert ask(port, "/api/v1/openapi.json").startswith(b"HTTP/1.1 200 ")
        codes = [rest(wire)[9:12] for wire in wires]
    assert set(codes) == {b"408", b"503"}
    assert codes[::2] == [b"408"] * 20


def test_whoever_waits_for_no_place_is_told_to_come_again(port) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(dial(port)) for _number in range(8)]
        for wire in wires:
            wire.sendall(head("POST", ORDERS, JSON, "Transfer-Encoding: chunked"))
        answers = [rest(wire) for wire in wires]
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503 ")]
    assert refused
    assert all(b"retry-after: 5" in answer.lower() for answer in refused)
    # The places are given back.
    with dial(port) as wire:
        wire.sendall(head("POST", ORDERS, JSON, "Transfer-Encoding: chunked", "Connection: close"))
        wire.sendall(b"2\r\n{}\r\n0\r\n\r\n")
        assert rest(wire).startswith(b"HTTP/1.1 400 ")


def test_a_body_in_pieces_with_pauses_arrives(port) -> None:
    with dial(port) as wire:
        wire.sendall(head("POST", ORDERS, JSON, "Content-Length: 2", "Connection: close"))
        time.sleep(0.3)
        wire.sendall(b"{")
        time.sleep(0.3)
        wire.sendall(b"}")
        assert rest(wire).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("header", "begun"),
    [
        ("Content-Length: 100", b"{}"),
        ("Transfer-Encoding: chunked", b"2\r\n{}\r\n"),
        ("Transfer-Encoding: chunked", b"5\r\n{}"),
    ],
)
def test_a_body_that_breaks_off_is_not_taken_for_whole(port, header, begun) -> None:
    with dial(port) as wire:
        wire.sendall(head("POST", ORDERS, JSON, header) + begun)
        wire.shutdown(socket.SHUT_WR)
        answer = rest(wire)
    assert b'"code": "body_cut"' in answer


def test_the_next_request_of_a_connection_is_answered(port) -> None:
    with dial(port) as wire:
        wire.sendall(head("POST", ORDERS, JSON, "Content-Length: 2") + b"{}")
        assert wire.recv(65_536).startswith(b"HTTP/1.1 400 ")
        wire.sendall(head("GET", "/api/v1/openapi.json", "Connection: close"))
        assert rest(wire).startswith(b"HTTP/1.1 200 ")


def test_a_page_says_that_a_form_did_not_arrive() -> None:
    class Slow:
        def read(self, _size: int = -1) -> bytes:
            raise too_slow()

        readline = read

    request = RequestFactory().post("/", {"q": "x"})
    request._stream = Slow()
    answer = SmallBodies(lambda _request: None).process_view(request, lambda: None)
    assert answer.status_code == 408


class Pieces:
    """A request's body as granian hands it over: these pieces, an empty one, and then no more."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = iter([*pieces, b""])

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        for piece in self.pieces:
            return piece
        raise StopAsyncIteration


def read(length: int | None, *pieces: bytes, sizes: tuple[int, ...] = (-1,)) -> list[bytes]:
    """Return what a thread reads of a body."""

    async def reading() -> list[bytes]:
        places = Places(2)
        body = Body(Pieces(*pieces), length, places, "somebody")
        try:
            return await asyncio.to_thread(lambda: [body.read(size) for size in sizes])
        finally:
            body.leave()
            assert not places._taken

    return run(reading())


def test_a_large_body_is_read_as_it_is_asked_for() -> None:
    assert read(6, b"abc", b"def", sizes=(2, 3, 9, 1)) == [b"ab", b"cde", b"f", b""]
    assert read(None, b"abc", b"def") == [b"abcdef"]


def test_a_large_body_that_is_too_short_is_refused() -> None:
    with pytest.raises(Incomplete) as refusal:
        read(7, b"abc", b"def")
    assert refusal.value.code == "body_cut"


def test_a_line_of_a_body_ends_where_it_ends() -> None:
    async def reading() -> list[bytes]:
        body = Body(Pieces(b"a\nb", b"c\nd"), None, Places(2), "somebody")
        return await asyncio.to_thread(lambda: [body.readline(size) for size in (-1, 1, 9, 9, 9)])

    assert run(reading()) == [b"a\n", b"b", b"c\n", b"d", b""]
