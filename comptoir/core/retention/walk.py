"""The table of what is kept: said in words, counted at a day, enforced, proved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import ngettext

from comptoir.core.models import Erasure
from comptoir.core.retention.shape import Elsewhere, Eraser, Kept, Term, declarations

MOST_ROUNDS = 100
_SETTING = re.compile(r"COMPTOIR_(\w+_DAYS)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, in the reader's language. `place` is a model or another place; `name`
    tells the rows of one place apart, by its columns; `dated`, whether a job ends it."""

    place: str
    name: str
    what: str
    why: str
    until: str
    dated: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many things of a row of the table are past their date."""

    row: str
    past: int


class NotErasedError(Exception):
    """Something was past its date after a run: `rows` name it, with how much."""

    def __init__(self, rows: dict[str, int], failures: list[str]) -> None:
        told = [f"{name}: {n}" for name, n in rows.items()] + failures
        super().__init__("past its date: " + "; ".join(told))
        self.rows = rows
        self.failures = failures


def table() -> list[Row]:
    """Return all that is kept about people: what, why, until when, as the reader's language says
    it, with the days that this installation has set."""
    return [row for _label, rows in rows_by_package() for row in rows]


def rows_by_package() -> list[tuple[str, list[Row]]]:
    """Return the rows of `table` by the package that declares them; of each that has some."""
    found = [
        (label, [*map(_row, declaration.kept), *map(_row, declaration.elsewhere)])
        for label, declaration in declarations()
    ]
    return [(label, rows) for label, rows in found if rows]


def said_once(rows: list[Row]) -> list[tuple[str, str, str]]:
    """Return what, why, until when of rows, each once: many tables keep who acted."""
    return list(dict.fromkeys((row.what, row.why, row.until) for row in rows))


def due(now: datetime) -> list[Count]:
    """Return, of every row of the table that has a date, how much will be past it at a moment."""
    return [
        Count(name_of(each), each.until.past(each.model if isinstance(each, Kept) else "", now))
        for each in _each()
        if isinstance(each.until, Term)
    ]


def erase_all(now: datetime) -> Erasure:
    """Erase all that is past its date, row by row of the table; return the proof, which is kept.

    An eraser that fails stops no other. What is left past its date then is in the proof, and raised
    behind it. Guard: none, the system's own. Locks, announces: as each eraser. Writes: the proof,
    which has figures and no person. Raises `NotErasedError`.
    """
    before = {each.row: each.past for each in due(now) if each.past}
    left, failures = before, list[str]()
    # Some take so many at a time: again, as long as something goes.
    for _round in range(MOST_ROUNDS):
        failures = _erase_once(now)
        had, left = left, {each.row: each.past for each in due(now) if each.past}
        if not left or left == had:
            break
    proof = Erasure.objects.create(
        at=timezone.now(),
        day=now,
        gone={name: n - left.get(name, 0) for name, n in before.items()},
        left=left,
        failures=failures,
    )
    if left or failures:
        raise NotErasedError(left, failures)
    return proof


def name_of(each: Kept | Elsewhere) -> str:
    """Return what a row of the table is called: its model and columns, or its place."""
    if isinstance(each, Elsewhere):
        return each.place
    return f"{each.model} ({', '.join(each.columns)})"


def in_days(words: str) -> str:
    """Return a text with the settings that it names as so many days."""

    def said(found: re.Match[str]) -> str:
        days = getattr(settings, found[1])
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}

    return _SETTING.sub(said, words)


def _row(each: Kept | Elsewhere) -> Row:
    return Row(
        each.model if isinstance(each, Kept) else each.place,
        name_of(each),
        str(each.what),
        str(each.why),
        in_days(str(each.until.words)),
        isinstance(each.until, Term),
    )


def _erase_once(now: datetime) -> list[str]:
    """Call every eraser; return which failed, and how: by its kind, for
    its words may quote a row."""
    failures = []
    for erase in _erasers():
        try:
            erase(now)
        except Exception as failure:
            failures.append(f"{erase.__module__}: {type(failure).__name__}")
    return failures


def _each() -> Iterator[Kept | Elsewhere]:
    for _label, declaration in declarations():
        yield from declaration.kept
        yield from declaration.elsewhere


def _erasers() -> list[Eraser]:
    """Return every eraser once, in the order of the packages: those above build on those below."""
    found = [each.until.erase for each in _each() if isinstance(each.until, Term)]
    return list(dict.fromkeys(found))
