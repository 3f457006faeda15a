"""A load of HTTP requests by some clients, each with one connection and one request at a time.

It is one thread over a selector, so that the generator takes as little as it can of the processor
that it shares with what it measures.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEADERS_END = b"\r\n\r\n"
TIMEOUT_SECONDS = 60


@dataclass
class Result:
    """What a load met: how many answers of each status, how long each took (s), and all of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    durations: list[float] = field(default_factory=list)
    seconds: float = 0.0
    bodies: list[bytes] = field(default_factory=list)

    def per_second(self, status: int) -> float:
        """Return the answers of one status per second."""
        return self.statuses[status] / self.seconds


def post(path: str, body: bytes, host: str, **headers: str) -> bytes:
    """Return the octets of a POST of JSON."""
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{extra}\r\n"
    ).encode() + body


def run(port: int, requests: Iterator[bytes], *, clients: int, keep: bool = False) -> Result:
    """Send the requests, each client its next one when the last is answered; return what came."""
    result, selector = Result(), selectors.DefaultSelector()
    started = time.perf_counter()
    for _ in range(clients):
        request = next(requests, None)
        if request is not None:
            client = _Client(socket.create_connection(("127.0.0.1", port)))
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
            if keep:
                result.bodies.append(client.body)
            request = next(requests, None)
            if request is None:
                selector.unregister(client.socket)
                client.socket.close()
            else:
                client.send(request)
    result.seconds = time.perf_counter() - started
    return result


class _Client:
    """One connection: reads answers with a Content-Length, which is all that this server sends."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
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
