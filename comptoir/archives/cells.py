"""How a value of a column stands in a cell of the export, and how it is read back.

Text as it is; no value and no text are both an empty cell. Moments: ISO 8601 in UTC. Days: ISO
8601. Money: cents. `true` or `false`. What is a structure: JSON.
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from comptoir.core.errors import Invalid, fill

Column = Any
"""A field of a model."""


def cell(column: Column, value: Any) -> object:  # noqa: ANN401
    """Return how a value of a column stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(column, models.JSONField):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value if isinstance(value, int) else str(value)


def value_of(column: Column, text: str) -> Any:  # noqa: ANN401
    """Return what a cell says, as the column stores it; a link is the key in the export.

    Raises `Invalid` (`bad_cell`) with the name of the column in `data["field"]`.
    """
    try:
        return _value(column, text)
    except (ValueError, ValidationError, ArithmeticError) as error:
        said = error.messages[0] if isinstance(error, ValidationError) else str(error)
        told = _("“%(text)s” cannot stand here: %(why)s")
        raise Invalid(
            "bad_cell", fill(told, text=text[:60], why=said[:200]), field=column.name
        ) from error


def _value(column: Column, text: str) -> Any:  # noqa: ANN401
    if "\0" in text:
        raise ValueError(_("a character that no text has"))
    if column.is_relation:
        if not text and not column.null:
            raise ValueError(_("a key is missing"))
        return text or None
    if isinstance(column, models.JSONField):
        return json.loads(text) if text else None
    if not text:
        if column.null:
            return None
        if isinstance(column, models.CharField | models.TextField):
            return ""
        raise ValueError(_("it is empty"))
    value = _read(column, text)
    if column.choices and value not in {key for key, _name in column.flatchoices}:
        raise ValueError(_("it is none of the words that stand there"))
    if isinstance(column, models.CharField) and len(text) > (column.max_length or len(text)):
        raise ValueError(_("it is too long"))
    column.run_validators(value)  # an address of a page is one, a number is within its bounds
    return value


def _read(column: Column, text: str) -> Any:  # noqa: ANN401
    if isinstance(column, models.BooleanField):
        if text not in ("true", "false"):
            raise ValueError(_("it is neither true nor false"))
        return text == "true"
    if isinstance(column, models.DateTimeField):
        moment = parse_datetime(text)
        if moment is None or moment.tzinfo is None:
            raise ValueError(_("it is no moment with its zone"))
        return moment
    if isinstance(column, models.DateField):
        day = parse_date(text)
        if day is None:
            raise ValueError(_("it is no day"))
        return day
    return column.to_python(text)
