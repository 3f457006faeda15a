"""Files from tills, good and bad."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_ean
from comptoir.stock.formats import asc, own, text
from comptoir.stock.formats.lines import Known, RefusedLine, StockLine
from comptoir.stock.models import Covers
from tests.factories import ean
from tests.stock.feeds.samples import singly

HEADER = b"EXTRACTION STOCK DU 15/10/2025\r\n"
A, B = ean(11), ean(12)
MANY_EUROS = ["0099999999", "0100000000", "0100000001", "1000000000"]


def record(code=A, quantity="0003", price="0000000840", shop="1234") -> bytes:
    return f"{shop}{code}{quantity}{price}\r\n".encode("latin-1")


def read_asc(*records: bytes, header: bytes = HEADER, shop_code: str = "") -> list:
    return singly(asc.read(BytesIO(header + b"".join(records)), Known(shop_code=shop_code)).lines)


def read_csv(text: str, encoding: str = "utf-8") -> list:
    return list(own.read(BytesIO(text.encode(encoding))).lines)


def codes(lines: list) -> list[str | None]:
    return [line.code if isinstance(line, RefusedLine) else None for line in lines]


def test_a_tite_live_file():
    stream = BytesIO(HEADER + record() + record(B, "0001", "0000000000").removesuffix(b"\r\n"))
    file = asc.read(stream)
    assert (file.day, file.covers, file.shop_code) == (date(2025, 10, 15), Covers.NEW, "1234")
    assert singly(file.lines) == [
        StockLine(2, A, 3, 840, "new"),
        StockLine(3, B, 1, None, "new"),
    ]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (record()[:-3] + b"\r\n", "bad_length"),
        (record()[:-2] + b"9\r\n", "bad_length"),
        (b"9" * 5000 + b"\r\n", "bad_length"),
        (record(quantity=" 001"), "bad_number"),
        (record(quantity="1_00"), "bad_number"),
        (record(code=A[:-1] + str((int(A[-1]) + 1) % 10)), "bad_ean"),
        (record(shop="5678"), "other_shop"),
        (record(shop="é234"), "other_shop"),
        (record(quantity="000é"), "bad_number"),
    ],
)
def test_a_bad_line_is_refused_alone(bad, code):
    lines = read_asc(record(), bad, record(B))
    assert codes(lines) == [None, code, None]
    assert [line.line for line in lines] == [2, 3, 4]
    assert len(lines[1].content) <= 120


@pytest.mark.parametrize("price", ["0100000001", "9999999999", "00000008,4", "-000000840"])
def test_what_is_no_price_leaves_the_price_and_takes_the_copies(price):
    lines = read_asc(record(), record(price=price), record(B))
    assert codes(lines) == [None] * 3
    assert (lines[1].quantity, lines[1].price_cents) == (3, None)
    assert [remark.code for line in lines for remark in line.remarks] == ["bad_price"]
    assert read_asc(record(price="       840"))[0] == StockLine(2, A, 3, 840)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\r\n",
        b"EXTRACTION STOCK DU 31/02/2025\r\n",
        b"EXTRACTION STOCK DU 2025-10-15\r\n",
        b"<?xml version='1.0'?>\n",
        b"A" * 3_000_000,
    ],
)
def test_another_kind_of_file_is_refused_whole(header):
    with pytest.raises(Invalid) as caught:
        read_asc(record(), header=header)
    assert caught.value.code == "bad_header"


def test_the_first_line_of_the_right_length_names_the_shop():
    lines = [record(shop="123"), record(shop="1\0"), record(shop="12  "), record(shop="1234")]
    file = asc.read(BytesIO(HEADER + b"".join(lines)))
    assert file.shop_code == "12  "
    assert codes(singly(file.lines)) == ["bad_length", "bad_length", None, "other_shop"]
    nul = asc.read(BytesIO(HEADER + record(shop="12\0 ") + record()))
    assert (nul.shop_code, codes(singly(nul.lines))) == ("1234", ["other_shop", None])


class Trickle(BytesIO):
    """A stream that gives a line at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return self.readline()


def test_a_header_that_comes_alone_hides_no_code():
    file = asc.read(Trickle(HEADER + record() + record(B)))
    assert (file.shop_code, codes(singly(file.lines))) == ("1234", [None, None])


def test_a_file_of_another_shop():
    assert codes(read_asc(record(), record(B), shop_code="5678")) == ["other_shop"] * 2


