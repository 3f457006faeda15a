"""The real web server, on the tests' own database, and raw requests to it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.concurrency.live import free_port
from tests.patience import PATIENCE_SECONDS, until


@contextmanager
def site(**environment: str) -> Iterator[int]:
    """Run the web server, one worker, while the block lasts, and give its port."""
    port = free_port()
    facts = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    values = {key: facts[name] for key, name in names.items() if facts[name]}
    options = {key: value for key, value in facts["OPTIONS"].items() if isinstance(value, str)}
    told = {
        "DATABASE_URL": make_conninfo(**values, **options),
        "COMPTOIR_WORKERS": "1",
        "COMPTOIR_THREADS": "4",
        "COMPTOIR_LOG": "ERROR",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "comptoir.serve.web", "127.0.0.1", str(port)],
        env={**os.environ, **told, **environment},
        start_new_session=True,
    )
    try:
        until(lambda: ask(port, "/api/v1/openapi.json").startswith(b"HTTP/1.1 200 "))
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


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
