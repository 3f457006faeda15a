"""From the moment a till tells of a sale to the public page without that copy.

Two hundred shops tell that their only copy of a title has been sold; each then opens the title's
public page until its offer is gone. Meanwhile readers reserve other titles. The figure is the time
from the first octet of the telling to the last of the page without the copy, measured twice:

- while all two hundred keep telling, each a sale every ten seconds at a moment of its own: many
  times what tills ring up on the Saturday before Christmas;
- for twenty of them by way of the agent: each agent watches a folder of its own, into which the
  till writes what changed under a temporary name and then renames it; the time starts at the
  renaming (`agent`);
- when all two hundred tell in the same instant (`burst`), which bounds how many sales the machine
  takes a second rather than how long one takes. Beside it stands the least that the machine does
  for so many requests in one instant: as many asks of `GET /healthz`, each two in a row.
"""

import itertools
import random
import secrets
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from bench import load
from bench.crowd import order, told
from bench.reserve import PORT, Server, refill
from comptoir.accounts.actors import SYSTEM
from comptoir.agent.home import Config, Rule
from comptoir.agent.runner import Agent
from comptoir.core.db import fetch
from comptoir.shops.models import Shop
from comptoir.shops.operations import issue_token

SHOPS = 200
AGENTS = 20
READERS = 8
PAUSE_SECONDS = 0.2
EVERY_SECONDS = 10.0
ROUNDS = {"small": 3, "full": 6}
MOST_LOOKS = 200
LOOK_AGAIN_SECONDS = 0.05
# A till takes this long over its file, so that the agent has seen its temporary name.
WRITING_SECONDS = 1.0
HOST = "127.0.0.1"


def run(scale: str) -> dict[str, float]:
    """Run the rounds and return the figures (ms)."""
    rows = sellable()
    tills = [Till(*row) for row in rows]
    fresh: list[float] = []
    by_agent: list[float] = []
    burst: list[float] = []
    bare: list[float] = []
    with (
        Server(),
        TemporaryDirectory() as folder,
        Readers(_others(tills)) as readers,
        ExitStack() as agents,
    ):
        watched = [agents.enter_context(Watched(till, Path(folder))) for till in tills[:AGENTS]]
        load.converse(PORT, [till.tell(1) for till in tills])
        load.converse(PORT, [till.sale(burst) for till in tills])
        burst.clear()
        readers.durations.clear()
        for _ in range(ROUNDS[scale]):
            load.converse(PORT, [till.tell(1) for till in tills])
            load.converse(
                PORT,
                [each.sale(by_agent, within=EVERY_SECONDS) for each in watched]
                + [till.sale(fresh, within=EVERY_SECONDS) for till in tills[AGENTS:]],
            )
            bare += _bare()
            load.converse(PORT, [till.tell(1) for till in tills])
            load.converse(PORT, [till.sale(burst) for till in tills])
    print(
        f"  {len(fresh):,} sales told by API, {len(by_agent):,} by agent, {len(burst):,} in bursts;"
        f" {len(readers.durations):,} reservations meanwhile"
    )
    return {
        "freshness_p50_ms": 1000 * statistics.median(fresh + by_agent),
        "freshness_p99_ms": 1000 * _quantile(fresh + by_agent, 0.99),
        "freshness_api_p99_ms": 1000 * _quantile(fresh, 0.99),
        "freshness_agent_p50_ms": 1000 * statistics.median(by_agent),
        "freshness_agent_p99_ms": 1000 * _quantile(by_agent, 0.99),
        "freshness_burst_p50_ms": 1000 * statistics.median(burst),
        "freshness_burst_p99_ms": 1000 * _quantile(burst, 0.99),
        "freshness_bare_p99_ms": 1000 * _quantile(bare, 0.99),
        "freshness_reserve_p95_ms": 1000 * _quantile(readers.durations, 0.95),
    }


class Till:
    """One shop's till, which has one copy of one title and tells what becomes of it."""

    def __init__(self, offer_id: int, shop_id: int, slug: str, ean: str) -> None:
        self.offer_id, self.slug, self.ean = offer_id, slug, ean
        shop = Shop.objects.get(pk=shop_id)
        self.secret = issue_token(shop=shop, label=f"bench {secrets.token_hex(4)}", actor=SYSTEM)

    def tell(self, quantity: int) -> load.Conversation:
        """Tell how many copies there are."""
        answer = yield told(self.slug, self.secret, self.ean, quantity)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")

    def sale(self, into: list[float], within: float = 0.0) -> load.Conversation:
        """Tell that the copy is sold, look at the page until it is gone, and note the seconds.

        It happens at a random moment `within` so many seconds from now.
        """
        yield random.uniform(0, within)
        started = time.perf_counter()
        yield from self.tell(0)
        yield from self.look()
        into.append(time.perf_counter() - started)

    def look(self) -> load.Conversation:
        """Look at the page of the title until the copy has gone from it."""
        mark = f'name="offer" value="{self.offer_id}"'.encode()
        for _ in range(MOST_LOOKS):
            answer = yield load.get(f"/titre/{self.ean}", HOST)
            if answer.status != 200:
                raise RuntimeError(f"page of {self.ean}: {answer.status}")
            if mark not in answer.body:
                return
            yield LOOK_AGAIN_SECONDS
        raise RuntimeError(f"the copy of {self.ean} never left the page")


