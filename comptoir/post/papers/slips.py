"""Packing slips: what is in a parcel, for whoever opens it; the address shows in the window of an
envelope."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from fpdf.enums import Align

from comptoir.core.identifiers import format_phone
from comptoir.core.pdf.fonts import A4
from comptoir.core.pdf.letters import printable
from comptoir.core.pdf.paper import BORDEAUX, INK, SOFT, Paper
from comptoir.core.words import spaced_code
from comptoir.post.papers.values import ParcelPaper, Piece

_RULE = (228, 217, 199)
_MARGIN = 18.0
_WINDOW = (112.0, 48.0)
"""Where the address stands: the window of an envelope DL or C5, on the right as in France."""
_FOOT = 30.0
_COUNT, _NUMBER = 14.0, 34.0
_CODE_BARS = (52.0, 8.0)


class PostPaper(Paper):
    """A paper with slips among its pages, of which each says at its foot whose it is: `of` is the
    parcel whose pages begin from now on, None for pages of another kind."""

    def __init__(self, *, title: str, language: str, made_at: datetime) -> None:
        """Begin an empty paper."""
        super().__init__(title=title, language=language, made_at=made_at, margin=_MARGIN)
        self.of: ParcelPaper | None = None
        self._owners: dict[int, ParcelPaper | None] = {}

    def header(self) -> None:
        """Note whose a page is: its foot is written only once the next one begins."""
        self._owners[self.page] = self.of

    def footer(self) -> None:
        """Write the foot of a page of a slip."""
        if (parcel := self._owners.get(self.page)) is None:
            return
        self.set_y(-_FOOT + 6)
        self.set_font("sans", "", 9)
        self.set_text_color(*SOFT)
        home = parcel.sender
        for line in (
            ", ".join(home.written(home=home.country)),
            " · ".join(filter(None, (format_phone(parcel.phone), parcel.email))),
            _("Order %(code)s") % {"code": spaced_code(parcel.code)},
        ):
            self.cell(self.epw, 4.5, printable(line), align=Align.C, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(*INK)


def slips(parcels: Sequence[ParcelPaper], *, language: str, made_at: datetime) -> bytes:
    """Return a slip a parcel as PDF, each on pages of its own."""
    paper = PostPaper(title=_("Packing slips"), language=language, made_at=made_at)
    add_slips(paper, parcels)
    return paper.made()


def add_slips(paper: PostPaper, parcels: Sequence[ParcelPaper]) -> None:
    """Add the slips of parcels to a paper."""
    for parcel in parcels:
        paper.set_margin(_MARGIN)
        paper.c_margin = 0
        paper.set_auto_page_break(auto=True, margin=_FOOT)
        paper.of = parcel
        paper.add_page(format=A4)
        _head(paper, parcel)
        _to(paper, parcel)
        _table(paper, parcel.pieces)
        _rest(paper, parcel)
    paper.of = None


def _head(paper: Paper, parcel: ParcelPaper) -> None:
    paper.set_y(_MARGIN)
    bars_wide, bars_high = _CODE_BARS
    beside = paper.epw - bars_wide - 6
    paper.set_text_color(*BORDEAUX)
    size = 22.0
    name = printable(parcel.sender.name)
    paper.set_font("serif", "B", size)
    while size > 14 and paper.get_string_width(name) > beside:
        size -= 1
        paper.set_font("serif", "B", size)
    paper.multi_cell(beside, size * 0.42, name, align=Align.L, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*SOFT)
    paper.set_font("sans", "", 10.5)
    paper.ln(1)
    town = printable(f"{parcel.sender.postcode} {parcel.sender.city}")
    paper.cell(beside, 5, town, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)
    paper.draw_bars(
        parcel.code,
        left=paper.w - _MARGIN - bars_wide,
        top=_MARGIN,
        wide=bars_wide,
        high=bars_high,
    )
    paper.set_xy(paper.w - _MARGIN - bars_wide, _MARGIN + bars_high + 0.5)
    paper.set_font("sans", "", 9)
    paper.cell(bars_wide, 5, spaced_code(parcel.code), align=Align.C)


def _to(paper: Paper, parcel: ParcelPaper) -> None:
    left, top = _WINDOW
    wide = paper.w - _MARGIN - left
    paper.set_xy(left, top)
    for at, line in enumerate(parcel.to.written(home=parcel.sender.country)):
        paper.set_font("sans", "B" if at == 0 else "", 11)
        paper.set_x(left)
        paper.multi_cell(wide, 5.2, printable(line), align=Align.L, new_x="LMARGIN", new_y="NEXT")
    paper.set_xy(_MARGIN, top)
    column = left - _MARGIN - 6
    paper.set_font("serif", "B", 16)
    paper.multi_cell(column, 7.5, _("Packing slip"), align=Align.L, new_x="LMARGIN", new_y="NEXT")
    paper.ln(1)
    paper.set_font("sans", "", 10.5)
    known = {"code": spaced_code(parcel.code), "day": parcel.placed}
    for line in (_("Order %(code)s of %(day)s") % known, parcel.place):
        if line:
            paper.multi_cell(column, 5.2, line, align=Align.L, new_x="LMARGIN", new_y="NEXT")
    paper.set_y(max(paper.get_y(), top + 40) + 4)


def _table(paper: Paper, pieces: Sequence[Piece]) -> None:
    """Write what is inside: how many, what, by which number."""
    _row_of_heads(paper)
    for piece in pieces:
        high = _height(paper, piece)
        if paper.will_page_break(high):
            paper.add_page()
            _row_of_heads(paper)
        _row(paper, piece, high)


def _row_of_heads(paper: Paper) -> None:
    paper.set_font("sans", "B", 9)
    paper.set_text_color(*SOFT)
    wide = paper.epw - _COUNT - _NUMBER
    paper.cell(_COUNT, 6, _("Qty"))
    paper.cell(wide, 6, _("Title"))
    paper.cell(_NUMBER, 6, _("Number"), align=Align.R, new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(*INK)
    _rule(paper)


def _facts(piece: Piece) -> str:
    return printable(" · ".join(filter(None, (piece.byline, piece.condition))))


def _height(paper: Paper, piece: Piece) -> float:
    wide = paper.epw - _COUNT - _NUMBER - 4
    paper.set_font("serif", "B", 11.5)
    lines = paper.multi_cell(wide, 5.4, printable(piece.title), dry_run=True, output="LINES")
    high = len(lines) * 5.4  # type: ignore[arg-type]
    if facts := _facts(piece):
        paper.set_font("sans", "", 9.5)
        rows = paper.multi_cell(wide, 4.6, facts, dry_run=True, output="LINES")
        high += len(rows) * 4.6  # type: ignore[arg-type]
    return high + 4


def _row(paper: Paper, piece: Piece, high: float) -> None:
    top = paper.get_y() + 2
    wide = paper.epw - _COUNT - _NUMBER - 4
    paper.set_xy(_MARGIN, top)
    paper.set_font("sans", "B", 12)
    paper.cell(_COUNT, 5.4, f"{piece.quantity} ×")
    paper.set_font("serif", "B", 11.5)
    paper.multi_cell(wide, 5.4, printable(piece.title), align=Align.L, new_x="LEFT", new_y="NEXT")
    if facts := _facts(piece):
        paper.set_font("sans", "", 9.5)
        paper.set_text_color(*SOFT)
        paper.set_x(_MARGIN + _COUNT)
        paper.multi_cell(wide, 4.6, facts, align=Align.L, new_x="LEFT", new_y="NEXT")
        paper.set_text_color(*INK)
    paper.set_xy(paper.w - _MARGIN - _NUMBER, top)
    paper.set_font("sans", "", 9.5)
    paper.cell(_NUMBER, 5.4, piece.number, align=Align.R)
    paper.set_xy(_MARGIN, top - 2 + high)
    _rule(paper)


def _rule(paper: Paper) -> None:
    paper.set_draw_color(*_RULE)
    paper.set_line_width(0.25)
    paper.line(_MARGIN, paper.get_y(), paper.w - _MARGIN, paper.get_y())


def _rest(paper: Paper, parcel: ParcelPaper) -> None:
    """Write what becomes of the rest of the order, and thanks."""
    paper.ln(5)
    paper.set_font("sans", "", 10.5)
    for line in parcel.remarks:
        paper.multi_cell(
            paper.epw, 5.2, printable(line), align=Align.L, new_x="LMARGIN", new_y="NEXT"
        )
        paper.ln(1.5)
    paper.set_font("serif", "I", 12)
    paper.multi_cell(
        paper.epw, 6, _("Thank you, and enjoy."), align=Align.L, new_x="LMARGIN", new_y="NEXT"
    )
