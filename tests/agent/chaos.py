"""An agent at work while its process is killed, its network cut, its server killed and its clock
moved, at random; and the till's own books, to which the stock must come in the end.

The till keeps what it wrote: snapshots (each replaces the last), changes and sales (each a file of
its own). Moments, keys and contents are the agent's business.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import psycopg

from comptoir.agent.home import Config, Rule, save
from comptoir.agent.spool import Spool
from tests.agent.seed import SIRET
from tests.agent.wire import Fault, Wire
from tests.concurrency.live import Database, Web
from tests.patience import PATIENCE_SECONDS

TITLES = 40
HOUR = 3600.0
MOMENT_SECONDS = 0.5
_COMPARED = 10
_WRONG = (0.0, HOUR, -HOUR, 26 * HOUR, -26 * HOUR, 40 * 60.0, 90.0)
RULES = [
    Rule("stock.csv", "snapshot", "csv"),
    Rule("delta-*.csv", "delta", "csv"),
    Rule("sales-*.csv", "sales", "csv"),
]


@dataclass
class Findings:
    """What came of it: files that were lost or taken twice, titles whose number is not the till's,
    files whose moment is wrong."""

    rounds: int
    files: int
    lost: list[str]
    doubled: list[str]
    wrong: list[str]
    late: list[str]
    events: Counter[str]
    seconds: float


@dataclass
class Till:
    """A till that exports to a folder, by a PC's clock that is `wrong` by so many seconds."""

    folder: Path
    eans: list[str]
    random: random.Random
    wrong: float = 0.0
    copies: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    written: dict[str, float] = field(default_factory=dict)
    number: int = 0

    def snapshot(self) -> None:
        """Export the whole stock over the last one; some titles are gone, some are new."""
        for ean in self.random.sample(self.eans, 5):
            self.copies[ean] = self.random.randint(0, 9)
        if self.random.random() < 0.15:
            # Begun, given up and written again: the half file is none of the till's tellings.
            (self.folder / "stock.csv").write_bytes(self._table(self.copies)[:200])
        self._write("stock.csv", self._table(self.copies), slowly=self.random.random() < 0.3)

    def delta(self) -> None:
        """Export what changed, with the numbers as they are now."""
        changed = self.random.sample(self.eans, 3)
        self.copies |= {ean: self.random.randint(0, 9) for ean in changed}
        table = self._table({ean: self.copies[ean] for ean in changed})
        self._tell(f"delta-{self.number}.csv", table)

    def sale(self) -> None:
        """Export what was sold since the last time."""
        sold = [ean for ean in self.random.sample(self.eans, 3) if self.copies.get(ean)]
        if not sold:
            return
        for ean in sold:
            self.copies[ean] -= 1
        self._tell(f"sales-{self.number}.csv", self._table(dict.fromkeys(sold, 1)))

    def export(self) -> None:
        """Export something."""
        self.random.choice([self.snapshot, self.delta, self.delta, self.sale, self.sale])()

    def _table(self, copies: dict[str, int]) -> bytes:
        """Return a table unlike any other: the till numbers them."""
        self.number += 1
        lines = [f"{ean};{quantity};{self.number}" for ean, quantity in copies.items()]
        return "\r\n".join(["ean;quantity;number", *lines, ""]).encode()

    def _tell(self, name: str, content: bytes) -> None:
        """Write a file that counts, sometimes twice under two names."""
        digest = sha256(content).hexdigest()
        self.told[digest], self.written[digest] = name, time.time()
        path = self._write(name, content, slowly=False)
        if self.random.random() < 0.1:
            self._put(f"{name[:6]}twin-{name[6:]}", content, path)

    def _write(self, name: str, content: bytes, *, slowly: bool) -> Path:
        path = self.folder / name
        if slowly:
            with path.open("wb", buffering=0) as file:
                for start in range(0, len(content), 150):
                    file.write(content[start : start + 150])
                    time.sleep(0.004)
            self._stamp(path, time.time() + self.wrong)
            return path
        return self._put(name, content, None)

    def _put(self, name: str, content: bytes, like: Path | None) -> Path:
        """Put a file in place whole, by a temporary name, with the moment of another or of now."""
        unfinished = self.folder / f"{name}.tmp"
        unfinished.write_bytes(content)
        self._stamp(unfinished, like.stat().st_mtime if like else time.time() + self.wrong)
        if like:
            ns = like.stat().st_mtime_ns
            os.utime(unfinished, ns=(ns, ns))
        return unfinished.rename(self.folder / name)

    def _stamp(self, path: Path, moment: float) -> None:
        os.utime(path, (moment, moment))


