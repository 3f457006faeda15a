"""Tables in CSV, as they are written and as they should not be."""

import csv
import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.core.errors import Invalid
from comptoir.core.table import (
    LONGEST_LINE,
    find_encoding,
    open_table,
    read_header,
    read_lines,
    read_rows,
    refuse_undecoded,
)


def rows(content: bytes, encoding: str = "utf-8-sig", **options) -> list[tuple[int, object]]:
    """Return the rows below the header, refused ones as their code."""
    return [
        (line, cells.code if isinstance(cells, Invalid) else cells)
        for line, cells in open_table(read_lines(io.BytesIO(content), encoding), **options).rows
    ]


class Endless(io.RawIOBase):
    """A header, then one line of so many bytes without an end."""

    def __init__(self, size: int) -> None:
        self._header = b"a;b\n"
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        chunk = self._header or b"9" * min(len(buffer), self._left)
        self._left -= 0 if self._header else len(chunk)
        self._header = b""
        buffer[: len(chunk)] = chunk
        return len(chunk)


@pytest.mark.parametrize(
    ("line", "separator", "names"),
    [
        ("EAN;Quantité\r\n", ";", ("ean", "quantite")),
        ("name,Opening hours\n", ",", ("name", "opening_hours")),
        ('"a, b"\t état ', "\t", ("a,_b", "etat")),
        ("", ";", ()),
        ("x" * 200_000, ";", ()),
    ],
)
def test_a_header(line, separator, names):
    assert read_header(line) == (separator, names)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("été".encode(), "utf-8-sig"),
        ("été".encode("utf-8-sig"), "utf-8-sig"),
        ("été".encode("utf-16"), "utf-16"),
        ("L’été à Châtellerault, déjà".encode("cp1252"), "cp1252"),
        ("L’été à Châtellerault, déjà".encode("mac_roman"), "mac_roman"),
        (b"", "utf-8-sig"),
    ],
)
def test_an_encoding_is_found_however_the_bytes_come(content, encoding):
    assert find_encoding("x.csv", [content]) == encoding
    if encoding == "utf-8-sig":
        assert find_encoding("x.csv", [content[:4], content[4:]]) == encoding


def test_what_is_no_text_is_named():
    with pytest.raises(Invalid) as caught:
        find_encoding("x.csv", [b"abc", b"PK\0"])
    assert caught.value.code == "bad_encoding"
    assert "x.csv" in str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_by_their_first_line(end):
    text = f'a;b{end}1;"two{end}lines"{end}{end}; {end}3;4{end}'
    assert rows(text.encode()) == [(2, ["1", f"two{end}lines"]), (6, ["3", "4"])]


def test_a_line_that_is_too_long_is_refused_alone():
    content = b"a;b\n1;2\n" + b"x" * (2 * LONGEST_LINE) + b"\n3;4\n"
    assert rows(content) == [(2, ["1", "2"]), (3, "long_line"), (4, ["3", "4"])]


def test_a_line_that_is_too_long_at_the_end_is_refused_too():
    assert rows(b"a;b\n" + b"x" * (LONGEST_LINE + 1)) == [(2, "long_line")]


def test_a_line_without_an_end_is_never_held():
    stream = io.BufferedReader(Endless(60_000_000))
    tracemalloc.start()
    lines = read_lines(stream, "utf-8")
    assert next(lines) == "a;b\n"
    assert [cells.code for _line, cells in read_rows(lines, ";")] == ["long_line"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000
    assert not stream.closed


CUT = '9782070612369;"Vingt mille lieues sous les m;3;8,40\n'
NAMED = "ean;titre;stock;prix\n"
TABLE = NAMED + "".join(f"978291175302{n};Titre {n};{n};6,30\n" for n in range(9))


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (CUT, ["9782070612369", '"Vingt mille lieues sous les m', "3", "8,40"]),
        ('9782070612369;"Demi;3;"8,40"\n', ["9782070612369", '"Demi', "3", "8,40"]),
        ('9782070612369;"Heroes" 7";3;8\n', ["9782070612369", '"Heroes" 7"', "3", "8"]),
        ('9782070612369;"A; B" et C;3;8\n', ["9782070612369", "A; B et C", "3", "8"]),
        ('9782070612369;Maxi 12";3;8,40\n', ["9782070612369", 'Maxi 12"', "3", "8,40"]),
        ('9782070612369;"""Oui""; non" ;3;8\n', ["9782070612369", '"Oui"; non', "3", "8"]),
        ('9782070612369;"A";"3";"8,40"\n', ["9782070612369", "A", "3", "8,40"]),
    ],
)
@pytest.mark.parametrize("after", ["", '9782911753022;"Rouge" et noir;1;6,30\n', CUT])
@pytest.mark.parametrize("last", ['9782911753022;Single 12";1;6,30\n', '9782911753022;"A";1;6\n'])
def test_a_quote_that_does_not_close_is_text(line, cells, after, last):
    for before, following in ((TABLE, TABLE), (TABLE, ""), (NAMED, "")):
        text = before + line + after + "".join(following.splitlines(keepends=True)[1:]) + last
        found = rows(text.encode())
        assert [line for line, _cells in found] == list(range(2, text.count("\n") + 1))
        assert found[before.count("\n") - 1][1] == cells
        assert {len(each) for _line, each in found} == {4}


