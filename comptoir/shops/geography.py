"""The departments and territories of France, read from `france.csv` beside this file."""

import csv
from pathlib import Path
from typing import NamedTuple

from comptoir.core.identifiers import department

_FRANCE = Path(__file__).with_name("france.csv")


class Department(NamedTuple):
    """A department, or an overseas territory that postcodes treat as one; its fields are columns.

    `code` and `region` are INSEE's (Code officiel géographique); overseas, `region` is the ISO code
    of the territory. `time_zone` is IANA's.
    `phone_region` is libphonenumber's, by which a number without its prefix is read. `holidays` are
    the public ones that it alone keeps, in OSM syntax: Alsace and Moselle (code du travail, article
    L. 3134-13) and the abolition of slavery overseas (décret 83-1003 of 23 November 1983). `within`
    is how French says that something is there: `dans la Vienne`, `en Gironde`, `à Paris`.
    """

    code: str
    name: str
    region: str = ""
    region_name: str = ""
    time_zone: str = "Europe/Paris"
    phone_region: str = "FR"
    holidays: str = ""
    within: str = ""


def _read() -> dict[str, Department]:
    with _FRANCE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: Department(**row) for row in csv.DictReader(file)}


DEPARTMENTS = _read()
"""Departments by their codes, in the order of these codes."""

REGION_NAMES = {each.region: each.region_name for each in DEPARTMENTS.values() if each.region}
"""Names of regions, and of overseas territories, by their codes."""

TERRITORIES = {each.region: each for each in DEPARTMENTS.values() if each.region.isalpha()}
"""Overseas territories by ISO code."""


def department_at(postcode: str) -> Department:
    """Return the department of a French postcode; for one of none, the mainland's values under its
    first digits."""
    code = department(postcode)
    return DEPARTMENTS.get(code) or Department(code, code)
