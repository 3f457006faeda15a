"""The Tite-Live stock file `<SHOP>_ART.asc`, as three independent tills write it.

Line 1 is `EXTRACTION STOCK DU dd/mm/yyyy`; every other line is 31 characters: the till's code of
the shop (4), EAN-13, quantity (4, zero-padded), price in cents (10, zero-padded; zeros: unknown).
Lines end with CRLF, the last one perhaps not. A full snapshot of new copies: what is absent is
zero. From 27 December to 3 January some tills write the year of the week for that of the day.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, Message
from comptoir.core.identifiers import find_number
from comptoir.core.money import Doubt, Price
from comptoir.stock.formats.furniture import is_damaged, own_code
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    ArticleLine,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
    ReportMode,
    StockBlock,
    check_article,
    check_line,
)
from comptoir.stock.formats.plain import first_wrong
from comptoir.stock.formats.reader import price_remarks
from comptoir.stock.formats.text import LONGEST_LINE, blocks, lines, shown
from comptoir.stock.shelf.models import Condition

RECORD = 31
_STRIDE = RECORD + 2
_EAN = range(4, 17)
_QUANTITY = slice(17, 21)
_PRICE = slice(21, 31)
_HEADER = re.compile(rb"EXTRACTION STOCK DU (\d\d)/(\d\d)/(\d{4})\s*\Z")
# Less than none is padded as it comes: `-001`, `00-1`.
_NUMBERS = re.compile(rb".{17}(?:0*-)?\d+(?<=\A.{21})", re.DOTALL)
# The code of a line of the right length: any four bytes that the database can keep.
_CODE = re.compile(rb"^([^\0\r\n]{4})[^\r\n]{27}(?:\r?\n|\Z)", re.MULTILINE)
_NEW = Condition.NEW.value
# Numbers whose sum is right and that name no title: an ISBN cut short, and nothing at all.
_NO_TITLES = (b"0977", b"0978", b"0979", b"0" * 13)
_LAST_WEEK, _FIRST_WEEK = (12, 27), (1, 3)
_NO_PRICE = b"0" * 10 + b"\r\n"
# The zeros before an EAN-8: each is read by itself.
_FILLED = b"0" * 5
# A row as `StockBlock` wants it, and from which column of a record each of its columns comes.
_ROW = b"0\t" + b"." * 13 + b"\t" + b"." * 4 + b"\t" + b"." * 10 + b"\tnew\n"
_COLUMNS = [*zip(range(4, 17), range(2, 15), strict=True)]
_COLUMNS += [*zip(range(17, 21), range(16, 20), strict=True)]
_COLUMNS += [*zip(range(21, 31), range(21, 31), strict=True)]


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the file's day and its lines, read as they are asked for.

    `known.shop_code` is the code that the lines must carry, four bytes read as Latin-1, blanks
    included; without one, that of the first line of 31 characters. Raises `Invalid`
    (`bad_header`) when line 1 is not the one of this format.
    """
    source = blocks(stream)
    first = next(source, b"")
    header, _newline, rest = first.partition(b"\n")
    found = _HEADER.match(header[:LONGEST_LINE])
    try:
        if found is None:
            raise ValueError
        day, month, year = (int(part) for part in found.groups())
        dated = date(year, month, day)
        other = _day_of_week_year(dated)
    except ValueError:
        raise Invalid(
            "bad_header",
            _("Line 1 must read EXTRACTION STOCK DU dd/mm/yyyy: this is no Tite-Live stock file."),
            line=1,
            content=shown(header),
        ) from None
    rest = rest or next(source, b"")
    named = _CODE.search(rest)
    code = known.shop_code or (named[1].decode("latin-1") if named else "")
    return FeedFile(
        lines=_read(source, rest, code.encode("latin-1")),
        covers=Covers.NEW,
        day=dated,
        other_day=other,
        shop_code=code,
    )


def _day_of_week_year(dated: date) -> date | None:
    """Return the day that is meant if the year is that of its week, or None if that is the same.

    The days around New Year belong to a week of the other year: at the earliest from 27 December
    (weeks that begin on Sunday), at the latest until 3 January (ISO 8601). Raises `ValueError` at
    the ends of the calendar.
    """
    if (dated.month, dated.day) >= _LAST_WEEK:
        return dated.replace(year=dated.year - 1)
    if (dated.month, dated.day) <= _FIRST_WEEK:
        return dated.replace(year=dated.year + 1)
    return None


