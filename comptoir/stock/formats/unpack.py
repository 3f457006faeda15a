"""Writes the rows of a spreadsheet as JSON lines, in a process whose memory and time are bounded.

The reader of spreadsheets holds a whole sheet; a small file may claim a cell in its last row and
column, and then asks for gigabytes. So it runs apart (`spreadsheet` starts it, on this file alone,
without Django), and what goes wrong in it ends only it. Standard input is the spreadsheet.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from itertools import islice

from python_calamine import CalamineWorkbook

MOST_MEMORY = 1536 * 2**20
MOST_SECONDS = 60
MOST_ROWS = 300_000
MOST_COLUMNS = 100
MOST_SHEETS = 20

Cell = int | float | str | bool | time | date | datetime | timedelta


def text_of(cell: Cell) -> str:
    """Return a cell as text; a whole number has no decimals."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)[:1000]


def main() -> None:
    """Write `[line, [cell, …]]` for every row of the first sheet that has any."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = CalamineWorkbook.from_filelike(sys.stdin.buffer)
    for name in book.sheet_names[:MOST_SHEETS]:
        found = False
        for number, row in enumerate(
            islice(book.get_sheet_by_name(name).iter_rows(), MOST_ROWS), 1
        ):
            cells = [text_of(cell) for cell in row[:MOST_COLUMNS]]
            if any(cells):
                found = True
                sys.stdout.write(json.dumps([number, cells]) + "\n")
        if found:
            return


if __name__ == "__main__":
    main()
