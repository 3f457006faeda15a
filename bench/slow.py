"""Requests that never arrive, and greedy ones: what everybody else gets meanwhile.

    python -m bench.slow [--tree <checkout>] [--seconds 20] [--only bodies,greedy]

It starts a PostgreSQL and a site of its own (`comptoir run`, the demonstration), with nothing in
front of it. All attackers ask from one address: heads that never end, connections that say nothing,
bodies that never arrive (declared and in chunks), 200 connections that search without a pause, and
four that send packed files of two million short lines, with a shop's token. `--tree` names another
checkout, set up by `make .venv/run`.
"""

import argparse
import gzip
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg

from bench.outage import ROOT, ask
from bench.pairs.side import free_ports
from comptoir.core import postgres

ASKED = {"page": "/boutiques", "api": "/api/v1/shops?limit=1", "health": "/healthz"}
HEAD = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
_POST = b"POST /api/v1/orders HTTP/1.1\r\n" + HEAD
GREEDY = b"GET /recherche?q=le HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
ATTACKS = {
    "heads": (2000, b"GET / HTTP/1.1\r\n"),
    "silence": (2000, b""),
    "bodies": (200, _POST + b"Content-Length: 1000\r\n\r\n{"),
    "chunks": (200, _POST + b"Transfer-Encoding: chunked\r\n\r\n"),
}
_READY_SECONDS = 240.0


