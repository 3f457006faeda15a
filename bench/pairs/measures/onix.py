"""`comptoir catalogue import` of an ONIX file of new titles; the command's start counts."""

import tempfile
import time
from pathlib import Path

from bench.onix_file import write_onix
from bench.pairs.part import Part, Plan, Work
from bench.pairs.side import Side

RECORDS = {"small": 4_000, "full": 20_000}


def prepare(side: Side, plan: Plan) -> int:  # noqa: ARG001
    """Return how many records a turn has."""
    return RECORDS[plan.scale]


def run(side: Side, count: int, turn: int) -> Work:
    """Import a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"turn{turn}.xml")
        write_onix(path, first=turn * count, count=count)
        began = time.perf_counter()
        side.command("catalogue", "import", str(path))
        return Work(count, time.perf_counter() - began)


PARTS = [Part("onix_import", "record", prepare, run)]