class Watched:
    """A till that writes what changed into a folder, and the agent that watches it."""

    def __init__(self, till: Till, folder: Path) -> None:
        self.till, self.folder = till, folder / till.slug
        self.folder.mkdir()
        config = Config(
            url=f"http://{HOST}:{PORT}",
            shop=till.slug,
            token=till.secret,
            folder=str(self.folder),
            rules=[Rule("*.csv", "delta", "csv")],
            language="fr",
        )
        home = folder / f"{till.slug}-agent"
        home.mkdir()
        self.agent = Agent(config, home)
        self._thread = threading.Thread(target=self.agent.run)
        self._files = itertools.count()

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.agent.stop()
        self._thread.join()

    def sale(self, into: list[float], within: float) -> load.Conversation:
        """Write that the copy is sold, look at the page until it is gone, and note the seconds."""
        yield random.uniform(0, within)
        unfinished = self.folder / f"{next(self._files)}.tmp"
        unfinished.write_text(f"ean;quantity\n{self.till.ean};0\n", encoding="ascii")
        yield WRITING_SECONDS
        started = time.perf_counter()
        unfinished.rename(unfinished.with_suffix(".csv"))
        yield from self.till.look()
        into.append(time.perf_counter() - started)


class Readers:
    """Readers who reserve while the tills tell, each a little after the answer to the last."""

    def __init__(self, offers: list[tuple[int, str, str]]) -> None:
        self.offers = offers
        self.durations: list[float] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._reserve) for _ in range(READERS)]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _reserve(self) -> None:
        load.run(PORT, self._requests(), clients=1)

    def _requests(self) -> Iterator[bytes]:
        while not self._stop.wait(PAUSE_SECONDS):
            person = secrets.token_hex(8)
            offer = self.offers[int(person, 16) % len(self.offers)]
            started = time.perf_counter()
            yield order(offer, person)
            self.durations.append(time.perf_counter() - started)


def _bare() -> list[float]:
    """Return the seconds of two asks in a row, by as many clients at once."""
    found: list[float] = []

    def client() -> load.Conversation:
        started = time.perf_counter()
        for _ in range(2):
            yield load.get("/healthz", HOST)
        found.append(time.perf_counter() - started)

    load.converse(PORT, [client() for _ in range(SHOPS)])
    return found


def sellable() -> list[tuple[int, int, str, str]]:
    """Return (offer, shop, slug, EAN), one of each of two hundred shops, all of other titles."""
    rows = fetch(
        "SELECT * FROM (SELECT DISTINCT ON (p.id) o.id, s.id, s.slug, p.ean FROM"
        " (SELECT DISTINCT ON (shop_id) * FROM stock_offer WHERE condition = 'new' AND held = 0"
        "  AND ean IS NOT NULL ORDER BY shop_id, md5(id::text)) o"
        " JOIN shops_shop s ON s.id = o.shop_id"
        " JOIN catalogue_product p ON p.id = o.product_id AND p.state = 'listed'"
        " WHERE s.paused_at IS NULL ORDER BY p.id) found ORDER BY md5(ean) LIMIT %s",
        [SHOPS],
    )
    connection.close()
    if len(rows) < SHOPS:
        raise RuntimeError(f"only {len(rows)} shops have a title to sell")
    return rows


def _others(tills: list[Till]) -> list[tuple[int, str, str]]:
    """Return offers that no till tells of, with copies enough, for the readers to reserve."""
    rows = fetch(
        "SELECT o.id, s.slug, p.ean FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id"
        " JOIN catalogue_product p ON p.id = o.product_id"
        " WHERE o.condition = 'new' AND p.state = 'listed' AND p.ean IS NOT NULL"
        " AND NOT o.id = ANY(%s) ORDER BY md5(o.id::text) LIMIT 500",
        [[till.offer_id for till in tills]],
    )
    refill([row[0] for row in rows], 1_000_000)
    return rows


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