def test_utf16_is_refused_and_a_utf8_mark_forgiven():
    whole = (HEADER + record()).decode()
    with pytest.raises(Invalid) as caught:
        list(asc.read(BytesIO(whole.encode("utf-16"))).lines)
    assert caught.value.code == "bad_encoding"
    assert codes(singly(asc.read(BytesIO(whole.encode("utf-8-sig"))).lines)) == [None]


class Endless:
    """A file of one line without an end."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return b"9" * size


def test_a_huge_line_takes_no_memory():
    blocks = list(text.blocks(Endless(50_000_000)))
    assert [len(block) for block in blocks] == [text.LONGEST_LINE + 1]


def test_a_huge_file_is_refused():
    with pytest.raises(Invalid) as caught:
        list(text.blocks(Endless(text.LARGEST_BYTES + 1)))
    assert caught.value.code == "file_too_large"


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(record, st.sampled_from([A, B]), st.just("0002")),
            st.builds(record, st.just(A), st.just("0002"), st.sampled_from(MANY_EUROS)),
            st.builds(
                lambda at, byte: record()[:at] + bytes([byte]) + record()[at + 1 :],
                st.integers(0, 32),
                st.integers(0, 255),
            ),
        ),
        max_size=12,
    ),
    st.sampled_from([33, 50, 1000, 131072]),
)
def test_the_quick_look_at_a_block_never_differs_from_the_slow_one(pieces, size):
    data = record() + b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "BLOCK_BYTES", size)
        quick = read_asc(data)
        patch.setattr(asc, "_is_sound", lambda block, code: False)
        slow = read_asc(data)
    assert quick == slow
    for line in quick:
        assert not isinstance(line, StockLine) or find_ean(line.ean) == line.ean


NO_TITLES = ["0000000000000", "0978207200007", "0979103450008", "0977175502007"]


@given(st.text("0123456789", min_size=13, max_size=13) | st.sampled_from(NO_TITLES))
def test_the_quick_check_of_digits_is_the_right_one(digits):
    assert asc._is_sound(record(digits), b"1234") == (find_ean(digits) is not None)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f"ean;quantity;price;condition\n{A};3;12,90;VG+\n", StockLine(2, A, 3, 1290, "VG+")),
        (f"EAN,Quantity,Price\n{A},3,12.90\n", StockLine(2, A, 3, 1290, "new")),
        (f'isbn\tprix\tquantité\n{A}\t"12,90 €"\t0\n', StockLine(2, A, 0, 1290, "new")),
        (f"titre;état;Stock;EAN\r\n« Été »;;1;{A}", StockLine(2, A, 1, None, "new")),
        ("ean,quantity\n2-07-061236-8,1\n", StockLine(2, "9782070612369", 1, None, "new")),
    ],
)
def test_a_csv_as_shops_export_it(content, line):
    assert read_csv(content) == [line]
    assert read_csv(content, "cp1252") == [line]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("9,78207E+12;1;;", "rounded_ean"),
        ("9.78E12;1;;", "rounded_ean"),
        (f"{A};1.5;;", "bad_quantity"),
        (f"{A};;;", "bad_quantity"),
        (f"{A};999999999;;", "bad_quantity"),
        (f"{A};1;;worn", "bad_condition"),
        (f"{A}", "bad_line"),
        (f"{A};1;;;12", "bad_line"),
        ("9782070612368;1;;", "bad_ean"),
        (A + ";" + "1" * 2000, "bad_quantity"),
        (A + ";" + "1" * 200_000, "bad_csv"),
    ],
)
def test_a_bad_csv_line_is_refused_alone(line, code):
    lines = read_csv(f"ean;quantity;price;condition\n{A};1;;\n{line}\n\n{B};2;;\n")
    assert codes(lines) == [None, code, None]
    assert [each.line for each in lines] == [2, 3, 5]


@pytest.mark.parametrize("content", ["", "titre;auteur\n", f"{A};1\n", "ean\n"])
def test_a_csv_without_its_columns_is_refused_whole(content):
    with pytest.raises(Invalid) as caught:
        read_csv(content)
    assert caught.value.code == "bad_header"


def test_a_csv_speaks_of_used_copies_when_it_has_the_column():
    for header, covers in (("ean;quantity;etat", Covers.ALL), ("ean;quantity", Covers.NEW)):
        assert own.read(BytesIO(header.encode())).covers == covers
