"""The pictures of codes: as the library draws them, put together from those of single bits."""

import struct
import zlib
from io import BytesIO

import pytest
import segno

from comptoir.orders.qr import MASK, png

CODES = ("00000000", "99999999", "12345678", "00100100", "98700001", "07070707", "51299964")


def lines(picture: bytes) -> bytes:
    """Return the lines of a PNG, and check the sum of each of its chunks."""
    at, found = 8, b""
    while at < len(picture):
        length, name = struct.unpack_from(">I4s", picture, at)
        content = picture[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", picture, at + 8 + length)
        assert check == zlib.crc32(name + content)
        found += content if name == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(found)


def drawn(code: str) -> bytes:
    """Return the code as the library draws it."""
    out = BytesIO()
    made = segno.make(code, error="m", micro=False, mask=MASK)
    made.save(out, kind="png", scale=6, border=3)
    return out.getvalue()


@pytest.mark.parametrize("code", CODES)
def test_a_picture_is_that_of_the_library(code):
    mine, theirs = png(code), drawn(code)
    assert mine[:33] == theirs[:33], "the signature, the size and the colours"
    assert lines(mine) == lines(theirs)


def test_each_code_has_a_picture_of_its_own():
    assert len({png(code) for code in CODES}) == len(CODES)