class Chaos:
    """One shop, its PC, its network and its server, all of them to be hurt."""

    def __init__(self, folder: Path, seed: int, worse: str = "") -> None:
        self.random = random.Random(seed)
        self.events: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._worse = worse
        self._home, self._clock = folder / "home", folder / "clock"
        for name in ("Export", "static"):
            (folder / name).mkdir()
        self.database = Database(folder)
        try:
            made = json.loads(self.database.python("tests.agent.seed", str(TITLES)))
        except Exception:
            self.database.stop()
            raise
        self.web = Web(self.database, workers=1)
        self.wire = Wire(self.web.port)
        self.till = Till(folder / "Export", made["eans"], self.random)
        self._configure(made["token"])
        self._spool = Spool(self._home)
        self._move_clock(0.0)
        self._process: subprocess.Popen[bytes] | None = None
        self._in_touch = False
        self._start_agent()

    def run(self, rounds: int) -> Findings:
        """Hurt something in each round while the till exports; then let it come to rest."""
        began = time.monotonic()
        for number in range(1, rounds + 1):
            for _file in range(self.random.choice((1, 1, 2))):
                self.till.export()
                time.sleep(0.002)
            self._hurt()
            if number % _COMPARED == 0:
                self._wait_until_empty()
                self._compare(f"after round {number}")
        self.wire.fault = Fault.NONE
        self._wait_until_empty()
        self._compare("at the end")
        return self._findings(rounds, time.monotonic() - began)

    def close(self) -> None:
        """Leave nothing behind."""
        self._kill_agent()
        self.wire.close()
        self.web.stop()
        self.database.stop()

    def _configure(self, token: str) -> None:
        save(
            Config(
                url=f"http://127.0.0.1:{self.wire.port}",
                shop=SIRET,
                token=token,
                folder=str(self.till.folder),
                rules=RULES,
                scan_seconds=0.01,
                settle_seconds=0.08,
                first_wait=0.02,
                longest_wait=0.2,
            ),
            self._home,
        )

    def _hurt(self) -> None:
        """Do one thing to somebody."""
        draw = self.random.random()
        if draw < 0.35:
            self._kill_agent()
            self._pause(0.0, 0.05)
            self._start_agent()
            self._pause(0.2, 0.6)
        elif draw < 0.75:
            self.wire.fault = self.random.choice(list(Fault)[1:])
            self.events[f"network: {self.wire.fault}"] += 1
            self._pause(0.05, 0.4)
            self.wire.fault = Fault.NONE
            self._pause(0.0, 0.2)
        elif draw < 0.97:
            self._come_in_touch()
            self.events["clock moved"] += 1
            self._move_clock(self.random.choice([w for w in _WRONG if w != self.till.wrong]))
            self._pause(0.0, 0.1)
        else:
            self.events["server killed"] += 1
            self.web.kill()
            self._pause(0.0, 0.5)
            self.web.start()

    def _pause(self, least: float, most: float) -> None:
        time.sleep(self.random.uniform(least, most))

    def _move_clock(self, wrong: float) -> None:
        """Set the PC's clock wrong by so many seconds."""
        unfinished = self._clock.with_suffix(".tmp")
        unfinished.write_text(str(wrong), encoding="ascii")
        unfinished.replace(self._clock)
        self.till.wrong = wrong

    def _start_agent(self) -> None:
        self._in_touch = False
        words = [str(self._home), str(self._clock), *([self._worse] if self._worse else [])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.agent.skewed", *words],
            env={**os.environ, "NO_PROXY": "*"},
            stdout=subprocess.DEVNULL,
        )

    def _kill_agent(self) -> None:
        if self._process is not None:
            self.events["agent killed"] += 1
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _come_in_touch(self) -> None:
        """Let an agent that was started anew send a file: of two moves before it first reaches the
        server it cannot know the one."""
        if not self._in_touch:
            self.wire.fault = Fault.NONE
            self.till.export()
            self._wait_until_empty()
            self._in_touch = True

    def _wait_until_empty(self) -> None:
        """Wait until the agent has taken all there is and sent all it took."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            there = {path.name for path in self.till.folder.iterdir()}
            seen = self._spool.seen()
            stale = (
                (self.till.folder / "stock.csv").stat().st_mtime_ns if "stock.csv" in there else 0
            )
            fresh = not stale or ("stock.csv" in seen and seen["stock.csv"].mtime_ns == stale)
            if fresh and there <= seen.keys() and not self._spool.waiting(limit=1):
                return
            time.sleep(0.02)
        raise TimeoutError("the agent does not come to rest")

    def _compare(self, when: str) -> None:
        """Note each title of which the stock is not what the till's books say."""
        with psycopg.connect(self.database.url) as connection:
            rows = connection.execute("SELECT ean, on_hand FROM stock_offer").fetchall()
        for ean in self.till.eans:
            told, books = dict(rows).get(ean, 0), self.till.copies.get(ean, 0)
            if told != books:
                self.wrong.append(f"{ean} {when}: {told}, not {books}")

    def _findings(self, rounds: int, seconds: float) -> Findings:
        with psycopg.connect(self.database.url) as connection:
            rows = connection.execute(
                "SELECT digest, status, extract(epoch FROM as_of)::float8 FROM stock_feedrun"
            ).fetchall()
        runs = Counter(digest for digest, _status, _moment in rows)
        return Findings(
            rounds=rounds,
            files=len(self.till.told),
            lost=[name for digest, name in self.till.told.items() if digest not in runs],
            doubled=[name for digest, name in self.till.told.items() if runs.get(digest, 0) > 1],
            wrong=self.wrong,
            late=[
                f"{self.till.told[digest]} ({status}): {moment - self.till.written[digest]:+.3f} s"
                for digest, status, moment in rows
                if abs(moment - self.till.written.get(digest, moment)) > MOMENT_SECONDS
            ],
            events=self.events,
            seconds=seconds,
        )
