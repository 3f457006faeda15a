"""What stands in a till's list and is no title: other goods, and the furniture of a print.

A bookshop sells gift wrap, cheques and rubbers too, under codes of its own or an EAN-8: they are
articles that nobody knows, no errors. A program that prints its stock to a file writes headings,
totals and its header on each page: they say nothing of any copy. Only what looks like an EAN that
was damaged is an error.
"""

import re
import unicodedata
from collections.abc import Sequence

from comptoir.core.identifiers import find_ean
from comptoir.core.table import plain_name
from comptoir.core.text import plain_number

ROUNDED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
"""A number of which a spreadsheet kept the size only."""
_FORMULA = ("=", "+", "@")
# No shop's own code is so long, nor begins as an ISBN does.
_LONG = re.compile(r"\d(?:[-.\s]?\d){11}", re.ASCII)
_ISBN = re.compile(
    r"(?:ISBN|EAN|GENCOD|GTIN)?(?:[-\s]?1[03])?[-:\s]*97[789](?:[-\s]?\d){4}",
    re.ASCII | re.IGNORECASE,
)
# Behind its word a number is one, whatever its length.
_CALLED_SO = re.compile(
    r"(?:ISBN|EAN|GENCODE?|GTIN|UPC)(?:[-\s]?1[03])?[-\s:=]*\d(?:[-.\s]?\d){7,}[-.\s]?[\dX]",
    re.ASCII | re.IGNORECASE,
)
# An ISBN-10 or a barcode, perhaps without its first zeros.
_NUMBER = re.compile(r"\d{8,13}[\dXx]", re.ASCII)
_ANY_DIGIT = re.compile(r"(?=[^0-9])\d")
_BETWEEN = re.compile(r"[-.\s]+")
_SHORTEST = 8
# What people write where an article has no number.
_NONE = frozenset({"", "neant", "aucun", "aucune", "sans", "sans_ean", "na", "n_a", "nc", "none"})
_SIGNS = re.compile(r"[\W_]+")
_SUM = re.compile(
    r"(?:sous|grand|s|a)?[\W_]*(?:total|totaux|subtotal|cumul|reporter|report|somme)(?![^\W_])"
)


def is_damaged(text: str) -> bool:
    """Return whether a text that is no EAN looks like one that was: digits are missing or wrong.

    Zeros before a short number are a till's own padding. A formula is as bad as a damaged number,
    and so are digits of another script.
    """
    text = _ANY_DIGIT.sub(lambda each: str(unicodedata.decimal(each[0])), plain_number(text))
    if text.startswith(_FORMULA) or ROUNDED.fullmatch(text):
        return True
    compact = _BETWEEN.sub("", text)
    if compact.isascii() and compact.isdigit() and len(compact.lstrip("0")) < _SHORTEST:
        return False
    looks = _NUMBER.fullmatch(compact) or _ISBN.match(text) or _CALLED_SO.match(text)
    return bool(looks or _LONG.search(text))


def own_code(text: str) -> str:
    """Return the code by which a till itself names an article, empty where it names it by none.

    `text` is what stands in the place of an EAN and is neither one nor a damaged one: an EAN-8, a
    reference, or a word for none. Zeros alone name nothing.
    """
    plain = _SIGNS.sub("_", plain_name(text)).strip("_")
    return "" if plain in _NONE or not plain.strip("0") else text.strip()


def is_furniture(cells: Sequence[str], code: str, quantity: str) -> bool:
    """Return whether a row belongs to the print: it is empty, a heading, a header or a total.

    `code` is what names its article, as far as it does, `quantity` what stands in that column.
    """
    if len(code) > _SHORTEST and code.isdigit():
        return False
    counted = any(letter.isdigit() for letter in quantity)
    # A heading may have a number of twelve digits among its words: a SIRET, a day and an hour.
    wordy = any(letter.isalpha() for letter in code[:-1]) and not _ISBN.match(code)
    if find_ean(code) or (is_damaged(code) and (counted or not wordy)):
        return False
    filled = [cell for cell in cells if cell.strip()]
    # A row that slipped by a column has its EAN elsewhere: that is an error.
    if any(map(find_ean, filled)):
        return False
    named = own_code(code)
    # The sums under the columns may stand there without a word.
    if not named and not any(letter.isalpha() for cell in filled for letter in cell):
        return True
    return not counted or _SUM.match(plain_name(named or filled[0])) is not None
