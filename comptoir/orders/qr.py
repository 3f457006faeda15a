"""The QR code of a reservation: its eight digits alone.

Digits survive a scanner set to another keyboard than the till's, and the counter looks a code up in
its own shop only, so the code is no secret worth hiding in a longer one.

The mask is always the same: to try all eight takes most of the time, and every reader reads each of
them (ISO/IEC 18004, 7.8: it is named in the code). Pictures of codes that differ in one bit of
their data differ in the same places, whatever the other bits are, for what the correction of errors
adds is a sum (XOR) of what each bit adds. So a picture is the sum of those that `segno` drew for
the single bits.
"""

import struct
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

import segno

MASK = 2
DIGITS = 8
_GROUPS = ((0, 3, 10), (3, 6, 10), (6, 8, 7))
"""How eight digits are written: from one to another in so many bits (ISO/IEC 18004, 7.4.3)."""
_SIGNATURE = 8


class _Picture(NamedTuple):
    """A PNG: what stands before its lines, the lines as one number, and how many bytes they are."""

    head: bytes
    lines: int
    length: int


def svg(code: str) -> bytes:
    """Return the code as an SVG image, without a size of its own."""
    return _draw(code, kind="svg", xmldecl=False, omitsize=True, border=2)


def png(code: str) -> bytes:
    """Return the code of eight digits as a PNG image for mails, which show no SVG."""
    first = _picture("0" * DIGITS)
    lines = first.lines
    for (begins, ends, _bits), differences in zip(_GROUPS, _differences(), strict=True):
        number = int(code[begins:ends])
        for bit, difference in enumerate(differences):
            if number >> bit & 1:
                lines ^= difference
    packed = zlib.compress(lines.to_bytes(first.length, "big"), 6)
    return b"".join((first.head, _chunk(b"IDAT", packed), _chunk(b"IEND", b"")))


@cache
def _differences() -> list[list[int]]:
    """Return, for each bit of each group, where the picture changes with it."""
    first = _picture("0" * DIGITS).lines
    return [
        [
            _picture(f"{'0' * begins}{1 << bit:0{ends - begins}}{'0' * (DIGITS - ends)}").lines
            ^ first
            for bit in range(bits)
        ]
        for begins, ends, bits in _GROUPS
    ]


@cache
def _picture(code: str) -> _Picture:
    """Return a code as `segno` draws it."""
    drawn = _draw(code, kind="png", scale=6, border=3)
    head = drawn[:_SIGNATURE]
    for name, content in _chunks(drawn):
        if name == b"IDAT":
            lines = zlib.decompress(content)
            return _Picture(head, int.from_bytes(lines, "big"), len(lines))
        head += _chunk(name, content)
    raise AssertionError("a picture without lines")


def _chunks(drawn: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of a PNG: name and content (ISO/IEC 15948, 5.3)."""
    at = _SIGNATURE
    while at < len(drawn):
        length, name = struct.unpack_from(">I4s", drawn, at)
        yield name, drawn[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _draw(code: str, **options: Any) -> bytes:  # noqa: ANN401
    out = BytesIO()
    segno.make(code, error="m", micro=False, mask=MASK).save(out, **options)
    return out.getvalue()
