"""Identifiers: EAN-13 (everything that names a title is read into it), SIRET, postcodes, phone
numbers, and the keys of rows.

Check digits come from python-stdnum, but for those of thirteen digits. Its `to_isbn13` does not
validate, so `is_valid` comes first; and it takes the digits of every script, so what is checked is
ASCII, and is what is kept.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from stdnum import ean as stdnum_ean
from stdnum import isbn as stdnum_isbn
from stdnum.fr import siret as stdnum_siret

from comptoir.core.errors import Invalid, fill
from comptoir.core.text import plain_number

LARGEST_KEY = 2**63 - 1
"""The largest value of PostgreSQL's `bigint`, the type of every primary key."""

LONGEST_TEXT = 200
"""Characters of a text that may name a title. A longer one names none."""

_NOISE = re.compile(r"[\s.+-]+")
_EDGES = " \t\r\n()[]<>«»“”‘’\"'*#:.,;|/+-"
_DIGITS = re.compile(r"M?[\s.-]*[0-9][0-9\s.+-]*X?")
# AIM's prefix tells how the code was printed. In GS1's codes an element 01 holds the number.
_ELEMENT = re.compile(r"\A(?:\](?:C1|e0|d2|Q3|J1)01|\(01\))([0-9]{14}).*", re.DOTALL)
_SYMBOLOGY = re.compile(r"\A\][A-Za-z][0-9A-Za-z]")
_LABEL = re.compile(
    r"(?:\bURN:)?\b(?:N[°O]\.?\s?)?(?:E-?)?"
    r"(?:ISBN|ISMN|ISSN|EAN|GTIN|UPC|GENCODE?|CODES?[ -]BARRES?|BARCODE)S?"
    r"(?:[ -]?(?:1[0234]|A)(?![0-9A-Z]))?(?:\s?N[°O]\.?)?[\s:=#-]*"
)
# What libraries write behind a number: its binding, and its price after a colon.
_ASIDE = re.compile(
    r"[(\[][^()\[\]]*(?:[)\]]|$)"
    r"|:\s?[0-9]{1,4}(?:[.,][0-9]{1,2}\b)?\s?(?:€|(?:EUR(?:OS?)?|FRF|FF?)\b|$)"
)
_BETWEEN = re.compile(r"[,:;/|&\\•\t\r\n]|\b(?:ET|OU|AND|OR)\b")
_WORDS = re.compile(r"[\s+]+")
_SHORTEST = 8
# A spreadsheet's number: `9782070612369.0`, or with every digit behind the point.
_NO_DECIMALS = re.compile(r"(?<=[0-9]{10})[.,]0{1,6}(?![0-9])")
_SCIENTIFIC = re.compile(r"\b([0-9])[.,]([0-9]{9,20})E\+?(1[0-3])\b")
# Behind these an add-on of two or five digits may stand: the issue of a magazine, a book's price.
_WITH_ISSUE = "977"
_WITH_ADD_ON = (_WITH_ISSUE, "978", "979")
_LENGTHS_WITH_ADD_ON = (15, 18)
# No UPC begins with 9: these are numbers of which a digit is missing.
_CUT = tuple(f"0{prefix}" for prefix in _WITH_ADD_ON)


class Ean(NamedTuple):
    """What names a title: its EAN (13 valid digits), and the issue of a magazine, if it is told.

    The issue is the add-on of two or five digits behind an EAN that begins with 977.
    """

    ean: str
    issue: str = ""


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


def read_ean(text: str) -> Ean | None:
    """Return what a text from anywhere names (a file, a call, a field, a scanner), or None.

    It may be an EAN-13, ISBN-13, ISBN-10, ISMN, UPC-A, or a GTIN-14 whose first digit is 0, however
    it is punctuated: alone or behind its word (`ISBN 978-…`), with what libraries put after it
    (`(br.) : 12 EUR`), with AIM's prefix that scanners send (`]E0`), as spreadsheets write it
    (`'978…`, `="978…"`, `978….0`). An add-on of two or five digits may follow 977, 978 and 979. Of
    several numbers the first valid one counts; beside any other word, or a number too short to name
    a title, there is none. Digits are ASCII. Twelve of them that begin with 977, 978 or 979 are a
    number cut short, and no UPC.
    """
    if len(text) == 13 and text.isascii() and text.isdigit():
        return _number_of(text)
    numbers = [number for part in _parts(text) for number in _numbers_in(part)]
    if any(len(number) < _SHORTEST for number in numbers):
        return None
    return next(filter(None, map(_number_of, numbers)), None)


