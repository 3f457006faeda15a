"""The name of a customer. It goes into mails to an address that anybody may type, so it is a name
and nothing else: whoever could put a link into “Hello …” would have Comptoir write to strangers
for them.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from comptoir.core.errors import Invalid, invalid

NAME_LENGTH = 120
DIGITS = 4
"""A rank, a class, a year; a telephone number has more."""
_SIGNS = frozenset("'’‘ʼ`´\"“”«»-‐‑–—.,&+/·°()!?")
_CLASSES = ("L", "M", "N", "Zs")
_DOTS = str.maketrans("．。｡", "...")
_DOTTED = re.compile(r"(\w[\w-]*)\.(\w[\w-]*)(/?)")
_PHONE = re.compile(
    r"(?:t[eé]l(?:[eé]phone)?|phone|mobile|portable|n[°o])?[\s.:°]*\+?[\d\s().,/+‐‑–—-]+",
    re.IGNORECASE,
)
# As nearly all are: letters of French, one sign between two words. Nothing below is against it.
_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:[ '’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
_SHORT = 3
"""Letters of an ending as in `x.com`."""


def parse_name(text: str) -> str:
    """Return a name on one line, a space after each dot: programs make links of words that dots
    join.

    Letters and marks of any script, a few digits, and the signs of names. Raises `Invalid`
    (`bad_name`) for none or more than `NAME_LENGTH` characters, for lines, for what looks like an
    address, a link or a telephone number, and for any other sign.
    """
    if len(text) <= NAME_LENGTH and _PLAIN.fullmatch(text):
        return text
    if len(text.strip().splitlines()) > 1:
        raise invalid("name", _("A name stands on one line: write the name alone."))
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    plain = " ".join(unicodedata.normalize("NFC", visible).translate(_DOTS).split())
    # What looks like another sign counts as that sign: “＠” is an @, “⑨” a digit.
    folded = unicodedata.normalize("NFKC", plain)
    if _is_phone(folded):
        told = _(
            "This looks like a telephone number: it goes in the field for it; here, your name."
        )
        raise invalid("name", told)
    name = re.sub(r"\.(?=\w)", ". ", plain)
    if not any(sign.isalpha() for sign in folded) or len(name) > NAME_LENGTH:
        told = _("Please give a name of at most %(most)d characters.") % {"most": NAME_LENGTH}
        raise invalid("name", told)
    if _is_address(folded):
        raise invalid(
            "name",
            _(
                "A name holds no address, link or telephone number: write the name alone, with a"
                " space after a dot."
            ),
        )
    _check_signs(folded)
    return name


def _is_address(text: str) -> bool:
    """Whether a text holds an e-mail or web address, or as many digits as a telephone number."""
    if "@" in text or "://" in text or sum(sign.isdigit() for sign in text) > DIGITS:
        return True
    return any(_is_domain(*found.groups()) for found in _DOTTED.finditer(text))


def _is_phone(text: str) -> bool:
    """Whether a text is nothing but a telephone number, perhaps behind its word (`Tél. 06 …`)."""
    digits = sum(sign.isdigit() for sign in text)
    return digits > DIGITS and _PHONE.fullmatch(text) is not None


def _is_domain(before: str, after: str, slash: str) -> bool:
    """Whether two words joined by a dot are a domain, and not `J.Martin`, `Dr.Martin`, `Me.ROY`."""
    if len(before) == 1:
        return bool(slash) or (after.islower() and 1 < len(after) <= _SHORT)
    shouted = before.isupper() and after.isupper()
    return shouted or not after[0].isupper()


def _check_signs(text: str) -> None:
    for sign in text:
        if sign not in _SIGNS and not unicodedata.category(sign).startswith(_CLASSES):
            shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
            told = _("“%(sign)s” has no place in a name: write the name alone.") % {"sign": shown}
            raise Invalid("bad_name", told, field="name", sign=shown)
