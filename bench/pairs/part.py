"""What a measure is made of: parts that both sides do in turn, each with a unit of work."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, NamedTuple

from bench import load
from bench.pairs.side import Side


class MissingError(Exception):
    """A side does not have what a part asks for: the other's figures are printed alone."""


class Plan(NamedTuple):
    """The scale of a comparison, and how many turns each side has, the first to warm up."""

    scale: str
    turns: int


@dataclass(frozen=True)
class Work:
    """What a side did in a turn: so many units in so many seconds, and how long each wait was.

    Where nothing is done by the unit, the `figures` are what was found, by the end of their names.
    """

    units: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Something that is measured. Both sides do the same: a fixed amount of work, not of time.

    `prepare` makes once a side what `run` works on, which is told the turn (0 warms up and is not
    counted). `run` raises `MissingError` where the side has no such thing. What `ready` does before
    each turn belongs to no unit. `by_jobs` gives a figure until the last job is done too; `by_cpu`
    the units that a second of a processor does. `restarts` is said of a part that ends the side's
    processes: what they took of the processors cannot be read then.
    """

    name: str
    unit: str
    prepare: Callable[[Side, Plan], Any]
    run: Callable[[Side, Any, int], Work]
    by_jobs: bool = False
    by_cpu: bool = False
    ready: Callable[[Side, Any, int], None] | None = None
    restarts: bool = False


def figures(
    part: Part, work: Work, *, until_jobs: float | None, spent: dict[str, float]
) -> dict[str, float]:
    """Return the figures of a turn: rates, waits, and ms of a processor by group and in all."""
    found = {f"{part.name}_{name}": value for name, value in work.figures.items()}
    if not work.units:
        return found
    found[f"{part.name}_per_s"] = work.units / work.seconds
    if len(work.waits) > 1:
        found[f"{part.name}_p50_ms"] = 1000 * quantiles(work.waits, n=2)[0]
        found[f"{part.name}_p95_ms"] = 1000 * quantiles(work.waits, n=20)[-1]
    if until_jobs is not None:
        found[f"{part.name}_jobs_done_per_s"] = work.units / until_jobs
    whole = sum(spent.values()) / work.units
    found[f"{part.name}_cpu_ms"] = whole
    if part.by_cpu and whole:
        found[f"{part.name}_per_cpu_s"] = 1000 / whole
    for group, milliseconds in spent.items():
        found[f"{part.name}_{group}_cpu_ms"] = milliseconds / work.units
    return found


def work_of(result: load.Result, status: int) -> Work:
    """Return the work of a load all of whose answers must have this status."""
    if set(result.statuses) != {status}:
        raise RuntimeError(f"not all answers are {status}: {dict(result.statuses)}")
    return Work(result.statuses[status], result.seconds, result.durations)


def chance(turn: int) -> random.Random:
    """Return what draws for a turn, the same on both sides."""
    return random.Random(7_000_003 + turn)


def check_there(side: Side, path: str, host: str) -> None:
    """Raise `MissingError` if the side has no such page, `RuntimeError` if it fails."""
    answer = side.ask(load.get(path, host))
    if answer.status == 404:
        raise MissingError(path)
    if answer.status != 200:
        raise RuntimeError(f"{side.name}: {path} answers {answer.status}")
