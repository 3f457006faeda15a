"""Formats of labels: sheets of A4 with several, and label printers with one a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message, invalid
from comptoir.core.pdf.fonts import A4


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of labels: its size, how many columns and rows, the size of a label, where the first
    begins, and from one label to the next, in millimetres. `words` names it; `like` are sheets
    that are sold so."""

    words: Message
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    first: tuple[float, float] = (0, 0)
    step: tuple[float, float] = (0, 0)
    like: str = ""

    @property
    def places(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return where a label of a page begins, the first place being 0, row by row."""
        row, column = divmod(place, self.columns)
        return self.first[0] + column * self.step[0], self.first[1] + row * self.step[1]


SHEETS: Mapping[str, Sheet] = {
    "a4_24": Sheet(
        _("A4 sheet, 3 × 8 labels of 70 × 37 mm"),
        *(A4, 3, 8, (70, 37), (0, 0.5), (70, 37)),
        like="Avery 3474, Herma 4464",
    ),
    "a4_21": Sheet(
        _("A4 sheet, 3 × 7 labels of 63.5 × 38.1 mm"),
        *(A4, 3, 7, (63.5, 38.1), (7.2, 15.15), (66.04, 38.1)),
        like="Avery L7160",
    ),
    "a4_14": Sheet(
        _("A4 sheet, 2 × 7 labels of 99.1 × 38.1 mm"),
        *(A4, 2, 7, (99.1, 38.1), (4.65, 15.15), (101.6, 38.1)),
        like="Avery L7163",
    ),
    "a4_8": Sheet(
        _("A4 sheet, 2 × 4 labels of 99.1 × 67.7 mm"),
        *(A4, 2, 4, (99.1, 67.7), (4.65, 13.1), (101.6, 67.7)),
        like="Avery L7165",
    ),
    "roll_62": Sheet(_("label printer, 62 × 100 mm"), (100, 62), 1, 1, (100, 62)),
    "roll_100": Sheet(_("label printer, 100 × 150 mm"), (100, 150), 1, 1, (100, 150)),
}
"""By the word that is kept of a shop's choice."""
DEFAULT_SHEET = "a4_24"


def sheet_of(word: str, first: int = 1) -> Sheet:
    """Return a format of labels. Raises `Invalid` (`bad_sheet`, `bad_first`) for one that is none,
    and where it has no such place to begin at, the first being 1."""
    sheet = SHEETS.get(word)
    if sheet is None:
        raise invalid("sheet", _("Choose on which labels is printed."))
    if not 1 <= first <= sheet.places:
        told = _("This sheet has the places 1 to %(most)d.") % {"most": sheet.places}
        raise Invalid("bad_first", told, field="first", most=sheet.places)
    return sheet
