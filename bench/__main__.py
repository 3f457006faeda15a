"""Measures Comptoir against what stands beside it, on this machine, in the same run.

    python -m bench [--scale small|full] [--only reserve,search,…]

Every figure is printed with what it is measured against, and all are written to `var/bench.json`.
The database is its own (`var/bench/`), made at scale the first time and kept. Machines that are
shared change their speed within minutes, so each measure interleaves its two sides and quotes
medians, and the share of CPU time that others stole is printed beside.
"""

import argparse
import os
import time
from importlib import import_module
from pathlib import Path

from bench.document import keep
from bench.machine import Steal, describe
from comptoir.core import postgres

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
SIZES = {"small": (20_000, 100_000), "full": (1_000_000, 5_000_000)}
MEASURES = (
    "onix",
    "snapshot",
    "search",
    "directory",
    "figures",
    "stock_list",
    "reserve",
    "freshness",
    "echo",
    "night",
    "agent",
    "truth",
    "door",
    "rounds",
    "lockdown",
    "drop",
)
AIMS = {
    "reserve_hot_ratio": (1.0, "at least"),
    "oversold": (0, "at most"),
    "search_p50_ms": (5, "at most"),
    "search_p95_ms": (10, "at most"),
    "search_rebuild_s": (20, "at most"),
    "directory_p95_ms": (30, "at most"),
    "directory_page_kb": (100, "at most"),
    "figures_first_p95_ms": (300, "at most"),
    "figures_p95_ms": (300, "at most"),
    "stock_list_filter_p95_ms": (50, "at most"),
    "stock_list_sort_p95_ms": (50, "at most"),
    "stock_list_page_p95_ms": (50, "at most"),
    "snapshot_ratio": (4.0, "at most"),
    "snapshot_first_ratio": (4.0, "at most"),
    "onix_ratio": (0.6, "at least"),
    "night_slowdown": (1.6, "at most"),
    "freshness_p99_ms": (400, "at most"),
    "freshness_burst_p99_ms": (1500, "at most"),
    "truth_avoidable_broken": (0, "at most"),
    "truth_broken_ratio": (0.5, "at most"),
    "truth_promised_pct": (90, "at least"),
    "truth_hidden_pct": (2, "at most"),
    "doors_close_ms": (2000, "at most"),
    "doors_open_ms": (2000, "at most"),
    **{
        f"drop_{way}_{name}": aim
        for way in ("api", "form")
        for name, aim in {
            "sold": (50, "at least"),
            "persons": (50, "at least"),
            "unanswered": (0, "at most"),
            "answer_max_ms": (5_000, "at most"),
            "mails_s": (60, "at most"),
            "search_slowdown": (2.0, "at most"),
        }.items()
    },
    "agent_lost": (0, "at most"),
    "agent_doubled": (0, "at most"),
}


def main() -> None:
    """Run the measures and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--scale", choices=SIZES, default="full")
    parser.add_argument("--only", default=",".join(MEASURES))
    options = parser.parse_args()
    prepare(options.scale)
    figures: dict[str, float] = {}
    for name in options.only.split(","):
        started, steal = time.monotonic(), Steal()
        print(f"\n{name}", flush=True)
        found = import_module(f"bench.{name}").run(options.scale)
        figures |= found
        for key, value in found.items():
            print(f"  {key:34} {value:>14,.2f}{verdict(key, value)}")
        print(f"  ({time.monotonic() - started:.0f} s, {steal.percent():.1f} % of CPU stolen)")
    target = keep(figures, {"scale": options.scale, "machine": describe()})
    print(f"\nwritten to {target}")


def prepare(scale: str) -> None:
    """Start the bench's own PostgreSQL, set Django up on it, and load the region at scale."""
    os.environ["COMPTOIR_VAR"] = str(VAR / scale)
    os.environ["DJANGO_SETTINGS_MODULE"] = "comptoir.config.settings"
    os.environ["DATABASE_URL"] = postgres.start(VAR / "postgres", f"bench_{scale}")
    import django

    django.setup()
    from django.core.management import call_command

    from comptoir.catalogue.models import Product
    from comptoir.core.db import execute
    from comptoir.demo.scale import load

    call_command("migrate", interactive=False, verbosity=0)
    products, offers = SIZES[scale]
    if Product.objects.count() < products:
        print(f"Making {products:,} products and {offers:,} offers, once…", flush=True)
        load(products=products, offers=offers)
        # Of tables that nobody has looked at the planner knows nothing: the first index of search
        # was once read by nested loops, for ten minutes.
        execute("ANALYZE")


def verdict(key: str, value: float) -> str:
    """Return how a figure stands to its aim, if it has one."""
    if key not in AIMS:
        return ""
    aim, sense = AIMS[key]
    reached = value >= aim if sense == "at least" else value <= aim
    return f"   aim: {sense} {aim:g}: {'reached' if reached else 'MISSED'}"


if __name__ == "__main__":
    try:
        main()
    finally:
        postgres.stop(VAR / "postgres")
