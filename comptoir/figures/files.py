"""Tables of figures as files: CSV in lines, as they are asked for."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from comptoir.core.sheet import inert
from comptoir.figures.facts import STEPS
from comptoir.figures.tables import Line, Table

HIDDEN = "*"
"""What stands for a count that is hidden."""
RATES = ("share_percent", "answered_within_minutes", "set_aside_within_minutes")


def written(table: Table) -> Iterator[bytes]:
    """Yield the lines of a table as a CSV that a French spreadsheet opens (`core.sheet`); what each
    column holds is in `docs/figures.md`."""
    names = ["euros" if name == "cents" else name for name in table.names]
    rates = RATES if len(table.names) > 1 else ()
    yield "\ufeff".encode() + _row([table.axis, *names, *rates])
    for line in table.lines:
        yield _row(_cells(line, table.names, bool(rates)))
    total = Line("total", table.total.counts, *_rates(table.total))
    yield _row(_cells(total, table.names, bool(rates)))


def _rates(line: Line) -> tuple[int | None, int | None, int | None]:
    return line.share, line.answer, line.set_aside


def _cells(line: Line, names: Iterable[str], rates: bool) -> list[object]:
    cells: list[object] = [inert(line.label)]
    for name in names:
        count = line.counts[name]
        if count is None:
            cells.append(HIDDEN)
        else:
            cells.append(f"{count // 100},{count % 100:02}" if name == "cents" else count)
    if rates:
        cells += ["" if line.share is None else line.share]
        cells += [_minutes(step) for step in (line.answer, line.set_aside)]
    return cells


def _minutes(step: int | None) -> object:
    """Return the bound of a step; of what took longer than all, the last with a mark."""
    if step is None:
        return ""
    return STEPS[step] if step < len(STEPS) else f">{STEPS[-1]}"


def _row(cells: list[object]) -> bytes:
    file = StringIO()
    csv.writer(file, delimiter=";").writerow(cells)
    return file.getvalue().encode()
