"""How cost grows: the same work at 10,000, 100,000 and a million titles, of the present tree.

    python -m bench.pairs.growth [--titles 10000,100000,1000000] [--turns 3]

There are five offers a title, in 250 shops. What is printed is processor time a unit (ms), that of
all processes and of those that the work is about, and how many times it grows from first to last.
"""

import argparse
import sys
from contextlib import ExitStack
from importlib import import_module
from statistics import median

from bench.document import keep
from bench.machine import Steal, describe
from bench.pairs import checkout, data, post
from bench.pairs.part import Part, Plan
from bench.pairs.side import Side
from bench.pairs.turns import turn_of

TITLES = "10000,100000,1000000"
OFFERS_A_TITLE = 5
MEASURES = ("search", "pages", "availability", "form", "sale", "snapshot")
SHOWN = {
    "search_page": "search",
    "product_page": "title page",
    "availability": "who has it (API)",
    "form": "reservation by the form",
    "sale": "sale at the till",
    "sale_follower": "index update",
    "snapshot_night": "snapshot, a line",
}


def main() -> None:
    """Run the same work at each size and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.pairs.growth")
    parser.add_argument("--titles", default=TITLES)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    sizes = [int(size) for size in options.titles.split(",")]
    steal, costs = Steal(), {}
    with ExitStack() as stack:
        port = stack.enter_context(post.office())
        for size in sizes:
            side = Side(
                "present", checkout.ROOT, checkout.ROOT / "var" / "growth" / str(size), port
            )
            stack.callback(side.stop)
            data.keep(side, size, OFFERS_A_TITLE * size)
            side.serve()
            costs[size] = _costs(side, options.turns)
            side.stop()
    _print(costs, sizes)
    figures = {
        f"growth_{name}_{size}_cpu_ms": costs[size][name] for size in sizes for name in SHOWN
    }
    keep(figures, {"growth_machine": describe()})
    print(f"{describe()}; {steal.percent():.1f} % of CPU stolen")


def _costs(side: Side, turns: int) -> dict[str, float]:
    """Return processor ms a unit, by what it is."""
    found: dict[str, float] = {}
    parts: list[Part] = [
        part for name in MEASURES for part in import_module(f"bench.pairs.measures.{name}").PARTS
    ]
    for part in parts:
        if part.name not in SHOWN:
            continue
        state = part.prepare(side, Plan("small", turns + 1))
        seen: list[dict[str, float]] = []
        for turn in range(turns + 1):
            side.sweep()
            side.drain()
            seen.append(turn_of(part, side, state, turn))
        for name in (part.name, f"{part.name}_follower"):
            found[name] = median(values[f"{name}_cpu_ms"] for values in seen[1:])
    return found


def _print(costs: dict[int, dict[str, float]], sizes: list[int]) -> None:
    heads = "".join(f"{size:>12,}" for size in sizes)
    print(f"{'ms of a processor':26}{heads}{'last : first':>14}")
    for name, what in SHOWN.items():
        values = [costs[size][name] for size in sizes]
        row = "".join(f"{value:12.3f}" for value in values)
        times = values[-1] / values[0] if values[0] else float("nan")
        print(f"{what:26}{row}{times:14.2f}")


if __name__ == "__main__":
    sys.exit(main())
