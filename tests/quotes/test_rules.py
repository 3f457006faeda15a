"""The file of rules: each row with its days and its source; one of an installation's own."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from secrets import token_hex

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from comptoir.quotes import rules as module
from comptoir.quotes.places import Territory, Zone, place_of, seen_from
from comptoir.quotes.rules import rules
from tests.quotes.baskets import CASES
from tests.quotes.test_baskets import quote

OURS = Path(module.__file__).with_name("rules.toml")
CASE = next(case for case in CASES if case.name == "34.99 € where parcels are free")


@pytest.fixture
def own(settings, tmp_path):
    """Return the function that writes a file of rules of the installation's own."""

    def write(old: str, new: str) -> None:
        text = OURS.read_text(encoding="utf-8")
        assert old in text
        file = tmp_path / f"{token_hex(4)}.toml"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        settings.SELLING_RULES = str(file)

    return write


def test_rows_of_one_rule_follow_each_other_without_a_gap_or_two_at_once() -> None:
    for kind, rows in rules().rows.items():
        for row in rows:
            assert row.source
            assert row.until is None or row.since < row.until
        if kind in {"discount", "postage", "carriage"}:
            for one, other in pairwise(rows):
                assert one.until is not None
                assert other.since == one.until + timedelta(days=1)
            assert rows[-1].until is None


def test_the_minimum_ends_on_the_day_that_an_installation_writes(own) -> None:
    assert quote(CASE).postage.cents == 300
    own("since = 2023-10-07\n", "since = 2023-10-07\nuntil = 2026-11-28\n")
    assert quote(CASE).postage.cents == 0
    own("since = 2023-10-07\n", "since = 2023-10-07\nuntil = 2026-11-29\n")
    assert quote(CASE).postage.cents == 300


def test_postage_is_taxed_at_the_standard_rate_where_an_installation_says_so(own) -> None:
    own('way = "goods"', 'way = "standard"')
    (share,) = quote(CASE).postage.shares
    assert (share.tax.rate, share.cents, share.vat_cents) == (2000, 300, 50)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("since = 2023-10-07", 'since = "2023-10-07"'),
        ("least_below = 300", 'least_below = "3 €"'),
        ("least_below = 300\n", ""),
        ("[[carriage]]", "[[carrige]]"),
        ('way = "goods"', 'way = "weight"'),
        ('source = "Loi 81-766 du 10 août 1981, article 1"', 'source = ""'),
        ("collected = 500", "colected = 500"),
        ("[[discount]]", "[[discount"),
    ],
)
def test_a_file_that_is_wrong_is_refused(own, old: str, new: str) -> None:
    own(old, new)
    with pytest.raises(ImproperlyConfigured):
        rules()


def test_a_file_that_is_not_there_is_told_as_an_installation_starts(settings, tmp_path) -> None:
    settings.SELLING_RULES = str(tmp_path / "none.toml")
    with pytest.raises(ImproperlyConfigured, match=r"none\.toml"):
        apps.get_app_config("quotes").ready()


@pytest.mark.parametrize(
    ("country", "postcode", "territory", "zone"),
    [
        ("FR", "86000", Territory.METROPOLE, Zone.FRANCE),
        ("fr", "20 200", Territory.CORSICA, Zone.FRANCE),
        ("FR", "97133", Territory.OUTSIDE, Zone.OVERSEAS),
        ("FR", "97190", Territory.ANTILLES, Zone.OVERSEAS),
        ("FR", "97500", Territory.OUTSIDE, Zone.OVERSEAS),
        ("FR", "97600", Territory.NO_VAT, Zone.OVERSEAS),
        ("PF", "", Territory.OUTSIDE, Zone.PACIFIC),
        ("MC", "98000", Territory.METROPOLE, Zone.FRANCE),
        ("FR", "98000", Territory.METROPOLE, Zone.FRANCE),
        ("DE", "", Territory.EU, Zone.EU),
        ("GB", "", Territory.WORLD, Zone.WORLD),
    ],
)
def test_where_an_address_is(country, postcode, territory, zone) -> None:
    place = place_of(country, postcode)
    assert (place.territory, place.zone) == (territory, zone)


def test_a_shop_overseas_posts_home_and_to_the_mainland() -> None:
    home, paris = place_of("FR", "97400"), place_of("FR", "75011")
    assert seen_from(home, home) is Zone.FRANCE
    assert seen_from(home, paris) is Zone.OVERSEAS
    assert seen_from(paris, home) is Zone.OVERSEAS
