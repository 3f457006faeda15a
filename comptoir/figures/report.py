"""The yearly report of a network as PDF, which goes into a grant file as it is.

What it shows is what pages show of the same year, hidden alike (`figures.publication`). It has a
title, a language, and an outline; every chart is followed by its words and its table.
"""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from fpdf.enums import Align
from fpdf.fonts import FontFace
from fpdf.prefs import ViewerPreferences

from comptoir.core.db import fetch
from comptoir.core.pdf.paper import BORDEAUX, INK, SOFT, Paper
from comptoir.core.words import in_words
from comptoir.figures import phrases
from comptoir.figures.chart import Bar, bars_of, described
from comptoir.figures.publication import Year, year_of
from comptoir.figures.reads import Unmet, unmet_of
from comptoir.figures.suppression import LEAST
from comptoir.figures.tables import Axis, Line, Period, Table, table_of
from comptoir.networks.models import Network

_RULE, _BAND, _WASH = (228, 217, 199), (251, 247, 240), (246, 231, 228)
_COLUMNS = (
    *("placed", "here", "collected", "share", "not_found", "lapsed", "unconfirmed", "open"),
    *("answer", "set_aside", "unanswered", "newcomers"),
)
_BAR, _LABEL = 6.2, 46
_MEMBERS = """
SELECT s.name, s.city, min(m.first_day) FROM figures_memberspan m
JOIN shops_shop s ON s.id = m.shop_id
WHERE m.network_id = %(network)s AND m.first_day <= %(last)s
  AND (m.last_day IS NULL OR m.last_day >= %(first)s)
GROUP BY s.id, s.name, s.city ORDER BY s.city, s.name
"""


class _Report(Paper):
    """The pages of a report: numbers at their foot but on the first, headings in the outline."""

    def __init__(self, title: str, language: str) -> None:
        super().__init__(title=title, language=language, made_at=timezone.now())
        self._title = title
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)

    def footer(self) -> None:
        """Write the foot of a page."""
        if self.page_no() > 1:
            self.set_y(-14)
            self.set_font("sans", "", 8)
            self.set_text_color(*SOFT)
            self.cell(self.epw - 15, 5, self._title)
            self.cell(15, 5, str(self.page_no()), align=Align.R)
            self.set_text_color(*INK)

    def head(self, text: str) -> None:
        """Begin a part."""
        self.start_section(text)
        self.set_font("serif", "B", 20)
        self.set_text_color(*BORDEAUX)
        self.multi_cell(self.epw, 9, text, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*INK)
        self.ln(2)

    def say(self, text: str, size: float = 10.5, style: str = "", family: str = "sans") -> None:
        """Write a paragraph."""
        self.set_font(family, style, size)
        self.multi_cell(self.epw, size * 0.5, text, align=Align.L, new_x="LMARGIN", new_y="NEXT")
        self.ln(size * 0.16)

    def begin_table(self, size: float) -> FontFace:
        """Set what cells are written with, and return what their headings are."""
        self.set_font("sans", "", size)
        self.set_draw_color(*_RULE)
        self.set_fill_color(255)
        return FontFace(family="sans", emphasis="BOLD", color=INK, fill_color=_BAND)


def report(network: Network, year: int, *, language: str) -> bytes:
    """Return a network's report on a year as PDF, in a language of the site."""
    with override(language):
        found = year_of(network, year)
        title = _("%(network)s: reservations in %(year)s") % {"network": network.name, "year": year}
        paper = _Report(title, language)
        _title_page(paper, network, year)
        whole = Period(year)
        total = table_of(found, "month", whole)
        unmet = unmet_of(network, year)
        _summary(paper, found, total, unmet)
        for axis, name in _parts():
            _part(paper, table_of(found, axis, whole), name)
        _wanted(paper, unmet)
        _method(paper)
        _members(paper, network, year)
        return paper.made()


