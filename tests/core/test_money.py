"""Amounts as people and suppliers write them."""

import time
from decimal import Decimal

import pytest

from comptoir.catalogue.errors import BadRecord
from comptoir.catalogue.sources.text import cents, hundredths
from comptoir.core.errors import Invalid
from comptoir.core.money import parse_cents, plain_cents

NOT_AMOUNTS = [
    "",
    "free",
    "1e999997",
    "1e999999",
    "1E5",
    "1_2",
    "１２",
    "١٢",
    "NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    "-0",
    "-1",
    "+1",
    ".5",
    "12.",
    "12,90,1",
    "1 234",
    "12\n90",
    "12345678",
    "9999999",
    "1." + "0" * 5_000_000,
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,90", 1290),
        ("12.9", 1290),
        (" 12 ", 1200),
        ("\u00a012,90\n", 1290),
        ("0", 0),
        ("12.9000", 1290),
        ("1000000", 100_000_000),
        ("0000012.90", 1290),
    ],
)
def test_an_amount_is_read_in_cents(text, expected):
    assert parse_cents(text) == expected
    assert cents(text) == expected


@pytest.mark.parametrize("text", NOT_AMOUNTS, ids=lambda text: text[:12])
def test_what_is_no_amount_is_refused_at_once(text):
    began = time.process_time()
    for read, error in ((parse_cents, Invalid), (cents, BadRecord)):
        with pytest.raises(error) as caught:
            read(text)
        assert caught.value.code == "bad_price"
    assert time.process_time() - began < 0.5


def test_a_fraction_of_a_cent_is_no_price_but_a_supplier_s_is_rounded_after_its_tax():
    with pytest.raises(Invalid):
        parse_cents("12,905")
    assert cents("12.2275", Decimal("1.055")) == 1290


def test_a_rate_is_an_amount_up_to_a_hundred():
    assert (hundredths("5,50"), hundredths("20"), hundredths("5.500")) == (550, 2000, 550)
    for text in (None, "", "1e-999999", "101", "-1", "1_2", "NaN"):
        assert hundredths(text) is None


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0,00"), (5, "0,05"), (1290, "12,90"), (100_000_000, "1000000,00")]
)
def test_plain_cents_are_read_as_they_were(cents, text):
    assert plain_cents(cents) == text
    assert parse_cents(text) == cents
    assert plain_cents(cents, mark=".") == text.replace(",", ".")
