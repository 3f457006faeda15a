"""A load of HTTP requests by some clients, each with one connection and one request at a time.

It is one thread over a selector, so that the generator takes as little as it can of the processor
that it shares with what it measures.
"""

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


Conversation = Generator[bytes, Answer, None]


def get(path: str, host: str) -> bytes:
    """Return the octets of a GET."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def post(path: str, body: bytes, host: str, method: str = "POST", **headers: str) -> bytes:
    """Return the octets of a POST, or its like, of JSON."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{extra}\r\n"
    ).encode() + body


def run(port: int, requests: Iterator[bytes], *, clients: int) -> Result:
    """Send the requests, each client its next one when the last is answered; return what came."""

    def client() -> Conversation:
        for request in requests:  # noqa: UP028 - a plain iterator cannot be sent the answers
            yield request

    return converse(port, [client() for _ in range(clients)])


def converse(port: int, conversations: Iterable[Conversation]) -> Result:
    """Hold conversations, each on a connection of its own; return what came of all of them.

    A conversation yields its next request and is sent the answer to it.
    """
    result, selector = Result(), selectors.DefaultSelector()
    started = time.perf_counter()
    for conversation in conversations:
        request = next(conversation, None)
        if request is not None:
            client = _Client(socket.create_connection(("127.0.0.1", port)), conversation)
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send(request)
    while selector.get_map():
        ready = selector.select(timeout=TIMEOUT_SECONDS)
        if not ready:
            raise TimeoutError("the server stopped answering")
        for key, _events in ready:
            client = key.data
            if not client.receive():
                continue
            result.statuses[client.status] += 1
            result.durations.append(time.perf_counter() - client.sent_at)
            try:
                client.send(client.conversation.send(Answer(client.status, client.body)))
            except StopIteration:
                selector.unregister(client.socket)
                client.socket.close()
    result.seconds = time.perf_counter() - started
    return result


class _Client:
    """One connection: reads answers with a Content-Length, which is all that this server sends."""

    def __init__(self, connection: socket.socket, conversation: Conversation) -> None:
        self.socket = connection
        self.conversation = conversation
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.status = 0
        self.body = b""
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
        self.body = self.buffer[end + len(_HEADERS_END) : whole]
        self.buffer = self.buffer[whole:]
        return True
