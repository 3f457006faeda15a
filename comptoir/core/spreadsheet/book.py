"""Sheets of a spreadsheet (xlsx, xlsm, xls, ods), however it was made, and of what programs write
in its place: SpreadsheetML (Excel 2003), a web page with a table.

It is checked before it is opened (size, what its archive unpacks to), and opened in a process of
its own (`unpack`), for the library holds a whole sheet in memory.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, NamedTuple

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid, fill
from comptoir.core.spreadsheet import unpack
from comptoir.core.spreadsheet.cells import HEAD_ROWS, Cells
from comptoir.core.streams import pieces_of

LARGEST_BYTES = 30_000_000
MOST_UNPACKED = 400_000_000
MOST_RATIO = 200
FREE_BYTES = 20_000_000
MOST_MEMBERS = 2_000
HEAD_BYTES = 4096
CERTAIN = 3
"""How `open_sheet` is told that a sheet is the one, whatever comes behind it."""
_NO_NAME = ("",)  # The only one that a web page has.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# A page that begins with a row of a table has been seen, too.
_PAGE = re.compile(
    r"(?:\xef\xbb\xbf|\ufeff)?\s*(?:<(?:!DOCTYPE\s+html|html|head|meta|body|table|tr)\b"
    r"|(?:(?:<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>)\s*)*"
    r"<(?:\w+:)?(?:Workbook|html|table)\b)",
    re.IGNORECASE | re.DOTALL,
)
# What an archive has that is a spreadsheet: Excel's, OpenDocument's.
_PARTS = ("xl/", "content.xml")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_spreadsheet(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a spreadsheet, or of what programs
    write in its place: SpreadsheetML, a web page."""
    if head.startswith((_ZIP, _OLE)):
        return True
    text = head.decode("utf-16" if head.startswith(_UTF16) else "latin-1", "ignore")
    return _PAGE.match(text) is not None


class Sheet(NamedTuple):
    """One sheet of a spreadsheet: its name, its rows that are not empty, read as they are asked
    for, and the names of all the sheets that are shown.

    `others` are, once the rows have been read, the sheets behind it that look like the same.
    """

    name: str
    rows: Iterator[Cells]
    names: tuple[str, ...]
    others: list[str]


def open_sheet(
    stream: BinaryIO, judge: Callable[[Sequence[Cells]], int], wanted: str = ""
) -> Sheet:
    """Return the sheet that is wanted or, failing that, the likeliest one.

    `judge` tells how likely a sheet is by its first `HEAD_ROWS` rows: of several the first one of
    the highest figure is taken, and one of `CERTAIN` at once; so a cover sheet is passed over. Of
    one sheet alone there is nothing to choose. Raises `Invalid`: `file_too_large`, `archive_bomb`,
    `bad_spreadsheet`, and `no_such_sheet` when the wanted one is not there.
    """
    file = TemporaryFile()  # noqa: SIM115 - closed with what is read of it
    try:
        _copy(stream, file)
        file.flush()
        _check(file)
        return _choose(file, judge, wanted)
    except BaseException:
        file.close()
        raise


def _choose(file: IO[bytes], judge: Callable[[Sequence[Cells]], int], wanted: str) -> Sheet:
    book = _Book(file)
    if len(book.names) < 2:
        wanted = ""
    elif wanted and wanted not in book.names:
        raise _no_such_sheet(wanted, book.names)
    best, likeliest = wanted, -1
    for name, rows in () if wanted else book.sheets:
        head = list(islice(rows, HEAD_ROWS))
        likely = judge(head) if head else likeliest
        if likely == CERTAIN:
            others: list[str] = []
            read = book.rest(_and_others(chain(head, rows), book, judge, others))
            return Sheet(name, read, book.names, others)
        if likely > likeliest:
            best, likeliest = name, likely
    if book.names == _NO_NAME and likeliest < 0:
        text = _("This is a web page without any table: export it again, as CSV or xlsx.")
        raise Invalid("no_table", text)
    again = _Book(file, best)
    rows = next((rows for name, rows in again.sheets if name == best), iter(()))
    return Sheet(best, again.rest(rows), book.names, [])


