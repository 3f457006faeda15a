"""One night: every shop's till sends its whole stock, while the site answers.

250 shops (20,000 lines each at full scale), each with 3 % of its figures changed since yesterday,
send their CSV through the API, a few at a time, as their tills do when the till's own evening job
is done. Meanwhile readers search and open pages at a steady pace. Quiet moments and busy ones take
turns; the slowdown is the ratio of the medians of what readers waited.
"""

import random
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import load
from bench.machine import Steal
from bench.reserve import PORT, Server
from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.shops.operations import issue_token

AT_ONCE = 4
GROUPS = 5
QUIET_SECONDS = {"small": 4.0, "full": 10.0}
CHANGED = 0.03
READER_PAUSE = 0.1
HOST = "127.0.0.1"


def run(scale: str) -> dict[str, float]:
    """Spend the night and return its figures."""
    waits: dict[bool, list[float]] = {True: [], False: []}
    rng, busy_seconds = random.Random(4), 0.0
    with tempfile.TemporaryDirectory() as folder:
        files = [_file(shop, Path(folder), rng) for shop in _shops()]
        lines = sum(file.lines for file in files)
        rng.shuffle(files)
        with Server() as server, _Readers(waits) as readers:
            time.sleep(QUIET_SECONDS[scale] / 2)
            steal = Steal()
            for group in (files[start::GROUPS] for start in range(GROUPS)):
                readers.busy = False
                time.sleep(QUIET_SECONDS[scale])
                readers.busy = True
                busy_seconds += _send(group)
            readers.busy = False
            peak = server.peak_bytes
    print(
        f"  {len(files)} shops, {lines:,} lines in {busy_seconds:.0f} s; readers asked"
        f" {len(waits[False])} times in quiet and {len(waits[True])} in busy moments;"
        f" {peak / 2**20:,.0f} MB at most; {steal.percent():.1f} % stolen"
    )
    quiet, busy = (statistics.median(waits[key]) for key in (False, True))
    return {
        "night_shops": len(files),
        "night_lines": lines,
        "night_seconds": busy_seconds,
        "night_lines_per_s": lines / busy_seconds,
        "night_quiet_p50_ms": 1000 * quiet,
        "night_quiet_p95_ms": 1000 * _p95(waits[False]),
        "night_busy_p50_ms": 1000 * busy,
        "night_busy_p95_ms": 1000 * _p95(waits[True]),
        "night_slowdown": busy / quiet,
    }


class _File:
    """What one shop's till sends tonight; it is read when its turn comes."""

    def __init__(self, path: Path, lines: int, slug: str, secret: str) -> None:
        self.path, self.lines, self.slug, self.secret = path, lines, slug, secret

    def request(self) -> bytes:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        head = load.post(
            f"/api/v1/shops/{self.slug}/stock?as_of={moment}",
            b"",
            HOST,
            method="PUT",
            Authorization=f"Bearer {self.secret}",
        )
        body = self.path.read_bytes()
        head = head.replace(b"application/json", b"text/csv")
        return head.replace(b"Content-Length: 0", b"Content-Length: %d" % len(body)) + body


def _send(files: list[_File]) -> float:
    """Send the files, a few at a time; return the seconds until the last was applied."""
    waiting = iter(files)

    def till() -> load.Conversation:
        for file in waiting:
            answer = yield file.request()
            if answer is None or answer.status != 200 or b'"status":"applied"' not in answer.body:
                raise RuntimeError(f"{file.slug}: {answer}")

    return load.converse(PORT, [till() for _ in range(AT_ONCE)]).seconds


class _Readers:
    """Readers who search and open pages at a steady pace, noting how long each answer takes."""

    def __init__(self, waits: dict[bool, list[float]]) -> None:
        self.busy = False
        self.waits = waits
        rows = fetch(
            "SELECT ean, title FROM catalogue_product WHERE state = 'listed' AND ean IS NOT NULL"
            " ORDER BY md5(ean) LIMIT 500"
        )
        words = [title.split()[-1] for _, title in rows]
        self.paths = [f"/recherche?q={word}" for word in words if word.isascii()]
        self.paths += [f"/titre/{ean}" for ean, _ in rows]
        random.Random(5).shuffle(self.paths)
        self._stop = threading.Event()
        self._answers = load.Result()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> "_Readers":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if set(self._answers.statuses) != {200}:
            raise RuntimeError(f"readers were answered {dict(self._answers.statuses)}")

    def _read(self) -> None:
        self._answers = load.run(PORT, self._ask(), clients=1)

    def _ask(self) -> Iterator[bytes]:
        at = 0
        while not self._stop.wait(READER_PAUSE):
            busy, started = self.busy, time.perf_counter()
            yield load.get(self.paths[at % len(self.paths)], HOST)
            at += 1
            if busy == self.busy:
                self.waits[busy].append(time.perf_counter() - started)


def _shops() -> list[Shop]:
    return list(Shop.objects.filter(demo=True, paused_at=None).order_by("pk"))


def _file(shop: Shop, folder: Path, rng: random.Random) -> _File:
    """Write what a shop's till exports: what it told last, with some figures changed."""
    rows = fetch(
        "SELECT ean, counted, price_cents FROM stock_offer"
        " WHERE shop_id = %s AND condition = 'new' AND ean IS NOT NULL AND counted > 0",
        [shop.pk],
    )
    path = folder / f"{shop.slug}.csv"
    with path.open("w", encoding="ascii") as file:
        file.write("ean;quantity;price\n")
        for ean, counted, cents in rows:
            changed = counted % 4 + 1 if rng.random() < CHANGED else counted
            price = f"{cents // 100},{cents % 100:02d}" if cents else ""
            file.write(f"{ean};{changed};{price}\n")
    return _File(
        path,
        len(rows),
        shop.slug,
        issue_token(shop=shop, label=f"night {secrets.token_hex(4)}", actor=SYSTEM),
    )


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
