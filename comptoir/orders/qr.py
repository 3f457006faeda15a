"""The QR code of a reservation: its eight digits alone.

Digits survive a scanner set to another keyboard than the till's, and the counter looks a code up in
its own shop only, so the code is no secret worth hiding in a longer one.
"""

from io import BytesIO
from typing import Any

import segno


def svg(code: str) -> bytes:
    """Return the code as an SVG image, without a size of its own."""
    return _draw(code, kind="svg", xmldecl=False, omitsize=True, border=2)


def png(code: str) -> bytes:
    """Return the code as a PNG image for mails, which show no SVG."""
    return _draw(code, kind="png", scale=6, border=3)


def _draw(code: str, **options: Any) -> bytes:  # noqa: ANN401
    out = BytesIO()
    segno.make(code, error="m", micro=False).save(out, **options)
    return out.getvalue()
