"""The words in which people write when a shop is open, in French and in English.

A word that is not here is never passed over: what stands beside it may mean anything.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import fill
from comptoir.core.text import without_accents
from comptoir.shops.timetable.tokens import Unread, plain

_WEEKDAYS = (
    "lundis? mondays? | lun lu mon mo",
    "mardis? tuesdays? | ma tues tue tu",
    "mercredis? wednesdays? | mer merc me wed",
    "jeudis? thursdays? | jeu je thurs thur thu th",
    "vendredis? fridays? | ven vend ve fri fr",
    "samedis? saturdays? | sam sat sa",
    "dimanches? sundays? | dim di sun su",
)
_MONTHS = (
    "janvier january | janv jan",
    "fevrier february | fevr fev feb",
    "mars march |",
    "avril april | avr apr",
    "mai may |",
    "juin june | jun",
    "juillet july | juil jul",
    "aout august | aug",
    "septembre september | sept sep",
    "octobre october | oct",
    "novembre november | nov",
    "decembre december | dec",
)
"""Each by its names, then by what is short for it and may have a point behind it."""
_ORDINALS = {
    1: "premiere?s? 1ere? 1st first",
    2: "deuxiemes? 2e 2eme 2nd second",
    3: "troisiemes? 3e 3eme 3rd third",
    4: "quatriemes? 4e 4eme 4th fourth",
    -1: "derni(?:er|ere)s? last",
}
_ONLY_IN: dict[str, dict[str, tuple[str, int]]] = {
    "fr": {"mar": ("day", 1)},
    "en": {"mar": ("month", 3)},
}
"""What is a word of one language and another one of the other."""
_PHRASES = {
    "every": r"tous les jours|chaque jour|toute la semaine|7 ?j(?:ours)? ?(?:/|sur) ?7(?: ?j)?|7/7"
    r"|every ?day|daily|(?:seven|7) days a week",
    "weekend": r"(?:le |les |the )?week-? ?ends?",
    "holidays": r"(?:les )?jours? feries?|feries?|(?:public|bank) holidays?",
    "asked": r"(?:uniquement |seulement |only )?(?:(?:sur|on|by) (?:simple )?"
    r"(?:rendez-? ?vous|rdv|appointment)|rdv)(?: (?:uniquement|seulement|only))?",
    "rest": r"(?:les )?autres jours|(?:le )?reste d(?:e la semaine|u temps)"
    r"|(?:on )?(?:all )?other days",
    "base": r"(?:le )?reste de l'annee|toute l'annee|the rest of the year|all year(?: round)?",
    "monthly": r"(?:du|de chaque|par) mois|of (?:the|each|every) month|in the month",
    "until": r"jusqu'(?:a|au)|until|till?",
    "onwards": r"a partir de|des(?= \d)",
    "morning": r"(?:le |in the )?(?:matin(?:ee|s)?|mornings?)",
    "afternoon": r"(?:l')?apres-? ?midis?|aprem|(?:in the )?afternoons?",
    "evening": r"(?:le |en |in the )?(?:soir(?:ee|s)?|evenings?)",
    "through": r"(?:en )?continu|non-? ?stop|sans (?:interruption|pause)"
    r"|(?:en )?journee continue|all day",
    "shut": r"ferme(?:e|s|es)?|fermeture(?: (?:annuelle|hebdomadaire))?"
    r"|conges(?: annuels| d'ete)?|closed",
    "except": r"sauf|excepte|hors|hormis|except(?: for| on)?",
    "with": r"y compris|meme|including",
    "within": r"(?:inclus|compris)(?:es?)?|included",
    "late": r"nocturnes?|late opening",
    "noon": r"midi|noon",
    "midnight": r"minuit|midnight",
    "pause": r"(?:avec (?:une )?)?pause(?: (?:dejeuner|meridienne|de midi))?|lunch break",
    "between": r"entre|between",
    "and": r"puis|ainsi que|et|and",
    "or": r"ou|or|sinon",
    "to": r"au|a|to|through",
    "open": r"ouvert(?:e|s|es|ure)?|ouvre(?:nt)?|open(?:s|ed)?",
    # What changes nothing: whose hours they are, and how they are joined to a day.
    "filler": r"(?:nos |our )?(?:horaires?|heures?|opening (?:hours|times)|hours)(?: d'ouverture)?"
    r"|(?:la |le |the )?(?:librairie|boutique|magasin|disquaire|bookshop|shop|store) (?:est|is)"
    r"|nous sommes|de|du|des|le|la|les|en|on|the|from|of|at",
}
_HALF_OF_DAY = r"(?P<%s>[ap])\.?m\b\.?"
_TIME = re.compile(
    rf"(?P<hour>\d{{1,2}})(?: ?{_HALF_OF_DAY % 'half'}"
    rf"|[:.](?P<minute>[0-5]\d) ?{_HALF_OF_DAY % 'half2'}"
    r"|[:.](?P<minute2>[0-5]\d)(?![\d:])"
    r"|(?P<blank> ?)(?:heures?|h)(?![a-z])(?:(?P<blank2> ?)(?P<minute3>[0-5]\d)(?: ?mi?n\b)?"
    r"(?! ?(?:heures?|h)(?![a-z])|[:\d]))?)"
)
_SIGNS = (
    ("filler", r"(?<![^\W_])[dl]'"),
    ("and", "[&+]"),
    ("to", "[>→]"),
    ("number", r"\d{1,2}(?!\d)"),
    ("dash", "[-~\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+"),
    ("comma", ","),
    ("slash", r"/|\|(?!\|)"),
    ("stop", "[;.•·!]"),
    ("colon", "[:=]"),
    ("bracket", r"[()\[\]]"),
    ("stray", r"\d+|[^\W\d_]+|\S"),
)
_TIGHT = _("“%(time)s” may be read in two ways: write “%(tight)s” or “%(apart)s”.")
_NO_TIME = _("“%(time)s” is no time of a day.")
_BEFORE_RANGE = re.compile(r" ?(?:-|[\u2010-\u2015]|a) ?\d{1,2} ?h")


LINE_END = " • "
"""What stands where a line of a text ended."""


class Word(NamedTuple):
    """A word, a time (in minutes from midnight) or a sign, and where it stands in its text.

    `style` is how a time was written: `h`, `:`, `12` (am or pm), nothing for noon and midnight.
    """

    kind: str
    value: int
    at: int
    end: int
    style: str = ""


def one_text(text: str) -> str:
    """Return a text on one line: where a line ended stands a point, in which a sentence ends."""
    lines = filter(None, map(plain, unicodedata.normalize("NFC", text).splitlines()))
    return LINE_END.join(lines)


def words_of(text: str, language: str) -> list[Word]:
    """Return the words of a text that `one_text` made, without those that say nothing, then one
    that says it has ended. Raises `Unread` at a time that is none."""
    folded = "".join(map(_fold, text))
    found = [word for word in _words(folded, language) if word.kind != "filler"]
    return [*found, Word("end", 0, len(text), len(text))]


def _fold(letter: str) -> str:
    """Return a letter without its accent, in lower case; always one."""
    if letter in "’ʼ":
        return "'"
    plain_letter = without_accents(letter).lower()
    return plain_letter if len(plain_letter) == 1 else letter


def _words(folded: str, language: str) -> Iterator[Word]:
    at = 0
    while at < len(folded):
        if folded[at] == " ":
            at += 1
        else:
            word = _time(folded, at) or _word(folded, at, language)
            yield word
            at = word.end


def _word(folded: str, at: int, language: str) -> Word:
    """Return the longest word that a text has at a place."""
    matches = ((name, pattern.match(folded, at)) for name, pattern in _PATTERNS)
    name, found = max(
        ((name, found) for name, found in matches if found), key=lambda each: each[1].end()
    )
    kind, _blank, value = name.partition(" ")
    only = _ONLY_IN.get(language, {}).get(found[0])
    if kind == "stray" and only:
        point = folded.startswith(".", found.end())
        return Word(*only, at, found.end() + point)
    return Word(kind, int(found[0] if kind == "number" else value or 0), at, found.end())


def _time(folded: str, at: int) -> Word | None:
    """Return the time that a text has at a place, if it has one there. Raises `Unread`."""
    found = _TIME.match(folded, at)
    if found is None or (at and folded[at - 1].isdigit()):
        return None
    hour = int(found["hour"])
    written = found["minute"] or found["minute2"] or found["minute3"]
    half, style = found["half"] or found["half2"], ":" if found["minute2"] else "h"
    minute = int(written or 0)
    if found["minute3"] and found["blank2"]:
        # In `12 h 14 - 18 h` the 14 is an hour, in `12 h 15 - 18 h` one cannot tell.
        if not found["blank"]:
            return _time_at(folded, at, found.end("blank2") - 1, hour * 60, style)
        if 6 <= minute <= 24 and _BEFORE_RANGE.match(folded, found.end()):
            values = {"time": found[0], "tight": f"{hour}h{minute}", "apart": f"{hour}h {minute}h"}
            raise Unread(at, fill(_TIGHT, **values))
    if half:
        if not 1 <= hour <= 12:
            raise Unread(at, fill(_NO_TIME, time=found[0]))
        hour, style = hour % 12 + (12 if half == "p" else 0), "12"
    return _time_at(folded, at, found.end(), hour * 60 + minute, style)


def _time_at(folded: str, at: int, end: int, minutes: int, style: str) -> Word:
    if minutes > 24 * 60:
        raise Unread(at, fill(_NO_TIME, time=folded[at:end]))
    return Word("time", minutes, at, end, style)


def _compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every kind of word with its pattern; of matches as long the first one counts."""
    numbered = {
        **{f"day {day}": _choice(words) for day, words in enumerate(_WEEKDAYS)},
        **{f"month {month}": _choice(words) for month, words in enumerate(_MONTHS, 1)},
        **{f"ordinal {place}": words.replace(" ", "|") for place, words in _ORDINALS.items()},
    }
    for name, words in (_PHRASES | numbered).items():
        yield name, re.compile(f"(?<![^\\W_])(?:{words})(?![^\\W_])")
    for name, pattern in _SIGNS:
        yield name, re.compile(pattern)


def _choice(names: str) -> str:
    """Return the pattern of a name, or of what is short for it."""
    whole, _bar, short = names.partition("|")
    # A point ends a sentence behind a whole name.
    return "|".join((*whole.split(), *(rf"{each}\.?" for each in short.split())))


_PATTERNS = list(_compiled())
