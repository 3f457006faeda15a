"""Which figures are asked for, as an address says it, and what a page shows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from comptoir.figures import phrases
from comptoir.figures.chart import MOST, draw
from comptoir.figures.tables import Axis, Period, Table

EARLIEST = 2000


class Question(NamedTuple):
    """A period and by what it is split; `bad`: the address says what is no period, and the year
    stands instead."""

    period: Period
    axis: Axis
    bad: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    value: int
    label: str
    chosen: bool


def read_question(asked: Mapping[str, str]) -> Question:
    """Return which figures an address asks for: `year`, `from` and `to` (months, 1 to 12), `by`
    (`month`, `town`, `shop`); what it does not say is this year, whole, by month."""
    today = timezone.localdate()
    axis: Axis = "month"
    if asked.get("by") == "town":
        axis = "town"
    elif asked.get("by") == "shop":
        axis = "shop"
    bad = asked.get("by") not in {None, "", "month", axis}
    try:
        year = int(asked.get("year") or today.year)
        first, last = int(asked.get("from") or 1), int(asked.get("to") or 12)
    except ValueError:
        return Question(Period(today.year), axis, True)
    if not (EARLIEST <= year <= today.year + 1 and 1 <= first <= last <= 12):
        return Question(Period(today.year), axis, True)
    return Question(Period(year, first, last), axis, bad)


def context_of(question: Question, table: Table, years: Sequence[int]) -> dict[str, Any]:
    """Return what a page shows of a table: sentences, the chart, the table, and what to choose."""
    period = question.period
    today = timezone.localdate()
    heading = phrases.when(period)
    return {
        "question": question,
        "when": heading,
        "bad": question.bad,
        "sentences": list(phrases.sentences(table.total, period)),
        "chart": draw(table, heading),
        "cut": len(table.lines) > MOST,
        "headings": phrases.headings(table),
        "rows": list(phrases.rows(table)),
        "hides": table.hides,
        "narrow": len(table.names) == 1,
        "years": [
            Choice(year, str(year), year == period.year)
            for year in sorted({*years, today.year, period.year}, reverse=True)
        ],
        "firsts": _months(period.first),
        "lasts": _months(period.last),
        "this_month": today,
    }


def _months(chosen: int) -> list[Choice]:
    return [
        Choice(month, date_format(date(2000, month, 1), "F"), month == chosen)
        for month in range(1, 13)
    ]
