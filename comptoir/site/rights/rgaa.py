"""The check list of the RGAA 4.1: criterion by criterion, how it is tested and with what result.

It is kept in `site/rgaa.toml`; `tests/site/test_statement.py` holds that each test it names exists.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "rgaa.toml"
PEOPLE = "people"
PASSES, OPEN, NONE = "passes", "open", "none"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its number, the test that holds it or `PEOPLE`, and the result."""

    number: str
    test: str
    result: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the RGAA with its criteria."""

    number: int
    fr: str
    en: str
    criteria: tuple[Criterion, ...]

    def of(self, result: str) -> list[str]:
        """Return the numbers of the criteria with a result."""
        return [each.number for each in self.criteria if each.result == result]

    @property
    def passed(self) -> list[str]:
        """The numbers of those that a test holds."""
        return self.of(PASSES)

    @property
    def left(self) -> list[str]:
        """The numbers of those that people have to test."""
        return self.of(OPEN)

    @property
    def absent(self) -> list[str]:
        """The numbers of those about things that the site has not."""
        return self.of(NONE)


@dataclass(frozen=True, slots=True)
class Statement:
    """The check list; `audited` is the day of an audit by people (YYYY-MM-DD), or ""."""

    audited: str
    themes: tuple[Theme, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many criteria have which result."""
        return Counter(each.result for theme in self.themes for each in theme.criteria)


@lru_cache(maxsize=1)
def statement() -> Statement:
    """Return the check list as the file has it."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    themes = tuple(
        Theme(
            each["number"],
            each["fr"],
            each["en"],
            tuple(Criterion(one["id"], one["test"], one["result"]) for one in each["criteria"]),
        )
        for each in read["theme"]
    )
    return Statement(read["audited"], themes)
