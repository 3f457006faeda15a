"""Rows that are taken in blocks say the same as one by one: every table, whatever is mixed in."""

import random
from collections.abc import Iterator
from io import BytesIO

import pytest

from comptoir.core.errors import Invalid
from comptoir.stock.formats import own, plain
from comptoir.stock.formats import table as tables
from comptoir.stock.formats.lines import Line, Reader, StockBlock, StockLine
from tests import trials
from tests.factories import ean

# What is beyond doubt, and what is not: each goes one way or the other.
PLAIN_EANS = [ean(number) for number in range(40)] + ["0602455891234", "4006381333931"]
ODD_EANS = ["", "9782070612368", "2000000000008", "0978207061234", "978-2-07-061236-9", "12345670"]
ODD_EANS += ["0000020123451", " 9782070612369", "2070612368", "9,78207E+12", "REF-7", "TOTAL"]
ODD_EANS += ["9782070000000"]
QUANTITIES = ["0", "3", "007", "99999", "100000", "-2", "2.0", "", "x", "١"]
PRICES = ["", "12", "12,9", "12,90", "12.905", "0,00", "1.234", "1 234,50", "999999,99", "1000000"]
PRICES += ["dix", "12,90 €", "€"]
CONDITIONS = ["", "new", "neuf", "NEUF", "VG", "abc"]
TITLES = ["", "Les Choses", "L’été ; suite", 'dit "le Long"', "x" * 600, "nul\0"]


def written(cells: list[str], separator: str, dice: random.Random) -> str:
    def one(cell: str) -> str:
        if separator in cell or '"' in cell or dice.random() < 0.2:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return separator.join(map(one, cells)) + dice.choice(["\n", "\r\n", "\n", ";\n"])


def table(dice: random.Random, oddness: float) -> bytes:
    """Return a table of some columns in some order, of whose cells so many are odd."""
    names = ["ean", "quantity", *dice.sample(["price", "condition", "title", "rayon"], 3)]
    dice.shuffle(names)
    separator = dice.choice([";", ",", "\t"])

    def cell(name: str) -> str:
        odd = dice.random() < oddness
        if name == "ean":
            return dice.choice(ODD_EANS if odd else PLAIN_EANS)
        if name == "quantity":
            return dice.choice(QUANTITIES) if odd else str(dice.randint(0, 9))
        if name == "price":
            return dice.choice(PRICES) if odd else f"{dice.randint(1, 99)},{dice.randint(10, 99)}"
        if name == "condition":
            return dice.choice(CONDITIONS) if odd else dice.choice(["", "neuf"])
        return dice.choice(TITLES) if odd else "Titre"

    rows = [written([cell(name) for name in names], separator, dice) for _ in range(700)]
    if oddness:
        rows.insert(dice.randint(0, 700), f'"ouvert{separator}3\n')
        rows.insert(dice.randint(0, 700), "\r\n")
    return (separator.join(names) + "\n" + "".join(rows)).encode()


def spread(lines: Iterator[Line]) -> list[Line]:
    """Return the lines with the rows of each block one by one, as they are taken."""
    found: list[Line] = []
    for line in lines:
        if not isinstance(line, StockBlock):
            found.append(line)
            continue
        for row, number in zip(line.rows.decode().splitlines(), line.eans, strict=True):
            at, ean, quantity, cents, condition = row.split("\t")
            assert ean == number
            price = None if cents == "None" else int(cents)
            found.append(StockLine(int(at), ean, int(quantity), price, condition))
    return found


def read(content: bytes, reader: Reader = own.read) -> tuple[list[Line], int]:
    lines = list(reader(BytesIO(content)).lines)
    return spread(iter(lines)), sum(isinstance(line, StockBlock) for line in lines)


def one_by_one(
    content: bytes, monkeypatch: pytest.MonkeyPatch, reader: Reader = own.read
) -> list[Line]:
    with monkeypatch.context() as patch:
        patch.setattr(plain.Source, "take", lambda *_args, **_kwargs: None)
        lines, blocks = read(content, reader)
    assert not blocks
    return lines


@pytest.mark.parametrize(
    ("reader", "oddness"),
    [
        *((own.read, oddness) for oddness in (0.0, 0.003, 0.03, 0.3)),
        *((tables.read, oddness) for oddness in (0.0, 0.003, 0.03)),
    ],
)
def test_blocks_say_what_their_rows_say(
    oddness: float, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = 0
    for number in range(trials.times(6)):
        content = table(trials.dice(f"plain {oddness} {number}"), oddness)
        if reader is tables.read:
            content = content.replace(b"\0", b"")
        try:
            lines, found = read(content, reader)
        except Invalid as error:
            # The first rows may not show which column is which.
            if error.code != "columns_unknown":
                raise
            continue
        assert lines == one_by_one(content, monkeypatch, reader)
        blocks += found
    # Control: the rows did go both ways.
    assert blocks


def test_a_wrong_check_digit_in_a_block_is_refused_alone() -> None:
    rows = [f"{PLAIN_EANS[n % 40]};3;12,90\n" for n in range(1000)]
    rows[600] = "9782070612368;3;12,90\n"
    lines, blocks = read(("ean;quantity;price\n" + "".join(rows)).encode())
    assert blocks >= 2
    assert [line.line for line in lines] == list(range(2, 1002))
    (wrong,) = [line for line in lines if not isinstance(line, StockLine)]
    assert (wrong.line, wrong.code) == (602, "bad_ean")  # type: ignore[union-attr]


def test_prices_of_a_column_wait_for_its_first_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    """`1.234` is thousands until the column shows decimals: a block must not hide them."""
    body = [f"{PLAIN_EANS[n % 40]};3;{'12,90' if 500 <= n < 800 else 12}\n" for n in range(1000)]
    body[800] = f"{PLAIN_EANS[0]};3;1.234\n"
    for content in ("".join(body), "".join(reversed(body))):
        whole = ("ean;quantity;price\n" + content).encode()
        lines, blocks = read(whole)
        assert blocks
        assert lines == one_by_one(whole, monkeypatch)


def test_what_is_too_many_or_too_long_is_refused_all_the_same() -> None:
    rows = f"{PLAIN_EANS[0]};3;12,90\n" * 300
    content = ("ean;quantity;price\n" + rows + "x" * 1_000_001 + "\n" + rows).encode()
    lines, blocks = read(content)
    assert blocks >= 2
    assert [line.code for line in lines if not isinstance(line, StockLine)] == ["long_line"]  # type: ignore[union-attr]
    with pytest.raises(Invalid) as refused:
        read(b"ean;quantity\n" + b"9782070612369;1\n" * 2_000_001)
    assert refused.value.code == "file_too_large"
