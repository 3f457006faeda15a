"""One side of a comparison: a tree with its environment, and its own PostgreSQL and server.

It is driven from outside: by the `comptoir` command, HTTP and SQL. Both sides have the same
settings. They listen on free ports of their own and are both up all the while; only one has work.
"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg

from bench import load
from bench.pairs import drain
from bench.pairs.checkout import clean
from bench.pairs.processes import Meter, group_of

HOST = "127.0.0.1"
HEALTHY_SECONDS = 300
STOP_SECONDS = 60
_TEN_YEARS_OF_DAYS = 3650
SETTINGS = {
    "COMPTOIR_DEMO": "1",  # its people sign in without a code
    "COMPTOIR_SIMULATE_TILLS": "0",
    # Every limit is on. Each client says by which address it comes.
    "COMPTOIR_RATE_LIMITS": "1",
    "COMPTOIR_PROXIES": "1",
    "COMPTOIR_SECRET_KEY": "the-same-key-for-both-sides-of-a-comparison",
    # Mails are handed to a mail server, which drops them (`bench.pairs.post`).
    "COMPTOIR_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "COMPTOIR_SMTP_HOST": "127.0.0.1",
    "COMPTOIR_SMTP_TLS": "0",
    # The data is kept and grows old; what it shows must not change by that.
    "COMPTOIR_HIDE_STOCK_AFTER_HOURS": str(24 * _TEN_YEARS_OF_DAYS),
    "COMPTOIR_HIDE_COPIES_AFTER_DAYS": str(_TEN_YEARS_OF_DAYS),
}


class Side:
    """A version of Comptoir with data of its own. `name` is `before` or `after`."""

    def __init__(self, name: str, tree: Path, var: Path, mail_port: int) -> None:
        self.name = name
        self._mail_port = mail_port
        self.tree = tree
        self.var = var
        self.port, self._live_port = free_ports(2)
        self._serving: subprocess.Popen[bytes] | None = None
        self._watch: psycopg.Connection[Any] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told. They end with this one, however it ends."""
        return {
            **clean(),
            **SETTINGS,
            "COMPTOIR_VAR": str(self.var),
            "COMPTOIR_LIVE_PORT": str(self._live_port),
            "COMPTOIR_SMTP_PORT": str(self._mail_port),
            "COMPTOIR_SUPERVISOR": str(os.getpid()),
        }

    def command(self, *words: str) -> str:
        """Run a `comptoir` command and return what it printed. Raises what tells why it failed."""
        done = subprocess.run(
            [self.tree / ".venv" / "bin" / "python", "-m", "comptoir", *words],
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self.name}: comptoir {' '.join(words)}\n{done.stderr[-3000:]}")
        return done.stdout

    def start_postgres(self) -> None:
        """Start its embedded PostgreSQL, which its commands look for and only `serve` starts."""
        self.var.mkdir(parents=True, exist_ok=True)
        start = "import pathlib, sys; from comptoir.core import postgres;"
        start += " postgres.start(pathlib.Path(sys.argv[1]))"
        subprocess.run(
            [self.tree / ".venv" / "bin" / "python", "-c", start, self.var / "postgres"],
            cwd=self.tree,
            env=self.environment,
            check=True,
        )

    def url(self, database: str = "comptoir") -> str:
        """Return the address of one of its databases."""
        folder = self._postmaster()[4].strip()
        return f"postgresql://postgres@/{quote(database)}?host={quote(folder, safe='')}"

    def connect(self, database: str = "comptoir") -> psycopg.Connection[Any]:
        """Return a connection of one's own, each statement its own transaction."""
        return psycopg.connect(self.url(database), autocommit=True)

    def rows(self, query: str, params: list[object] | None = None) -> list[tuple[Any, ...]]:
        """Return what its database answers."""
        with self.connect() as connection:
            return connection.execute(query.encode(), params).fetchall()

    def program(self, name: str, *words: str) -> None:
        """Run a program of PostgreSQL, of those that came with its running server."""
        started_by = (self.var / "postgres" / "postmaster.opts").read_text(encoding="utf-8")
        subprocess.run([Path(started_by.split(" ", 1)[0]).with_name(name), *words], check=True)

    def serve(self) -> None:
        """Start the server and all that belongs to it, and wait until it is healthy."""
        with (self.var / "serve.log").open("wb") as log:
            self._serving = subprocess.Popen(
                [
                    *(self.tree / ".venv" / "bin" / "python", "-m", "comptoir", "serve"),
                    *("--port", str(self.port)),
                ],
                cwd=self.tree,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + HEALTHY_SECONDS
        while not self._is_healthy():
            if self._serving.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{self.name} does not serve: see {self.var / 'serve.log'}")
            time.sleep(0.1)
        self._watch = self.connect()

    def stop(self) -> None:
        """Stop the server, and its PostgreSQL where it leaves that to us."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        if self._serving is not None:
            self._serving.terminate()
            self._serving.wait(STOP_SECONDS)
            self._serving = None
        with suppress(OSError, psutil.NoSuchProcess):
            postmaster = psutil.Process(int(self._postmaster()[0]))
            if postmaster.name() == "postgres":
                postmaster.send_signal(signal.SIGINT)  # what pg_ctl calls fast
                postmaster.wait(STOP_SECONDS)

    def pids(self) -> tuple[int, int]:
        """Return the processes above all others: the supervisor, and PostgreSQL's first."""
        assert self._serving is not None
        return self._serving.pid, int(self._postmaster()[0])

    def meter(self) -> Meter:
        """Return a meter of its processes, from now on."""
        return Meter(*self.pids())

    def hold_jobs(self) -> None:
        """Have the process of the jobs stand still, until `let_jobs_go`."""
        for process in self._jobs():
            process.suspend()

    def let_jobs_go(self) -> None:
        """Have the process of the jobs go on."""
        for process in self._jobs():
            process.resume()

    def _jobs(self) -> list[psutil.Process]:
        children = psutil.Process(self.pids()[0]).children()
        found = [child for child in children if group_of(child) == "jobs"]
        if not found:
            raise RuntimeError(f"{self.name} has no process of jobs")
        return found

    def sweep(self) -> None:
        """Do at once what autovacuum would do at a moment of its own: sweep, and look again at what
        the tables hold. The plans of small busy tables hang on that moment."""
        assert self._watch is not None
        self._watch.execute("VACUUM (ANALYZE)")

    def wait_for_jobs(self) -> None:
        """Wait until no job is due; mails are jobs."""
        assert self._watch is not None
        drain.until_no_job_waits(self._watch)

    def drain(self) -> None:
        """Wait until it has nothing left to do, nor to write to the disk."""
        assert self._watch is not None
        drain.until_no_job_waits(self._watch)
        self._watch.execute("CHECKPOINT")
        drain.until_quiet(self.meter().spent)

    def ask(self, request: bytes) -> load.Answer:
        """Return the answer to one request."""
        answers: list[load.Answer] = []

        def conversation() -> load.Conversation:
            answer = yield request
            assert answer is not None
            answers.append(answer)

        load.converse(self.port, [conversation()])
        return answers[0]

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}/healthz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def _postmaster(self) -> list[str]:
        """Return the lines of its PostgreSQL's pid file: the process first, the socket fifth."""
        text = (self.var / "postgres" / "postmaster.pid").read_text(encoding="utf-8")
        return text.splitlines()


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in sockets]
    for probe in sockets:
        probe.close()
    return ports
