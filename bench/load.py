"""A load of HTTP requests by some clients, each with one connection and one request at a time.

It is one thread over a selector, so that the generator takes as little as it can of the processor
that it shares with what it measures.
"""

import heapq
import selectors
import socket
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_HEADERS_END = b"\r\n\r\n"
TIMEOUT_SECONDS = 60


@dataclass
class Result:
    """What a load met: how many answers of each status, how long each took (s), and all of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    durations: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def per_second(self, status: int) -> float:
        """Return the answers of one status per second."""
        return self.statuses[status] / self.seconds


class Answer(NamedTuple):
    """What the server answered to one request."""

    status: int
    body: bytes
    head: bytes = b""


Conversation = Generator[bytes | float, Answer | None, None]


def get(path: str, host: str, **headers: str) -> bytes:
    """Return the octets of a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{_lines(headers)}\r\n".encode()


def post(path: str, body: bytes, host: str, method: str = "POST", **headers: str) -> bytes:
    """Return the octets of a POST, or its like, of JSON where no `Content_Type` says otherwise."""
    headers = {"Content_Type": "application/json", "Content_Length": str(len(body)), **headers}
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{_lines(headers)}\r\n".encode() + body


def _lines(headers: dict[str, str]) -> str:
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())


def run(port: int, requests: Iterator[bytes], *, clients: int) -> Result:
    """Send the requests, each client its next one when the last is answered; return what came."""

    def client() -> Conversation:
        for request in requests:  # noqa: UP028 - a plain iterator cannot be sent the answers
            yield request

    return converse(port, [client() for _ in range(clients)])


def converse(port: int, conversations: Iterable[Conversation]) -> Result:
    """Hold conversations, each on a connection of its own; return what came of all of them.

    A conversation yields its next request and is sent the answer to it, or yields the seconds that
    it waits before it is asked again.
    """
    result, crowd = Result(), _Crowd()
    started = time.perf_counter()
    for conversation in conversations:
        crowd.ask(_Client(socket.create_connection(("127.0.0.1", port)), conversation), None)
    while client := crowd.next_answered():
        result.statuses[client.status] += 1
        result.durations.append(time.perf_counter() - client.sent_at)
        crowd.ask(client, Answer(client.status, client.body, client.head))
    result.seconds = time.perf_counter() - started
    return result


class _Crowd:
    """The clients of a load: those that wait for an answer, and those that wait for their time."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.sleepers: list[tuple[float, int, _Client]] = []

    def ask(self, client: "_Client", answer: Answer | None) -> None:
        """Have a client go on with its conversation."""
        try:
            said = client.conversation.send(answer)
        except StopIteration:
            client.socket.close()
            return
        if isinstance(said, bytes):
            self.selector.register(client.socket, selectors.EVENT_READ, client)
            client.send(said)
        else:
            heapq.heappush(self.sleepers, (time.perf_counter() + said, id(client), client))

    def next_answered(self) -> "_Client | None":
        """Wait for the next whole answer and return its client; None when all have finished."""
        while self.sleepers or self.selector.get_map():
            now = time.perf_counter()
            while self.sleepers and self.sleepers[0][0] <= now:
                self.ask(heapq.heappop(self.sleepers)[2], None)
            if not (self.sleepers or self.selector.get_map()):
                return None  # whoever slept has nothing more to ask
            pause = self.sleepers[0][0] - now if self.sleepers else TIMEOUT_SECONDS
            ready = self.selector.select(timeout=max(0.0, pause))
            if not ready and not self.sleepers:
                raise TimeoutError("the server stopped answering")
            for key, _events in ready:
                client: _Client = key.data
                if client.receive():
                    self.selector.unregister(client.socket)
                    return client
        return None


class _Client:
    """One connection: reads answers with a Content-Length, which is all that this server sends."""

    def __init__(self, connection: socket.socket, conversation: Conversation) -> None:
        self.socket = connection
        self.conversation = conversation
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.status = 0
        self.body = b""
        self.head = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what is there; return whether an answer is complete."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        self.buffer += chunk
        end = self.buffer.find(_HEADERS_END)
        if end < 0:
            return False
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        whole = end + len(_HEADERS_END) + length
        if len(self.buffer) < whole:
            return False
        self.status = int(head[9:12])
        self.head = self.buffer[:end]
        self.body = self.buffer[end + len(_HEADERS_END) : whole]
        self.buffer = self.buffer[whole:]
        return True
