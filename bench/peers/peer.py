"""A program from PyPI in an environment and a database of its own, and its orders."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

import psutil

from bench import load
from bench.pairs.checkout import ROOT, clean
from bench.pairs.processes import tree
from comptoir.core import postgres

KEPT = ROOT / "var" / "peers"
HOST = "127.0.0.1"
WORKERS, THREADS = 2, 8
START_SECONDS = 120
STOP_SECONDS = 30


class Peer(ABC):
    """One of them. `packages` are pinned; `does` says what it does for an order."""

    name: str
    packages: tuple[str, ...]
    settings: str
    application: str
    does: str

    def __init__(self, port: int, mail_port: int) -> None:
        self.port, self.mail_port = port, mail_port
        self.folder = KEPT / self.name
        self.known: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._postmaster = 0

    @abstractmethod
    def conversation(self, count: int, turn: str) -> load.Conversation:
        """Place so many orders as one client. Raises `RuntimeError` where one is not taken."""

    def environment(self) -> Mapping[str, str]:
        """Return what its processes are told."""
        return {
            **clean(),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "PYTHONPATH": str(Path(__file__).parent / "shops"),
            "BENCH_FOLDER": str(self.folder),
            "BENCH_MAIL_PORT": str(self.mail_port),
            "BENCH_DATABASE_HOST": str(KEPT / "postgres"),
        }

    def start(self) -> None:
        """Install it the first time, set it up, and serve it until `stop`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        python = self.folder / ".venv" / "bin" / "python"
        stamp = self.folder / "installed"
        if not stamp.exists() or stamp.read_text() != " ".join(self.packages):
            subprocess.run([sys.executable, "-m", "venv", self.folder / ".venv"], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *self.packages], check=True)
            stamp.write_text(" ".join(self.packages))
        postgres.start(KEPT / "postgres", self.name)
        pid_file = KEPT / "postgres" / "postmaster.pid"
        self._postmaster = int(pid_file.read_text().splitlines()[0])
        script = Path(__file__).parent / "shops" / f"{self.name}_setup.py"
        told = subprocess.run(
            [python, script],
            env=self.environment(),
            cwd=self.folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.known = told.stdout.splitlines()[-1].split()
        with (self.folder / "serve.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(python.with_name("gunicorn"), self.application),
                    *("--workers", str(WORKERS), "--threads", str(THREADS)),
                    *("--bind", f"{HOST}:{self.port}", "--log-level", "error"),
                ],
                env=self.environment(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_SECONDS)
            self._process = None

    def spent(self) -> float:
        """Return what its processes took of the processors so far, PostgreSQL included, in ms."""
        assert self._process is not None
        return tree(psutil.Process(self._process.pid)) + tree(psutil.Process(self._postmaster))

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"http://{HOST}:{self.port}/")
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise TimeoutError(f"{self.name} does not answer: see {self.folder / 'serve.log'}")
