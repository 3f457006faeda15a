"""Identifiers: EAN-13 (ISBN-10 and UPC-A are read into it), SIRET, postcodes, phone numbers, and
the keys of rows.

Check digits come from python-stdnum. Its `to_isbn13` does not validate, so `is_valid` comes first.
"""

import re

import phonenumbers
from django.utils.translation import gettext_lazy as _
from stdnum import ean as stdnum_ean
from stdnum import isbn as stdnum_isbn
from stdnum.fr import siret as stdnum_siret

from comptoir.core.errors import Invalid

LARGEST_KEY = 2**63 - 1
"""The largest value of PostgreSQL's `bigint`, the type of every primary key."""

_NOISE = re.compile(r"[\s\-\u2010-\u2015.]+")


def read_key(text: str) -> int | None:
    """Return the primary key that a text from outside writes, or None when it writes none.

    A key is written in ASCII digits alone (no sign, no space, no digit of another script), and is
    from 1 to `LARGEST_KEY`: a larger one would be an error of the database, and one of thousands of
    digits an error of `int`.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_KEY))):
        return None
    key = int(text)
    return key if 1 <= key <= LARGEST_KEY else None


def parse_ean(text: str) -> str:
    """Return the 13 digits of an EAN, ISBN-13, ISBN-10 or UPC-A, however it is punctuated.

    Raises `Invalid` (`bad_ean`) when the length or the check digit is wrong.
    """
    compact = _NOISE.sub("", text).upper()
    if len(compact) == 10 and stdnum_isbn.is_valid(compact):
        return str(stdnum_isbn.to_isbn13(compact))
    if len(compact) == 12 and compact.isascii() and compact.isdigit():
        compact = "0" + compact
    if len(compact) == 13 and compact.isascii() and stdnum_ean.is_valid(compact):
        return compact
    raise Invalid(
        "bad_ean",
        _("“%(text)s” is not an EAN or ISBN: check its 13 (or 10) digits.") % {"text": text[:40]},
        text=text[:40],
    )


def find_ean(text: str) -> str | None:
    """Return the EAN that the text is, or None when it is something else (a title, say)."""
    try:
        return parse_ean(text)
    except Invalid:
        return None


def isbn10(ean: str) -> str | None:
    """Return the ISBN-10 of a 978 EAN, or None: 979 has none."""
    return str(stdnum_isbn.to_isbn10(ean)) if ean.startswith("978") else None


def parse_siret(text: str) -> str:
    """Return the 14 digits of a SIRET.

    Raises `Invalid` (`bad_siret`). La Poste's own sum is known to python-stdnum.
    """
    compact = _NOISE.sub("", text)
    if not stdnum_siret.is_valid(compact):
        raise Invalid(
            "bad_siret",
            _("“%(text)s” is not a SIRET: check its 14 digits.") % {"text": text[:40]},
            text=text[:40],
        )
    return compact


def department(postcode: str) -> str:
    """Return the French department of a postcode: `86`, `2A`, `974` (La Poste's ranges)."""
    if postcode.startswith(("97", "98")):
        return postcode[:3]
    if postcode.startswith("20"):
        return "2A" if postcode[:3] in {"200", "201"} else "2B"
    return postcode[:2]


_DEAR = {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}

# Numbers of the overseas departments (0590…) are not valid in region FR.
REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT")


def parse_phone(text: str, home: str = "FR") -> str:
    """Return a telephone number in E.164, read as a French one unless it starts with `+`.

    `home` is the region tried first, for a place known to be overseas: 0596 12 34 56 is a number of
    Martinique there, and one of the mainland elsewhere. Raises `Invalid` (`bad_phone`).
    """
    for region in (home, *REGIONS):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise Invalid(
        "bad_phone",
        _("“%(text)s” is not a telephone number: write it as 06 12 34 56 78.")
        % {"text": text[:40]},
        text=text[:40],
    )


def costs_more(number: str) -> bool:
    """Return whether a call to an E.164 number costs more than one to a person's: a premium-rate
    number, one that shares its cost, or one of no country (satellites, `+881 6…`)."""
    parsed = phonenumbers.parse(number, None)
    of_no_country = phonenumbers.region_code_for_country_code(parsed.country_code) == "001"
    return of_no_country or phonenumbers.number_type(parsed) in _DEAR


def format_phone(number: str) -> str:
    """Return an E.164 number as people read it: `06 12 34 56 78`, `+32 2 123 45 67` from abroad."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number, None)
    home = phonenumbers.region_code_for_number(parsed) in REGIONS
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)
