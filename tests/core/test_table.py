"""Tables in CSV, as they are written and as they should not be."""

import io
import tracemalloc

import pytest

from comptoir.core.errors import Invalid
from comptoir.core.table import (
    LONGEST_LINE,
    find_encoding,
    read_header,
    read_lines,
    read_rows,
    refuse_undecoded,
)


def rows(content: bytes, encoding: str = "utf-8-sig", **options) -> list[tuple[int, object]]:
    """Return the rows below the header, refused ones as their code."""
    lines = read_lines(io.BytesIO(content), encoding)
    header = read_header(next(lines, None) or "")
    return [
        (line, cells.code if isinstance(cells, Invalid) else cells)
        for line, cells in read_rows(lines, header.separator, **options)
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


def test_a_quote_that_is_not_closed():
    content = b'a;b\n"1;2\n' + b"3;4\n" * 60
    assert rows(content) == [(2, "bad_csv")]
    assert len(rows(content, most_lines=100)) == 1


def test_what_is_not_in_the_encoding_is_told():
    (_line, cells) = rows(b"a;b\n\xe9;2\n")[0]
    with pytest.raises(Invalid) as caught:
        refuse_undecoded(cells)
    assert caught.value.code == "bad_encoding"
    refuse_undecoded(["é"])
