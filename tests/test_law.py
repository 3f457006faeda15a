"""Every rule of law that the code follows stands on docs/law.md, with its days, source and test."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured

from comptoir.terms import law
from tests.law import PAGE, ROOT, rows, with_table


def test_the_page_has_every_rule():
    text = PAGE.read_text(encoding="utf-8")
    assert with_table(text) == text, "write it anew: python -m tests.law"


def test_control_a_rule_that_changed_is_seen():
    text = PAGE.read_text(encoding="utf-8").replace("2026-09-27", "2026-09-28", 1)
    assert with_table(text) != text


def test_each_rule_has_a_test_that_is_there_and_a_setting_that_is_one():
    settings = (ROOT / "comptoir" / "config" / "settings.toml").read_text(encoding="utf-8")
    for name, since, until, source, setting, test in rows():
        assert (ROOT / test).is_file(), (name, test)
        assert source
        assert until is None or since <= until, name
        assert not setting or f"[{setting}]" in settings, name


def test_the_code_asks_for_no_rule_that_has_no_row():
    assert {row.values["name"] for row in law.rows()} == law.NAMES


@pytest.mark.parametrize(
    ("name", "last_without", "first"),
    [
        ("withdrawal_function", date(2026, 6, 18), date(2026, 6, 19)),
        ("guarantee_notice", date(2026, 9, 26), date(2026, 9, 27)),
        ("guarantee_box", date(2022, 9, 30), date(2022, 10, 1)),
        ("maker_contact", date(2024, 12, 12), date(2024, 12, 13)),
        ("accessibility_exemption", date(2025, 6, 27), date(2025, 6, 28)),
    ],
)
def test_a_rule_holds_from_its_day(name, last_without, first):
    assert not law.holds(name, last_without)
    assert law.holds(name, first)


def test_the_platform_for_disputes_is_closed():
    assert law.holds("dispute_platform", date(2025, 7, 19))
    assert not law.holds("dispute_platform", date(2025, 7, 20))


def test_an_installations_own_file_is_read_or_refused(settings, tmp_path):
    own = tmp_path / "law.toml"
    text = law.OWN.read_text(encoding="utf-8")
    own.write_text(text.replace("since = 2026-09-27", "since = 2027-01-01"), encoding="utf-8")
    settings.CONSUMER_LAW = str(own)
    assert not law.holds("guarantee_notice", date(2026, 11, 29))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace('name = "mediator"', 'name = "mediators"'), encoding="utf-8")
    settings.CONSUMER_LAW = str(wrong)
    with pytest.raises(ImproperlyConfigured, match="mediators"):
        law.rows()
