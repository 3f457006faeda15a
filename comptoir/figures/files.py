"""Tables of figures as files: CSV in lines, as they are asked for."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from django.utils.translation import gettext_lazy, pgettext

from comptoir.core.sheet import inert
from comptoir.figures.facts import STEPS
from comptoir.figures.phrases import AXES, HEADINGS
from comptoir.figures.tables import Line, Table

HIDDEN = "*"
"""What stands for a count that is hidden."""
RATES = ("share_percent", "answered_within_minutes", "set_aside_within_minutes")
_IN_WORDS = {
    "share_percent": gettext_lazy("Share collected (%)"),
    "answered_within_minutes": gettext_lazy("Half answered within (minutes of opening)"),
    "set_aside_within_minutes": gettext_lazy("Half set aside within (minutes of opening)"),
}


def written(table: Table, *, in_words: bool = False) -> Iterator[bytes]:
    """Yield the lines of a table as a CSV that a French spreadsheet opens (`core.sheet`); what each
    column holds is in `docs/figures.md`. `in_words`: its headings are for people, in their
    language."""
    rates = RATES if len(table.names) > 1 else ()
    head: list[object]
    if in_words:
        names = [str(HEADINGS[name]) for name in table.names]
        head = [str(AXES[table.axis]), *names, *(str(_IN_WORDS[name]) for name in rates)]
    else:
        head = [table.axis, *["euros" if n == "cents" else n for n in table.names], *rates]
    yield "\ufeff".encode() + _row(head)
    for line in table.lines:
        yield _row(_cells(line, table.names, bool(rates)))
    label = pgettext("figures", "All") if in_words else "total"
    total = Line(label, table.total.counts, *_rates(table.total))
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
