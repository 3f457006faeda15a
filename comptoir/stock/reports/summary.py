"""What a report did or would do, as a table that a French spreadsheet opens, safely."""

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.core.money import plain_cents
from comptoir.core.sheet import Cells, open_sheet
from comptoir.stock.formats.lines import RefusedLine
from comptoir.stock.reports.models import Report
from comptoir.stock.reports.preview import Kind, Row, open_preview
from comptoir.stock.shelf.models import Condition


def write_csv(report: Report, file: IO[bytes]) -> None:
    """Write all that is known of a report as CSV in UTF-8 with its mark, `;` between cells.

    The refused lines come first (the first 20,000), then the remarks (the first 1,000), then each
    title by what happens to it: one that costs more than its publisher's price and vanishes has two
    rows. Prices are in euros with a comma. No cell is a formula.
    """
    with open_sheet(file) as write:
        write(_columns())
        for what, said in (
            (_("line refused"), report.refusals),
            (_("remark"), report.remarks),
        ):
            for line, _code, why, content in said:
                write([what, line, *[""] * 9, why, content])
        with open_preview(report) as preview:
            for kind in Kind:
                for row in preview.rows(kind):
                    write(_cells(kind, row))


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
        *("" if cents is None else plain_cents(cents) for cents in prices),
        why,
        "",
    ]


def said_rows(report: Report) -> Iterator[Cells]:
    """Yield what is kept of a report's refusals, then of its remarks, as rows below their columns:
    those of a refused line, and `status`, `refused` or `remark`. Nothing said, no row."""
    if report.refusals or report.remarks:
        yield [*RefusedLine._fields, "status"]
    for line in report.refusals:
        yield [*line, "refused"]
    for line in report.remarks:
        yield [*line, "remark"]


def summary(report: Report) -> str:
    """Return the status of a report with its figures, in words."""
    status = report.get_status_display()
    if report.reason:
        status = f"{status} ({report.get_reason_display()})"
    counts = _(
        "lines: %(lines)d; %(taken)d taken, %(refused)d refused; %(changed)d changed,"
        " %(appeared)d appeared, %(emptied)d emptied, %(overtaken)d overtaken,"
        " %(unknown)d new and unknown to the catalogue."
    ) % {
        "lines": report.line_count,
        "taken": report.line_count - report.refused_count,
        "refused": report.refused_count,
        "changed": report.changed_count,
        "appeared": report.appeared_count,
        "emptied": report.emptied_count,
        "overtaken": report.overtaken_count,
        "unknown": report.unknown_count,
    }
    if report.remark_count:
        remarks = ngettext("%(count)d remark.", "%(count)d remarks.", report.remark_count)
        counts = f"{counts} {remarks % {'count': report.remark_count}}"
    return _("Telling %(id)d: %(status)s. %(counts)s") % {
        "id": report.pk,
        "status": status,
        "counts": counts,
    }


def preview_lines(report: Report) -> list[str]:
    """Return what a report would do to the stock as it is, a line for each kind that occurs."""
    with open_preview(report) as preview:
        counts = preview.counts()
    lines = [f"{count:>8}  {kind.label}" for kind, count in counts.items() if count]
    return [_("Nothing has changed. If it is applied:"), *lines]
