"""What is an identifier and what is not."""

import pytest

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import department, isbn10, parse_ean, parse_siret


@pytest.mark.parametrize(
    ("text", "ean"),
    [
        ("9782070612758", "9782070612758"),
        ("978-2-07-061275-8", "9782070612758"),
        ("2070612368", "9782070612369"),
        ("2-07-061236-8", "9782070612369"),
        ("602445790128", "0602445790128"),
    ],
)
def test_an_ean_is_read_however_it_is_written(text, ean):
    assert parse_ean(text) == ean


@pytest.mark.parametrize(
    "text", ["", "9782070612759", "2070612369", "９７８２０７０６１２７５８", "abc"]
)
def test_a_wrong_ean_is_refused(text):
    with pytest.raises(Invalid) as caught:
        parse_ean(text)
    assert caught.value.code == "bad_ean"


def test_979_has_no_isbn10():
    assert isbn10("9791034900000") is None
    assert isbn10("9782070612369") == "2070612368"


def test_siret():
    assert parse_siret("732 829 320 00074") == "73282932000074"
    with pytest.raises(Invalid):
        parse_siret("12345678901234")


@pytest.mark.parametrize(
    ("postcode", "code"), [("86000", "86"), ("97400", "974"), ("20090", "2A"), ("20600", "2B")]
)
def test_department(postcode, code):
    assert department(postcode) == code