def parse_ean(text: str) -> str:
    """Return the 13 digits of the EAN that a text names, as `read_ean` reads it.

    Raises `Invalid` (`bad_ean`) when it names none: its length or its check digit is wrong, say.
    """
    number = read_ean(text)
    if number is None:
        raise _no_ean(text)
    return number.ean


def find_ean(text: str) -> str | None:
    """Return the EAN that the text is, or None when it is something else (a title, say)."""
    number = read_ean(text)
    return number.ean if number else None


def issue_of(text: str) -> str:
    """Return the issue of a magazine that a text tells behind its EAN, or nothing."""
    number = read_ean(text) if len(text) > 13 else None
    return number.issue if number else ""


def with_zeros(text: str) -> str:
    """Return a number whose leading zeros a spreadsheet dropped, if its check digit proves it.

    An ISBN-10 may have lost one, a barcode two; with more, the digit proves little. Anything else
    is returned without a decimal zero and what `plain_number` takes away.
    """
    text = plain_number(text).removesuffix(".0").removesuffix(",0")
    if text.isascii() and text.isdigit() and len(text) in (9, 11):
        return find_ean(text.zfill(10 if len(text) == 9 else 12)) or text
    return text


def digits_of(text: str) -> str:
    """Return the digits of a text that is one number, or a part of one; empty for anything else."""
    parts = _parts(text)
    return _NOISE.sub("", parts[0]).strip("MX") if len(parts) == 1 else ""


def _parts(text: str) -> list[str]:
    """Return the numbers that make up a text, as they are written; none beside any other word."""
    if len(text) > LONGEST_TEXT:
        return []
    text = _ELEMENT.sub(r"\1", plain_number(text), count=1)
    text = _SYMBOLOGY.sub("", text, count=1).upper()
    text = _SCIENTIFIC.sub(_written_out, _NO_DECIMALS.sub("", text)).strip(_EDGES)
    text = _ASIDE.sub("|", _LABEL.sub("|", text))
    parts = [part for each in _BETWEEN.split(text) if (part := each.strip(_EDGES))]
    return parts if all(map(_DIGITS.fullmatch, parts)) else []


def _numbers_in(part: str) -> list[str]:
    """Return what a part is without punctuation: blanks may hold together one number, perhaps with
    its add-on, or several."""
    whole = _NOISE.sub("", part)
    if _number_of(whole):
        return [whole]
    return [compact for word in _WORDS.split(part) if (compact := _NOISE.sub("", word))]


def _written_out(found: re.Match[str]) -> str:
    """Return `9782070612369` for `9.782070612369E12`, and what lacks a digit as it is."""
    digits, size = found[1] + found[2], int(found[3]) + 1
    return digits[:size] if len(digits) >= size and not digits[size:].strip("0") else found[0]


def _number_of(compact: str) -> Ean | None:
    """Return what a number without punctuation names; None: wrong length or check digit."""
    if not compact.strip("0"):
        return None
    if len(compact) == 10 and compact.startswith("M"):
        compact = f"9790{compact[1:]}"
    elif len(compact) == 10 and stdnum_isbn.is_valid(compact):
        return Ean(str(stdnum_isbn.to_isbn13(compact)))
    ean, add_on = compact, ""
    if len(compact) in _LENGTHS_WITH_ADD_ON and compact.startswith(_WITH_ADD_ON):
        ean, add_on = compact[:13], compact[13:]
    elif len(compact) == 12:
        ean = f"0{compact}"
    elif not compact[:-13].strip("0"):
        ean = compact[-13:]
    if len(ean) != 13 or not ean.isdigit() or ean.startswith(_CUT) or not _is_right(ean):
        return None
    return Ean(ean, add_on if ean.startswith(_WITH_ISSUE) else "")


