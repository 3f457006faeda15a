"""A day's parcels as a table for a carrier's own site: which columns, in which order
(`layouts.toml`)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from comptoir.core.errors import invalid

_OWN = Path(__file__).with_name("layouts.toml")
FIELDS = frozenset(
    {
        *("code", "name", "street", "extra", "postcode", "city", "country", "phone", "email"),
        *("grams", "kilos", "value", "content", "hs", "carrier", "tracking"),
    }
)
"""What a column may show of a parcel: the order's eight digits; the addressee; what it weighs in
grams or kilograms (`0.850`); its value without tax in euros (`12.90`); what is in it and its code
of customs; carrier and number. A phone begins with `00` or `0`: `+` would begin a formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field it shows or the text of every row, and where that is
    cut."""

    heading: str
    field: str = ""
    text: str = ""
    most: int = 0

    def of(self, row: Mapping[str, str]) -> str:
        """Return its cell of a parcel."""
        cell = row[self.field] if self.field else self.text
        return cell[: self.most].rstrip() if self.most else cell


@dataclass(frozen=True, slots=True)
class Layout:
    """The table of a carrier: the word that is kept of a choice, its name, its columns, and where
    they are written."""

    word: str
    name: str
    columns: Sequence[Column]
    source: str

    def rows(self, parcels: Sequence[Mapping[str, str]]) -> list[list[str]]:
        """Return the headings, and a row a parcel."""
        heads = [column.heading for column in self.columns]
        return [heads, *([column.of(row) for column in self.columns] for row in parcels)]


def layouts() -> Sequence[Layout]:
    """Return the tables of this installation: those of `COMPTOIR_CARRIER_TABLES`, or ours."""
    return _read(Path(settings.CARRIER_TABLES) if settings.CARRIER_TABLES else _OWN)


def layout_of(word: str) -> Layout:
    """Return a table by its word. Raises `Invalid` (`bad_layout`)."""
    found = next((each for each in layouts() if each.word == word), None)
    if found is None:
        raise invalid("layout", _("Choose for whose site the table is."))
    return found


@lru_cache(maxsize=4)
def _read(path: Path) -> Sequence[Layout]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"The tables of carriers, {path}: {error}") from error
    read = [_layout(path, each) for each in found.get("layout", [])]
    if not read or len({each.word for each in read}) < len(read) or found.keys() != {"layout"}:
        told = "it wants rows “layout”, each with a word of its own"
        raise ImproperlyConfigured(f"The tables of carriers, {path}: {told}.")
    return tuple(read)


def _layout(path: Path, row: Mapping[str, Any]) -> Layout:
    try:
        columns = [Column(**each) for each in row["columns"]]
        made = Layout(str(row["word"]), str(row["name"]), columns, str(row["source"]))
    except (KeyError, TypeError) as error:
        told = f"a row “layout” lacks {error}"
        raise ImproperlyConfigured(f"The tables of carriers, {path}: {told}.") from error
    for each in columns:
        if bool(each.text) == bool(each.field) or (each.field and each.field not in FIELDS):
            told = f"column “{each.heading}” of “{made.word}” names no field"
            raise ImproperlyConfigured(f"The tables of carriers, {path}: {told}.")
    return made
