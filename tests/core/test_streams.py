"""Streams, a piece at a time."""

import io
import os

import pytest

from comptoir.core.streams import PIECE_BYTES, pieces_of


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_a_stream_comes_whole_by_pieces(size):
    content = os.urandom(size)
    pieces = list(pieces_of(io.BytesIO(content)))
    assert b"".join(pieces) == content
    assert all(len(piece) == PIECE_BYTES for piece in pieces[:-1])
    assert all(pieces)