def test_a_quote_that_closes_in_another_cell_is_text():
    found = rows(f'{TABLE}9782070612369;"Demi;3;8,40"\n'.encode())
    assert found[-1][1] == ["9782070612369", '"Demi', "3", '8,40"']


def test_a_row_that_lacks_its_last_cells_is_read_by_its_quotes():
    found = rows(f'{TABLE}9782070612369;"A; B";3\n9782070612369;"A; B"\n'.encode())
    assert [cells for _line, cells in found[-2:]] == [
        ["9782070612369", "A; B", "3"],
        ["9782070612369", "A; B"],
    ]


LONG = '"Un livre; des pages,\n\n""une fin"";\nvoilà"'


@pytest.mark.parametrize(
    "line",
    [f"9782070612369;{LONG};3;8\n", f"{LONG};9782070612369;3;8\n", f"3;8;9782070612369;{LONG}\n"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_cell_may_have_lines_of_its_own(line, end):
    told = 'Un livre; des pages,\n\n"une fin";\nvoilà'.replace("\n", end)
    found = rows(("a;b;c;d\n" + line * 3).replace("\n", end).encode())
    assert [number for number, _cells in found] == [2, 6, 10]
    assert all(told in cells and len(cells) == 4 for _line, cells in found)


@given(
    st.lists(st.text('ab", \n', max_size=12), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(0, 3),
)
def test_a_table_that_is_written_well_is_read_as_it_was(titles, end, quote_all, place):
    written = [["ean", "stock", "prix"], *(["9782070612369", "3", "8,40"] for _ in titles)]
    for row, title in zip(written, ["titre", *titles], strict=True):
        row.insert(place, title)
    file = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=";", lineterminator=end, quoting=quoting).writerows(written)
    assert [cells for _line, cells in rows(file.getvalue().encode())] == written[1:]


@given(st.lists(st.text('ab" 1;', max_size=10), min_size=1, max_size=12), st.booleans())
def test_whatever_quotes_stand_in_a_title_no_line_is_swallowed(titles, may_separate):
    cut = [title if may_separate else title.replace(";", "") for title in titles]
    lines = "".join(f"9782070612369;{title};3;8,40\n" for title in cut)
    found = rows((NAMED + lines).encode())
    assert [line for line, _cells in found] == list(range(2, len(cut) + 2))
    assert {cells[0] for _line, cells in found} == {"9782070612369"}
    if not may_separate:
        assert {(len(cells), *cells[2:]) for _line, cells in found} == {(4, "3", "8,40")}


def test_a_heading_may_have_lines_of_its_own():
    text = 'ean;"Prix\nTTC"\n9782070612369;8,40\n'
    assert read_header(text).names == ("ean", "prix_ttc")
    assert rows(text.encode()) == [(3, ["9782070612369", "8,40"])]
    assert read_header('ean;disques 12"\n1;2\n').names == ("ean", 'disques_12"')
    assert rows(b'ean;"disques\n1;"2"\n') == [(2, ["1", "2"])]


def test_a_line_that_tells_the_separator_is_no_header():
    assert rows(b"sep=,\na,b\n1;1,2\n") == [(3, ["1;1", "2"])]
    assert read_header('"sep=;"\na;b,c,d').names == ("a", "b,c,d")


@pytest.mark.parametrize("line", ['1;"' + "x;" * 50, '";"' * 300, '1;"a"b;"c', '"";"";"'])
def test_many_quotes_take_little_time(line):
    began = time.process_time()
    assert len(rows(b"a;b\n" + f"{line}\n".encode() * 3_000)) == 3_000
    assert time.process_time() - began < 3


def test_what_is_not_in_the_encoding_is_told():
    (_line, cells) = rows(b"a;b\n\xe9;2\n")[0]
    with pytest.raises(Invalid) as caught:
        refuse_undecoded(cells)
    assert caught.value.code == "bad_encoding"
    refuse_undecoded(["é"])
