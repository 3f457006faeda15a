"""Waiting until a side has nothing left to do, so that it takes nothing from the other's turn.

Its jobs are in a table, and are asked for. How far those have come who follow the outbox, and what
PostgreSQL does behind, each version keeps in its own way: these are known to rest by what they take
of the processors.
"""

import time
from collections.abc import Callable
from typing import Any

import psycopg

POLL_SECONDS = 0.05
LOOK_SECONDS = 0.5
IDLE_SHARE = 0.12
"""Of one processor: polling takes about half of it."""
LONGEST_SECONDS = 600.0

_WAITING = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
    " OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
)


class NeverDrainedError(Exception):
    """A side went on working for longer than anything measured here can take."""


def waiting(connection: psycopg.Connection[Any]) -> int:
    """Return how many jobs are to be done now, or are being done."""
    row = connection.execute(_WAITING).fetchone()
    return int(row[0]) if row else 0


def until_no_job_waits(
    connection: psycopg.Connection[Any],
    *,
    seconds: float = LONGEST_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until no job is due. Raises `NeverDrainedError` when that takes too long."""
    until = time.monotonic() + seconds
    while count := waiting(connection):
        if time.monotonic() > until:
            raise NeverDrainedError(f"{count} jobs still wait after {seconds:.0f} s")
        sleep(POLL_SECONDS)


def until_quiet(
    spent: Callable[[], dict[str, float]],
    *,
    seconds: float = LONGEST_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the processes of a meter take next to nothing; `spent` tells ms by group.

    Raises `NeverDrainedError` when that takes too long.
    """
    until = time.monotonic() + seconds
    before, looked_at = sum(spent().values()), time.monotonic()
    while True:
        sleep(LOOK_SECONDS)
        now, at = sum(spent().values()), time.monotonic()
        if now - before <= IDLE_SHARE * 1000 * max(at - looked_at, LOOK_SECONDS):
            return
        if at > until:
            raise NeverDrainedError(f"its processes still work after {seconds:.0f} s")
        before, looked_at = now, at
