"""What a run did or would do, as a table that a French spreadsheet opens, safely."""

import csv
import io
from typing import IO

from django.utils.translation import gettext as _

from comptoir.core.report import inert
from comptoir.stock.models import Condition, FeedRun
from comptoir.stock.previews import Kind, Row, open_report


def write_report(run: FeedRun, file: IO[bytes]) -> None:
    """Write all that there is to tell of a run as CSV in UTF-8 with its mark, `;` between cells.

    The refused lines come first (the first 20,000), then each title by what happens to it: one that
    costs more than its publisher says and vanishes has two rows. Prices are in euros with a comma.
    No cell is a formula.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_columns())
    for line, _code, why, content in run.refusals:
        cells = [_("line refused"), line, *[""] * 9, why, content]
        writer.writerow([inert(str(cell)) for cell in cells])
    with open_report(run) as report:
        for kind in Kind:
            for row in report.rows(kind):
                writer.writerow([inert(cell) for cell in _cells(kind, row)])
    text.detach()


def _columns() -> list[str]:
    return [
        _("What"),
        _("Line"),
        "EAN",
        _("Title"),
        _("By"),
        _("Condition"),
        _("Copies before"),
        _("Copies after"),
        _("Price before"),
        _("Price"),
        _("Publisher's price"),
        _("Why"),
        _("What it said"),
    ]


def _cells(kind: Kind, row: Row) -> list[str]:
    why = ""
    if kind is Kind.PRICES and row.is_unlawful:
        why = _("A new book is sold at its publisher's price, or at most 5 % below.")
    prices = (row.old_price, row.price, row.list_price)
    return [
        str(kind.label),
        "",
        row.ean or "",
        row.title,
        row.byline,
        str(Condition(row.condition).label),
        *("" if number is None else str(number) for number in (row.was, row.now)),
        *("" if cents is None else f"{cents // 100},{cents % 100:02d}" for cents in prices),
        why,
        "",
    ]
