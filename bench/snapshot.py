"""A till's nightly file of 50,000 lines through the real operation, against bare `COPY`.

The file is read, checked and applied by `stock.arrivals.files.take_file`, and its transaction
committed. The same lines, already parsed, go by bare `COPY` into a plain table with the columns of
the file. The two sides take turns; medians are quoted. Every telling changes the figures of 3 % of
its lines, as a night does; the first load into an empty shop is told apart.
"""

import random
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from statistics import median

from django.db import connection

from bench.machine import Steal

LINES = 50_000
ROUNDS = {"small": 5, "full": 9}
FIRST_ROUNDS = 3
CHANGED = 0.03
SLUG = "bench-snapshot"
_PLAIN = "bench_snapshot_plain"

Stock = dict[str, tuple[int, int]]


def run(scale: str) -> dict[str, float]:
    """Measure and return lines per second of each side, and the ratio of their times."""
    from comptoir.catalogue.operations import stub_products
    from comptoir.core.db import execute

    stock = _stock()
    stub_products(stock)
    execute(f"DROP TABLE IF EXISTS {_PLAIN}")
    execute(
        f"CREATE TABLE {_PLAIN} (shop varchar(4), ean varchar(13), quantity int, price_cents int)"
    )
    moments = (datetime.now(UTC) - timedelta(days=30) + timedelta(hours=n) for n in range(500))
    first, nightly, bare = [], [], []
    rng, steal = random.Random(2), Steal()
    try:
        for _ in range(FIRST_ROUNDS):
            shop = _empty_shop()
            first.append(_tell(shop, stock, next(moments)))
            bare.append(_copy(stock))
        for _ in range(ROUNDS[scale]):
            _one_night(stock, rng)
            nightly.append(_tell(shop, stock, next(moments)))
            bare.append(_copy(stock))
    finally:
        _forget_shop()
        execute(f"DROP TABLE {_PLAIN}")
    print(f"  {LINES:,} lines, {CHANGED:.0%} of them changed; {steal.percent():.1f} % stolen")
    return {
        "snapshot_lines_per_s": LINES / median(nightly),
        "snapshot_first_lines_per_s": LINES / median(first),
        "copy_lines_per_s": LINES / median(bare),
        "snapshot_ratio": median(nightly) / median(bare),
        "snapshot_first_ratio": median(first) / median(bare),
    }


def _tell(shop: object, stock: Stock, as_of: datetime) -> float:
    """Return the seconds that the real operation takes for a file of this stock."""
    from comptoir.accounts.actors import SYSTEM
    from comptoir.stock.arrivals.files import TillFile, read_file
    from comptoir.stock.reports.operations import take_report

    file = BytesIO(
        b"EXTRACTION STOCK DU 01/01/2025\r\n"
        + b"".join(b"BNCH%s%04d%010d\r\n" % (e.encode(), q, p) for e, (q, p) in stock.items())
    )
    started = time.perf_counter()
    run = take_report(
        read_file(TillFile(shop=shop, stream=file, format="asc", as_of=as_of, actor=SYSTEM))
    )
    seconds = time.perf_counter() - started
    assert (run.status, run.line_count, run.refused_count) == ("applied", LINES, 0), run.reason
    return seconds


def _copy(stock: Stock) -> float:
    """Return the seconds that bare `COPY` takes for the same lines, its commit included."""
    data = "".join(
        f"BNCH\t{ean}\t{q:04d}\t{price:010d}\n" for ean, (q, price) in stock.items()
    ).encode()

    with connection.cursor() as cursor:
        started = time.perf_counter()
        with cursor.copy(f"COPY {_PLAIN} FROM STDIN") as target:
            target.write(data)
        seconds = time.perf_counter() - started
        cursor.execute(f"TRUNCATE {_PLAIN}")
    return seconds


def _stock() -> Stock:
    """Return titles from all over the catalogue, made up where it has too few."""
    from comptoir.core.db import fetch

    rng = random.Random(1)
    known = fetch("SELECT ean FROM catalogue_product WHERE ean LIKE %s ORDER BY ean", ["97%"])
    codes = [ean for (ean,) in known]
    if len(codes) < LINES:
        made = (_ean(number) for number in rng.sample(range(10**8), LINES))
        codes = list(dict.fromkeys([*codes, *made]))
    return {ean: (rng.randint(1, 9), rng.randint(100, 5000)) for ean in rng.sample(codes, LINES)}


def _one_night(stock: Stock, rng: random.Random) -> None:
    for ean in rng.sample(sorted(stock), int(LINES * CHANGED)):
        quantity, price = stock[ean]
        stock[ean] = (quantity % 9 + 1, price)


def _ean(number: int) -> str:
    digits = f"9782{number:08d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return digits + str(-total % 10)


def _empty_shop() -> object:
    from comptoir.shops.models import Shop

    _forget_shop()
    return Shop.objects.create(
        slug=SLUG, name="Bench", kind="books", postcode="86000", latitude=46.58, longitude=0.34
    )


def _forget_shop() -> None:
    from comptoir.core.db import execute
    from comptoir.shops.models import Shop

    of_shop = "(SELECT id FROM shops_shop WHERE slug = %s)"
    for statement in (
        "DELETE FROM stock_stockmovement WHERE offer_id IN"
        f" (SELECT id FROM stock_offer WHERE shop_id = {of_shop})",
        f"DELETE FROM stock_offer WHERE shop_id = {of_shop}",
    ):
        execute(statement, [SLUG])
    Shop.objects.filter(slug=SLUG).delete()
