"""The real web server, on the tests' own database, and raw requests to it."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.patience import PATIENCE_SECONDS
from tests.served import served


@contextmanager
def site(**environment: str) -> Iterator[int]:
    """Run the web server, one worker, while the block lasts, and give its port."""
    told = {"COMPTOIR_WORKERS": "1", "COMPTOIR_THREADS": "4", "COMPTOIR_LOG": "ERROR"}
    with served("comptoir.serve.web", _answers, **{**told, **environment}) as port:
        yield port


def _answers(port: int) -> bool:
    return ask(port, "/api/v1/openapi.json").startswith(b"HTTP/1.1 200 ")


def dial(port: int) -> socket.socket:
    """Return a connection to the server."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)


def head(method: str, path: str, *headers: str) -> bytes:
    """Return the head of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: en", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def ask(port: int, path: str, *headers: str) -> bytes:
    """Return a whole answer, or what came of it."""
    with suppress(OSError), dial(port) as wire:
        wire.sendall(head("GET", path, "Connection: close", *headers))
        return rest(wire)
    return b""


def rest(wire: socket.socket) -> bytes:
    """Return what comes until the server ends the connection."""
    parts = []
    while part := wire.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def seconds(port: int, path: str) -> float:
    """Return how long an answer takes."""
    began = time.monotonic()
    ask(port, path)
    return time.monotonic() - began
