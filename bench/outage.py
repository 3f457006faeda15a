"""An outage of the database, and a restart: what readers get meanwhile, and how soon all is back.

    python -m bench.outage [--tree <checkout>] [--down 20]

It starts a PostgreSQL and a site of its own (`comptoir run`, the demonstration), asks for pages and
the API all the time, takes the server away at once (`immediate`), and gives it back. `--tree` names
another checkout, set up by `make .venv/run`, for the figures of another version; run both in turn.
"""

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from bench.pairs.side import free_ports
from comptoir.core import postgres

ROOT = Path(__file__).resolve().parent.parent
ASKED = {
    "page": "/recherche?q=le",
    "directory": "/boutiques",
    "api": "/api/v1/shops?limit=1",
    "health": "/healthz",
}
_PATIENCE = 60.0
_READY_SECONDS = 240.0


class Asker(threading.Thread):
    """Asks one address again and again, and notes when, how long it took, and the status."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.seen: list[tuple[float, float, int]] = []
        self.ended = threading.Event()

    def run(self) -> None:
        """Ask until it is ended."""
        while not self.ended.is_set():
            began = time.monotonic()
            self.seen.append((began, 0.0, 0))
            status = ask(self.url)
            self.seen[-1] = (began, time.monotonic() - began, status)
            time.sleep(0.1)

    def back(self, moment: float) -> float:
        """Return the seconds from a moment to the first good answer that was not followed by a bad
        one."""
        bad = [at + took for at, took, status in self.seen if status != 200 and at + took > moment]
        good = [at + took for at, took, status in self.seen if status == 200]
        later = [at for at in good if at >= max(bad, default=moment)]
        return max(0.0, min(later) - moment) if later else float("inf")


def ask(url: str) -> int:
    """Return the status of an answer, 0 for none within a minute."""
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def main() -> None:
    """Play the outage, then the restart, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.outage")
    parser.add_argument("--tree", type=Path, default=ROOT)
    parser.add_argument("--down", type=float, default=20.0)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="comptoir-outage-"))
    try:
        _play(options.tree, folder, options.down)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play(tree: Path, folder: Path, down: float) -> None:
    pgdata = folder / "pg"
    url = postgres.start(pgdata)
    (port,) = free_ports(1)
    serving = _serve(tree, folder, url, port)
    try:
        _until(lambda: ask(f"http://127.0.0.1:{port}/healthz") == 200, _READY_SECONDS)
        for name, seconds in (("outage", down), ("restart", 0.0)):
            askers = {key: Asker(f"http://127.0.0.1:{port}{path}") for key, path in ASKED.items()}
            for each in askers.values():
                each.start()
            time.sleep(3)
            _stop_at_once(pgdata)
            gone = time.monotonic()
            time.sleep(seconds)
            postgres.start(pgdata)
            back = time.monotonic()
            jobs = _until(lambda: _worker_is_new(url), _PATIENCE * 3)
            time.sleep(10)
            for each in askers.values():
                each.ended.set()
                each.join(_PATIENCE)
            _tell(name, askers, gone, back, jobs)
    finally:
        serving.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            serving.wait(30)
        serving.kill()
        postgres.stop(pgdata)


def _serve(tree: Path, folder: Path, url: str, port: int) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "COMPTOIR_VAR": str(folder / "var"),
        "COMPTOIR_RATE_LIMITS": "0",
        "COMPTOIR_SIMULATE_TILLS": "0",
    }
    environment.pop("COMPTOIR_EMBEDDED", None)
    python = tree / ".venv" / "bin" / "python"
    with (folder / "serve.log").open("wb") as log:
        return subprocess.Popen(
            [str(python), "-m", "comptoir", "run", "--port", str(port)],
            cwd=tree,
            env=environment,
            stdout=log,
            stderr=log,
        )


def _stop_at_once(pgdata: Path) -> None:
    """End the server as a crash does: its clients' connections break, it has to recover."""
    key = int((pgdata / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    os.kill(key, signal.SIGQUIT)
    _until(lambda: not postgres.is_running(pgdata), _PATIENCE)


def _worker_is_new(url: str) -> bool:
    """Return whether a jobs worker is alive that was there after the server came back."""
    with suppress(psycopg.OperationalError), psycopg.connect(url) as database:
        row = database.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > pg_postmaster_start_time()"
        ).fetchone()
        return bool(row and row[0])
    return False


def _until(met: Callable[[], bool], seconds: float) -> float:
    """Wait until something is so and return the moment, or infinity when it is not in time."""
    until = time.monotonic() + seconds
    while not met():
        if time.monotonic() > until:
            return float("inf")
        time.sleep(0.1)
    return time.monotonic()


def _tell(name: str, askers: dict[str, Asker], gone: float, back: float, jobs: float) -> None:
    for key, each in askers.items():
        meanwhile = [(took, status) for at, took, status in each.seen if gone <= at < back]
        after = [status for at, _took, status in each.seen if at >= back + 1]
        statuses = sorted({status for _took, status in meanwhile})
        slowest = max((took for took, _status in meanwhile), default=0.0)
        bad = sum(status != 200 for status in after)
        print(
            f"{name:8} {key:10} back after {each.back(back):5.1f} s; meanwhile {statuses},"
            f" slowest {slowest:4.1f} s; of {len(after)} answers from 1 s after on {bad} were bad"
        )
    print(f"{name:8} {'jobs':10} back after {jobs - back:5.1f} s")


if __name__ == "__main__":
    main()
