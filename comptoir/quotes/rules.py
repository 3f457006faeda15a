"""The rules of law, read from `rules.toml`: each holds from a day until a day, with its source."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from comptoir.quotes.places import Territory

_OWN = Path(__file__).with_name("rules.toml")
FIRST_DAY = date(2012, 1, 1)
"""The first day of which a basket can be asked."""

_NEEDS: Mapping[str, Mapping[str, type]] = {
    "discount": {"collected": int, "posted": int},
    "postage": {"below_cents": int, "least_below": int, "least_from": int},
    "carriage": {"way": str},
    "rate": {"territory": str, "class": str, "rate": int},
    "route": {"from": list, "to": list, "way": str},
}
_WAYS = {"carriage": {"goods", "standard"}, "route": {"destination", "origin", "export"}}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its values, the days on which it holds (both included; None: no end is known), and
    where it is written."""

    values: Mapping[str, Any]
    since: date
    until: date | None
    source: str

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, by kind."""

    rows: Mapping[str, Sequence[Row]]

    def on(self, kind: str, day: date, **which: str) -> Row | None:
        """Return the rule of a kind that holds on a day, the one that began last; None if there is
        none. `which` are values that it must have."""
        found = [
            row
            for row in self.rows[kind]
            if row.holds(day) and all(row.values[name] == value for name, value in which.items())
        ]
        return max(found, key=lambda row: row.since, default=None)

    def route(self, here: Territory, there: Territory, day: date) -> Row | None:
        """Return how goods sent from one territory into another are taxed; None: as an export."""
        found = [
            row
            for row in self.rows["route"]
            if row.holds(day) and here in row.values["from"] and there in row.values["to"]
        ]
        return max(found, key=lambda row: row.since, default=None)

    def days(self) -> list[date]:
        """Return each day on which some rule begins."""
        return sorted({row.since for rows in self.rows.values() for row in rows})


def rules() -> Rules:
    """Return the rules of this installation: those of `COMPTOIR_SELLING_RULES`, or ours."""
    return _read(Path(settings.SELLING_RULES) if settings.SELLING_RULES else _OWN)


def collected_discount(day: date) -> int:
    """Return how much less than the publisher's price a new book may cost where it is collected in
    a bookshop, in hundredths of a per cent."""
    row = rules().on("discount", day)
    return row.values["collected"] if row else 0


@lru_cache(maxsize=4)
def _read(path: Path) -> Rules:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"The rules of selling, {path}: {error}") from error
    if found.keys() != _NEEDS.keys():
        wrong = ", ".join(sorted(found.keys() ^ _NEEDS.keys()))
        raise ImproperlyConfigured(f"The rules of selling, {path}: lacks or is no kind: {wrong}.")
    return Rules({kind: [_row(path, kind, row) for row in found[kind]] for kind in _NEEDS})


def _row(path: Path, kind: str, row: Mapping[str, Any]) -> Row:
    needs = _NEEDS[kind]
    values = {name: row.get(name) for name in needs}
    fine = all(type(values[name]) is needed for name, needed in needs.items())
    fine &= row.keys() <= needs.keys() | {"since", "until", "source"}
    fine &= type(row.get("since")) is date and type(row.get("until", date.max)) is date
    fine &= kind not in _WAYS or values["way"] in _WAYS[kind]
    if not fine or not str(row.get("source", "")).strip():
        raise ImproperlyConfigured(f"The rules of selling, {path}: a row of “{kind}”: {dict(row)}.")
    return Row(values, row["since"], row.get("until"), row["source"])
