"""Which letters the fonts of papers have (Latin, Greek and Cyrillic), and what is printed for those
that they have not."""

import re
import unicodedata
from functools import lru_cache

from comptoir.core.pdf.fonts import font_file

_GAP = "______"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def printable(text: str) -> str:
    """Return a text as it can be printed on one line: accents joined to their letters (NFC); a
    letter that no font has by its plain one; what is left over as a gap to be written by hand."""
    shown = []
    for letter in unicodedata.normalize("NFC", _CONTROLS.sub(" ", text)):
        if ord(letter) in _known():
            shown.append(letter)
        elif plain := _plain(letter):
            shown.append(plain)
        elif not shown or shown[-1] != _GAP:
            shown.append(_GAP)
    return " ".join("".join(shown).split())


def is_printable(text: str) -> bool:
    """Whether all of a text can be printed, if need be by plain letters."""
    return all(
        ord(letter) in _known() or _plain(letter)
        for letter in unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))
    )


def _plain(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in parts if ord(part) in _known() and part.isalnum())


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font_file("sans", "Regular"), lazy=True) as font:
        return frozenset(font.getBestCmap())