def _and_others(
    rows: Iterator[Cells], book: "_Book", judge: Callable[[Sequence[Cells]], int], others: list[str]
) -> Iterator[Cells]:
    """Yield the rows, and note which sheets behind them would have been taken, too."""
    yield from rows
    for name, more in book.sheets:
        head = list(islice(more, HEAD_ROWS))
        if head and judge(head) == CERTAIN:
            others.append(name)


def _no_such_sheet(wanted: str, names: Sequence[str]) -> Invalid:
    message = fill(
        _("The spreadsheet has no sheet “%(wanted)s” (any more), but: %(names)s. Choose again."),
        wanted=wanted,
        names=", ".join(names)[:200],
    )
    return Invalid("no_such_sheet", message, sheets=list(names))


class _Book:
    """A spreadsheet as its process unpacks it: its sheets (or the one wanted), one by one.

    The rows of one are read before the next is asked for. The process ends with what is read of it.
    Raises `Invalid` (`bad_spreadsheet`) where it ends too early.
    """

    def __init__(self, file: IO[bytes], wanted: str = "") -> None:
        self._file = file
        self._next: Any = None
        # The process reads on from where the system stands, not from where our own buffer does.
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        self._lines = _lines(file, wanted)
        self.names: tuple[str, ...] = tuple(next(self._lines)["sheets"])
        self.sheets = self._sheets()

    def _sheets(self) -> Iterator[tuple[str, Iterator[Cells]]]:
        self._next = next(self._lines)
        while "end" not in self._next:
            rows = self._rows()
            yield self._next["sheet"], rows
            for _row in rows:
                pass

    def _rows(self) -> Iterator[Cells]:
        while isinstance(line := next(self._lines), list):
            number, cells = line
            yield Cells(number, cells)
        self._next = line

    def rest(self, rows: Iterator[Cells]) -> Iterator[Cells]:
        """Yield the rows of a sheet, and close the book behind them."""
        try:
            yield from rows
        finally:
            self._lines.close()
            self._file.close()


def _lines(file: IO[bytes], wanted: str) -> Generator[Any]:
    """Yield what the process says: JSON, line by line."""
    command = [sys.executable, "-I", str(Path(unpack.__file__)), wanted]
    with subprocess.Popen(  # noqa: S603
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        assert process.stdout is not None
        try:
            while line := process.stdout.readline():
                yield json.loads(line)
            raise _bad()
        finally:
            process.kill()


def _copy(stream: BinaryIO, file: IO[bytes]) -> None:
    total = 0
    for data in pieces_of(stream):
        total += len(data)
        if total > LARGEST_BYTES:
            text = _("The spreadsheet is larger than 30 MB: export it as CSV.")
            raise Invalid("file_too_large", text)
        file.write(data)


def _check(file: IO[bytes]) -> None:
    """Refuse an archive whose directory claims far more than a table is."""
    file.seek(0)
    if file.read(4) != _ZIP:
        return
    try:
        with closing(zipfile.ZipFile(file)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _bad() from error
    if not any(member.filename.startswith(_PARTS) for member in members):
        text = _("This file is an archive that holds no spreadsheet: choose another one.")
        raise Invalid("other_kind", text)
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED
        or (unpacked > FREE_BYTES and unpacked > MOST_RATIO * max(packed, 1))
    ):
        raise Invalid(
            "archive_bomb",
            _("The spreadsheet unpacks to far more than a table is: export it as CSV."),
        )


def _bad() -> Invalid:
    return Invalid(
        "bad_spreadsheet",
        _("The spreadsheet is damaged, locked or too large to open: save it again, or as CSV."),
    )
