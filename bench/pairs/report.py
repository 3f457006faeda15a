"""What a comparison prints: a line a figure, and the processor time of a unit by group."""

from collections.abc import Callable
from statistics import median

from bench.pairs.ratios import Figure
from bench.pairs.turns import Measured

_HEAD = f"  {'':32} {'before':>12} {'after':>12} {'times better':>13} {'by pair':>15}"


def show(measured: Measured, aims: Callable[[Figure], str]) -> None:
    """Print the figures of a part, each with what it was to reach."""
    print(f"\n{_HEAD}")
    for figure in measured.figures:
        if figure.judged or any(figure.before + figure.after):
            print(f"{_line(figure)}  {aims(figure)}".rstrip())
    for reason in measured.missing:
        print(f"  {reason}: the other's figures stand alone")
    print(
        f"  ({measured.seconds:.0f} s, {measured.stolen_percent:.1f} % of CPU stolen,"
        f" {measured.others_percent:.0f} % taken by others of this machine)",
        flush=True,
    )


def _line(figure: Figure) -> str:
    name = figure.name if figure.judged else f"  {figure.name}"
    before, after = (
        _number(median(values)) if values else "–" for values in (figure.before, figure.after)
    )
    if not figure.is_of_both:
        return f"  {name:32} {before:>12} {after:>12}"
    gains = figure.gains
    spread = f"{min(gains):.2f} … {max(gains):.2f}"
    verdict = f"  {figure.verdict}" if figure.judged else ""
    return f"  {name:32} {before:>12} {after:>12} {figure.gain:>13.3f} {spread:>15}{verdict}"


def _number(value: float) -> str:
    return f"{value:,.{0 if value >= 1000 else 1 if value >= 10 else 4}f}"
