"""A carton's label (GS1-128) as scanners send it: which title, how many copies, which carton.

Source: GS1 General Specifications, section 3 (application identifiers: 00 SSCC, 01 GTIN, 02 GTIN of
contained items, 37 their count, 10 batch, 400 customer's order) and 7.8 (FNC1, sent as `]C1` in
front and as the character GS between elements); read by the library `biip`.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_ean
from comptoir.purchases.errors import bad_label

if TYPE_CHECKING:
    from biip.gs1_messages import GS1Message

MOST_COPIES = 9999
LONGEST = 200
_GS = "\x1d"
# AIM's prefix of GS1-128; on an AZERTY keyboard a scanner set to QWERTY types `$C&` for `]C1`.
_FRONT = re.compile(r"\A(?:\]C1|\$C&|\x1d|<GS>|<FNC1>)", re.IGNORECASE)
# A keyboard has no key GS: scanners are set to type one of these for it.
_SEPARATORS = re.compile(r"<GS>|<FNC1>|\{GS\}|\^\]|␝|\|", re.IGNORECASE)
_AZERTY = str.maketrans("&é\"'(-è_çà§!", "123456789068")
_TYPED = re.compile(r"\A\(0[012]\)\s*\d")
# A whole label begins with one of these, and is longer than any number of a title alone.
_BEGINS = re.compile(r"\A(?:00\d{18}|0[12]\d{14})")


@dataclass(frozen=True, slots=True)
class Label:
    """What a carton's label says; what it does not say is empty or None. `ean` is the title inside,
    `copies` how many of it (1 where the label is the copy's own), `order` the customer's number."""

    ean: str
    copies: int | None
    sscc: str = ""
    order: str = ""


def read_label(text: str) -> Label | None:
    """Return what a scanned text says if it is a GS1-128 label, or None when it is something else
    (an EAN, a code, a name).

    Raises `Invalid` (`bad_label`) for a label with a wrong check digit, one whose separators were
    lost on the way, or one that names neither a title nor a carton.
    """
    trimmed = text.strip()[:LONGEST]
    if _TYPED.match(trimmed):
        return _label_of(_parse(trimmed, typed=True))
    front = _FRONT.match(trimmed)
    body = trimmed[front.end() :] if front else trimmed
    if front is None or front[0].startswith("$") or not body[:1].isdigit():
        body = _from_azerty(body)
    body = _SEPARATORS.sub(_GS, body)
    if front is None and not ((_BEGINS.match(body) and body.isprintable()) or _GS in body):
        return None
    return _label_of(_parse(body, typed=False))


def _from_azerty(text: str) -> str:
    """Return what a scanner meant, of a text without a digit: one that has digits is as it is."""
    if any(each.isdigit() for each in text):
        return text
    return text.translate(_AZERTY)


def _parse(text: str, *, typed: bool) -> "GS1Message":
    # Its tables of all prefixes take an eighth of a second to load, at the first carton.
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        found = GS1Message.parse_hri(text) if typed else GS1Message.parse(text)
    except ParseError:
        raise _unreadable() from None
    # A number of which the check digit is wrong is parsed, and marked.
    if any(each.sscc_error or each.gtin_error for each in found.element_strings):
        raise _unreadable()
    return found


def _unreadable() -> Invalid:
    told = _(
        "This label could not be read: a digit is wrong, or the scanner leaves out the separators"
        " (FNC1). Scan one of the copies and type how many there are."
    )
    return bad_label(told)


def _label_of(message: "GS1Message") -> Label:
    said: dict[str, str] = {}
    for each in message.element_strings:
        said.setdefault(each.ai.ai, each.value)
    inside, own = said.get("02", ""), said.get("01", "")
    number, count = inside or own, said.get("37", "")
    # The first digit of a GTIN-14 tells of a packing; zero is the copy itself.
    ean = find_ean(number[1:]) if number.startswith("0") else None
    if number and ean is None:
        told = _("This label names a packing, not a title: scan one of the copies inside.")
        raise bad_label(told)
    copies = int(count) if count else None if inside else 1
    if copies is not None and not 1 <= copies <= MOST_COPIES:
        told = _("This label says %(count)s copies, which cannot be: type how many there are.")
        raise bad_label(told % {"count": count})
    sscc = said.get("00", "")
    if not (ean or sscc):
        raise bad_label(_("This label names neither a title nor a carton."))
    return Label(ean or "", copies if ean else None, sscc, said.get("400", ""))
