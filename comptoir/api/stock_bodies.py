"""The body of a report, JSON or CSV, at most 20 MB and 200,000 lines of it.

It is received whole, into a temporary file, before the database is asked for anything: a slow or
broken sender holds no lock. CSV is then read line by line; JSON is parsed at once, within that
bound. A body that is broken anywhere is refused entire, a bad line alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from comptoir.api.bodies import LARGE, BoundedBody, check_length
from comptoir.api.moments import read_moment
from comptoir.api.problems import Refused
from comptoir.api.schemas import StockLineIn
from comptoir.core.errors import Invalid
from comptoir.core.streams import pieces_of
from comptoir.stock.formats import own
from comptoir.stock.formats.lines import RefusedLine, TakenLine, check_line
from comptoir.stock.models import Covers

MAX_LINES = 200_000
SHOWN = 120


class Outline(BaseModel):
    """A JSON body before its lines are looked at, one by one."""

    as_of: Any = None
    lines: list[Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a body tells: of what moment, which lines, and of which copies it speaks."""

    as_of: datetime
    lines: Iterator[TakenLine]
    covers: Covers


@contextmanager
def spooled(request: HttpRequest) -> Iterator[BinaryIO]:
    """Give the body as a temporary file, at its start. Raises `Refused` (413) past 20 MB."""
    check_length(request, LARGE)
    body = BoundedBody(request, LARGE)
    with TemporaryFile() as file:
        for chunk in pieces_of(body):
            file.write(chunk)
        file.seek(0)
        yield file


def outline(content: bytes) -> Outline:
    """Return the outline of a JSON body.

    Raises `Refused` (400 `invalid_json`, 413 `too_many_lines`) or `Invalid` (`lines_missing`).
    """
    try:
        found = Outline.model_validate_json(content)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise Refused(400, "invalid_json", _("This body is not JSON in UTF-8.")) from error
        message = _("“lines” is missing: a list of lines.")
        raise Invalid("lines_missing", message, field="lines") from error
    if len(found.lines) > MAX_LINES:
        raise too_many_lines()
    return found


def read(request: HttpRequest, file: BinaryIO, as_of: str | None) -> Told:
    """Return what a body tells, by its media type; `as_of` is the moment of the address.

    Like a file, a body in which no line names a condition speaks of new copies only.
    """
    media_type = (request.content_type or "").lower()
    if media_type == "text/csv":
        table = own.read(file)
        # Such a table names every title by its EAN.
        lines = cast(Iterator[TakenLine], table.lines)
        return Told(moment(as_of), bounded(lines), table.covers)
    if media_type == "application/json":
        found = outline(file.read())
        at = found.as_of if isinstance(found.as_of, str | None) else ""
        names_conditions = any("condition" in line for line in found.lines if _is_object(line))
        return Told(
            moment(as_of if at is None else at),
            (_line(number, item) for number, item in enumerate(found.lines, start=1)),
            Covers.ALL if names_conditions else Covers.NEW,
        )
    message = _("Send “application/json” or “text/csv”, and say so in “Content-Type”.")
    raise Refused(415, "unknown_format", message)


def bounded(lines: Iterable[TakenLine]) -> Iterator[TakenLine]:
    """Yield lines, and raise `Refused` (413 `too_many_lines`) past the limit."""
    for number, line in enumerate(lines, start=1):
        if number > MAX_LINES:
            raise too_many_lines()
        yield line


def moment(text: str | None) -> datetime:
    """Return the moment of a report. Raises `Invalid` (`as_of_missing`, `bad_as_of`)."""
    if text is None:
        message = _("“as_of” is missing: the moment these figures were true.")
        raise Invalid("as_of_missing", message, field="as_of")
    return read_moment(text, "as_of", code="bad_as_of")


def too_many_lines() -> Refused:
    """Return the refusal of a body with too many lines."""
    message = _("At most %(limit)s lines are taken at once.") % {"limit": MAX_LINES}
    return Refused(413, "too_many_lines", message, limit=MAX_LINES)


def _is_object(item: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(item, dict)


def _line(number: int, item: Any) -> TakenLine:  # noqa: ANN401 - any JSON
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
