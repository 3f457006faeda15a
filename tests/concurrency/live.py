"""The real thing, to be hurt: a PostgreSQL of its own and the web server, as processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from comptoir.core import postgres
from tests import pattern
from tests.patience import PATIENCE_SECONDS

APPLICATION = "comptoir.config.wsgi:application"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Database:
    """A PostgreSQL cluster that has every table, and can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postgres"
        pattern.copy_to(self.folder)
        self.url = postgres.start(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works on it."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "COMPTOIR_VAR": str(self.folder.parent),
            "COMPTOIR_RATE_LIMITS": "0",
            "COMPTOIR_LOG": "ERROR",
        }

    def kill(self) -> None:
        """Kill every process of the server at once, as a power cut would."""
        pid = int((self.folder / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        for process in family:
            process.suspend()
        for process in family:
            process.kill()
        psutil.wait_procs(family, timeout=PATIENCE_SECONDS)

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self.url = postgres.start(self.folder)

    def stop(self) -> None:
        """Stop it in an orderly way."""
        postgres.stop(self.folder)

    def comptoir(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the `comptoir` command on it."""
        return subprocess.run(
            [sys.executable, "-m", "comptoir", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def python(self, *words: str) -> str:
        """Run a module on it and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout


class Web:
    """The web server: several processes of several threads, so that processes race too."""

    def __init__(
        self, database: Database, application: str = APPLICATION, workers: int = 2
    ) -> None:
        self.port = free_port()
        self._command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
            *("--workers", str(workers), "--blocking-threads", "32", "--backlog", "1024"),
            *("--host", "127.0.0.1", "--port", str(self.port), application),
        ]
        self._database = database
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            self._command,
            env=self._database.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(int(PATIENCE_SECONDS * 10)):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/shops").close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        self.kill()
        raise TimeoutError("the web server does not answer")

    def kill(self) -> None:
        """Kill every process of it at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop it in an orderly way."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass
class Answers:
    """What a crowd was answered."""

    statuses: list[int] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


def order(port: int, offer: dict[str, object], person: str) -> tuple[int, dict[str, object]]:
    """Reserve one copy as one person; return the status and the answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        return order_on(connection, offer, person)
    finally:
        connection.close()


def order_on(
    connection: HTTPConnection, offer: dict[str, object], person: str
) -> tuple[int, dict[str, object]]:
    """Reserve one copy over a connection that is open already."""
    body = {
        "shop": offer["shop"],
        "lines": [{"product": offer["product"], "offer": offer["offer"]}],
        "customer": {"name": "Ana", "email": f"{person}@example.org"},
    }
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f"tried-again-by-{person}",
        # Those whom nobody has confirmed take turns in a shop: here the rows are raced.
        "Authorization": f"Bearer {offer['token']}",
    }
    connection.request("POST", "/api/v1/orders", json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or b"{}")


def crowd(port: int, offer: dict[str, object], size: int, name: str) -> Answers:
    """Let a crowd, connected beforehand, ask for one copy each at the same instant."""
    answers, guard = Answers(), threading.Lock()
    ready = threading.Barrier(size)

    def client(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        connection.connect()
        ready.wait()
        try:
            status, body = order_on(connection, offer, f"{name}-{number}")
        except (OSError, HTTPException):
            status, body = 0, {}
        with guard:
            answers.statuses.append(status)
            if status == 201:
                answers.tokens.append(str(body["token"]))
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
