"""What customs ask of a parcel that leaves the Union's area of VAT, overseas territories of France
included: the data of the forms CN22 and CN23, as they are typed at the counter of the post or on
the carrier's own site. The forms themselves are the carrier's.

Values are without tax, weights are net (Colissimo, “Formalités douanières”).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from fpdf.enums import Align

from comptoir.catalogue.models import Product, ProductFormat, ProductKind
from comptoir.core.money import format_cents
from comptoir.core.pdf.fonts import A4
from comptoir.core.pdf.letters import printable
from comptoir.core.pdf.paper import INK, SOFT, Paper
from comptoir.core.words import spaced_code, weight
from comptoir.post.papers.slips import PostPaper
from comptoir.post.papers.values import ParcelPaper

CN22_CENTS, CN22_GRAMS = 38_000, 2_000
"""Up to this value (300 special drawing rights, rounded) and weight a letter goes with a CN22;
beyond, and with every parcel, a CN23 (UPU, Convention, regulation 20-001)."""
EORI_CENTS = 100_000
"""From this value on the declaration names the seller's EORI number."""

_BOOKS, _PICTURES, _MUSIC = "4901 99", "4903 00", "4904 00"
_OPTICAL, _TAPE, _VINYL, _GAMES = "8523 49", "8523 29", "8523 80", "9504 90"
_CODES: Mapping[str, str] = {
    ProductFormat.PAPERBACK: _BOOKS,
    ProductFormat.POCKET: _BOOKS,
    ProductFormat.HARDBACK: _BOOKS,
    ProductFormat.BOOK: _BOOKS,
    ProductFormat.COMIC: _BOOKS,
    ProductFormat.BOARD_BOOK: _PICTURES,
    ProductFormat.SHEET_MUSIC: _MUSIC,
    ProductFormat.AUDIOBOOK: _OPTICAL,
    ProductFormat.CD: _OPTICAL,
    ProductFormat.DVD: _OPTICAL,
    ProductFormat.CASSETTE: _TAPE,
    ProductFormat.LP: _VINYL,
    ProductFormat.EP: _VINYL,
    ProductFormat.SINGLE: _VINYL,
    ProductFormat.GAME: _GAMES,
}
"""By format, the six digits of the Harmonised System (WCO, HS 2022)."""
_OF_KIND = {ProductKind.BOOK: _BOOKS, ProductKind.RECORD: _VINYL}
_WORDS: Mapping[str, str] = {
    _BOOKS: "Livres imprimés / printed books",
    _PICTURES: "Albums pour enfants / children’s picture books",
    _MUSIC: "Musique imprimée / printed music",
    _OPTICAL: "Disques optiques enregistrés (CD, DVD) / recorded optical discs",
    _TAPE: "Cassettes enregistrées / recorded tapes",
    _VINYL: "Disques vinyle / vinyl records",
    _GAMES: "Jeux de société / parlour games",
    "": "",
}
"""What is written of each, in French and English, whatever language the shop speaks."""
_RULE = (190, 180, 165)


