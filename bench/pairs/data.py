"""The same data for both sides: made once by the older commit's own command, and copied.

What was made is dumped, and restored on both sides into a database that is never served
(`pristine`). Each run begins with a fresh copy of it, which the side's version migrates; so the
data of a comparison is always the same, whatever was measured before and whatever the present tree
was in between.
"""

import zlib
from pathlib import Path

from bench.pairs.side import Side

SIZES = {"small": (20_000, 100_000), "full": (1_000_000, 5_000_000)}
SHOPS = 250
STOCKED = 1_000
COPIES = 1_000_000
TILLS = 40
"""The newest shops, as many, are kept for files of tills: what they have is not made plenty."""
_COUNTED = (
    "catalogue_product",
    "catalogue_contributor",
    "shops_shop",
    "stock_offer",
    "stock_stockmovement",
    "orders_order",
)
# Copies enough for every load, with the movement that explains them.
_REFILL = """
WITH chosen AS (
    SELECT o.id, o.on_hand FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
    JOIN shops_shop s ON s.id = o.shop_id AND s.paused_at IS NULL
    WHERE o.condition = 'new' AND p.ean IS NOT NULL AND p.state = 'listed'
      AND s.id NOT IN (SELECT id FROM shops_shop ORDER BY id DESC LIMIT %s)
    ORDER BY md5(o.id::text) LIMIT %s
), there AS (
    UPDATE stock_offer o SET on_hand = o.held + %s FROM chosen c WHERE o.id = c.id
    RETURNING o.id, o.on_hand - c.on_hand AS delta
)
INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind)
SELECT id, delta, 'counted', now(), 'system' FROM there
"""


def prepare(before: Side, after: Side, scale: str, dump: Path) -> None:
    """Give both sides a fresh copy of the same data, at their version, with its search index."""
    for side in (before, after):
        side.start_postgres()
    if not dump.exists():
        for side in (before, after):
            _run(side, "DROP DATABASE IF EXISTS pristine WITH (FORCE)")
        make(before, *SIZES[scale])
        _dump(before, dump)
    for side in (before, after):
        _restore(side, dump)
        _clone(side, "pristine", "comptoir")
        # What it does, both sides do before each turn (`Side.sweep`), instead of each at its time.
        _run(side, "ALTER SYSTEM SET autovacuum = off")
        _run(side, "SELECT pg_reload_conf()")
        side.command("migrate")
        side.command("search", "rebuild")


def checksum(side: Side) -> tuple[str, int]:
    """Return how much there is of everything, in words and in a number that tells it apart."""
    counts = [side.rows(f"SELECT count(*) FROM {table}")[0][0] for table in _COUNTED]
    sums = side.rows(
        "SELECT coalesce(sum(on_hand), 0), coalesce(sum(held), 0), coalesce(sum(price_cents), 0),"
        " coalesce(sum(product_id * shop_id), 0) FROM stock_offer"
    )[0]
    told = ", ".join(f"{n:,} {name}" for name, n in zip(_COUNTED, counts, strict=True))
    return told, zlib.crc32(repr((counts, [int(number) for number in sums])).encode())


def make(side: Side, products: int, offers: int) -> None:
    """Make a region of a side by its own command, with copies enough for the loads."""
    print(f"Making {products:,} products and {offers:,} offers, once…", flush=True)
    side.start_postgres()
    _clone(side, "template0", "comptoir")
    side.command("migrate")
    side.command(
        *("demo", "--products", str(products), "--offers", str(offers), "--shops", str(SHOPS))
    )
    with side.connect() as connection:
        connection.execute(_REFILL, [TILLS, STOCKED, COPIES])


def keep(side: Side, products: int, offers: int) -> None:
    """Start the region of a side, made by `make` before or now."""
    side.start_postgres()
    with side.connect("postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'comptoir'")
        is_made = known.fetchone() is not None
    if not is_made or not side.rows("SELECT to_regclass('stock_offer')")[0][0]:
        make(side, products, offers)
        return
    side.command("migrate")
    if side.rows("SELECT count(*) FROM catalogue_product")[0][0] < products:
        make(side, products, offers)


def _dump(side: Side, dump: Path) -> None:
    begun = dump.with_suffix(".begun")
    side.program("pg_dump", "--format=custom", "--compress=1", f"--file={begun}", side.url())
    begun.rename(dump)


def _restore(side: Side, dump: Path) -> None:
    """Restore the dump where that was not done yet; both sides thus lie alike on the disk."""
    with side.connect("postgres") as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pristine'")
        if known.fetchone():
            return
    _clone(side, "template0", "begun")
    side.program(
        "pg_restore",
        *("--no-owner", "--jobs=2", "--exit-on-error", f"--dbname={side.url('begun')}", str(dump)),
    )
    with side.connect("begun") as connection:
        connection.execute("VACUUM (FREEZE, ANALYZE)")
    _run(side, "ALTER DATABASE begun RENAME TO pristine")


# A copy is quiet, but what is measured is one that speaks. Older versions know of neither.
_SPEAKS = (
    "DO $$ BEGIN IF to_regclass('core_installation') IS NOT NULL"
    " THEN DELETE FROM core_installation; END IF; END $$"
)


def _clone(side: Side, template: str, name: str) -> None:
    """Make a database anew from a template; an empty one with the collation Comptoir wants."""
    collation = (
        " ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
        if template == "template0"
        else " STRATEGY file_copy"
    )
    _run(side, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _run(side, f"CREATE DATABASE {name} TEMPLATE {template}{collation}")
    with side.connect(name) as connection:
        connection.execute(_SPEAKS.encode())


def _run(side: Side, statement: str) -> None:
    with side.connect("postgres") as connection:
        connection.execute(statement.encode())
