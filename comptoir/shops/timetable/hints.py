"""What somebody may have meant who wrote opening hours in other words than OpenStreetMap's.

It is only ever offered, never taken: `ma` may be Tuesday or somebody's May.
"""

import re

from comptoir.core.text import without_accents
from comptoir.shops.timetable.notation import read
from comptoir.shops.timetable.tokens import Unread, plain

_WORDS = {
    "Mo": "lu lun lundi mon monday",
    "Tu": "ma mar mardi tue tues tuesday",
    "We": "me mer mercredi wed wednesday",
    "Th": "je jeu jeudi thu thur thurs thursday",
    "Fr": "ve ven vendredi fri friday",
    "Sa": "sam samedi sat saturday",
    "Su": "di dim dimanche sun sunday",
    "Jan": "janv janvier january",
    "Feb": "fev fevr fevrier february",
    "Mar": "mars march",
    "Apr": "avr avril april",
    "May": "mai",
    "Jun": "juin june",
    "Jul": "juil juillet july",
    "Aug": "aout august",
    "Sep": "sept septembre september",
    "Oct": "octobre october",
    "Nov": "novembre november",
    "Dec": "decembre december",
    "PH": "ferie feries jf",
    "off": "ferme fermee fermes",
    "-": "a au to",
    ",": "et and",
    "": "de du le les jour jours",
    '"sur rendez-vous"': "rdv",
}
_MEANT = {word: said for said, words in _WORDS.items() for word in words.split()}

_DAY = "Mo|Tu|We|Th|Fr|Sa|Su"
_SIGNS = (
    (r"(?i)\bsur (rendez[- ]vous|rdv)\b", "rdv"),
    (
        r"(?i)\b(\d{1,2}) ?h(?:eures)?(?: ?([0-5]\d)(?! ?h|\d))?(?![a-z])",
        lambda found: f"{found[1]}:{found[2] or '00'}",
    ),
    (r"\b(\d{1,2})\.([0-5]\d)\b", r"\1:\2"),
    (r"(?<![\d:-])(\d{1,2}) ?- ?(\d{1,2})(?![\d:])(?=[^:]*$|[,; ])", r"\1:00-\2:00"),
    (r"[^\W\d_]+\.?", lambda found: _MEANT.get(found[0].lower().rstrip("."), found[0])),
    (r"\s*([-,;:])\s*", r"\1"),
    (r"(:\d\d) *[ /&] *(?=\d{1,2}:)", r"\1,"),
    (rf"\b({_DAY}) +(?=(?:{_DAY})\b)", r"\1,"),
    (rf"(:\d\d|off) *[/&|]? *(?=(?:{_DAY}|PH)\b)", r"\1, "),
    (r"\.+$", ""),
)


def meant(text: str) -> str:
    """Return hours that can be read and are near a text that cannot, or nothing."""
    if '"' in text:
        return ""
    changed = without_accents(plain(text))
    for pattern, said in _SIGNS:
        changed = re.sub(pattern, said, changed)
    try:
        return str(read(changed))
    except Unread:
        return ""
