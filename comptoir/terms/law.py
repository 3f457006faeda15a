"""The rules of law on selling at a distance, read from `law.toml`: each holds from a day until a
day, with its source."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from comptoir.quotes.rules import Row

OWN = Path(__file__).with_name("law.toml")
_WITH_VALUE = {"withdrawal_days", "withdrawal_more_months", "withdrawal_refund_days"}
NAMES = _WITH_VALUE | {
    *("withdrawal_function", "withdrawal_unsealed", "order_button", "mediator"),
    *("dispute_platform", "guarantee_box", "guarantee_notice", "maker_contact"),
    *("packaging_number", "accessibility_exemption"),
}
_COLUMNS = {"name", "value", "since", "until", "source", "test"}


def rows() -> Sequence[Row]:
    """Return the rules of this installation: those of `COMPTOIR_CONSUMER_LAW`, or ours. Raises
    `ImproperlyConfigured`."""
    return _read(Path(settings.CONSUMER_LAW) if settings.CONSUMER_LAW else OWN)


def holds(name: str, day: date) -> bool:
    """Whether a rule holds on a day."""
    return _on(name, day) is not None


def number(name: str, day: date) -> int:
    """Return how many days or months a rule says on a day; of a day before all its rows, those of
    the first: nobody loses a right by a row that is missing."""
    named = sorted((row for row in rows() if row.values["name"] == name), key=lambda x: x.since)
    return int((_on(name, day) or named[0]).values["value"])


def _on(name: str, day: date) -> Row | None:
    found = [row for row in rows() if row.values["name"] == name and row.holds(day)]
    return max(found, key=lambda row: row.since, default=None)


@lru_cache(maxsize=4)
def _read(path: Path) -> Sequence[Row]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    except (OSError, ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"The law on selling, {path}: {error}") from error
    made = [_row(path, row) for row in found]
    if lacks := NAMES - {row.values["name"] for row in made}:
        raise ImproperlyConfigured(f"The law on selling, {path}: lacks {', '.join(sorted(lacks))}.")
    return made


def _row(path: Path, row: Mapping[str, Any]) -> Row:
    name = row.get("name")
    fine = name in NAMES and row.keys() <= _COLUMNS
    fine &= type(row.get("since")) is date and type(row.get("until", date.max)) is date
    fine &= name not in _WITH_VALUE or type(row.get("value")) is int
    if not fine or not str(row.get("source", "")).strip():
        raise ImproperlyConfigured(f"The law on selling, {path}: a row: {dict(row)}.")
    values = {"name": name, "value": row.get("value"), "test": row.get("test", "")}
    return Row(values, row["since"], row.get("until"), row["source"])