def _is_right(ean: str) -> bool:
    """Return whether the last of thirteen digits proves the others: in a fifth of the time that
    python-stdnum takes, which asks of each character what it is. A file has a million of them."""
    odd, even = sum(map(int, ean[::2])), sum(map(int, ean[1::2]))
    return (odd + 3 * even) % 10 == 0


def _no_ean(text: str) -> Invalid:
    compact = [_NOISE.sub("", part) for part in _parts(text)]
    message = _("“%(text)s” is not an EAN or ISBN: check its 13 (or 10) digits.")
    if any(len(each) == 12 and each.startswith(_WITH_ADD_ON) for each in compact):
        message = _("“%(text)s” lacks a digit: an ISBN that begins with 978 or 979 has 13.")
    return Invalid("bad_ean", fill(message, text=text[:40]), text=text[:40])


OWN_NUMBER = "^(?:(?:2[0-9]|0[24])[0-9]{11}|[02][0-9]{7})$"
"""What a till's own number looks like, for Python and PostgreSQL: see `is_own_number`."""
_IS_OWN = re.compile(OWN_NUMBER)
_PADDED = re.compile("0{5}([02][0-9]{7})")


def is_own_number(number: str) -> bool:
    """Return whether a number, as `parse_number` writes it, means something inside one shop only.

    GS1's restricted circulation numbers, which any shop gives to what it likes: EAN-13 of the
    prefixes 020-029, 040-049 and 200-299 (UPC-A of the number systems 2 and 4), EAN-8 that begin
    with 0 or 2 (GS1 General Specifications, 1.4 and 2.1.11).
    """
    return _IS_OWN.match(number) is not None


def own_numbers(numbers: Iterable[str]) -> list[str]:
    """Return those of many numbers, none of them empty, that are a till's own: `is_own_number`."""
    # Most begin with another digit: that is seen in a tenth of the time.
    return [each for each in numbers if each[0] in "02" and is_own_number(each)]


def parse_number(text: str) -> str:
    """Return the number of an article as a shop reads it: an EAN, or an EAN-8 that is its own.

    Thirteen digits, as `parse_ean` gives them; or eight, of which the first is 0 or 2 (their
    thirteen-digit writing, with five zeros before them, is the same number). Raises `Invalid`
    (`bad_ean`).
    """
    ean = find_ean(text)
    if ean is not None:
        padded = _PADDED.fullmatch(ean)
        return padded[1] if padded else ean
    digits = digits_of(text)
    eight = len(digits) == 8 and digits.strip("0") and is_own_number(digits)
    if eight and stdnum_ean.is_valid(digits):
        return digits
    raise _no_ean(text)


def find_number(text: str) -> str | None:
    """Return the number that the text is, as `parse_number` does, or None when it is none."""
    try:
        return parse_number(text)
    except Invalid:
        return None


def isbn10(ean: str) -> str | None:
    """Return the ISBN-10 of a 978 EAN, or None: 979 has none."""
    return str(stdnum_isbn.to_isbn10(ean)) if ean.startswith("978") else None


def parse_siret(text: str) -> str:
    """Return the 14 digits of a SIRET, however it is punctuated, also as spreadsheets write it.

    Raises `Invalid` (`bad_siret`). La Poste's own sum is known to python-stdnum.
    """
    compact = _NOISE.sub("", _NO_DECIMALS.sub("", plain_number(text)))
    if not (compact.isascii() and stdnum_siret.is_valid(compact)):
        message = _("“%(text)s” is not a SIRET: check its 14 digits.")
        raise Invalid("bad_siret", fill(message, text=text[:40]), text=text[:40])
    return compact


def department(postcode: str) -> str:
    """Return the French department of a postcode: `86`, `2A`, `974` (La Poste's ranges)."""
    if postcode.startswith(("97", "98")):
        return postcode[:3]
    if postcode.startswith("20"):
        return "2A" if postcode[:3] in {"200", "201"} else "2B"
    return postcode[:2]


REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "WF", "PF", "NC")
"""The regions of libphonenumber that are France: the mainland, the overseas territories."""

# Those whose numbers have ten digits and are dialled alike from each other (ARCEP, plan national de
# numérotation). libphonenumber takes some of one for numbers of another: 0596, Martinique's, is
# valid in FR as well. The others have six or eight digits, which are read at home alone.
_TEN_DIGITS = ("FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF")
_DIALLED_FROM_OUTSIDE = {"PM": ("0508", "+508")}

