"""The words of law on an invoice, and the calendar of the reform, read from `rules.toml`: each
holds from a day until a day, with its source."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from comptoir.quotes.basket import Scheme
from comptoir.quotes.places import place_of
from comptoir.quotes.rules import Row

_FILE = Path(__file__).with_name("rules.toml")


@cache
def rows() -> Mapping[str, Sequence[Row]]:
    """Return all rules, by kind, as they stand in the file."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    apart = ("since", "until", "source")
    return {
        kind: [
            Row(
                {name: value for name, value in row.items() if name not in apart},
                row["since"],
                row.get("until"),
                row["source"],
            )
            for row in each
        ]
        for kind, each in found.items()
    }


def exempt(scheme: Scheme, day: date, postcode: str) -> Row:
    """Return how goods are told that bear no VAT on the page: `category`, `code`, `words`. That no
    VAT is due (`none`) is since a shop with this postcode is where there is none, or, elsewhere,
    since it is small: `why`."""
    why = "place" if place_of("FR", postcode).is_without_vat else "small"
    return next(
        row
        for row in rows()["exempt"]
        if row.values["scheme"] == scheme.value
        and row.values.get("why", why) == why
        and row.holds(day)
    )


def notes(day: date) -> list[Row]:
    """Return the notes of an invoice of a day: `code`, `words`."""
    return [row for row in rows()["note"] if row.holds(day)]


def mentions(day: date, kind: str) -> dict[str, str]:
    """Return the other words of a paper of a day and a kind, by its code, by their name."""
    return {
        row.values["name"]: row.values["words"]
        for row in rows()["mention"]
        if row.holds(day) and row.values.get("kind", kind) == kind
    }


def needs(form: str, day: date) -> Sequence[str]:
    """Return what else of itself a business of a legal form names on a day, by the columns."""
    words = set(re.findall(r"\w+", form.upper().replace(".", "")))
    found = (row.values for row in rows()["named"] if row.holds(day))
    return [name for each in found if words & set(each["forms"]) for name in each["columns"]]


def calendar() -> Sequence[Row]:
    """Return who has to do what from when: `who` (all, large, small), `what` (receive, issue)."""
    return rows()["calendar"]


def kept_years(day: date) -> int:
    """Return for how many years a paper is kept, from the end of its year."""
    return next(int(row.values["years"]) for row in rows()["keep"] if row.holds(day))
