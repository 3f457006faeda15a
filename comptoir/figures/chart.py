"""The chart of a table, as SVG: bars with their numbers, drawn on the server, without a script."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.figures.phrases import number
from comptoir.figures.tables import Table

MOST = 20
"""So many bars at most; the table has all."""
WIDTH, LABEL, ROW = 360, 116, 20
_BAR = WIDTH - LABEL - 44
_LETTERS = 19


class Bar(NamedTuple):
    """One bar: how many were placed, and of these collected; None what is hidden."""

    label: str
    placed: int | None
    collected: int | None


def bars_of(table: Table) -> list[Bar]:
    """Return the bars of a table, those of its first lines."""
    return [
        Bar(line.label, line.counts.get("placed"), line.counts.get("collected"))
        for line in table.lines[:MOST]
    ]


def draw(table: Table, title: str) -> SafeString:
    """Return the chart of a table; empty where it has no line.

    What was collected is dark, the rest hatched, so that colour alone says nothing. `title` names
    it; a description says the most and the least, and the table beside it has every number.
    """
    bars = bars_of(table)
    if not bars:
        return SafeString("")
    scale = _BAR / max(1, *(bar.placed or 0 for bar in bars))
    height = ROW * len(bars) + 4
    rows = format_html_join("", "{}", ((_row(bar, n, scale),) for n, bar in enumerate(bars)))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="chart-title chart-desc"'
        ' xmlns="http://www.w3.org/2000/svg"><title id="chart-title">{}</title>'
        '<desc id="chart-desc">{}</desc><defs><pattern id="hatch" width="5" height="5"'
        ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="chart__light"'
        ' width="5" height="5"/><rect class="chart__stripe" width="1.6" height="5"/></pattern>'
        "</defs>{}</svg>",
        WIDTH,
        height,
        title,
        described(bars),
        rows,
    )


def described(bars: Sequence[Bar]) -> str:
    """Return what a chart shows, in words."""
    shown = [bar for bar in bars if bar.placed is not None]
    count = len(bars)
    told = ngettext("%(n)s bar.", "%(n)s bars.", count) % {"n": count}
    if not shown:
        return told
    most = max(shown, key=lambda bar: bar.placed or 0)
    least = min(shown, key=lambda bar: bar.placed or 0)
    words = _("The longest: %(most)s, %(many)s; the shortest: %(least)s, %(few)s.")
    return f"{told} " + words % {
        "most": most.label,
        "many": number(most.placed or 0),
        "least": least.label,
        "few": number(least.placed or 0),
    }


def _row(bar: Bar, place: int, scale: float) -> SafeString:
    top = place * ROW + 3
    middle = top + 11
    label = bar.label if len(bar.label) <= _LETTERS else f"{bar.label[: _LETTERS - 1]}…"
    head = format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', LABEL - 6, middle, label)
    if bar.placed is None:
        return format_html('<g>{}<text x="{}" y="{}">…</text></g>', head, LABEL, middle)
    length = round(bar.placed * scale, 1)
    dark = round((bar.collected or 0) * scale, 1)
    return format_html(
        '<g>{}<rect class="chart__all" x="{}" y="{}" width="{}" height="14" fill="url(#hatch)"/>'
        '<rect class="chart__part" x="{}" y="{}" width="{}" height="14"/>'
        '<text x="{}" y="{}">{}</text></g>',
        *(head, LABEL, top, length, LABEL, top, dark),
        *(LABEL + length + 5, middle, number(bar.placed)),
    )
