"""What a run did or would do, as a table that a French spreadsheet opens, safely."""

import csv
import io
from typing import IO

from django.utils.translation import gettext as _

from comptoir.core.refusals import inert
from comptoir.stock.reports.models import FeedRun
from comptoir.stock.reports.preview import Kind, Row, open_report
from comptoir.stock.shelf.models import Condition


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


def summary(run: FeedRun) -> str:
    """Return what became of a telling, with its figures."""
    status = run.get_status_display()
    if run.reason:
        status = f"{status} ({run.get_reason_display()})"
    counts = _(
        "%(lines)d lines: %(taken)d taken, %(refused)d refused; %(changed)d changed,"
        " %(appeared)d appeared, %(emptied)d emptied, %(overtaken)d overtaken,"
        " %(unknown)d new and unknown to the catalogue."
    ) % {
        "lines": run.line_count,
        "taken": run.line_count - run.refused_count,
        "refused": run.refused_count,
        "changed": run.changed_count,
        "appeared": run.appeared_count,
        "emptied": run.emptied_count,
        "overtaken": run.overtaken_count,
        "unknown": run.unknown_count,
    }
    return _("Telling %(id)d: %(status)s. %(counts)s") % {
        "id": run.pk,
        "status": status,
        "counts": counts,
    }


def tell_preview(run: FeedRun) -> list[str]:
    """Return what a run would do to the stock as it is, a line for each kind that there is."""
    with open_report(run) as report:
        counts = report.counts()
    lines = [f"{count:>8}  {kind.label}" for kind, count in counts.items() if count]
    return [_("Nothing has changed. If it is applied:"), *lines]