def _parts() -> Sequence[tuple[Axis, str]]:
    return (("month", _("By month")), ("town", _("By town")), ("shop", _("By shop")))


def _title_page(paper: _Report, network: Network, year: int) -> None:
    paper.add_page()
    paper.start_section(network.name)
    paper.set_fill_color(*BORDEAUX)
    paper.rect(0, 0, paper.w, 14, style="F")
    paper.set_y(80)
    paper.write_centred(network.name, family="serif", size=34, style="B", lines=3)
    paper.ln(6)
    paper.write_centred(
        _("Books and records reserved, and collected in the shop"), family="serif", size=17, lines=2
    )
    paper.ln(10)
    paper.set_text_color(*BORDEAUX)
    paper.write_centred(str(year), family="serif", size=48, style="B")
    paper.set_text_color(*SOFT)
    paper.set_y(-52)
    known = {"day": in_words(timezone.localdate()), "site": settings.SITE_NAME}
    paper.write_centred(
        _("Report made on %(day)s from the figures of %(site)s.") % known, family="sans", size=11
    )
    if timezone.localdate() <= date(year, 12, 31):
        paper.write_centred(
            _("The year has not ended: these are figures so far."), family="sans", size=11
        )
    paper.set_text_color(*INK)


def _summary(paper: _Report, year: Year, table: Table, unmet: Unmet) -> None:
    paper.add_page()
    paper.head(_("The year in sentences"))
    if year.empty:
        paper.say(_few())
        return
    first, *others = phrases.sentences(table.total, table.period)
    paper.say(first, 17, family="serif")
    paper.ln(2)
    for each in others:
        paper.say(each, 12)
    told = ngettext(
        "%(n)s member took in reservations.", "%(n)s members took in reservations.", year.members
    )
    paper.say(told % {"n": phrases.number(year.members)}, 12)
    if said := phrases.of_unmet(unmet):
        paper.say(said, 12)
    paper.ln(4)
    _chart(paper, table, _("Reservations by month"))


def _few() -> str:
    told = ngettext(
        "There is fewer than %(n)s reservation in that year: nothing is shown, so that nobody is"
        " recognised.",
        "There are fewer than %(n)s reservations in that year: nothing is shown, so that nobody is"
        " recognised.",
        LEAST,
    )
    return told % {"n": LEAST}


def _part(paper: _Report, table: Table, name: str) -> None:
    if not table.lines:
        return
    paper.add_page(orientation="L")
    paper.head(name)
    if table.axis == "town":
        _chart(paper, table, _("Reservations by town, the towns with most"))
    _table(paper, table)
    if table.hides:
        told = ngettext(
            "“…”: a count under %(n)s, or one that would tell such a count by subtraction.",
            "“…”: a count under %(n)s, or one that would tell such a count by subtraction.",
            LEAST,
        )
        paper.ln(1)
        paper.say(told % {"n": LEAST}, 8.5)


def _chart(paper: _Report, table: Table, name: str) -> None:
    """Draw the bars of a table as vectors, and say under them what they show."""
    bars = bars_of(table)
    if not bars:
        return
    paper.say(name, 11, "B")
    width = min(paper.epw, 170) - _LABEL - 20
    scale = width / max(1, *(bar.placed or 0 for bar in bars))
    for bar in bars:
        if paper.will_page_break(_BAR):
            paper.add_page()
        _bar(paper, bar, scale)
    paper.ln(1)
    paper.set_text_color(*SOFT)
    told = _(
        "Each bar: reservations; its dark part: those that were collected, where that is shown."
    )
    paper.say(f"{told} {described(bars)}", 8.5)
    paper.set_text_color(*INK)
    paper.ln(3)


