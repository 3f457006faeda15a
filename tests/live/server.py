"""The real process of the live feeds, on the tests' own database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.concurrency.live import free_port
from tests.patience import PATIENCE_SECONDS, until


@contextmanager
def feeds(**environment: str) -> Iterator[int]:
    """Run the live feeds while the block lasts, and give their port."""
    port = free_port()
    facts = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    values = {key: facts[name] for key, name in names.items() if facts[name]}
    options = {key: value for key, value in facts["OPTIONS"].items() if isinstance(value, str)}
    process = subprocess.Popen(
        [sys.executable, "-m", "comptoir.serve.live", "127.0.0.1", str(port)],
        env={**os.environ, "DATABASE_URL": make_conninfo(**values, **options), **environment},
        start_new_session=True,
    )
    try:
        _wait(port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(port: int) -> None:
    def answers() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    until(answers)


class Reader:
    """One open page: a connection that listens to one feed."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.text = ""

    def until(self, wanted: str, within: float = PATIENCE_SECONDS) -> str:
        """Read until some text has come, and return all that has. Raises `TimeoutError`."""
        end = time.monotonic() + within
        while wanted not in self.text:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no {wanted!r} in {self.text!r}")
            self.socket.settimeout(left)
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError(self.text)
            self.text += piece.decode()
        return self.text

    def close(self) -> None:
        self.socket.close()
