"""Real nodes (`comptoir serve`) on one database, and readers who never stop asking."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import UUID

import psutil

from tests.concurrency.live import free_port
from tests.installation.versions import ROOT
from tests.patience import until

HEAD_SECONDS = 2
PAUSE_SECONDS = 0.05


class Served:
    """One node: `comptoir serve`, its own folder, the code of one version."""

    def __init__(self, url: str, folder: Path, source: Path = ROOT, **environment: str) -> None:
        self.port = free_port()
        self.source = source
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "COMPTOIR_VAR": str(folder),
            "COMPTOIR_LIVE_PORT": str(free_port()),
            "COMPTOIR_SECRET_KEY": "of the tests of nodes, the same on each of them",
            "COMPTOIR_RATE_LIMITS": "0",
            "COMPTOIR_WORKERS": "1",
            "COMPTOIR_THREADS": "4",
            "COMPTOIR_PROXIES": "1",
            "COMPTOIR_HEAD_SECONDS": str(HEAD_SECONDS),
            "COMPTOIR_LEAVE_SECONDS": "600",
            "COMPTOIR_LOG": "ERROR",
            **environment,
        }
        self.log = folder.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is well."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "comptoir", "serve", "--port", str(self.port)],
                cwd=self.source,
                env={**self.environment, "PYTHONPATH": str(self.source)},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self.is_well, 180)

    def tell(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self, left: Callable[[], bool]) -> None:
        """Stop it as an operator does; it ends once `left` says that it was left alone."""
        self.tell(signal.SIGTERM)
        until(left)
        self.tell(signal.SIGTERM)
        assert self.process is not None
        assert self.process.wait(120) == 0

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.process is not None:
            family = [self.process.pid, *(each.pid for each in self.children())]
            for key in family:
                with suppress(ProcessLookupError):
                    os.killpg(key, signal.SIGKILL)
            self.process.wait()

    def children(self) -> list[psutil.Process]:
        """Return the processes that it keeps alive."""
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children()
        return []

    def is_well(self) -> bool:
        return ask(self.port, "/healthz")[0] == 200


@contextmanager
def ended(*nodes: Served) -> Iterator[None]:
    """End these nodes after the block, whatever happens in it."""
    try:
        yield
    finally:
        for node in nodes:
            node.kill()


def ask(port: int, path: str) -> tuple[int, bytes, str]:
    """Return the status, the body and the `Connection` of an answer; 0 where there is none."""
    wire = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        wire.request("GET", path, headers={"X-Forwarded-For": "192.0.2.7"})
        found = wire.getresponse()
        return found.status, found.read(), found.getheader("Connection") or ""
    except (OSError, HTTPException) as error:
        return 0, repr(error).encode(), ""
    finally:
        wire.close()


@dataclass
class Readers:
    """Readers who look and reserve, by a seed, on connections that they keep."""

    port: int
    shop: str
    product: str
    seed: int
    asked: int = 0
    placed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def read(self, number: int) -> None:
        """Ask until the end, each request on the kept connection, or on a new one after an end."""
        chance = random.Random(f"{self.seed} {number}")
        wire = HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stop.is_set():
            try:
                if not self._one(wire, chance):
                    wire.close()
            except (OSError, HTTPException) as error:
                self.failed.append(repr(error))
                wire.close()
            self.stop.wait(chance.random() * PAUSE_SECONDS)
        wire.close()

    def _one(self, wire: HTTPConnection, chance: random.Random) -> bool:
        """Ask once; return whether the connection can be kept."""
        path = chance.choice(["/", f"/boutiques/{self.shop}", "/api/v1/shops", "order"])
        if path == "order":
            key = str(UUID(int=chance.getrandbits(128)))
            body = {
                "shop": self.shop,
                "customer": {"name": "Camille Ferrand", "email": f"r{key[:8]}@example.org"},
                "lines": [{"product": self.product, "quantity": 1}],
            }
            headers = {"Content-Type": "application/json", "Idempotency-Key": key}
            wire.request("POST", "/api/v1/orders", json.dumps(body), headers)
        else:
            wire.request("GET", path)
        found = wire.getresponse()
        said = found.read()
        self.asked += 1
        if found.status == 201:
            self.placed.append(key)
        elif found.status >= 500 or (path == "order" and found.status not in {200, 409, 429}):
            self.failed.append(f"{path} {found.status} {said[:200]!r}")
        return not found.will_close


@contextmanager
def reading(
    port: int, shop: str, product: str, *, seed: int, several: int = 4
) -> Iterator[Readers]:
    """Have several readers ask while the block lasts."""
    readers = Readers(port, shop, product, seed)
    threads = [threading.Thread(target=readers.read, args=(each,)) for each in range(several)]
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        readers.stop.set()
        for thread in threads:
            thread.join()
