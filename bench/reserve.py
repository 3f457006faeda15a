"""Reservations per second through HTTP, against bare PostgreSQL doing the least it could.

Ours: full orders (lines, history, mail and job) of verified persons by the form of the site, every
limit on, every answer after its commit, on the server that `comptoir serve` starts. Theirs:
pgbench, one statement that takes a copy conditionally and inserts one row, one by one. Both with 32
clients, all for one title in one shop (hot) and spread over many, in turn, on one PostgreSQL with
the same settings. Beside it, the same title asked for by a crowd that nobody has confirmed (asked):
it holds what the bounds allow, by the API, each from a network of its own.
"""

import itertools
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench import crowd, load, machine
from comptoir.core import postgres
from comptoir.core.db import execute, fetch

CLIENTS = 32
SPREAD = 1_000
ROUNDS = {"small": (3, 4.0), "full": (5, 8.0)}
FASTEST = 1_500
"""Orders per second: so many are made beforehand."""
PORT = 8127
SCARCE, BUYERS, FEW = 50, 300, 1_000

_TAKE = """
\\set id random(1, {rows})
WITH taken AS (
    UPDATE bench_offer SET held = held + 1 WHERE id = :id AND on_hand - held >= 1 RETURNING id
) INSERT INTO bench_order (offer_id, name, placed_at) SELECT id, 'Camille', now() FROM taken;
"""


def run(scale: str) -> dict[str, float]:
    """Run the rounds and return the figures."""
    rounds, seconds = ROUNDS[scale]
    prepare()
    names = ("hot", "spread", "pg_hot", "pg_spread", "asked")
    found: dict[str, list[float]] = {key: [] for key in names}
    with Server(limits=True) as server:
        offers = stocked(SPREAD)
        attack(offers, 2.0)
        for _ in range(rounds):
            found["hot"].append(attack(offers[:1], seconds))
            found["pg_hot"].append(pgbench(1, seconds))
            found["spread"].append(attack(offers, seconds))
            found["pg_spread"].append(pgbench(SPREAD, seconds))
            found["asked"].append(ask(offers[-2], seconds))
        scarce()
        peak = server.peak_bytes
    middle = {key: statistics.median(values) for key, values in found.items()}
    return {
        "reserve_hot_per_s": middle["hot"],
        "pgbench_hot_per_s": middle["pg_hot"],
        "reserve_hot_ratio": middle["hot"] / middle["pg_hot"],
        "reserve_spread_per_s": middle["spread"],
        "pgbench_spread_per_s": middle["pg_spread"],
        "reserve_spread_ratio": middle["spread"] / middle["pg_spread"],
        "reserve_asked_per_s": middle["asked"],
        "oversold": oversold(),
        "peak_rss_mb": peak / 2**20,
    }


def prepare() -> None:
    """Make the bare tables that pgbench works on."""
    execute("DROP TABLE IF EXISTS bench_order, bench_offer")
    execute("CREATE TABLE bench_offer (id bigint PRIMARY KEY, on_hand int, held int)")
    execute(
        "CREATE TABLE bench_order (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        " offer_id bigint, name text, placed_at timestamptz)"
    )
    execute("INSERT INTO bench_offer SELECT n, 1000000, 0 FROM generate_series(1, %s) n", [SPREAD])


def stocked(count: int) -> list[tuple[int, str, str]]:
    """Return (offer, shop, product) of offers in many shops, with copies enough for the load."""
    rows = fetch(
        "SELECT o.id, s.slug, p.ean FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id"
        " JOIN catalogue_product p ON p.id = o.product_id"
        " WHERE o.condition = 'new' AND p.ean IS NOT NULL AND p.state = 'listed'"
        " ORDER BY o.id LIMIT %s",
        [count],
    )
    keys = [row[0] for row in rows]
    refill(keys, 1_000_000)
    return rows


def refill(keys: list[int], copies: int) -> None:
    """Set how many copies are free, with the movement that explains it."""
    execute(
        "WITH now_there AS (UPDATE stock_offer o SET on_hand = o.held + %(n)s"
        " FROM (SELECT id, on_hand FROM stock_offer WHERE id = ANY(%(ids)s)) before"
        " WHERE o.id = before.id RETURNING o.id, o.on_hand - before.on_hand AS delta)"
        " INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind)"
        " SELECT id, delta, 'counted', now(), 'system' FROM now_there",
        {"n": copies, "ids": keys},
    )


def attack(offers: list[tuple[int, str, str]], seconds: float) -> float:
    """Reserve for some seconds with all clients; return the acknowledged orders per second."""
    requests = verified(offers, round(seconds * FASTEST))
    until = time.perf_counter() + seconds
    result = load.run(
        PORT,
        itertools.takewhile(lambda _: time.perf_counter() < until, requests),
        clients=CLIENTS,
    )
    if set(result.statuses) != {303}:
        raise RuntimeError(f"unexpected answers: {dict(result.statuses)}")
    return result.per_second(303)


