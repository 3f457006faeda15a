"""What the API's own door and its memory of names bring: the same load with each taken out.

Three web servers as `comptoir serve` starts them, on one database: the API as it is, without the
memory of names (`api.names`), and without the door (`api.door`: requests then pass the middleware
of the pages). Each in turn places orders (`POST /api/v1/orders`, spread over many offers) and asks
who has a title (`GET …/availability`), with as many clients. Figures are requests per second, CPU
milliseconds per request of the web server and of PostgreSQL, and as `gain` how many times the CPU
of both a request costs without the part: the median over turns that stood together. Names are no
part of the question who has a title: their gain there is the error of the measure.
"""

import itertools
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import psutil
from django.db import connection

from bench import load
from bench.reserve import SPREAD, bodies, postmaster, stocked

CLIENTS = 16
ROUNDS = {"small": (7, 3.0), "full": (9, 6.0)}
PORTS = {"": 8131, "names": 8132, "door": 8133}
KINDS = ("place", "ask")
WITHOUT = "COMPTOIR_BENCH_WITHOUT"
Offer = tuple[int, str, str]


def run(scale: str) -> dict[str, float]:
    """Run the rounds and return the figures."""
    rounds, seconds = ROUNDS[scale]
    offers = stocked(SPREAD)
    speeds: dict[tuple[str, str], list[float]] = {}
    costs: dict[tuple[str, str], list[float]] = {}
    servers = {without: start(without) for without in PORTS}
    try:
        for number in range(rounds + 1):
            for kind, without in itertools.product(KINDS, PORTS):
                speed, web, database = measure(kind, offers, seconds, without, servers[without])
                if number:  # the first round fills caches
                    speeds.setdefault((kind, without), []).append(speed)
                    costs.setdefault((kind, without), []).append(web + database)
                    print(
                        f"  {kind:6} without {without or '-':6} {speed:7.0f}/s"
                        f" {web:6.2f} ms web {database:6.2f} ms PostgreSQL"
                    )
    finally:
        for server in servers.values():
            server.terminate()
            server.wait(30)
    return dict(figures(speeds, costs))


def figures(
    speeds: dict[tuple[str, str], list[float]], costs: dict[tuple[str, str], list[float]]
) -> Iterator[tuple[str, float]]:
    """Yield the medians of each side, and the median of the ratios of turns that stood together."""
    for kind, without in itertools.product(KINDS, PORTS):
        side = f"{kind}_without_{without}" if without else kind
        yield f"{side}_per_s", statistics.median(speeds[kind, without])
        yield f"{side}_cpu_ms", statistics.median(costs[kind, without])
        if without:
            pairs = zip(costs[kind, without], costs[kind, ""], strict=True)
            yield f"{kind}_{without}_gain", statistics.median(off / on for off, on in pairs)


def measure(
    kind: str, offers: list[Offer], seconds: float, without: str, server: "subprocess.Popen[bytes]"
) -> tuple[float, float, float]:
    """Return requests per second, and CPU ms per request of the web server and of PostgreSQL."""
    make: Callable[[list[Offer], float], Iterator[bytes]] = bodies if kind == "place" else asked
    database = int(postmaster().split("\n", 1)[0])
    before = cpu(server.pid), cpu(database)
    result = load.run(PORTS[without], make(offers, time.perf_counter() + seconds), clients=CLIENTS)
    if set(result.statuses) != {201 if kind == "place" else 200}:
        raise RuntimeError(f"unexpected answers: {dict(result.statuses)}")
    count = sum(result.statuses.values())
    web, own = cpu(server.pid) - before[0], cpu(database) - before[1]
    return count / result.seconds, 1000 * web / count, 1000 * own / count


def asked(offers: list[Offer], until: float) -> Iterator[bytes]:
    """Yield questions who has a title, until a moment."""
    for number in itertools.count():
        if time.perf_counter() >= until:
            return
        _offer, _shop, ean = offers[(number * 7919) % len(offers)]
        yield load.get(f"/api/v1/products/{ean}/availability?near=46.58,0.34", "127.0.0.1")


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process and of all below it, those that ended included."""
    total = 0.0
    parent = psutil.Process(pid)
    for process in (parent, *parent.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def start(without: str) -> "subprocess.Popen[bytes]":
    """Start a web server without one part, and wait until it answers."""
    connection.close()
    environment = {**os.environ, WITHOUT: without, "COMPTOIR_RATE_LIMITS": "0"}
    port = PORTS[without]
    server = subprocess.Popen([sys.executable, "-m", "bench.door", str(port)], env=environment)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/shops?limit=1"):
                return server
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer within a minute")


def make() -> Callable[..., Any]:
    """Return the application without what the environment names."""
    from django.conf import settings

    from comptoir.config.wsgi import application

    if os.environ[WITHOUT] == "names":
        from comptoir.api import names

        names._remember = lambda *_: None
    if os.environ[WITHOUT] == "door":
        settings.MIDDLEWARE.remove("comptoir.api.door.ApiDoor")
        application.load_middleware()
    return application


def serve(port: int) -> None:
    """Serve as `comptoir.serve.web` does, until told to stop."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    Granian(
        "bench.door:make",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=2,
        blocking_threads=16,
        blocking_threads_idle_timeout=600,
        backlog=1024,
        backpressure=512,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
