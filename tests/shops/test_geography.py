"""One table of France's departments, and what is read from it."""

from datetime import date
from zoneinfo import available_timezones

import pytest

from comptoir.core import identifiers
from comptoir.shops.geography import DEPARTMENTS, REGION_NAMES, TERRITORIES, department_at
from comptoir.shops.hours import is_holiday, validate

OVERSEAS = {f"97{number}" for number in range(1, 9)} | {"986", "987", "988"}


def test_every_department_is_there_and_whole():
    mainland = {f"{number:02d}" for number in range(1, 96)} - {"20"} | {"2A", "2B"}
    assert set(DEPARTMENTS) == mainland | OVERSEAS
    assert all(each.region for each in DEPARTMENTS.values())
    for each in DEPARTMENTS.values():
        assert each.name
        assert each.time_zone in available_timezones()
        assert each.phone_region in identifiers.REGIONS
        assert validate(f"{each.holidays} off" if each.holidays else "") is not None


def test_a_region_has_one_name():
    named = {(each.region, each.region_name) for each in DEPARTMENTS.values() if each.region}
    assert len(named) == len(REGION_NAMES) == 13 + 11
    assert {each.code for each in TERRITORIES.values()} == OVERSEAS
    assert {each.phone_region for each in TERRITORIES.values()} == set(TERRITORIES)


@pytest.mark.parametrize(
    ("postcode", "code", "name", "zone", "phone"),
    [
        ("86000", "86", "Vienne", "Europe/Paris", "FR"),
        ("20200", "2B", "Haute-Corse", "Europe/Paris", "FR"),
        ("97400", "974", "La Réunion", "Indian/Reunion", "RE"),
        ("97500", "975", "Saint-Pierre-et-Miquelon", "America/Miquelon", "PM"),
        ("97700", "977", "Saint-Barthélemy", "America/St_Barthelemy", "BL"),
        ("97800", "978", "Saint-Martin", "America/Marigot", "MF"),
        ("98600", "986", "Wallis-et-Futuna", "Pacific/Wallis", "WF"),
        ("98714", "987", "Polynésie française", "Pacific/Tahiti", "PF"),
        ("98800", "988", "Nouvelle-Calédonie", "Pacific/Noumea", "NC"),
        ("99999", "99", "99", "Europe/Paris", "FR"),
    ],
)
def test_a_postcode_has_its_department(postcode, code, name, zone, phone):
    found = department_at(postcode)
    assert (found.code, found.name, found.time_zone, found.phone_region) == (
        code,
        name,
        zone,
        phone,
    )


def test_a_department_keeps_its_own_holidays():
    assert is_holiday(date(2026, 12, 26), "67000")
    assert is_holiday(date(2026, 4, 3), "57000")
    assert is_holiday(date(2026, 12, 20), "97400")
    assert not is_holiday(date(2026, 12, 26), "86000")
    assert not is_holiday(date(2026, 12, 20), "86000")