def _bar(paper: _Report, bar: Bar, scale: float) -> None:
    left, top = paper.l_margin + _LABEL + 2, paper.get_y()
    paper.set_font("sans", "", 9)
    label = bar.label
    while paper.get_string_width(label) > _LABEL and len(label) > 2:
        label = f"{label.rstrip('…')[:-1]}…"
    paper.cell(_LABEL, _BAR, label, align=Align.R)
    length, dark = (bar.placed or 0) * scale, (bar.collected or 0) * scale
    height = _BAR - 1.6
    paper.set_draw_color(*BORDEAUX)
    paper.set_line_width(0.2)
    if length:
        paper.set_fill_color(*_WASH)
        paper.rect(left, top + 0.8, length, height, style="DF")
        with paper.rect_clip(left, top + 0.8, length, height):
            step = left - height
            while step < left + length:
                paper.line(step, top + 0.8 + height, step + height, top + 0.8)
                step += 1.6
    if dark:
        paper.set_fill_color(*BORDEAUX)
        paper.rect(left, top + 0.8, dark, height, style="F")
    paper.set_xy(left + length + 1.5, top)
    paper.cell(18, _BAR, "…" if bar.placed is None else phrases.number(bar.placed))
    paper.set_xy(paper.l_margin, top + _BAR)


def _table(paper: _Report, table: Table) -> None:
    headings = [str(phrases.AXES[table.axis]), *(str(phrases.HEADINGS[n]) for n in _COLUMNS)]
    bold = paper.begin_table(8)
    lines = [*table.lines, table.total] if len(table.lines) > 1 else table.lines
    with paper.table(
        col_widths=(48, 22, *(17,) * (len(_COLUMNS) - 1)),
        text_align=(Align.L, *(Align.R,) * len(_COLUMNS)),
        headings_style=bold,
        borders_layout="HORIZONTAL_LINES",
        line_height=4.2,
        padding=(0.9, 1.2),
    ) as drawn:
        drawn.row(headings)
        for line in lines:
            drawn.row(_cells(line), style=bold if line is table.total else None)


def _cells(line: Line) -> list[str]:
    return [line.label, *(phrases.cell(line, name) for name in _COLUMNS)]


def _wanted(paper: _Report, unmet: Unmet) -> None:
    if not unmet.titles:
        return
    paper.add_page()
    paper.head(_("Asked for in vain"))
    paper.say(phrases.of_unmet(unmet), 12)
    bold = paper.begin_table(9)
    with paper.table(
        col_widths=(90, 60, 20),
        text_align=(Align.L, Align.L, Align.R),
        headings_style=bold,
        borders_layout="HORIZONTAL_LINES",
        line_height=4.6,
        padding=(0.9, 1.2),
    ) as drawn:
        drawn.row([_("Title"), _("By whom"), _("Times")])
        for each in unmet.titles:
            drawn.row([each.product.title, each.product.byline, phrases.number(each.times)])


def _method(paper: _Report) -> None:
    paper.add_page(orientation="P")
    paper.head(_("How this was counted"))
    for name, text in phrases.definitions():
        paper.say(name, 11, "B")
        paper.say(text, 10)
        paper.ln(1)


def _members(paper: _Report, network: Network, year: int) -> None:
    known = {"network": network.pk, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    members = fetch(_MEMBERS, known)
    if not members:
        return
    paper.add_page()
    paper.head(_("The members"))
    told = ngettext(
        "%(n)s shop was a member in that year, or for a part of it.",
        "%(n)s shops were members in that year, or for a part of it.",
        len(members),
    )
    paper.say(told % {"n": phrases.number(len(members))})
    bold = paper.begin_table(9)
    with paper.table(
        col_widths=(80, 55, 35),
        headings_style=bold,
        borders_layout="HORIZONTAL_LINES",
        line_height=4.4,
        padding=(0.8, 1.2),
        text_align=Align.L,
    ) as drawn:
        drawn.row([_("Shop"), _("Town"), _("Member since")])
        for name, city, since in members:
            drawn.row([name, city, date_format(since, "d/m/Y")])
