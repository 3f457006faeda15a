"""Abelujo's list of quantities: `isbn;qty` or `isbn,qty`, without a header.

A quantity sets what there is, it does not add to it; what is not listed is as it was.
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import digits_of, find_ean
from comptoir.core.text import plain_number
from comptoir.stock.formats.furniture import is_furniture
from comptoir.stock.formats.lines import (
    NOTHING_KNOWN,
    Covers,
    FeedFile,
    Format,
    Known,
    Line,
    RefusedLine,
    ReportMode,
)
from comptoir.stock.formats.reader import read_article
from comptoir.stock.formats.text import LONGEST_LINE, blocks, decoded, lines, shown

_QUANTITY = re.compile(r"-?[0-9]{1,9}")
_LEAST_DIGITS = 9


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines, read as they are asked for.

    Raises `Invalid` (`bad_header`) when the first line is not an ISBN and a quantity.
    """
    source = blocks(stream)
    first = next(source, b"")
    line = first.partition(b"\n")[0]
    if not _begins_with_number(_cells(line[:LONGEST_LINE])):
        text = _("Line 1 must be an ISBN and a quantity, as in 9782070612369;3, without a header.")
        raise Invalid("bad_header", text, line=1, content=shown(line))
    return FeedFile(lines=_read(source, first), covers=Covers.NEW, shop_code=known.shop_code)


def _read(source: Iterator[bytes], first: bytes) -> Iterator[Line]:
    number = 1
    block: bytes | None = first
    while block is not None:
        for line in lines(block):
            if line.strip() and (found := _line(line, number)):
                yield found
            number += 1
        block = next(source, None)


def _line(line: bytes, number: int) -> Line | None:
    if len(line) > LONGEST_LINE:
        return RefusedLine(number, "bad_length", _("The line is far too long."), shown(line))
    cells = _cells(line)
    if is_furniture(cells, cells[0], cells[1] if len(cells) > 1 else ""):
        return None
    if len(cells) != 2:
        text = _("The line must be an ISBN and a quantity, with a semicolon or comma between.")
        return RefusedLine(number, "bad_line", text, shown(line))
    ean, quantity = cells
    return read_article(line=number, item="", ean=ean, quantity=quantity, content=shown(line))


def _cells(line: bytes) -> list[str]:
    cells = (cell.strip() for cell in re.split(r"[;,]", decoded(line)))
    return [cell.strip('"') if cell.startswith('"') else cell for cell in cells]


def _begins_with_number(cells: Sequence[str]) -> bool:
    """Return whether a row begins with an EAN, or with what may be a damaged one."""
    return len(cells) > 1 and (
        find_ean(cells[0]) is not None or len(digits_of(cells[0])) >= _LEAST_DIGITS
    )


def _recognises(head: bytes) -> bool:
    cells = _cells(head.partition(b"\n")[0][:LONGEST_LINE])
    certain = len(cells) == 2 and _QUANTITY.fullmatch(plain_number(cells[1]))
    return bool(certain) and _begins_with_number(cells)


FORMAT = Format(
    code="abelujo",
    name="Abelujo",
    help=_("An EAN and a number of copies a line, as Abelujo exports them."),
    read=read,
    recognises=_recognises,
    modes=(ReportMode.DELTA,),
)
