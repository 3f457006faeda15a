"""EDIFACT (ISO 9735) cut into segments as it streams by, in bounded memory.

The library for it, pydifact, is alive, but wants the whole interchange as one text, reads it sign
by sign, and bounds nothing: hence these few lines. They honour UNA and the release sign.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.stock.formats.text import BLOCK_BYTES, UTF8_OR_WINDOWS, bounded

LONGEST_SEGMENT = 4000
_BLANKS = b" \t\r\n"
_UNA = 9


class Segment(NamedTuple):
    """One segment: its number from 1, its tag, and its elements of components."""

    number: int
    tag: str
    elements: list[list[str]]

    def part(self, element: int, component: int = 0) -> str:
        """Return a component, counted from 0 after the tag; empty where there is none."""
        if element < len(self.elements) and component < len(self.elements[element]):
            return self.elements[element][component].strip()
        return ""


class _Signs(NamedTuple):
    component: str = ":"
    element: str = "+"
    release: str = "?"
    end: str = "'"


def segments(stream: BinaryIO) -> Iterator[Segment]:
    """Yield the segments of an interchange, UNA left out.

    Raises `Invalid`: `bad_header` when it does not begin as one, `bad_length` for a segment without
    an end, `cut_short` when the last one lacks its end, `file_too_large`.
    """
    source = bounded(stream)
    signs = _signs(source.peek(_UNA)[:_UNA])
    if source.peek(_UNA).startswith(b"UNA"):
        source.read(_UNA)
    # A segment: signs that end nothing, or the release sign and whatever it protects; then its end.
    end, release = re.escape(signs.end.encode()), re.escape(signs.release.encode())
    whole = re.compile(rb"((?:[^%b%b]|%b.)*)%b" % (end, release, release, end), re.DOTALL)
    rest, number = b"", 0
    while data := source.read(BLOCK_BYTES):
        rest += data
        at = 0
        while found := whole.match(rest, at):
            at, number = found.end(), number + 1
            if len(found[1]) > LONGEST_SEGMENT:
                raise _too_long(number)
            yield _segment(number, found[1].lstrip(_BLANKS), signs)
        rest = rest[at:]
        if len(rest) > LONGEST_SEGMENT:
            raise _too_long(number + 1)
    if rest.strip(_BLANKS):
        raise cut_short(number)


def cut_short(number: int) -> Invalid:
    """Return the error of an interchange that ends too early, after so many segments."""
    message = _("The file is cut short after segment %(number)s: send it again, whole.")
    return Invalid("cut_short", fill(message, number=number), segment=number)


def _signs(head: bytes) -> _Signs:
    if head.startswith(b"UNB"):
        return _Signs()
    if head.startswith(b"UNA") and len(head) == _UNA and head.isascii():
        text = head.decode("ascii")
        # A blank stands for no release sign at all.
        signs = _Signs(text[3], text[4], "\0" if text[6] == " " else text[6], text[8])
        if len(set(signs)) == len(signs) and not any(sign.isalnum() for sign in signs):
            return signs
    raise Invalid(
        "bad_header", _("The file begins neither with UNA nor with UNB: it is no EDIFACT.")
    )


def _segment(number: int, data: bytes, signs: _Signs) -> Segment:
    text = data.decode("utf-8", UTF8_OR_WINDOWS)
    tag, *elements = _split(text, signs.element, signs.release)
    parts = [_split(element, signs.component, signs.release) for element in elements]
    plain = [[_released(part, signs.release) for part in element] for element in parts]
    return Segment(number, tag.strip().upper(), plain)


def _split(text: str, sign: str, release: str) -> list[str]:
    """Split at a sign where it is not released."""
    if release not in text:
        return text.split(sign)
    parts = [""]
    signs = iter(text)
    for each in signs:
        if each == release:
            parts[-1] += each + next(signs, "")
        elif each == sign:
            parts.append("")
        else:
            parts[-1] += each
    return parts


def _released(text: str, release: str) -> str:
    if release not in text:
        return text
    signs = iter(text)
    return "".join(next(signs, "") if each == release else each for each in signs)


def _too_long(number: int) -> Invalid:
    message = _("Segment %(number)s is far too long: the file is damaged, send it again.")
    return Invalid("bad_length", fill(message, number=number), segment=number)