def _read(source: Iterator[bytes], first: bytes, code: bytes) -> Iterator[Line]:
    number = 2
    block: bytes | None = first
    while block is not None:
        if block:
            if code + _FILLED not in block and _is_sound(block, code):
                sound = _block(block, number)
                yield sound
                number += len(sound.eans)
            else:
                for line in lines(block):
                    if line.strip() and (found := _line(line, number, code)):
                        yield found
                    number += 1
        block = next(source, None)


def _is_sound(block: bytes, code: bytes) -> bool:
    """Return whether every line of a block is beyond doubt, all at once.

    The block is checked by columns.
    """
    lines, rest = divmod(len(block), _STRIDE)
    if rest == RECORD:
        block, lines = block + b"\r\n", lines + 1
    elif rest:
        return False
    if (
        _NO_PRICE in block
        or block[RECORD::_STRIDE] != b"\r" * lines
        or block[RECORD + 1 :: _STRIDE] != b"\n" * lines
    ):
        return False
    if any(block[at::_STRIDE] != code[at : at + 1] * lines for at in range(4)):
        return False
    if any(code + number in block for number in _NO_TITLES):
        return False
    if not all(block[at::_STRIDE].isdigit() for at in range(4, RECORD)):
        return False
    # A price of a million euros or more is checked by itself.
    if any(block[at::_STRIDE] != b"0" * lines for at in (_PRICE.start, _PRICE.start + 1)):
        return False
    return first_wrong([block[at::_STRIDE] for at in _EAN]) == lines


def _block(block: bytes, number: int) -> StockBlock:
    """Return the lines of a sound block, copied column by column into rows of equal length."""
    text = block.decode("latin-1")
    eans = [text[at + 4 : at + 17] for at in range(0, len(text), _STRIDE)]
    rows = bytearray(_ROW * len(eans))
    for source, target in _COLUMNS:
        rows[target :: len(_ROW)] = block[source::_STRIDE]
    return StockBlock(number, eans, bytes(rows))


def _line(line: bytes, number: int, code: bytes) -> Line | None:
    if len(line) != RECORD:
        reason: Message = _("Characters in this line: %(length)s instead of 31.") % {
            "length": len(line)
        }
        if len(line) > LONGEST_LINE:
            reason = _("The line is far too long.")
        return RefusedLine(number, "bad_length", reason, shown(line))
    if line[:4] != code:
        text = _("The line names another shop than the file's other lines, or than this feed's.")
        return RefusedLine(number, "other_shop", text, shown(line))
    if not _NUMBERS.match(line):
        text = _("The quantity must be digits, padded with zeros.")
        return RefusedLine(number, "bad_number", text, shown(line))
    ean = line[_EAN.start : _EAN.stop].decode("latin-1").strip(" ")
    if not ean.isprintable():
        text = _("The EAN holds what is neither a letter nor a digit.")
        return RefusedLine(number, "bad_number", text, shown(line))
    quantity, price = int(line[_QUANTITY].lstrip(b"0") or b"0"), _price(line[_PRICE])
    remarks = price_remarks(price, number, shown(line))
    if find_number(ean) is None and not is_damaged(ean):
        article = ArticleLine(number, own_code(ean), quantity, price.cents or None, remarks=remarks)
        return check_article(article, shown(line))
    return check_line(
        line=number,
        ean=ean,
        quantity=quantity,
        price_cents=price.cents or None,
        condition=_NEW,
        content=shown(line),
        remarks=remarks,
    )


def _price(cell: bytes) -> Price:
    """Return the price of a cell in cents, perhaps padded with blanks."""
    text = cell.decode("latin-1").strip()
    if not text or (text.isascii() and text.isdigit()):
        return Price(int(text or "0"), None, text)
    return Price(None, Doubt.NO_PRICE, text)


def _recognises(head: bytes) -> bool:
    return _HEADER.match(head.partition(b"\n")[0]) is not None


FORMAT = Format(
    code="asc",
    name="Tite-Live .asc",
    help=_("The stock that tills send to Place des Libraires each night: nothing to set up."),
    read=read,
    suffixes=(".asc",),
    recognises=_recognises,
    modes=(ReportMode.SNAPSHOT,),
)
