"""Amounts as people and suppliers write them."""

import time
from decimal import Decimal

import pytest

from comptoir.catalogue.errors import BadRecord
from comptoir.catalogue.sources.text import cents, hundredths
from comptoir.core import money
from comptoir.core.errors import Invalid
from comptoir.core.money import (
    Doubt,
    parse_cents,
    plain_cents,
    read_price,
    read_prices,
    typed_cents,
)

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
    "12 90",
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
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1 234,50 €", 123450),
        ("1\u202f234,50\u00a0€", 123450),
        ("1'234.50", 123450),
        ("999,999.99", 99_999_999),
        ("€ 12,90", 1290),
        ("EUR 8.40", 840),
        ("8.40EUR", 840),
        ("12,90 euros", 1290),
        ("12,90 € TTC", 1290),
        ("12€90", 1290),
        ("'12,90", 1290),
        ("\u200b12,90\ufeff", 1290),
        ("8,3978", 840),
        ("8.399999999999999", 840),
        ("0,004", 0),
        ("1234", 123400),
        ("1234.5", 123450),
        ("4.5", 450),
        ("4,50", 450),
        ("€1,234.00", 123400),
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


@pytest.mark.parametrize("text", ["1.234", "1,234", "12,905", "999.999 €", "€1,234"])
def test_what_may_be_a_thousand_times_as_much_is_asked_again_of_who_typed_it(text):
    """A file has no one to ask: there it is cents, or what its column tells."""
    with pytest.raises(Invalid) as caught:
        parse_cents(text)
    assert caught.value.code == "bad_price"
    assert read_price(text).cents == cents(text)


def test_a_supplier_s_price_is_rounded_after_its_tax():
    assert cents("12.2275", Decimal("1.055")) == 1290


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("12,90", None),
        ("12,9000", None),
        ("", None),
        (" € ", None),
        ("8,3978", Doubt.ROUNDED),
        (" -   € ", Doubt.NO_PRICE),
        ("gratuit", Doubt.NO_PRICE),
        ("-8,40", Doubt.NO_PRICE),
        ("2 000 000", Doubt.NO_PRICE),
        ("1" * 100, Doubt.NO_PRICE),
        ("28.00 USD", Doubt.CURRENCY),
        ("CHF 12", Doubt.CURRENCY),
        ("$12.50", Doubt.CURRENCY),
    ],
)
def test_what_is_doubtful_in_a_price_is_told(text, doubt):
    price = read_price(text)
    assert price.doubt == doubt
    assert (price.cents is None) == (
        doubt in (Doubt.NO_PRICE, Doubt.CURRENCY) or not text.strip(" €")
    )


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["1.234", "12", "", "2,500", "?"], [123400, 1200, None, 250000, None]),
        (["1.234", "8.4"], [123, 840]),
        (["8.40", "1.234"], [840, 123]),
        (["1,234", "1.234,50"], [123, 123450]),
        (["2.500", "1.234,50"], [250000, 123450]),
        (["1.234,50", "8,40", "2.500"], [123450, 840, 250000]),
        (["7,596", "1 234,50"], [760, 123450]),
        (["7,596", "0,950"], [760, 95]),
        (["1.2345", "1.234"], [123, 123]),
        (["1.234"], [123400]),
    ],
)
def test_the_column_tells_what_a_separator_means(column, expected):
    found = list(read_prices(column, str))
    assert [text for text, _price in found] == column
    assert [price.cents for _text, price in found] == expected


def test_what_is_read_as_thousands_is_told():
    assert [price.doubt for _text, price in read_prices(["1.234"], str)] == [Doubt.THOUSANDS]
    found = [price.doubt for _text, price in read_prices(["2.500", "1.234,50"], str)]
    assert found == [None, None]


def test_rows_are_held_back_no_longer_than_needed(monkeypatch):
    asked = []

    def column(cells):
        for cell in cells:
            asked.append(cell)
            yield cell

    first, _price = next(read_prices(column(["8,40", "1.234"]), str))
    assert (first, asked) == ("8,40", ["8,40"])
    monkeypatch.setattr(money, "MOST_HELD", 3)
    asked.clear()
    next(read_prices(column(["1.234", "", "2", "3", "4"]), str))
    assert asked == ["1.234", "", "2"]


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
    # A form shows what its language writes, and whatever it shows is read again in any.
    assert (typed_cents(cents, "fr"), typed_cents(cents, "en")) == (text, text.replace(",", "."))
    assert parse_cents(typed_cents(cents, "en")) == cents
