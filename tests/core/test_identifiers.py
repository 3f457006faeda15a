"""What is an identifier and what is not."""

import pytest
from django.db import DataError

from comptoir.catalogue.models import Product
from comptoir.core.db import execute, fetch
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import (
    LARGEST_KEY,
    OWN_NUMBER,
    department,
    find_number,
    is_own_number,
    isbn10,
    parse_ean,
    parse_number,
    parse_siret,
    read_key,
)


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


@pytest.mark.parametrize(
    "text",
    [
        "732 829 320 00074",
        "'73282932000074",
        "73282932000074.0",
        '="73282932000074"',
        "732\u00a0829\u202f320\u200b00074",
    ],
)
def test_siret(text):
    assert parse_siret(text) == "73282932000074"


@pytest.mark.parametrize("text", ["12345678901234", "７3282932000074", "٧3282932000074", ""])
def test_what_is_kept_of_a_siret_is_what_was_checked(text):
    """Its sum takes digits of every script: such a SIRET would be another shop's."""
    with pytest.raises(Invalid) as caught:
        parse_siret(text)
    assert caught.value.code == "bad_siret"


@pytest.mark.parametrize(
    ("postcode", "code"), [("86000", "86"), ("97400", "974"), ("20090", "2A"), ("20600", "2B")]
)
def test_department(postcode, code):
    assert department(postcode) == code


@pytest.mark.parametrize("key", [1, 7, 10**18, LARGEST_KEY])
def test_a_key_is_read(key):
    assert read_key(str(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "1.0",
        "p1",
        "١٢",
        "１２",
        "²",
        str(LARGEST_KEY + 1),
        "9" * 19,
        "9" * 5_000,
        "0" * 20 + "1",
    ],
)
def test_what_writes_no_key_is_none(text):
    assert read_key(text) is None


@pytest.mark.django_db
def test_the_largest_key_is_the_databases():
    assert Product.objects.filter(pk=LARGEST_KEY).first() is None
    with pytest.raises(DataError):
        execute("SELECT %s::bigint", [str(LARGEST_KEY + 1)])


@pytest.mark.parametrize(
    ("text", "number", "own"),
    [
        ("2000000000015", "2000000000015", True),
        ("2 000000-000015", "2000000000015", True),
        ("2999999999991", "2999999999991", True),
        ("0200000000011", "0200000000011", True),
        ("200000000011", "0200000000011", True),  # UPC-A of the number system 2
        ("400000000015", "0400000000015", True),  # UPC-A of the number system 4
        ("20000011", "20000011", True),
        ("0000020000011", "20000011", True),
        ("00000017", "00000017", True),
        ("9782070612369", "9782070612369", False),
        ("602445790128", "0602445790128", False),
        ("300000000018", "0300000000018", False),
        ("0500000000012", "0500000000012", False),
        ("3000000000014", "3000000000014", False),
    ],
)
def test_a_number_of_one_shop_only_is_told_from_an_ean(text, number, own):
    assert (parse_number(text), find_number(text)) == (number, number)
    assert is_own_number(number) is own


@pytest.mark.parametrize("text", ["2000000000016", "20000012", "96385074", "9638507", "titre", ""])
def test_what_is_no_number_of_an_article_is_refused(text):
    assert find_number(text) is None
    with pytest.raises(Invalid) as caught:
        parse_number(text)
    assert caught.value.code == "bad_ean"


@pytest.mark.django_db
def test_python_and_postgresql_have_one_notion_of_own_numbers():
    numbers = ["2000000000015", "0400000000015", "20000011", "3000000000014", "", "200000000001"]
    found = fetch(
        f"SELECT n, n ~ '{OWN_NUMBER}' FROM unnest(%s::text[]) AS n",
        [numbers],
    )
    assert dict(found) == {number: is_own_number(number) for number in numbers}
