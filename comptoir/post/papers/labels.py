"""Address labels: each address as large as its label allows, from any place of a begun sheet."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from comptoir.core.pdf.letters import printable
from comptoir.core.pdf.paper import INK, SOFT, Paper
from comptoir.core.words import spaced_code
from comptoir.post.papers.sheets import Sheet
from comptoir.post.papers.values import ParcelPaper

_PAD = 4.0
"""Millimetres at the edges of a label that stay empty: printers reach no edge of a sheet."""
_LARGEST, _UNBROKEN, _BROKEN, _LEAST = 18.0, 10.5, 13.0, 6.0
"""Points: letters are so large at most; no line is broken as long as they stay so large; of an
address with broken lines they are so large at most; smaller ones nobody reads."""
_LEADING = 0.42
"""Millimetres a line takes, a point of its letters."""
_BARS = (46.0, 7.0)


def labels(
    parcels: Sequence[ParcelPaper], sheet: Sheet, *, first: int, language: str, made_at: datetime
) -> bytes:
    """Return labels as PDF, one a parcel, the first at this place (from 1) of the first sheet."""
    paper = Paper(
        title=_("Address labels"), language=language, made_at=made_at, size=sheet.page, margin=0
    )
    add_labels(paper, parcels, sheet, first=first)
    return paper.made()


def add_labels(paper: Paper, parcels: Sequence[ParcelPaper], sheet: Sheet, *, first: int) -> None:
    """Add pages of labels to a paper."""
    paper.set_auto_page_break(auto=False)
    for place, parcel in enumerate(parcels, first - 1):
        if place % sheet.places == 0 or place == first - 1:
            paper.add_page(format=sheet.page)
            paper.set_margin(0)
            paper.c_margin = 0
        left, top = sheet.corner(place % sheet.places)
        _label(paper, parcel, left, top, *sheet.label)


def _label(
    paper: Paper, parcel: ParcelPaper, left: float, top: float, wide: float, high: float
) -> None:
    """Draw one label: who sends it, to whom, and below the order's number, also as bars."""
    left, top, wide, high = left + _PAD, top + _PAD, wide - 2 * _PAD, high - 2 * _PAD
    is_large = high > 45
    foot = _foot(paper, parcel, left, top + high, wide, bars=is_large)
    if is_large:
        from_high = _sender(paper, parcel, left, top, wide)
        top, high = top + from_high, high - from_high
    _address(paper, parcel, left, top, wide, high - foot)


def _sender(paper: Paper, parcel: ParcelPaper, left: float, top: float, wide: float) -> float:
    """Write who sends it, on one line with a rule below; return how high that is."""
    home = parcel.sender
    words = ", ".join(home.written(home=home.country))
    text = printable(_("From: %(address)s") % {"address": words})
    _fit(paper, text, wide, 8.5, 5.5)
    paper.set_text_color(*SOFT)
    paper.set_xy(left, top)
    paper.cell(wide, 4, text)
    paper.set_draw_color(*SOFT)
    paper.set_line_width(0.2)
    paper.line(left, top + 5, left + wide, top + 5)
    paper.set_text_color(*INK)
    return 7


def _foot(
    paper: Paper, parcel: ParcelPaper, left: float, bottom: float, wide: float, *, bars: bool
) -> float:
    """Write the order's number at the foot; return how high that is."""
    words = " · ".join(filter(None, (spaced_code(parcel.code), parcel.place)))
    high = 4.0
    paper.set_font("sans", "", 8 if bars else 7)
    paper.set_text_color(*SOFT)
    paper.set_xy(left, bottom - high)
    paper.cell(wide, high, words, align="L" if bars else "R")
    paper.set_text_color(*INK)
    if bars:
        bars_wide, bars_high = _BARS
        paper.draw_bars(
            parcel.code,
            left=left + wide - bars_wide,
            top=bottom - bars_high,
            wide=bars_wide,
            high=bars_high,
        )
        return bars_high + 2
    return high


def _address(
    paper: Paper, parcel: ParcelPaper, left: float, top: float, wide: float, high: float
) -> None:
    """Write to whom it goes, as large as fits, in the middle of what is left."""
    lines = [printable(line) for line in parcel.to.written(home=parcel.sender.country)]
    size, rows = _set(paper, lines, wide, high)
    step = min(size * _LEADING, high / max(1, len(rows)))
    at = top + max(0.0, (high - step * len(rows)) / 2)
    for bold, row in rows:
        paper.set_font("sans", "B" if bold else "", size)
        paper.set_xy(left, at)
        paper.cell(wide, step, row)
        at += step


def _set(
    paper: Paper, lines: Sequence[str], wide: float, high: float
) -> tuple[float, list[tuple[bool, str]]]:
    """Return how large an address is written, in points, and its rows: unbroken where its letters
    stay readable, else broken, as large as that allows."""
    for limits, broken in (((_LARGEST, _UNBROKEN), False), ((_BROKEN, _LEAST), True)):
        size = limits[0]
        while size >= limits[1]:
            found = [_rows(paper, line, at == 0, size, wide) for at, line in enumerate(lines)]
            rows = [row for each in found for row in each]
            if len(rows) * size * _LEADING <= high and (broken or len(rows) == len(lines)):
                return size, rows
            size -= 0.5
    return size, rows


def _rows(paper: Paper, line: str, bold: bool, size: float, wide: float) -> list[tuple[bool, str]]:
    """Return a line broken between words where it is wider than its label; a word that is wider
    alone is broken where it is."""
    paper.set_font("sans", "B" if bold else "", size)
    rows: list[str] = []
    row = ""
    for word in line.split():
        longer = f"{row} {word}".strip()
        if row and paper.get_string_width(longer) > wide:
            rows.append(row)
            longer = word
        while paper.get_string_width(longer) > wide and len(longer) > 1:
            cut = next(
                n
                for n in range(len(longer) - 1, 0, -1)
                if n == 1 or paper.get_string_width(longer[:n]) <= wide
            )
            rows.append(longer[:cut])
            longer = longer[cut:]
        row = longer
    return [(bold, each) for each in (*rows, row) if each]


def _fit(paper: Paper, text: str, wide: float, size: float, least: float) -> None:
    """Set the largest letters by which a text fits on one line, down to `least`."""
    paper.set_font("sans", "", size)
    while size > least and paper.get_string_width(text) > wide:
        size -= 0.25
        paper.set_font("sans", "", size)
