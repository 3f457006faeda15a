"""Both sides in turn: A B, B A, …, each with the other at rest."""

import time
from dataclasses import dataclass, field
from typing import Any

from bench.machine import Steal
from bench.pairs.part import MissingError, Part, Plan, figures
from bench.pairs.processes import ALL, Others
from bench.pairs.ratios import Figure, order
from bench.pairs.side import Side

_OF_GROUPS = tuple(f"_{group}_cpu_ms" for group in ALL)


@dataclass
class Measured:
    """What came of a part."""

    figures: list[Figure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seconds: float = 0.0
    stolen_percent: float = 0.0
    others_percent: float = 0.0


def measure(part: Part, before: Side, after: Side, scale: str, pairs: int) -> Measured:
    """Have both sides do a part, once to warm up and then in pairs; return their figures."""
    print(f"\n{part.name}, by {part.unit} ", end="", flush=True)
    began, steal = time.monotonic(), Steal()
    others = None if part.restarts else Others([before.meter(), after.meter()])
    sides = {side.name: side for side in (before, after)}
    states, missing = _prepared(part, sides, Plan(scale, pairs + 1))
    found: dict[str, Figure] = {}
    # What is started anew for each turn has nothing to warm up.
    for pair in range(int(part.restarts), pairs + 1):
        for name in order(pair):
            if name not in states:
                continue
            sides[name].sweep()
            for side in sides.values():
                side.drain()
            print(".", end="", flush=True)
            values = turn_of(part, sides[name], states[name], pair)
            for key, value in values.items() if pair else ():
                figure = found.setdefault(key, Figure(key, judged=not key.endswith(_OF_GROUPS)))
                getattr(figure, name).append(value)
    return Measured(
        list(found.values()),
        missing,
        time.monotonic() - began,
        stolen_percent=steal.percent(),
        others_percent=others.percent() if others else 0.0,
    )


def _prepared(part: Part, sides: dict[str, Side], plan: Plan) -> tuple[dict[str, Any], list[str]]:
    """Return what each side works on, and which sides have no such thing."""
    states, missing = {}, []
    for name, side in sides.items():
        try:
            states[name] = part.prepare(side, plan)
        except MissingError as error:
            missing.append(f"{name} has no {error}")
    return states, missing


def turn_of(part: Part, side: Side, state: object, number: int) -> dict[str, float]:
    """Have one side do its work, wait until what follows from it is done; return its figures."""
    if part.restarts:
        return figures(part, part.run(side, state, number), until_jobs=None, spent={})
    if part.ready:
        part.ready(side, state, number)
    meter, began = side.meter(), time.perf_counter()
    work = part.run(side, state, number)
    side.wait_for_jobs()
    until_jobs = time.perf_counter() - began
    side.drain()
    return figures(part, work, until_jobs=until_jobs if part.by_jobs else None, spent=meter.spent())