# The 09 numbers of which a whole block is one territory's, by the three digits behind 09. They are
# dialled alike from everywhere, and none is the mainland's; libphonenumber knows the blocks that
# operators have been given so far, and takes the others for the mainland's. Source: ARCEP, plan
# national de numérotation (décision 2018-0881 as changed by 2022-1583, annexe 1, numéros
# polyvalents), and libphonenumber's patterns of the blocks that have been given.
_TERRITORY_OF_09 = {
    block: code
    for code, blocks in {
        590: ("395", "475", "760", "761", "768"),
        594: ("396", "476", "764", "765"),
        596: ("397", "477", "766", "767"),
        262: ("398", "399", "478", "479", "762", "763", "769"),
    }.items()
    for block in blocks
}
_DIALLED_09 = re.compile(r"0?9([0-9]{3})[0-9]{5}")
_OVERSEAS = frozenset(_TERRITORY_OF_09.values())

_DEAR = {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}


def parse_phone(text: str, home: str = "FR") -> str:
    """Return a telephone number in E.164, read as a French one unless it starts with `+`.

    `home` (of `REGIONS`) is where the shop is to which it is given, and is tried first: 0596 12 34
    56 is a number of Martinique there, and one of the mainland elsewhere. What begins with 0976 and
    its like is a number of the territory that has its block, wherever it is given; see
    `_TERRITORY_OF_09`. Raises `Invalid` (`bad_phone`).
    """
    plain = plain_number(text)
    if found := _DIALLED_09.fullmatch(re.sub(r"[\s.-]+", "", plain)):
        code = _TERRITORY_OF_09.get(found[1])
        if code:
            return f"+{code}{found[0].removeprefix('0')}"
    for region in (home, *_TEN_DIGITS):
        try:
            number = phonenumbers.parse(_dialled(plain, region), region)
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


def _dialled(text: str, region: str) -> str:
    """Return a number as its region writes it: 0508 41 23 45 is Saint-Pierre's 41 23 45."""
    prefix, international = _DIALLED_FROM_OUTSIDE.get(region, ("", ""))
    digits = _NOISE.sub("", text)
    outside = prefix and digits.startswith(prefix)
    return digits.replace(prefix, international, 1) if outside else text


def costs_more(number: str) -> bool:
    """Return whether a call to an E.164 number costs more than one to a person's: a premium-rate
    number, one that shares its cost, or one of no country (satellites, `+881 6…`)."""
    parsed = phonenumbers.parse(number, None)
    of_no_country = phonenumbers.region_code_for_country_code(parsed.country_code or 0) == "001"
    return of_no_country or phonenumbers.number_type(parsed) in _DEAR


def is_premium(number: str) -> bool:
    """Return whether an E.164 number is one that whoever calls it pays dearly: of France those of
    089 (ARCEP: à tarification majorée), of other countries what libphonenumber calls premium-rate.

    080 is free. 081 and 082 cost little more than another call, and are some shops' only number.
    """
    parsed = phonenumbers.parse(number, None)
    if parsed.country_code == 33 or parsed.country_code in _OVERSEAS:
        return str(parsed.national_number).startswith("89")
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE


def format_phone(number: str) -> str:
    """Return an E.164 number as people read it: `06 12 34 56 78`, `+32 2 123 45 67` from abroad.

    Also from abroad is what ten digits do not reach: `+687 26.12.34`.
    """
    if not number:
        return ""
    parsed = phonenumbers.parse(number, None)
    home = phonenumbers.region_code_for_country_code(parsed.country_code or 0) in _TEN_DIGITS
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)


def parse_website(text: str) -> str:
    """Return a web address, `https://` put before one that names no scheme.

    Any scheme but http and https is refused (`bad_website`): a page makes a link of it.
    """
    address = text.strip()
    if "://" not in address and not address.lower().startswith(("javascript:", "data:")):
        address = f"https://{address}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise Invalid(
            "bad_website",
            _("“%(text)s” is not a web address: write it as https://www.example.org.")
            % {"text": text[:80]},
            text=text[:80],
        ) from error
    return address