class Attacker(threading.Thread):
    """Keeps so many connections open, on each of which the same beginning was sent; again and
    again, whenever the server ends one."""

    def __init__(self, port: int, beginning: bytes, count: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.beginning = beginning
        self.wires: list[socket.socket | None] = [None] * count
        self.ended = threading.Event()

    def run(self) -> None:
        """Attack until it is ended."""
        while not self.ended.is_set():
            for number, wire in enumerate(self.wires):
                if wire is None or _is_over(wire):
                    self.wires[number] = self._dial()
            time.sleep(0.05)
        for wire in self.wires:
            if wire is not None:
                wire.close()

    def _dial(self) -> socket.socket | None:
        with suppress(OSError):
            wire = socket.create_connection(("127.0.0.1", self.port), timeout=0.5)
            wire.sendall(self.beginning)
            wire.setblocking(False)
            return wire
        return None


class Greedy(threading.Thread):
    """Asks on one connection without a pause."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.ended = threading.Event()

    def run(self) -> None:
        """Ask until it is ended."""
        while not self.ended.is_set():
            with (
                suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), timeout=60) as wire,
            ):
                while not self.ended.is_set():
                    wire.sendall(GREEDY)
                    if not wire.recv(262_144):
                        break


class Bomber(threading.Thread):
    """Sends a till's file of two million short lines, packed into 0.01 MB, again and again."""

    def __init__(self, port: int, shop: str, token: str) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.path = f"/api/v1/shops/{shop}/files?format=csv"
        self.token = token
        self.content = gzip.compress(b"ean;quantity\n" + b"1;1\n" * 1_999_000)
        self.ended = threading.Event()

    def run(self) -> None:
        """Send until it is ended."""
        number = 0
        while not self.ended.is_set():
            number += 1
            headers = {
                "Authorization": f"Bearer {self.token}",
                "Content-Encoding": "gzip",
                "Content-Type": "application/octet-stream",
                "Idempotency-Key": f"{id(self)}-{number}",
            }
            wire = HTTPConnection("127.0.0.1", self.port, timeout=120)
            with suppress(OSError, HTTPException):
                wire.request("POST", self.path, self.content, headers)
                wire.getresponse().read()
            wire.close()


def _is_over(wire: socket.socket) -> bool:
    try:
        return not wire.recv(65_536)
    except BlockingIOError:
        return False
    except OSError:
        return True


def main() -> None:
    """Play each attack, and print how long everybody else waited."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow")
    parser.add_argument("--tree", type=Path, default=ROOT)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--only", default="", help="attacks, by commas")
    options = parser.parse_args()
    only = set(options.only.split(",")) if options.only else {*ATTACKS, "greedy", "bombs"}
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    folder = Path(tempfile.mkdtemp(prefix="comptoir-slow-"))
    url = postgres.start(folder / "pg")
    (port,) = free_ports(1)
    serving = _serve(options.tree, folder, url, port)
    try:
        until = time.monotonic() + _READY_SECONDS
        while ask(f"http://127.0.0.1:{port}/healthz") != 200:
            assert time.monotonic() < until, (folder / "serve.log").read_text(encoding="utf-8")
            time.sleep(0.5)
        _tell("nobody", port, options.seconds / 4)
        for name in (name for name in ATTACKS if name in only):
            count, beginning = ATTACKS[name]
            _play(name, [Attacker(port, beginning, count)], port, options.seconds)
        if "greedy" in only:
            _play("greedy", [Greedy(port) for _number in range(200)], port, options.seconds)
        if "bombs" in only:
            shop, token = _shop(options.tree, folder, url)
            _play("bombs", [Bomber(port, shop, token) for _n in range(4)], port, options.seconds)
    finally:
        serving.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            serving.wait(30)
        serving.kill()
        postgres.stop(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)


def _shop(tree: Path, folder: Path, url: str) -> tuple[str, str]:
    """Return the SIRET of a shop of the demonstration, and a token of it."""
    environment = {**os.environ, "DATABASE_URL": url, "COMPTOIR_VAR": str(folder / "var")}
    with psycopg.connect(url) as database:
        row = database.execute("SELECT siret FROM shops_shop WHERE siret <> '' LIMIT 1").fetchone()
    assert row
    command = [
        str(tree / ".venv" / "bin" / "python"),
        "-m",
        "comptoir",
        "shops",
        "token",
        row[0],
        "x",
    ]
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=True
    )
    return row[0], re.findall(r"cpt_\S+", done.stdout)[0]


def _serve(tree: Path, folder: Path, url: str, port: int) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "COMPTOIR_VAR": str(folder / "var"),
        "COMPTOIR_SIMULATE_TILLS": "0",
    }
    environment.pop("COMPTOIR_EMBEDDED", None)
    command = [str(tree / ".venv" / "bin" / "python"), "-m", "comptoir", "run", "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        return subprocess.Popen(command, cwd=tree, env=environment, stdout=log, stderr=log)


def _play(
    name: str, attackers: "list[Attacker] | list[Greedy] | list[Bomber]", port: int, seconds: float
) -> None:
    for each in attackers:
        each.start()
    time.sleep(3)
    _tell(name, port, seconds)
    for each in attackers:
        each.ended.set()
    for each in attackers:
        each.join(60)
    time.sleep(1)


def _tell(name: str, port: int, seconds: float) -> None:
    for key, path in ASKED.items():
        print(f"{name:8} {key:7} {_measure(lambda p=path: ask_once(port, p), seconds / 3)}")  # type: ignore[misc]


def ask_once(port: int, path: str) -> int:
    """Return the status of an answer, 0 for none within half a minute; from another address than
    the attackers' (127.0.0.2), where the system has one."""
    with suppress(OSError):
        source = ("127.0.0.2", 0) if os.path.exists("/proc") else None
        with socket.create_connection(("127.0.0.1", port), 30, source_address=source) as wire:
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            return int(wire.recv(4096)[9:12] or 0)
    return 0


def _measure(asking: Callable[[], int], seconds: float) -> str:
    took: list[float] = []
    bad = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        bad += asking() != 200
        took.append(time.monotonic() - began)
        time.sleep(0.05)
    took.sort()
    middle, last = took[len(took) // 2], took[-1]
    return f"{len(took):4} asked, {bad:3} bad, median {middle:6.3f} s, slowest {last:6.3f} s"


if __name__ == "__main__":
    main()
