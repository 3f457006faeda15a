"""The body of a telling: JSON or CSV, read piece by piece from a bounded temporary file.

The whole of a JSON body is gone through once before anything is applied: what ends in the middle,
or names no list of lines, is refused entire. A bad line is refused alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import ijson
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from comptoir.api.bodies import LARGE, BoundedBody, check_length
from comptoir.api.problems import Refused
from comptoir.api.schemas import StockLineIn
from comptoir.core.errors import Invalid
from comptoir.stock.feeds import csv
from comptoir.stock.feeds.lines import RefusedLine, StockLine, check_line
from comptoir.stock.models import Covers

MAX_LINES = 200_000
SHOWN = 120
_COPY = 256 * 1024

Line = StockLine | RefusedLine


@dataclass(slots=True)
class Outline:
    """What the first reading of a JSON body finds."""

    as_of: str | None = None
    has_lines: bool = False
    lines: int = 0
    covers: Covers = Covers.NEW


@dataclass(frozen=True, slots=True)
class Told:
    """What a body tells: of what moment, which lines, and of which copies it speaks."""

    as_of: datetime
    lines: Iterator[Line]
    covers: Covers


@contextmanager
def spooled(request: HttpRequest) -> Iterator[BinaryIO]:
    """Give the body as a temporary file, at its start. Raises `Refused` (413) past 20 MB."""
    check_length(request, LARGE)
    body = BoundedBody(request, LARGE)
    with TemporaryFile() as file:
        while chunk := body.read(_COPY):
            file.write(chunk)
        file.seek(0)
        yield file


def outline(file: BinaryIO) -> Outline:
    """Read a JSON body through and return its outline, leaving the file at its start.

    Raises `Refused` (400 `invalid_json`, 413 `too_many_lines`) or `Invalid` (`lines_missing`).
    """
    found = Outline()
    try:
        for prefix, event, value in ijson.parse(file):
            if prefix == "as_of":
                found.as_of = value if event == "string" else ""
            elif prefix == "lines" and event == "start_array":
                found.has_lines = True
            elif value == "condition" and (prefix, event) == ("lines.item", "map_key"):
                found.covers = Covers.ALL
            elif prefix == "lines.item" and event not in {"end_map", "end_array", "map_key"}:
                found.lines += 1
                if found.lines > MAX_LINES:
                    raise too_many_lines()
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise Refused(400, "invalid_json", _("This body is not JSON in UTF-8.")) from error
    if not found.has_lines:
        raise Invalid("lines_missing", _("“lines” is missing: a list of lines."), field="lines")
    file.seek(0)
    return found


def read(request: HttpRequest, file: BinaryIO, as_of: str | None) -> Told:
    """Return what a body tells, by its media type; `as_of` is the moment of the address.

    Like a file, a body in which no line names a condition speaks of new copies only.
    """
    media_type = (request.content_type or "").lower()
    if media_type == "text/csv":
        table = csv.read(file)
        return Told(moment(as_of), bounded(table.lines), table.covers)
    if media_type == "application/json":
        found = outline(file)
        at = found.as_of if found.as_of is not None else as_of
        return Told(moment(at), json_lines(file), found.covers)
    message = _("Send “application/json” or “text/csv”, and say so in “Content-Type”.")
    raise Refused(415, "unknown_format", message)


def bounded(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, and raise `Refused` (413 `too_many_lines`) past the limit."""
    for number, line in enumerate(lines, start=1):
        if number > MAX_LINES:
            raise too_many_lines()
        yield line


def json_lines(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a JSON body that was read through before."""
    for number, item in enumerate(ijson.items(file, "lines.item", use_float=True), start=1):
        yield _line(number, item)


def moment(text: str | None) -> datetime:
    """Return the moment of a telling; without an offset it is in the shop's own time zone.

    Raises `Invalid` (`as_of_missing`, `bad_as_of`).
    """
    if text is None:
        message = _("“as_of” is missing: the moment these figures were true.")
        raise Invalid("as_of_missing", message, field="as_of")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        message = _("“as_of” must be a moment with its offset: 2026-11-05T14:02:00+01:00.")
        raise Invalid("bad_as_of", message, field="as_of") from None


def too_many_lines() -> Refused:
    """Return the refusal of a body with too many lines."""
    message = _("At most %(limit)s lines are taken at once.") % {"limit": MAX_LINES}
    return Refused(413, "too_many_lines", message, limit=MAX_LINES)


def _line(number: int, item: Any) -> Line:  # noqa: ANN401 - any JSON
    try:
        line = StockLineIn.model_validate(item)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        return RefusedLine(number, "bad_line", f"{where}: {first['msg']}", str(item)[:SHOWN])
    return check_line(
        line=number,
        ean=line.ean,
        quantity=line.quantity,
        price_cents=line.price_cents,
        condition=line.condition,
        content=str(item)[:SHOWN],
    )
