"""Opening hours as people write them: “mardi au samedi 10h-19h, fermé lundi”.

A text is understood whole, or not at all: what one word says another may take back. What can be
meant in two ways is not read, however likely one of them is.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Message, fill
from comptoir.shops.timetable import notation
from comptoir.shops.timetable.elements import Element, Reader
from comptoir.shops.timetable.lexicon import LINE_END, one_text, words_of
from comptoir.shops.timetable.plan import CLOSED, Plan
from comptoir.shops.timetable.sentences import Sentences
from comptoir.shops.timetable.tokens import Unread

LONGEST = 1000
"""How many characters of a text are read."""

_ASKED = {"en": "by appointment", "fr": "sur rendez-vous"}
_SHOWN = 40
_STRANGE = _(
    "“%(piece)s” is not understood here. Write days and hours, as in “mardi au samedi 10h-12h30 et "
    "14h-19h, fermé les jours fériés”."
)
_TOO_LONG = _("This text is too long to be opening hours.")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text in words says: `hours` in the specification's notation, or nothing where it is
    not surely understood. Then `unread` is the piece of the text from which on it was not, and
    `why` a sentence that says what to write instead."""

    hours: str = ""
    unread: str = ""
    why: Message = ""


@dataclass(frozen=True, slots=True)
class DayReading:
    """What a text says of one day; None where it is not surely understood, and why, as in
    `Reading`. `plan.written` puts the plans of several days together."""

    plan: Plan | None = None
    unread: str = ""
    why: Message = ""


def read_words(text: str, language: str = "fr") -> Reading:
    """Return what opening hours in French or English words mean.

    `language` decides between words that are another one in each (`mar`), and in which one the
    hours say what is by appointment.
    """
    line = one_text(text)
    try:
        hours = Sentences(line, _elements(line, language)).week().text(asked(language))
        return Reading(str(notation.read(hours)))
    except Unread as error:
        return Reading("", *_unread(line, error))


def read_day(text: str, language: str = "fr") -> DayReading:
    """Return what a text says of one day: `9h-12h 14h-18h`, `fermé`, `sur rendez-vous`.

    The empty text, and a dash alone, say that it is closed.
    """
    line = one_text(text).replace(LINE_END, ", ")
    try:
        found = [each for each in _elements(line, language) if each.kind != "open"]
        kinds = [element.kind for element in found]
        if kinds in ([], ["shut"]):
            return DayReading(CLOSED)
        if kinds in (["hours"], ["hours", "asked"], ["asked"]):
            spans = found[0].hours.spans
            return DayReading(Plan(spans, "asked" in kinds))
        raise Unread(found[kinds[:1] == ["hours"] and len(found) > 1].at)
    except Unread as error:
        return DayReading(None, *_unread(line, error))


def asked(language: str) -> str:
    """Return what hours say, in a language, of what is by appointment."""
    return _ASKED.get(language, _ASKED["fr"])


def _elements(line: str, language: str) -> list[Element]:
    if len(line) > LONGEST:
        raise Unread(0, _TOO_LONG)
    return Reader(line, words_of(line, language)).elements()


def _unread(line: str, error: Unread) -> tuple[str, Message]:
    """Return the piece of a text that was not understood, and why."""
    rest = line[error.at :].partition(LINE_END)[0]
    piece = (rest if len(rest) <= _SHOWN else f"{rest[:_SHOWN]}…") or line[-_SHOWN:]
    return piece, error.why or fill(_STRANGE, piece=piece)
