"""What `docs/shops.md` says is what the code does."""

import re
from pathlib import Path

import pytest

from comptoir.core.errors import Invalid
from comptoir.shops.hours import validate
from comptoir.shops.kinds import LIMITS
from comptoir.shops.models import RingsUp, ServiceKind, Shop, ShopKind
from comptoir.shops.sheet.headings import DAY_COLUMNS, NAMES
from comptoir.shops.table import COLUMNS, EMPTIED, REQUIRED
from comptoir.shops.timetable.words import read_words

PAGE = (Path(__file__).parents[2] / "docs" / "shops.md").read_text(encoding="utf-8")


def table(heading):
    """The cells of the table that follows a heading, a list a row."""
    text = PAGE.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


COLUMN_ROWS = {row[0].strip("`"): row[1:] for row in table("### Columns")}


def test_the_documented_columns_are_those_of_the_code():
    assert list(COLUMN_ROWS) == list(COLUMNS)


def test_the_documented_required_columns_are_those_of_the_code():
    assert {name for name, row in COLUMN_ROWS.items() if row[0] == "yes"} == set(REQUIRED)


@pytest.mark.parametrize(
    ("column", "choices"), [("kind", ShopKind), ("services", ServiceKind), ("rings_up", RingsUp)]
)
def test_every_code_is_documented(column, choices):
    codes = re.findall(r"`([a-z_]+)`", COLUMN_ROWS[column][1])
    assert set(choices.values) <= set(codes)


@pytest.mark.parametrize("column", ["hold_days", "safety_stock"])
def test_the_documented_limits_and_defaults_are_those_of_the_code(column):
    least, most = LIMITS[column]
    default = Shop._meta.get_field(column).default
    assert f"{least} to {most} ({default})" in COLUMN_ROWS[column][1]


def test_the_documented_emptied_columns_are_those_of_the_code():
    sentence = next(line for line in PAGE.splitlines() if line.startswith("An empty cell empties"))
    told = re.findall(r"`(\w+)`", sentence.split(".", 1)[0])
    assert set(told) == EMPTIED | {"services"}


@pytest.mark.parametrize(
    "example", [row[1].strip("`").replace("\\|", "|") for row in table("## Opening hours")]
)
def test_every_documented_example_can_be_read(example):
    assert validate(example) == example


@pytest.mark.parametrize("row", table("### In words"))
def test_documented_words_are_kept_as_documented(row):
    said, kept = (cell.strip("`").replace("\\|", "|") for cell in row)
    assert read_words(said).hours == kept


def test_the_documented_headings_are_those_of_the_code():
    told = {row[0]: re.findall(r"`([^`]+)`", row[1]) for row in table("### Headings")}
    days = told.pop("a day")
    assert {"lundi", "lundi matin", "lun"} <= set(days)
    assert list(told.values()) == [
        list(called) for name, called in NAMES.items() if name not in DAY_COLUMNS
    ]
    for name in NAMES.keys() & COLUMNS.keys():
        assert f"`{name}`" in told


@pytest.mark.parametrize("row", table("### How it is typed, and what is refused"))
def test_what_is_documented_as_refused_is_and_what_to_write_instead_is_read(row):
    refused, written = (re.findall("`([^`]+)`", row[at].replace("\\|", "|")) for at in (0, 2))
    for text in written:
        assert validate(text) == text
    for text in refused:
        with pytest.raises(Invalid):
            validate(text)
