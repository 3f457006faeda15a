"""A gigabyte sent to the real server: refused at once, neither read nor kept."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from tests.patience import PATIENCE_SECONDS

GIGABYTE = 1_000_000_000
PIECE = b" " * 65_536
MAY_SEND = 32 * 1024 * 1024
"""What the buffers between here and there may swallow before the answer comes."""
MAY_GROW = 60 * 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, psutil.Process]]:
    """Give the port and the process of a granian that serves the site."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "comptoir.config.wsgi:application"],
        env={**os.environ, "COMPTOIR_LOG": "ERROR"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _attempt in range(int(PATIENCE_SECONDS * 10)):
        try:
            answer, _sent = _send(port, "GET", "/api/v1/openapi.json", "Connection: close", b"")
        except OSError:
            answer = b""
        if b" 200 " in answer:
            return
        time.sleep(0.1)
    raise TimeoutError("the server does not answer")


def _send(port: int, method: str, path: str, header: str, piece: bytes) -> tuple[bytes, int]:
    """Send a head, then pieces until an answer comes; return what came and how much was sent."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n{header}\r\n\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
        wire.sendall(head.encode())
        while piece and not select.select([wire], [], [], 0)[0] and sent < 2 * MAY_SEND:
            if select.select([], [wire], [], 0.05)[1]:
                try:
                    sent += wire.send(piece)
                except OSError:
                    break
        return wire.recv(65_536), sent


def _memory(process: psutil.Process) -> int:
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in family)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/orders"),
        ("POST", "/api/v1/orders/token/cancel"),
        ("PUT", "/api/v1/shops/73282932000074/stock"),
        ("PATCH", "/api/v1/shops/73282932000074/stock"),
        ("POST", "/api/v1/shops/73282932000074/files"),
    ],
)
def test_a_declared_gigabyte_is_refused_before_it_is_sent(server, method, path) -> None:
    port, process = server
    before = _memory(process)
    header = f"Content-Type: application/json\r\nContent-Length: {GIGABYTE}"
    answer, sent = _send(port, method, path, header, PIECE)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert sent < MAY_SEND
    assert _memory(process) - before < MAY_GROW


def test_an_endless_body_is_refused_at_the_limit(server) -> None:
    port, process = server
    before = _memory(process)
    header = "Content-Type: application/json\r\nTransfer-Encoding: chunked"
    chunk = f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n"
    answer, sent = _send(port, "POST", "/api/v1/orders", header, chunk)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < MAY_SEND
    assert _memory(process) - before < MAY_GROW
