"""The statement of accessibility is the check list, and the tests that this names exist."""

import re
from pathlib import Path

import pytest

from comptoir.site.rights.rgaa import NONE, OPEN, PASSES, PEOPLE, statement

ROOT = Path(__file__).resolve().parents[2]
CRITERIA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many the RGAA 4.1 has, theme by theme."""


def test_every_criterion_is_there_once():
    listed = [[each.number for each in theme.criteria] for theme in statement().themes]
    assert listed == [
        [f"{theme}.{number}" for number in range(1, several + 1)]
        for theme, several in enumerate(CRITERIA, 1)
    ]


def test_a_result_has_what_it_rests_on():
    for theme in statement().themes:
        for each in theme.criteria:
            assert each.result in {PASSES, OPEN, NONE}
            assert (each.test == PEOPLE) is (each.result != PASSES), each


def test_the_tests_that_it_names_exist():
    named = {e.test for t in statement().themes for e in t.criteria if e.test != PEOPLE}
    for each in named:
        file, _, name = each.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE), each


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("fr", "Non conforme"), ("en", "Not conforming")])
def test_the_page_says_it_and_the_exemption_where_it_is_claimed(client, settings, language, said):
    client.cookies["django_language"] = language
    page = client.get("/accessibilite").content.decode()
    assert said in page
    assert "1.1" in page
    assert "2019/882" not in page
    settings.MICRO_BUSINESS = True
    assert "2019/882" in client.get("/accessibilite").content.decode()
