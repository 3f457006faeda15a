"""A PDF page by page, with the fonts of Comptoir's papers (`core.pdf.fonts`): a paper embeds the
letters that it uses."""

import re
from datetime import UTC, datetime
from typing import Literal

import segno
from fpdf import FPDF
from fpdf.enums import DocumentCompliance, MethodReturnValue, TextEmphasis, WrapMode

from comptoir.core.pdf.fonts import A4, Family, font_file

Style = Literal["", "B", "I"]
INK, SOFT, BORDEAUX = (30, 27, 24), (87, 78, 70), (122, 31, 43)
"""Colours of a paper, as red, green and blue: text, what matters less, and the one accent."""
_FILES: dict[Family, dict[Style, str]] = {
    "serif": {"": "Regular", "B": "Semibold", "I": "It"},
    "sans": {"": "Regular", "B": "Semibold", "I": "It"},
}
_QUIET_ZONE = 4
"""Modules around a QR code that stay empty (ISO/IEC 18004, 6.3.8)."""
_BARS, _QUIET_BARS = 16, 10
"""In narrow bars: how wide a sign of Code 39 is with the gap after it, and the zones beside."""
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class Paper(FPDF):
    """A paper of pages of one size, by default A4 with margins of 20, in millimetres. Text that the
    fonts do not have shows as an empty box (`core.pdf.letters` tells of which there is any);
    control characters are left out."""

    def __init__(
        self,
        *,
        title: str,
        language: str,
        made_at: datetime,
        size: tuple[float, float] = A4,
        margin: float = 20,
        archival: bool = False,
    ) -> None:
        """Begin a paper; the same content made at the same moment (aware) is the same file. One
        that is `archival` is to be read decades from now: PDF/A-3 (ISO 19005-3), level B."""
        compliance = DocumentCompliance.PDFA_3B if archival else None
        super().__init__(format=size, unit="mm", enforce_compliance=compliance)
        self.set_title(_clean(title))
        self.set_lang(language)
        self.set_creator("Comptoir")
        self.set_creation_date(made_at.astimezone(UTC))
        self.set_margin(margin)
        self.set_auto_page_break(auto=True, margin=margin)
        self.set_text_color(*INK)

    def set_font(
        self, family: str | None = None, style: str | TextEmphasis = "", size: float = 0
    ) -> None:
        """Write in a font from here on, as `FPDF` has it. A font is read when it is first asked
        for: one that the paper has is cut down and embedded, whether a letter uses it or not."""
        for ours, styles in _FILES.items():
            for each, name in styles.items():
                if (family, style) == (ours, each) and ours + each not in self.fonts:
                    self.add_font(ours, each, font_file(ours, name))
        super().set_font(family, style, size)

    def write_centred(
        self,
        text: str,
        *,
        family: str,
        size: float,
        style: Style = "",
        lines: int = 1,
        least: float = 12,
    ) -> None:
        """Write a text in the middle of the page, in at most so many lines: its letters (points)
        become as small as that takes, down to `least`; then it takes the lines it needs."""
        text = _clean(text)
        while size > least:
            self.set_font(family, style, size)
            if self._lines(text) <= lines and self._widest_word(text) <= self.epw:
                break
            size -= 1
        self.set_font(family, style, size)
        self.multi_cell(
            self.epw,
            size * 0.45,
            text,
            align="C",
            new_x="LMARGIN",
            new_y="NEXT",
            wrapmode=WrapMode.WORD if self._widest_word(text) <= self.epw else WrapMode.CHAR,
        )

    def draw_qr(self, text: str, *, side: float, top: float) -> None:
        """Draw a QR code in the middle of the page, so many millimetres wide with its quiet zone.

        It is drawn as squares, sharp on any printer; a quarter of it may be soiled (level Q).
        """
        code = segno.make(text, error="q", micro=False)
        modules = [bytes(row) for row in code.matrix]
        unit = side / (len(modules) + 2 * _QUIET_ZONE)
        left = (self.w - side) / 2 + _QUIET_ZONE * unit
        self.set_fill_color(*INK)
        for down, row in enumerate(modules):
            for start, length in _runs(row):
                place = left + start * unit, top + (_QUIET_ZONE + down) * unit
                # A hair more than a module, so that no printer leaves light between two.
                self.rect(*place, length * unit + 0.01, unit + 0.01, style="F")

    def draw_bars(self, digits: str, *, left: float, top: float, wide: float, high: float) -> None:
        """Draw digits as bars that every scanner of a shop reads (Code 39, ISO/IEC 16388), in so
        many millimetres with their quiet zones."""
        narrow = wide / (_BARS * (len(digits) + 2) - 1 + 2 * _QUIET_BARS)
        self.set_fill_color(*INK)
        self.code39(f"*{digits}*", left + _QUIET_BARS * narrow, top, w=3 * narrow, h=high)

    def made(self) -> bytes:
        """Return the file."""
        return bytes(self.output())

    def _lines(self, text: str) -> int:
        found = self.multi_cell(
            self.epw, 1, text, align="C", dry_run=True, output=MethodReturnValue.LINES
        )
        return len(found) if isinstance(found, list) else 1

    def _widest_word(self, text: str) -> float:
        return max((self.get_string_width(word) for word in text.split()), default=0.0)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row, and how many follow each other."""
    return [(each.start(), len(each[0])) for each in re.finditer(rb"\x01+", row)]


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)
