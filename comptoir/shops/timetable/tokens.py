"""The words and signs of which opening hours are written, however they were typed.

Capitals, blanks, the dashes and quotation marks that telephones and word processors put in are one
and the same here.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNCLOSED = _("A quotation mark has no other one behind it: put what you say in words between two.")
_QUOTES = tuple('"“”„«»')
_DASHES = "-\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_PATTERN = re.compile(
    rf"""
      (?P<comment> "[^"]*" | [“”„][^“”„]*[“”] | «[^«»]*» )
    | (?P<always> 24/7 (?![0-9]) )
    | (?P<time> [0-9]{{1,2}} : [0-5][0-9] (?![0-9]) )
    | (?P<number> [0-9]+ )
    | (?P<word> [^\W\d_]+ )
    | (?P<sign> \|\| | [,;:+/()\[\]] | [{_DASHES}] )
    | (?P<stray> \S )
    """,
    re.VERBOSE,
)
_WORDS = {
    "weekday": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
    "month": MONTHS,
    "holiday": ("PH", "SH"),
    "state": ("open", "closed", "off", "unknown"),
    "week": ("week",),
    "easter": ("easter",),
    "day": ("day", "days"),
    "sun": ("dawn", "sunrise", "sunset", "dusk"),
}
_KNOWN = {word.lower(): (kind, word) for kind, words in _WORDS.items() for word in words}


class Unread(Exception):
    """Opening hours that are not understood, from which place on; and why, where that is known."""

    def __init__(self, at: int, why: Message = "") -> None:
        super().__init__(at)
        self.at = at
        self.why = why


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign, as the specification writes it; where it stands, and whether a blank stands
    before it."""

    kind: str
    text: str
    at: int
    spaced: bool = False


def plain(text: str) -> str:
    """Return a text with its blanks made one each, and without characters that nobody sees."""
    seen = (sign for sign in text if unicodedata.category(sign) != "Cf" or sign == "\u00ad")
    return " ".join("".join(seen).split())


def read_tokens(text: str) -> list[Token]:
    """Return the words and signs of a text, then one that says it has ended."""
    tokens = [_token(found) for found in _PATTERN.finditer(text)]
    return [*tokens, Token("end", "", len(text))]


def is_notation(text: str) -> bool:
    """Return whether a text has no other words than the specification's, or quotes what it says in
    words."""
    if any(quote in text for quote in _QUOTES):
        return True
    return all(token.kind != "stray" or not token.text.isalpha() for token in read_tokens(text))


def _token(found: re.Match[str]) -> Token:
    kind, text, at = found.lastgroup or "stray", found[0], found.start()
    if kind == "word":
        kind, text = _KNOWN.get(text.lower(), ("stray", text))
    elif kind == "comment":
        # What is quoted keeps its own signs but the one that would end it.
        text = text[1:-1].strip().replace('"', "'")
    elif kind == "sign" and text not in ("||", *",;:+/()[]"):
        text = "-"
    return Token(kind, text, at, at > 0 and found.string[at - 1] == " ")


class Cursor:
    """Where a reader stands among the tokens."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self._tokens = list(tokens)
        self._place = 0

    def look(self, ahead: int = 0) -> Token:
        """Return the next token, or one further on; past the end it is the last one."""
        return self._tokens[min(self._place + ahead, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the next token and step over it."""
        token = self.look()
        self._place += 1
        return token

    def sees(self, kind: str, text: str = "", ahead: int = 0) -> bool:
        """Return whether the next token, or one further on, is of a kind, and is that one."""
        token = self.look(ahead)
        return token.kind == kind and text in ("", token.text)

    def accept(self, kind: str, text: str = "") -> Token | None:
        """Step over the next token and return it if it is that one, else None."""
        return self.take() if self.sees(kind, text) else None

    def expect(self, kind: str, text: str = "") -> Token:
        """Step over the next token, which must be that one. Raises `Unread`."""
        return self.accept(kind, text) or self.refuse()

    def refuse(self, why: Message = "", token: Token | None = None) -> NoReturn:
        """Raise `Unread` at a token, by default the next one."""
        token = token or self.look()
        raise Unread(token.at, why or (_UNCLOSED if token.text in _QUOTES else ""))
