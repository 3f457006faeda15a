"""A question to the audit, read from an address; and an address made of a question."""

from collections.abc import Mapping
from datetime import date

from django.utils.http import urlencode

from comptoir.core.identifiers import read_key
from comptoir.core.text import one_line, read_moment
from comptoir.oversight.audit import LONGEST_TEXT, Place, Question
from comptoir.oversight.deeds import DeedKind


def read_question(words: Mapping[str, str]) -> Question:
    """Return what an address asks for; what cannot be read is left out."""
    kind = words.get("acte", "")
    return Question(
        first=_day(words.get("du", "")),
        last=_day(words.get("au", "")),
        shop=_text(words.get("boutique", "")),
        person=_text(words.get("qui", "")),
        kind=DeedKind(kind) if kind in DeedKind else None,
        text=_text(words.get("mot", "")),
        before=_place(words.get("avant", "")),
    )


def address_of(question: Question, before: Place | None = None) -> str:
    """Return a question as the query of an address; of the page after `before` where there is
    one."""
    words = {
        "du": question.first.isoformat() if question.first else "",
        "au": question.last.isoformat() if question.last else "",
        "boutique": question.shop,
        "qui": question.person,
        "acte": question.kind.value if question.kind else "",
        "mot": question.text,
        "avant": str(before) if before else "",
    }
    return urlencode({name: word for name, word in words.items() if word})


def _text(text: str) -> str:
    return one_line(text)[:LONGEST_TEXT]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    # Nothing is older or newer: what lies beyond is a slip of the keyboard, and no moment in UTC.
    return found if date(2000, 1, 1) <= found <= date(2200, 1, 1) else None


def _place(text: str) -> Place | None:
    at, _sign, rest = text[:100].partition("~")
    source, _sign, key = rest.partition("~")
    moment, number = read_moment(at), read_key(key)
    if moment is None or moment.tzinfo is None or not number or not source.isalpha():
        return None
    return Place(moment, source[:20], number)