def verified(offers: list[tuple[int, str, str]], count: int) -> list[bytes]:
    """Return the forms of so many verified persons, and make the persons known."""
    persons = crowd.Crowd(settings.SECRET_KEY, f"v{secrets.token_hex(6)}")
    execute(crowd.KNOW, [persons.keys(count)])
    keys = [row[0] for row in offers]
    return persons.requests(
        [crowd.Stocked(*row) for row in fetch(crowd.STOCKED, [keys, keys])], count
    )


def ask(offer: tuple[int, str, str], seconds: float) -> float:
    """Let people whom nobody has confirmed ask for a title of a few copies; return the answers per
    second."""
    refill([offer[0]], FEW)
    result = load.run(
        PORT, bodies([offer], time.perf_counter() + seconds, network=True), clients=CLIENTS
    )
    if set(result.statuses) != {201}:
        raise RuntimeError(f"unexpected answers: {dict(result.statuses)}")
    return result.per_second(201)


def bodies(
    offers: list[tuple[int, str, str]], until: float, *, network: bool = False
) -> Iterator[bytes]:
    """Yield requests, each of another person with another key, until a moment; with `network`, each
    from another network."""
    first = secrets.randbelow(10_000_000)
    for number in itertools.count():
        if time.perf_counter() >= until:
            return
        offer = offers[(number * 7919) % len(offers)]
        where = {"X_Forwarded_For": crowd.network(first + number)} if network else {}
        yield crowd.order(offer, f"{secrets.token_hex(8)}", **where)


def scarce() -> None:
    """Let 300 buyers want 50 copies, 32 at once: exactly 50 must get one."""
    key = stocked(SPREAD)[-1]
    refill([key[0]], SCARCE)
    result = load.run(PORT, iter(verified([key], BUYERS)), clients=CLIENTS)
    if result.statuses != {303: SCARCE, 409: BUYERS - SCARCE}:
        raise RuntimeError(f"{SCARCE} copies, {BUYERS} buyers: {dict(result.statuses)}")


def oversold() -> int:
    """Return how many copies are promised beyond what is on hand, counted from the order lines."""
    ((count,),) = fetch(
        "SELECT coalesce(sum(greatest(l.held - o.on_hand, 0)), 0) FROM stock_offer o JOIN"
        " (SELECT offer_id, sum(held) AS held FROM orders_orderline WHERE held > 0"
        " GROUP BY offer_id) l ON l.offer_id = o.id"
    )
    return int(count)


def pgbench(rows: int, seconds: float) -> float:
    """Return the transactions per second of bare PostgreSQL with as many clients."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "take.sql")
        script.write_text(_TAKE.format(rows=rows), encoding="utf-8")
        done = subprocess.run(
            [
                str(postgres.binaries(settings.VAR.parent / "postgres") / "pgbench"),
                *("-n", "-c", str(CLIENTS), "-j", "2", "-M", "prepared"),
                *("-T", str(round(seconds)), "-f", str(script), os.environ["DATABASE_URL"]),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


class Server:
    """The web server as `comptoir serve` starts it, and the memory it took at its peak."""

    def __init__(self, *, limits: bool = False) -> None:
        self.peak_bytes = 0
        self._limits = limits
        self._stopping = threading.Event()

    def __enter__(self) -> "Server":
        connection.close()
        environment = {
            **os.environ,
            "COMPTOIR_RATE_LIMITS": "1" if self._limits else "0",
            # Each client says by which address it comes.
            "COMPTOIR_PROXIES": "1",
            # A till that tells nothing for a while keeps its connection, as by a proxy.
            "COMPTOIR_HEAD_SECONDS": "60",
            "COMPTOIR_LEAVE_SECONDS": "0",
            # The mails are rendered and their jobs done, but none leaves this machine.
            "COMPTOIR_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "comptoir", "serve", "--port", str(PORT)], env=environment
        )
        self._wait()
        self._watch = threading.Thread(target=self._sample, daemon=True)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._process.terminate()
        self._process.wait(30)

    @property
    def pid(self) -> int:
        """The process that starts all others."""
        return self._process.pid

    def _wait(self) -> None:
        import urllib.error
        import urllib.request

        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz") as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise TimeoutError("the server did not become healthy within a minute")

    def _sample(self) -> None:
        pids = [self._process.pid, int(postmaster().split("\n", 1)[0])]
        while not self._stopping.wait(5.0):
            self.peak_bytes = max(self.peak_bytes, machine.tree_rss(pids))


def postmaster() -> str:
    """Return the embedded server's pid file."""
    return (settings.VAR.parent / "postgres" / "postmaster.pid").read_text(encoding="utf-8")