@dataclass(frozen=True, slots=True)
class Content:
    """One line of a declaration: what it is, its code (empty: not known), how many copies, their
    net weight (grams), their value without tax (cents), where they were made (two letters; empty:
    to be written)."""

    words: str
    code: str
    quantity: int
    grams: int
    cents: int
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared of a parcel: its lines, what it weighs with its box, and of the letters and
    parcels of the post which form it takes."""

    parcel: ParcelPaper
    contents: Sequence[Content]
    grams: int
    is_letter: bool = False

    @property
    def cents(self) -> int:
        """What it is worth, without tax."""
        return sum(each.cents for each in self.contents)

    @property
    def form(self) -> str:
        """The form that goes with it."""
        is_small = self.cents <= CN22_CENTS and self.grams <= CN22_GRAMS
        return "CN22" if self.is_letter and is_small else "CN23"


def code_of(product: Product) -> str:
    """Return the code of a title, six digits as `4901 99`; empty where its kind tells none."""
    code = _CODES.get(product.format)
    return code or _OF_KIND.get(ProductKind(product.kind), "")


def words_of(code: str, title: str) -> str:
    """Return what is written of goods of a code, else their title."""
    return _WORDS.get(code) or title


def gathered(contents: Sequence[Content]) -> list[Content]:
    """Return lines with those alike (code, words and origin) as one: a form has few."""
    found: dict[tuple[str, str, str], Content] = {}
    for each in contents:
        key = (each.code, each.words, each.origin)
        before = found.get(key)
        found[key] = each if before is None else _sum(before, each)
    return list(found.values())


def _sum(one: Content, two: Content) -> Content:
    return Content(
        one.words,
        one.code,
        one.quantity + two.quantity,
        one.grams + two.grams,
        one.cents + two.cents,
        one.origin,
    )


def customs(declared: Sequence[Declaration], *, language: str, made_at: datetime) -> bytes:
    """Return what customs ask of parcels as PDF, a page each."""
    paper = PostPaper(title=_("For customs"), language=language, made_at=made_at)
    add_customs(paper, declared)
    return paper.made()


def add_customs(paper: PostPaper, declared: Sequence[Declaration]) -> None:
    """Add a page a declaration to a paper."""
    for each in declared:
        paper.set_margin(18)
        paper.c_margin = 0
        paper.set_auto_page_break(auto=True, margin=18)
        paper.add_page(format=A4)
        _page(paper, each)


def _page(paper: Paper, each: Declaration) -> None:
    _line(paper, _("For the customs form %(form)s") % {"form": each.form}, 18, "serif", "B")
    _line(paper, _("Order %(code)s") % {"code": spaced_code(each.parcel.code)}, 10.5)
    paper.ln(3)
    top = paper.get_y()
    low = 0.0
    home = each.parcel.sender.country
    for place, (heading, address) in enumerate(
        ((_("Sender"), each.parcel.sender), (_("Addressee"), each.parcel.to))
    ):
        left = 18 + place * 90
        paper.set_xy(left, top)
        for at, row in enumerate((heading, *address.written(home="" if place == 0 else home))):
            paper.set_font("sans", "B" if at == 0 else "", 10)
            paper.set_x(left)
            paper.multi_cell(82, 5, printable(row), align=Align.L, new_x="LEFT", new_y="NEXT")
        low = max(low, paper.get_y())
    paper.set_xy(18, low + 4)
    _contents(paper, each)
    _notes(paper, each)


def _contents(paper: Paper, each: Declaration) -> None:
    heads = (
        (74.0, _("Description of contents"), Align.L),
        (22.0, _("HS code"), Align.L),
        (14.0, _("Qty"), Align.R),
        (24.0, _("Net weight"), Align.R),
        (24.0, _("Value"), Align.R),
        (16.0, _("Origin"), Align.R),
    )
    rows: list[Sequence[str]] = [
        (
            line.words,
            line.code or "____",
            str(line.quantity),
            weight(line.grams),
            format_cents(line.cents),
            line.origin or "____",
        )
        for line in each.contents
    ]
    total = sum(line.quantity for line in each.contents)
    rows.append((_("Total"), "", str(total), weight(each.grams), format_cents(each.cents), ""))
    _cells(paper, [(wide, text, align) for wide, text, align in heads], "B")
    for at, row in enumerate(rows):
        style = "B" if at == len(rows) - 1 else ""
        shown = zip(heads, row, strict=True)
        _cells(paper, [(wide, printable(text), align) for (wide, _h, align), text in shown], style)


def _cells(paper: Paper, cells: Sequence[tuple[float, str, Align]], style: str) -> None:
    """Write a row, as high as its first cell needs, and a rule below."""
    paper.set_font("sans", style, 9.5)
    top = paper.get_y() + 1.5
    left = 18.0
    low = top
    for wide, text, align in cells:
        paper.set_xy(left, top)
        paper.multi_cell(wide - 2, 4.8, text, align=align, new_x="LEFT", new_y="NEXT")
        low = max(low, paper.get_y())
        left += wide
    paper.set_xy(18, low + 1.5)
    paper.set_draw_color(*_RULE)
    paper.set_line_width(0.2)
    paper.line(18, paper.get_y(), left, paper.get_y())


def _notes(paper: Paper, each: Declaration) -> None:
    paper.ln(4)
    paper.set_text_color(*SOFT)
    notes = [
        _("Reason for sending: sale of goods. Values are without tax, in euros."),
        _("The total weight is that of the parcel, its box included."),
        _("Origin is the country in which it was made, often printed on its last page or sleeve."),
    ]
    if each.cents >= EORI_CENTS:
        notes.append(_("From € 1,000 on, the form names your EORI number too."))
    for note in notes:
        _line(paper, note, 9.5)
    paper.set_text_color(*INK)


def _line(paper: Paper, text: str, size: float, family: str = "sans", style: str = "") -> None:
    paper.set_font(family, style, size)
    paper.multi_cell(
        paper.epw, size * 0.5, printable(text), align=Align.L, new_x="LMARGIN", new_y="NEXT"
    )
