"""The real process of the live feeds, on the tests' own database."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.patience import PATIENCE_SECONDS
from tests.served import served


@contextmanager
def feeds(**environment: str) -> Iterator[int]:
    """Run the live feeds while the block lasts, and give their port."""
    with served("comptoir.serve.live", _answers, **environment) as port:
        yield port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


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
