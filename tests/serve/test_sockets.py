"""The sockets of the site: a queue for each worker, and connections dealt out among them."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing

import click
import pytest
from granian.server.mp import MPServer

from comptoir.core.processes import CLOSE
from comptoir.serve import sockets
from tests.patience import until
from tests.serve.web import ask, dial, head
from tests.served import running

CONNECTIONS = 64
KEPT = 16
HOST = "127.0.0.1"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing deals them out elsewhere")


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is closed after the test."""
    with ExitStack() as stack:
        yield stack


def waiting(listener: socket.socket) -> int:
    """Accept what waits in a queue, and return how many there were."""
    listener.setblocking(False)
    found = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return found
        found += 1


@pytest.mark.parametrize("workers", [1, 2])
def test_each_worker_has_its_share_of_the_connections(opened, workers):
    """That all of them fall to one of two is as likely as 64 times heads."""
    found = sockets.listen_each(HOST, 0, workers)
    for each in found:
        opened.enter_context(each)
    (port,) = {each.getsockname()[1] for each in found}
    for _ in range(CONNECTIONS):
        opened.enter_context(closing(socket.create_connection((HOST, port))))
    counted = [waiting(each) for each in found]
    assert len(counted) == workers
    assert all(counted)
    assert sum(counted) == CONNECTIONS


def test_a_port_is_not_shared_with_another_installation(opened):
    for each in sockets.listen_each(HOST, 0, 2):
        opened.enter_context(each)
    port = each.getsockname()[1]
    with pytest.raises(click.ClickException, match=f"Port {port}"):
        sockets.listen_each(HOST, port, 2)
    # What would have let it: the system itself asks only that both want to share.
    opened.enter_context(sockets._listen(HOST, port, shared=True))


@pytest.mark.parametrize(("lent", "expected"), [("7,8", [7, 8, 7]), ("7", [7, 7, 7])])
def test_workers_are_lent_a_socket_each_or_share_those_there_are(monkeypatch, lent, expected):
    given: list[int] = []

    def spawn(self: MPServer, **_rest: object) -> None:
        given.append(self._shd.get_fd())

    monkeypatch.setattr(MPServer, "_spawn_worker", spawn)
    with socket.create_server((HOST, 0)) as first, socket.create_server((HOST, 0)) as second:
        descriptors = {"7": first.fileno(), "8": second.fileno()}
        server = sockets.server(
            ",".join(str(descriptors[each]) for each in lent.split(",")), target="nobody:here"
        )
        for number in range(3):
            server._spawn_worker(idx=number)
    names = {descriptor: int(name) for name, descriptor in descriptors.items()}
    assert [names[each] for each in given] == expected


@pytest.mark.django_db(transaction=True)
def test_who_is_followed_by_another_process_leaves_it_all_new_connections(opened):
    listener = opened.enter_context(sockets.listen(HOST, 0))
    port = listener.getsockname()[1]
    told = {"COMPTOIR_WORKERS": "1", "COMPTOIR_THREADS": "2", "COMPTOIR_LOG": "ERROR"}
    words = ("-m", "comptoir.serve.web", HOST, str(port), str(listener.fileno()))
    with running(*words, lent=(listener.fileno(),), **told) as process:
        until(lambda: ask(port, "/robots.txt").startswith(b"HTTP/1.1 200 "))
        kept = [opened.enter_context(dial(port)) for _ in range(KEPT)]
        assert not any(b"connection: close" in _asked_on(each) for each in kept)
        os.killpg(process.pid, CLOSE)
        until(lambda: b"connection: close" in _asked_on(kept[0]))
        for _ in range(CONNECTIONS):
            opened.enter_context(closing(dial(port)))
        # While it answers these it has the time to accept what waits, if it would.
        assert all(b"connection: close" in _asked_on(each) for each in kept[1:])
        assert waiting(listener) == CONNECTIONS
        assert process.poll() is None


def _asked_on(kept: socket.socket) -> bytes:
    """Return the head of an answer on a connection that is kept."""
    kept.sendall(head("GET", "/robots.txt"))
    with kept.makefile("rb") as answer:
        lines = list(iter(answer.readline, b"\r\n"))
        length = next(int(x[15:]) for x in lines if x.lower().startswith(b"content-length:"))
        answer.read(length)
    return b"".join(lines).lower()
