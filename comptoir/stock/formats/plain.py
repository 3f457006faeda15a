"""Rows of a table that are beyond doubt, many at once.

Most rows of a till's file hold an EAN, a figure and a price, and nothing that could be read in two
ways. Cell by cell such a row costs thirty times what it costs in a block, and the files of a night
are made of them. What is not as plain as that goes the way of all rows, one by one: a block never
says anything else than its rows would.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile

from comptoir.stock.formats.columns import NEW_WORDS
from comptoir.stock.formats.lines import ArticleLine, Line, StockBlock, StockLine
from comptoir.stock.shelf.models import Condition

MOST_ROWS = 2048
"""Rows of a block."""
_MOST_CHARACTERS = 256 * 1024
# A block of fewer rows costs more than its rows; after each the next is looked for later.
_WORTH = 16
_LONGEST_PAUSE = 512
_LONGEST_CELL = 500
# No number of a till's own, no EAN-8 with zeros before it, no ISBN that lacks a digit.
_EAN = "(?:[13-9]|0(?![24]|97[789]|0000))[0-9]{12}"
_DIGITS = range(13)
_QUANTITY = "[0-9]{1,5}"
_EUROS, _CENTS = "[0-9]{1,6}", "[0-9]{1,2}"
_NEW = "|".join(map(re.escape, sorted(NEW_WORDS, reverse=True)))
# Of a byte, what is left of it by ten.
_BY_TEN = bytes(value % 10 for value in range(256))


def first_wrong(columns: Sequence[bytes]) -> int:
    """Return which is the first of many EANs whose check digit is wrong, or how many there are.

    `columns` are their first digits, their second ones, and so on to the thirteenth. The weighted
    sum of an EAN's digits (at most 225) fits in a byte, so one multiplication of a column read as a
    large number weighs all its digits together.
    """
    count = len(columns[0])
    zeros = int.from_bytes(b"0" * count)
    total = sum(
        (int.from_bytes(column) - zeros) * (3 if place % 2 else 1)
        for place, column in enumerate(columns)
    )
    return count - len(total.to_bytes(count).translate(_BY_TEN).lstrip(b"\0"))


class Shape:
    """What a plain row of a table looks like.

    `places` tells where the columns `ean`, `quantity`, `price` and `condition` stand, as far as
    there are any, among the `width` of the header; what stands in the others does not matter.
    """

    def __init__(self, separator: str, places: Mapping[str, int], width: int) -> None:
        called = {place: name for name, place in places.items()}
        mark = "[.]" if separator == "," else "[.,]"
        other = f'[^{re.escape(separator)}"\r\n]{{0,{_LONGEST_CELL}}}'
        inner = {
            "ean": f"({_EAN})",
            "quantity": f"({_QUANTITY})",
            "price": f"(?:({_EUROS})(?:{mark}({_CENTS}))?)?",
            "condition": f"(?:{_NEW})",
        }
        cells = [inner.get(called.get(place, ""), other) for place in range(width)]
        strict = [f'(?:"{cell}"|{cell})' for cell in cells]
        between, end = re.escape(separator), f"(?:{re.escape(separator)})*\r?\n"
        self._all = re.compile(f"(?:{between.join(strict)}{end})++")
        self._each = re.compile(between.join(f'"?{cell}"?' for cell in cells) + end)
        names = [called[place] for place in sorted(called) if called[place] != "condition"]
        groups = [part for name in names for part in _PARTS.get(name, ())]
        self._at = {part: place for place, part in enumerate(groups)}
        self.has_price = "price" in places

    def has_decimals(self, line: str | None) -> bool:
        """Return whether a line is a plain row whose price has decimals."""
        found = self._each.match(line or "")
        return bool(found and found[self._at["decimals"] + 1])

    def block(self, text: str, first: int, *, decimals: bool) -> StockBlock | None:
        """Return the plain rows that a text begins with, None if it begins with another.

        `first` is the number of its first line. Without `decimals` the rows end before the first
        price that has any.
        """
        whole = self._all.match(text)
        if whole is None:
            return None
        rows = self._each.findall(text, 0, whole.end())
        eans = [row[self._at["ean"]] for row in rows]
        digits = "".join(eans).encode("ascii")
        count = first_wrong([digits[place::13] for place in _DIGITS])
        if self.has_price and not decimals:
            at = self._at["decimals"]
            count = min(count, next((n for n, row in enumerate(rows) if row[at]), count))
        if not count:
            return None
        return StockBlock(first, eans[:count], self._rows(rows[:count], first).encode("ascii"))

    def _rows(self, rows: Sequence[Sequence[str]], first: int) -> str:
        ean, quantity = self._at["ean"], self._at["quantity"]
        if not self.has_price:
            return "".join(
                f"{line}\t{row[ean]}\t{row[quantity]}\t{None}\t{_IS_NEW}\n"
                for line, row in enumerate(rows, first)
            )
        euros, decimals = self._at["euros"], self._at["decimals"]
        return "".join(
            f"{line}\t{row[ean]}\t{row[quantity]}\t"
            f"{row[euros] + row[decimals].ljust(2, '0') if row[euros] else None}\t{_IS_NEW}\n"
            for line, row in enumerate(rows, first)
        )


_PARTS = {"ean": ("ean",), "quantity": ("quantity",), "price": ("euros", "decimals")}
_IS_NEW = Condition.NEW.value


class Source(Iterator[str | None]):
    """The lines of a table for who reads its rows, of which blocks may be taken past that reader.

    `given` is how many lines the reader was given, `passed` how many went past it.
    """

    def __init__(self, lines: Iterable[str | None]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str | None] = deque()
        self._pause = self._again = 0
        self.given = self.passed = 0
        self.last: str | None = None

    def __next__(self) -> str | None:
        self.last = self._ahead.popleft() if self._ahead else next(self._lines)
        self.given += 1
        return self.last

    def take(self, shape: Shape, *, decimals: bool) -> StockBlock | None:
        """Take the plain rows that come next, if any do, past the reader: `Shape.block`."""
        if self.given < self._again:
            return None
        self._look()
        text = "".join(takewhile(lambda line: line is not None, self._ahead))  # type: ignore[arg-type]
        block = shape.block(text, self.given + self.passed + 1, decimals=decimals)
        count = len(block.eans) if block else 0
        self._pause = 0 if count >= _WORTH else min(2 * self._pause + 1, _LONGEST_PAUSE)
        self._again = self.given + self._pause
        self._ahead = deque(islice(self._ahead, count, None))
        self.passed += count
        return block

    def _look(self) -> None:
        held = sum(len(line or "") for line in self._ahead)
        for line in islice(self._lines, MOST_ROWS - len(self._ahead)):
            self._ahead.append(line)
            held += len(line or "")
            if held > _MOST_CHARACTERS:
                return


def in_blocks(source: Source, shape: Shape, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the `lines` of a reader whose lines come from `source`, and the plain ones in blocks.

    The order of the file stays. While the reader holds rows back, or has looked ahead, nothing
    passes it. What a separator in a price means is told by the column: the reader has seen a price
    with decimals before the first block with one.
    """
    decimals = not shape.has_price
    for line in lines:
        yield _moved(line, source.passed)
        # Else the reader has been given more than it has said.
        if line_of(line) == source.given:
            decimals = decimals or shape.has_decimals(source.last)
            while block := source.take(shape, decimals=decimals):
                yield block


def line_of(line: Line) -> int:
    """Return the number of a line."""
    return line.first if isinstance(line, StockBlock) else line.line


def _moved(line: Line, by: int) -> Line:
    """Return a line whose number counts those that went past its reader."""
    if not by or isinstance(line, StockBlock):
        return line
    if isinstance(line, StockLine | ArticleLine):
        remarks = tuple(each._replace(line=each.line + by) for each in line.remarks)
        return line._replace(line=line.line + by, remarks=remarks)
    return line._replace(line=line.line + by)
