"""Writes the sheets of a spreadsheet as JSON lines, in a process whose memory and time are bounded.

The reader of spreadsheets holds a whole sheet; a small file may claim a cell in its last row and
column, and then asks for gigabytes. So it runs apart (`book` starts it, on this file alone,
without Django), and what goes wrong in it ends only it. Standard input is the spreadsheet: one of
Excel's or OpenDocument, or what programs write in their place and call `.xls`: SpreadsheetML, or a
web page. An argument names the one sheet that is wanted.
"""

import json
import re
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import islice

from lxml import etree
from python_calamine import CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

MOST_MEMORY = 1536 * 2**20
MOST_SECONDS = 60
MOST_ROWS = 300_000
MOST_COLUMNS = 100
MOST_SHEETS = 20
LAST_LINE = 2**20
HEAD_BYTES = 4096
LONGEST_CELL = 1000
_WORKBOOK = re.compile(rb"<(?:\w+:)?Workbook\b")
_CHARSET = re.compile(rb"charset\s*=", re.IGNORECASE)
_ROUNDED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"

Cell = int | float | str | bool | time | date | datetime | timedelta
Row = tuple[int, list[str]]
Sheets = Iterable[tuple[str, Iterator[Row]]]


class _Filler:
    """Puts cells in their columns where others above or beside them reach into these."""

    def __init__(self) -> None:
        self._below: dict[int, int] = {}

    def row(self, cells: Iterable[tuple[int | None, str, int, int]]) -> list[str]:
        """Return a row of cells: each has its column (None: the next free one), its text, and how
        many columns and rows it takes."""
        filled: dict[int, str] = {}
        blocked = {column for column, rows in self._below.items() if rows}
        self._below = {column: rows - 1 for column, rows in self._below.items() if rows > 1}
        at = 0
        for column, text, across, down in cells:
            at = at if column is None else column
            while at in blocked:
                at += 1
            if not 0 <= at < MOST_COLUMNS:
                break
            filled[at] = text[:LONGEST_CELL]
            for _reached in range(max(1, min(across, MOST_COLUMNS))):
                if down > 1:
                    self._below[at] = down - 1
                at += 1
        return [filled.get(place, "") for place in range(max(filled, default=-1) + 1)]


def text_of(cell: Cell) -> str:
    """Return a cell as text; a whole number has no decimals, and no other one has three of them.

    What stands before three digits in a text may be a mark of thousands: in a number it is not.
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    text = str(cell)[:LONGEST_CELL]
    return f"{text}0" if isinstance(cell, float) and text[-4:-3] == "." else text


def _workbook_rows(book: CalamineWorkbook, name: str) -> Iterator[Row]:
    sheet = book.get_sheet_by_name(name)
    # Empty columns on the left are left out, empty rows above are not.
    before = [""] * min(sheet.start[1] if sheet.start else 0, MOST_COLUMNS)
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, [*before, *map(text_of, row[: MOST_COLUMNS - len(before)])]


def _xml_sheets(data: bytes) -> Sheets:
    """Yield the sheets of a SpreadsheetML workbook, which may not declare entities."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("a workbook has no use for a DTD")
    events = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        tag=(f"{_SS}Worksheet", f"{_SS}Row"),
        resolve_entities=False,
        no_network=True,
    )
    for event, element in events:
        if event == "start" and element.tag == f"{_SS}Worksheet":
            yield element.get(f"{_SS}Name", ""), _xml_rows(events)


def _xml_rows(events: Iterable[tuple[str, etree._Element]]) -> Iterator[Row]:
    number, filler = 0, _Filler()
    for event, element in events:
        if event == "start":
            continue
        if element.tag == f"{_SS}Worksheet":
            return
        number = int(element.get(f"{_SS}Index", number + 1))
        if not 0 < number <= LAST_LINE:
            raise ValueError("a sheet has no such row")
        yield number, filler.row(map(_xml_cell, element.iterchildren(f"{_SS}Cell")))
        element.clear()


def _xml_cell(cell: etree._Element) -> tuple[int | None, str, int, int]:
    place, data = cell.get(f"{_SS}Index"), cell.find(f"{_SS}Data")
    text = "" if data is None else "".join(map(str, data.itertext()))
    if data is not None and data.get(f"{_SS}Type") == "Number":
        text = _number(text)
    across, down = (int(cell.get(f"{_SS}Merge{way}", 0)) + 1 for way in ("Across", "Down"))
    return None if place is None else int(place) - 1, text, across, down


def _page_rows(data: bytes) -> Iterator[Row]:
    """Yield the rows of a web page's tables. A page that was cut short is refused."""
    encoding = _encoding(data)
    if encoding == "utf-16":
        data, encoding = data.decode("utf-16").encode(), "utf-8"
    lower = data.lower()
    if lower.count(b"<table") > lower.count(b"</table"):
        raise ValueError("a table is not closed")
    filler, table = _Filler(), None
    rows = etree.iterparse(BytesIO(data), tag="tr", html=True, encoding=encoding, no_network=True)
    for number, (_event, row) in enumerate(rows, 1):
        of = next(row.iterancestors("table"), None)
        if of is not table:
            filler, table = _Filler(), of
        yield number, filler.row(map(_page_cell, row.iterchildren("td", "th")))
        row.clear()


def _page_cell(cell: etree._Element) -> tuple[int | None, str, int, int]:
    text = " ".join("".join(map(str, cell.itertext())).split())
    # Excel keeps the number beside what it shows of it.
    if _ROUNDED.fullmatch(text) and cell.get("x:num"):
        text = _number(cell.get("x:num", ""))
    across, down = (_whole(cell.get(way, "")) for way in ("colspan", "rowspan"))
    return None, text, across, down


def _number(text: str) -> str:
    """Return a number as a program wrote it, such as `9.782070612369E12`, as people write it."""
    try:
        return text_of(float(text))
    except ValueError:
        return text


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _encoding(data: bytes) -> str | None:
    """Return the encoding of a page that does not name it: UTF-8 if it is, else Windows-1252."""
    if data.startswith(_UTF16):
        return "utf-16"
    if _CHARSET.search(data[:HEAD_BYTES]):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def main() -> None:
    """Write `{"sheets": [name, …]}`; then for every sheet, or the one wanted, `{"sheet": name}` and
    its rows that are not empty, `[line, [cell, …]]`; and at the end `{"end": true}`, without which
    something went wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted = "".join(sys.argv[1:])
    names, sheets = _open(sys.stdin.buffer.read())
    _say({"sheets": names})
    for name, rows in islice(sheets, MOST_SHEETS):
        if wanted in ("", name):
            _say({"sheet": name})
            for number, cells in islice(rows, MOST_ROWS):
                if any(cells):
                    _say([number, cells])
    _say({"end": True})


def _open(data: bytes) -> tuple[list[str], Sheets]:
    """Return the names of the sheets, and the sheets; their rows are read if they are asked for."""
    head = data[:HEAD_BYTES]
    if head.startswith(_UTF16):
        head = head.decode("utf-16", "ignore").encode()
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [sheet.name for sheet in book.sheets_metadata if _is_shown(sheet)]
        return names, ((name, _workbook_rows(book, name)) for name in names)
    if _WORKBOOK.search(head):
        return [name for name, _rows in _xml_sheets(data)], _xml_sheets(data)
    return [""], [("", _page_rows(data))]


def _is_shown(sheet: SheetMetadata) -> bool:
    return sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()
