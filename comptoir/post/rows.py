"""Numbers of parcels as they come back: pasted from a carrier's table, or scanned one after the
other, the order's eight digits first. A row that says nothing is told, and voids none beside it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from comptoir.post.carriers import LONGEST, Carrier, as_number, doubt_about, guess
from comptoir.post.errors import TooManyRows

MOST_ROWS = 500
LONGEST_TEXT = 100_000
_CODE = re.compile(r"[0-9]{8}")
_ALONE = re.compile(r"([0-9]{4})\s?([0-9]{4})(?:\s+(.*))?")
_BETWEEN = re.compile(r"[;\t,|]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands (the first is 1), what was written, the order's digits and the
    parcel's number that were read of it, each empty where there was none."""

    place: int
    text: str
    code: str = ""
    number: str = ""


def read_rows(text: str, codes: Collection[str] = ()) -> list[Row]:
    """Return the rows of a pasted text. `codes` are the orders that wait for a number: where a row
    has one of them it is that one, in whatever column; else the first eight digits of a row.

    A row with digits alone is followed by its number on the next one, as a scanner sends both.
    Raises `TooManyRows` for a text of more than `MOST_ROWS` rows, or `LONGEST_TEXT` characters:
    none of it is read, for what is cut off would be missed by nobody.
    """
    if len(text) > LONGEST_TEXT or len(text.splitlines()) > MOST_ROWS:
        raise TooManyRows(MOST_ROWS)
    found: list[Row] = []
    waiting: Row | None = None
    for place, line in _lines(text):
        if waiting is not None:
            found.append(Row(place, line, waiting.code, _number([line])))
            waiting = None
            continue
        row = _row(place, line, codes)
        if row.code and not row.number and not _BETWEEN.search(line):
            waiting = row
        elif row.code or found or not _is_heading(line):
            found.append(row)
    return found if waiting is None else [*found, waiting]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for place, line in enumerate(text.splitlines(), 1):
        if line.strip(" \t;,\ufeff"):
            yield place, line.strip().lstrip("\ufeff")


def _is_heading(line: str) -> bool:
    """Whether a row can be the headings of a table: it has no digits."""
    return not re.search(r"[0-9]{4}", line)


def _row(place: int, line: str, codes: Collection[str]) -> Row:
    cells = [cell.strip(" \"'=") for cell in _BETWEEN.split(line)]
    if len(cells) == 1:
        # Digits said in two groups, then the number however it is grouped.
        parts = _ALONE.fullmatch(cells[0])
        if parts is None:
            return Row(place, line)
        return Row(place, line, parts[1] + parts[2], _number([parts[3] or ""]))
    plain = [re.sub(r"\s", "", cell) for cell in cells]
    at = next((n for n, cell in enumerate(plain) if cell in codes), None)
    if at is None:
        at = next((n for n, cell in enumerate(plain) if _CODE.fullmatch(cell)), None)
    if at is None:
        return Row(place, line)
    return Row(place, line, plain[at], _number([*cells[at + 1 :], *cells[:at]]))


def _number(cells: list[str]) -> str:
    """Return the parcel's number among cells: the first that looks like one of a carrier, else the
    only one that is written."""
    written = [as_number(cell) for cell in cells if cell.strip()]
    for cell in written:
        if guess(cell) is not None or _of_a_carrier(cell):
            return cell
    return written[0][:LONGEST] if len(written) == 1 else ""


def _of_a_carrier(cell: str) -> bool:
    known = (Carrier.COLISSIMO, Carrier.CHRONOPOST)
    return len(cell) >= 13 and any(not doubt_about(carrier, cell) for carrier in known)
