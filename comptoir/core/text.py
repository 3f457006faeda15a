"""What a text says: its letters without their accents, a number without what programs put around
it, the moment that a program wrote."""

import re
import unicodedata
from datetime import UTC, datetime, tzinfo

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, invalid

_ACCENTS = re.compile("[\u0300-\u036f]+")
_LONGEST_NUMBER = 200
_TEXT_FORMULA = re.compile(r'=\s*"([^"]*)"')
_MARKS = ("'", "’")
# What is written for a dash and is none in Unicode (category Pd): the modifier letter, the bullet,
# the minus sign, the heavy minus.
_DASHES = frozenset("\u02d7\u2043\u2212\u2796")


def without_accents(text: str) -> str:
    """Return a text in Unicode's compatibility form (NFKD), without its accents: `Été` is `Ete`.

    Case is kept, and so are letters that Unicode does not take apart (œ, ø, ß).
    """
    return text if text.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", text))


SPACES = "\n\t\u00a0\u202f"
"""What Python takes for a control and people type in a text: ends of lines, tabs, and the spaces
that do not break, which French puts before its signs."""


def plain_lines(text: str) -> str:
    """Return a text without the space around it, its lines ended by a line feed alone.

    A browser and a spreadsheet end the lines of one text differently.
    """
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    """Return a text on one line: blanks and ends of lines are one blank, other controls none."""
    shown = "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in text)
    return " ".join(shown.split())


def plain_number(text: str) -> str:
    """Return the cell of a number as it was meant.

    Gone are the blanks at its ends, what nobody sees (Unicode's Cf and control characters), and one
    apostrophe or formula by which programs keep spreadsheets from calculating: `'-2`, `="978…"`.
    Every dash and the minus sign are `-`. Digits of another script stay what they are. A text of
    more than 200 characters is no number, and stays as it is.
    """
    if len(text) > _LONGEST_NUMBER:
        return text
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_plain_character, text))
    text = text.strip()
    if found := _TEXT_FORMULA.fullmatch(text):
        text = found[1]
    return (text[1:] if text.startswith(_MARKS) else text).strip()


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or (category == "Cc" and not character.isspace()):
        return ""
    return "-" if category == "Pd" or character in _DASHES else character


def read_moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Return a moment written in ISO 8601, or None when the text is none.

    With a zone the moment is in UTC, and one without an offset is taken in that zone; without a
    zone it is returned as it is written, perhaps naive.
    """
    try:
        found = datetime.fromisoformat(text)
        if zone is None:
            return found
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


FIRST_YEAR, LAST_YEAR = 1900, 2200


def wrong_year(moment: datetime | None, field: str) -> Invalid | None:
    """Return the refusal of a moment of no year of ours (`bad_…`); none is none.

    Of the first year and of the last, the moment by the clock of a place may lie outside of all
    that Python can read: one that is kept nevertheless breaks every page that reads it.
    """
    if moment is None or FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return invalid(field, _("This year cannot be right: check the date."))
