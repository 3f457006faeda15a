"""The trail of a request: a number that its lines of the log, its mails and their lines bear.

A number says nothing of who asked. A job of procrastinate has a number of its own, in the same way.
"""

import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from comptoir.core.console import DiscreetFormatter, discreet

_number: ContextVar[str] = ContextVar("request", default="")
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "trail", "at"}
_PLAIN = (str, int, float, bool)


def current() -> str:
    """Return the number of the request that is being answered, or whose mail is being sent."""
    return _number.get()


def number_of(given: str) -> str:
    """Return the number that a trusted proxy gave a request, or a new one of twelve digits."""
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(6)


@contextmanager
def following(number: str) -> Iterator[None]:
    """Have what is logged while the block lasts bear this number."""
    token = _number.set(number)
    try:
        yield
    finally:
        _number.reset(token)


class Numbered(logging.Filter):
    """Puts the number of the request on each line of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add `trail` to a record."""
        record.trail = current()
        return True


class LineFormatter(DiscreetFormatter):
    """Writes a line for people; the number of the request, if there is one, follows the logger."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record."""
        number = getattr(record, "trail", "")
        record.at = f" [{number}]" if number else ""
        return super().format(record)


class JsonFormatter(logging.Formatter):
    """Writes a line for programs: one JSON object, moments in UTC (RFC 3339), `exception` with its
    traceback, and the plain values that the caller added. It is as discreet as the other."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object of a record."""
        at = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if number := getattr(record, "trail", ""):
            told["request"] = number
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        added = {name: value for name, value in vars(record).items() if name not in _OWN}
        told |= {name: value for name, value in added.items() if isinstance(value, _PLAIN)}
        # Before they are written: behind a secret the sign that ends the text would be blanked too.
        told = {n: discreet(v) if isinstance(v, str) else v for n, v in told.items()}
        return json.dumps(told, ensure_ascii=False)
