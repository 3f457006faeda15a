"""Measures the present tree against a commit of before, beside each other on this machine.

    python -m bench.pairs --against <commit> [--scale small|full] [--only reserve,search,…]
                          [--pairs 5] [--strict]

`docs/measuring.md` tells how to read what it prints.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module

from bench.document import keep
from bench.machine import describe
from bench.pairs import aims, checkout, data, post
from bench.pairs.ratios import FEWEST_PAIRS, Figure
from bench.pairs.report import show
from bench.pairs.side import Side
from bench.pairs.turns import Measured, measure

MEASURES = (
    *("api", "reserve", "form", "mail", "expire", "search", "pages", "availability", "counter"),
    *("sale", "snapshot", "onix", "memory", "start"),
)


def main() -> int:
    """Run the comparison; return 1 when `--strict` and something became slower."""
    options = _options()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    commit = checkout.commit_of(options.against)
    folder = checkout.folder_of(commit)
    tree = checkout.check_out(commit)
    figures: list[Figure] = []
    with ExitStack() as stack:
        mail_port = stack.enter_context(post.office())
        before = Side("before", tree, folder / options.scale / "before", mail_port)
        after = Side("after", checkout.ROOT, folder / options.scale / "after", mail_port)
        for side in (before, after):
            stack.callback(side.stop)
        _prepare(before, after, options.scale)
        for name in options.only.split(","):
            for part in import_module(f"bench.pairs.measures.{name}").PARTS:
                measured: Measured = measure(part, before, after, options.scale, options.pairs)
                show(measured, aims_of(commit, options.scale))
                figures += measured.figures
            _agrees(after)
    written = {name: value for figure in figures for name, value in figure.written().items()}
    about = {"commit": commit, "scale": options.scale, "pairs": options.pairs}
    target = keep(written, {"against": about, "machine": describe()})
    slower = [figure.name for figure in figures if figure.judged and figure.is_slower]
    print(f"\n{describe()}; {time.monotonic() - began:.0f} s in all; written to {target}")
    print(f"Slower: {', '.join(slower)}" if slower else "Nothing is slower.")
    return 1 if slower and options.strict else 0


def aims_of(commit: str, scale: str) -> Callable[[Figure], str]:
    """Return what says of a figure whether it reached its aim; of most commits nothing."""
    return lambda figure: aims.verdict(figure, scale) if commit.startswith(aims.OF) else ""


def _agrees(side: Side) -> None:
    """Print that a side has what it promised, by its own books. Raises what they say otherwise."""
    began = time.monotonic()
    side.command("check")
    print(f"  comptoir check agrees ({time.monotonic() - began:.0f} s)", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pairs")
    parser.add_argument("--against", required=True, help="a commit, by any name of it")
    parser.add_argument("--scale", choices=data.SIZES, default="full")
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--pairs", type=int, default=FEWEST_PAIRS)
    parser.add_argument("--strict", action="store_true", help="exit with 1 if anything is slower")
    options = parser.parse_args()
    if unknown := set(options.only.split(",")) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    if options.pairs < 1:
        parser.error("at least one pair")
    return options


def _prepare(before: Side, after: Side, scale: str) -> None:
    """Give both the same data, show that it is the same, and have both serve."""
    dump = before.var.parent / "data.dump"
    data.prepare(before, after, scale, dump)
    sums = {side.name: data.checksum(side) for side in (before, after)}
    for name, (told, number) in sums.items():
        print(f"{name:7} {number:08x}: {told}")
    if sums["before"] != sums["after"]:
        raise SystemExit("The two sides do not hold the same data.")
    for side in (before, after):
        side.serve()


if __name__ == "__main__":
    sys.exit(main())
