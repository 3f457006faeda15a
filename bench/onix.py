"""ONIX records per second: a whole import into an empty catalogue, against lxml only parsing them.

The file is made for the run: invented books, about 4 kB a record, reference tags. It comes in
parts, and each part is parsed and imported in turn, so that both meet the moods of the machine.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from lxml import etree

from bench.door import cpu
from bench.onix_file import write_onix
from bench.reserve import postmaster

RECORDS = {"small": 12_000, "full": 100_000}
PARTS = 4


def run(scale: str) -> dict[str, float]:
    """Return the two rates in records per second, how one stands to the other, and what a record
    takes of the processors, PostgreSQL included (ms). What the database holds is not touched."""
    from comptoir.catalogue.operations import import_file

    count = RECORDS[scale]
    parsing = importing = spent = 0.0
    with tempfile.TemporaryDirectory() as folder, _empty_catalogue():
        for part in range(PARTS):
            path = Path(folder) / f"part{part}.xml"
            write_onix(path, first=part * count // PARTS, count=count // PARTS)
            parsing += _timed(lambda path=path: parse_only(path))
            before = _spent()
            importing += _timed(
                lambda path=path: import_file(path=path, reports=settings.VAR / "reports")
            )
            spent += _spent() - before
    done = count // PARTS * PARTS
    return {
        "onix_per_s": done / importing,
        "onix_parse_per_s": done / parsing,
        "onix_ratio": parsing / importing,
        "onix_cpu_ms": 1000 * spent / done,
    }


def _spent() -> float:
    """Return the processor seconds of this process and of PostgreSQL so far."""
    return cpu(os.getpid()) + cpu(int(postmaster().split("\n", 1)[0]))


@contextmanager
def _empty_catalogue() -> Iterator[None]:
    """Put empty tables, with the same indexes and keys, before the real ones on this connection."""
    from comptoir.core.db import execute

    execute("DROP SCHEMA IF EXISTS bench_onix CASCADE")
    execute("CREATE SCHEMA bench_onix")
    for table in ("catalogue_product", "catalogue_contributor", "core_outbox"):
        execute(f"CREATE TABLE bench_onix.{table} (LIKE public.{table} INCLUDING ALL)")
    execute(
        "ALTER TABLE bench_onix.catalogue_contributor ADD FOREIGN KEY (product_id)"
        " REFERENCES bench_onix.catalogue_product DEFERRABLE INITIALLY DEFERRED"
    )
    execute("SET search_path TO bench_onix, public")
    try:
        yield
    finally:
        execute("RESET search_path")
        execute("DROP SCHEMA bench_onix CASCADE")


def parse_only(path: Path) -> int:
    """Parse every record with lxml, as plainly as can be, and forget it."""
    count = 0
    for _event, element in etree.iterparse(path, tag="{*}Product"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def _timed(work: object) -> float:
    began = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - began
