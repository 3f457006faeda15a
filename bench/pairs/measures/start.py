"""A second `make run`: until the first page and the word that all is well are both there.

Both sides stand still while one starts, the present one's PostgreSQL included.
"""

import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress

import psutil

from bench.pairs.part import Part, Plan, Work
from bench.pairs.side import HEALTHY_SECONDS, HOST, STOP_SECONDS, Side

LOOK_SECONDS = 0.01
ADDRESSES = ("/", "/healthz")


def prepare(side: Side, plan: Plan) -> None:
    """Start it once, so that the next time is a second one."""


def run(side: Side, _state: None, turn: int) -> Work:  # noqa: ARG001
    """Start it anew and look until it answers."""
    side.stop()
    began = time.perf_counter()
    with (side.var / "run.log").open("wb") as log:
        started = subprocess.Popen(
            ["make", "--silent", "run", f"PORT={side.port}"],
            cwd=side.tree,
            # make stands between, and is no parent that it could end with.
            env={k: v for k, v in side.environment.items() if k != "COMPTOIR_SUPERVISOR"},
            stdout=log,
            stderr=log,
        )
    try:
        seconds = {path: _until_there(side, path, began) for path in ADDRESSES}
    finally:
        _stop(started)
    side.stop()
    side.serve()
    return Work(figures={"second_ms": 1000 * max(seconds.values())})


def _stop(started: "subprocess.Popen[bytes]") -> None:
    """End what make started, and wait until make has seen it end."""
    for process in psutil.Process(started.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.cmdline()[-1:] == ["run"]:
                process.terminate()
    started.wait(STOP_SECONDS)


def _until_there(side: Side, path: str, began: float) -> float:
    """Return after how many seconds an address answered 200."""
    while time.perf_counter() - began < HEALTHY_SECONDS:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{side.port}{path}") as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except (urllib.error.URLError, ConnectionError):
            time.sleep(LOOK_SECONDS)
    raise RuntimeError(f"{side.name} did not start: see {side.var / 'run.log'}")


PARTS = [Part("start", "start", prepare, run, restarts=True)]
