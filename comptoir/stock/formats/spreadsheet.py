"""Rows of a spreadsheet (xlsx, xlsm, xls, ods), however it was made.

It is checked before it is opened (size, what its archive unpacks to), and opened in a process of
its own (`unpack`), for the library holds a whole sheet in memory.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import Invalid
from comptoir.core.streams import pieces_of
from comptoir.stock.formats import unpack
from comptoir.stock.formats.reader import Cells

LARGEST_BYTES = 30_000_000
MOST_UNPACKED = 400_000_000
MOST_RATIO = 200
FREE_BYTES = 20_000_000
MOST_MEMBERS = 2_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_spreadsheet(head: bytes) -> bool:
    """Return whether the first bytes of a file are those of a spreadsheet."""
    return head.startswith((_ZIP, _OLE))


def spreadsheet_rows(stream: BinaryIO) -> Iterator[Cells]:
    """Yield the rows of the first sheet that has any, each with its number, read as asked for.

    Raises `Invalid`: `file_too_large`, `archive_bomb`, `bad_spreadsheet`.
    """
    with TemporaryFile() as file:
        _copy(stream, file)
        _check(file)
        file.seek(0)
        with _unpacking(file) as lines:
            for line in lines:
                number, cells = json.loads(line)
                yield Cells(number, cells)


@contextmanager
def _unpacking(file: IO[bytes]) -> Iterator[IO[bytes]]:
    command = [sys.executable, "-I", str(Path(unpack.__file__))]
    with subprocess.Popen(  # noqa: S603
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
            if process.wait():
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
    """Refuse an archive whose directory claims far more than a shop's stock is."""
    file.seek(0)
    if file.read(4) != _ZIP:
        return
    try:
        with closing(zipfile.ZipFile(file)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _bad() from error
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED
        or (unpacked > FREE_BYTES and unpacked > MOST_RATIO * max(packed, 1))
    ):
        raise Invalid(
            "archive_bomb",
            _("The spreadsheet unpacks to far more than a stock is: export it as CSV."),
        )


def _bad() -> Invalid:
    return Invalid(
        "bad_spreadsheet",
        _("The spreadsheet is damaged, locked or too large to open: save it again, or as CSV."),
    )
