"""What a keyboard-wedge scanner typed, read as the digits it meant.

A scanner set to QWERTY sends the physical keys of the digits; on an AZERTY keyboard without shift
they type `& é " ' ( - è _ ç à`. The browser's listener sees the physical keys; this is for what
arrives in a field, with or without JavaScript.
"""

from comptoir.core.identifiers import find_ean

# The French keyboard of PCs; `§` and `!` are 6 and 8 on a Mac and in Belgium; capitals: caps lock.
_AZERTY = str.maketrans("&é\"'(-è_çà§!ÉÈÇÀ", "1234567890682790")
_SPACES = str.maketrans("", "", " \u00a0\u202f\t")
CODE_LENGTH = 8
SCANNED_LENGTHS = (8, 10, 12, 13)


def read_scan(text: str) -> str:
    """Return the digits that a scanner meant, or the text, trimmed, when it is none.

    Only a text made of nothing but AZERTY's unshifted digit keys, as long as a code or an EAN, is
    taken for a scan: a hyphenated ISBN or a name stays what it is.
    """
    trimmed = text.strip()
    digits = trimmed.translate(_AZERTY)
    if len(digits) in SCANNED_LENGTHS and digits.isascii() and digits.isdigit():
        return digits
    return trimmed


def find_code(text: str) -> str | None:
    """Return the eight digits of a withdrawal code, however it is spaced, or None."""
    compact = read_scan(text.translate(_SPACES))
    is_code = len(compact) == CODE_LENGTH and compact.isascii() and compact.isdigit()
    return compact if is_code else None


def find_scanned_ean(text: str) -> str | None:
    """Return the EAN that was scanned or typed (ISBN-10 and hyphens included), or None."""
    return find_ean(read_scan(text))
