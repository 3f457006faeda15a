"""Abelujo's list of quantities: `isbn;qty` or `isbn,qty`, without a header.

A quantity sets what there is, it does not add to it; what is not listed is as it was.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
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
from comptoir.stock.formats.text import LONGEST_LINE, blocks, lines, shown

_ISBN = rb'(?:\xef\xbb\xbf)?\s*"?\d[\d\- ]{7,16}[\dXx]"?\s*[;,]'
_FIRST = re.compile(_ISBN)
_CERTAIN = re.compile(_ISBN + rb'\s*"?-?\d{1,9}"?\s*\Z')


def read(stream: BinaryIO, known: Known = NOTHING_KNOWN) -> FeedFile:
    """Return the lines, read as they are asked for.

    Raises `Invalid` (`bad_header`) when the first line is not an ISBN and a quantity.
    """
    source = blocks(stream)
    first = next(source, b"")
    line = first.partition(b"\n")[0]
    if not _FIRST.match(line[:LONGEST_LINE]):
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
    cells = re.split(r"[;,]", line.decode("latin-1"))
    if is_furniture(cells, cells[0].strip().strip('"'), cells[1] if len(cells) > 1 else ""):
        return None
    if len(cells) != 2:
        text = _("The line must be an ISBN and a quantity, with a semicolon or comma between.")
        return RefusedLine(number, "bad_line", text, shown(line))
    ean, quantity = (cell.strip().strip('"') for cell in cells)
    return read_article(line=number, item="", ean=ean, quantity=quantity, content=shown(line))


FORMAT = Format(
    code="abelujo",
    name="Abelujo",
    help=_("An EAN and a number of copies a line, as Abelujo exports them."),
    read=read,
    recognises=lambda head: _CERTAIN.match(head.partition(b"\n")[0]) is not None,
    modes=(ReportMode.DELTA,),
)
