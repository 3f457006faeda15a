"""A number that names a title is read alike, whoever writes it: one table for every way in."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import Ean, digits_of, find_ean, parse_ean, read_ean, with_zeros
from comptoir.core.text import plain_number
from tests.numbers import BOOK, WAYS


@pytest.mark.parametrize("text", WAYS)
def test_one_book_however_it_is_written(text):
    assert read_ean(text) == Ean(BOOK)
    assert parse_ean(text) == find_ean(text) == BOOK


@pytest.mark.parametrize(
    ("text", "ean"),
    [
        ("222901000x", "9782229010008"),
        ("2-229-01000-X (br.)", "9782229010008"),
        ("979-10-345-0012-3", "9791034500123"),
        ("979-0-2306-7112-5", "9790230671125"),
        ("M-2306-7112-5", "9790230671125"),
        ("ISMN M 2306 7112 5", "9790230671125"),
        ("602445790128", "0602445790128"),
        ("6 02445 79012 8", "0602445790128"),
        ("00602445790128", "0602445790128"),
        ("4006381333931", "4006381333931"),
    ],
)
def test_every_kind_of_number_is_read(text, ean):
    assert read_ean(text) == Ean(ean)


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("9771755023002", ""),
        ("977175502300214", "14"),
        ("9771755023002 14", "14"),
        ("]E3977175502300200014", "00014"),
        ("ISSN 9771755023002-00014", "00014"),
    ],
)
def test_an_issue_of_a_magazine_is_told_beside_its_number(text, issue):
    assert read_ean(text) == Ean("9771755023002", issue)
    assert parse_ean(text) == "9771755023002"


REFUSED = [
    "",
    "9782229036115",
    "2229036115",
    "602445790129",
    "M230671126",
    "9782229036114-OCC",
    "A9782229036114",
    "Le Horla 9782229036114",
    "9782229036114 occasion",
    # A shop's own reference, or two cells in one.
    "9782229036114/2",
    "9782229036114 2",
    "9782229036114, 3",
    "9782229036114" * 2,
    "9782229036114" * 40,
    # One of a carton's units is another number; an add-on stands behind 977 to 979 alone.
    "19782229036111",
    "400638133393112",
    "40063813339315",
    # A formula is never worked out.
    "=9782229036114",
    # Rounded: digits are lost.
    "9,78222E+12",
    "9.7822290361E+12",
    # Nothing but zeros passes every sum.
    "0000000000000",
    "0000000000",
    # EAN-8, ISSN, ordinary numbers.
    "96385074",
    "]E496385074",
    "0317-8471",
    "1984",
    "12,90",
    # No digits at all.
    "ISBN",
    "(br.)",
    "X",
    "M",
    "--",
    "]E0",
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:30])
def test_what_names_no_title_is_refused(text):
    assert read_ean(text) is None
    assert find_ean(text) is None
    with pytest.raises(Invalid) as caught:
        parse_ean(text)
    assert caught.value.code == "bad_ean"


OTHER_SCRIPTS = ["２229036114", "222903611４", "978222903611４", "²229036114", "٢229036114"]


@pytest.mark.parametrize("text", OTHER_SCRIPTS)
def test_digits_of_another_script_are_refused_and_stop_nothing(text):
    with pytest.raises(Invalid):
        parse_ean(text)


CUT = ["978207200007", "979103450008", "977175502007", "0978207200007", "00978207200007"]


@pytest.mark.parametrize("text", [*CUT, "978-2-07-200007"])
def test_twelve_digits_of_an_isbn_are_cut_and_no_upc(text):
    """Each passes the sum of a UPC: without the rule it is another product."""
    assert find_ean(text) is None


def test_a_cut_isbn_is_called_so():
    with pytest.raises(Invalid) as caught:
        parse_ean("978-2-229-03611")
    with override("en"):
        assert "lacks a digit" in str(caught.value)


PIECES = st.sampled_from(
    [*WAYS, "(", "]", ":", ",", "'", '="', " ", "97", "X", "M", "E12", "²", "２"]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=8).map("".join))
def test_whatever_is_written_a_number_is_right_or_none(text):
    number = read_ean(text)
    assert number is None or read_ean(number.ean) == Ean(number.ean)
    assert parse_or_none(text) == (number.ean if number else None)
    assert digits_of(text).isascii()


def parse_or_none(text: str) -> str | None:
    try:
        return parse_ean(text)
    except Invalid:
        return None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("978-2-229", "9782229"),
        ("isbn 97822", "97822"),
        ("2-229-01000-x", "222901000"),
        ("'978222\u200b", "978222"),
        ("Fahrenheit 451", ""),
        ("12, 13", ""),
        ("", ""),
    ],
)
def test_a_part_of_a_number_is_told_by_its_digits(text, digits):
    assert digits_of(text) == digits


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("140328726", "9780140328721"),
        ("'140328726.0", "9780140328721"),
        ("75597996524", "0075597996524"),
        ("75597996525", "75597996525"),
        ("140328727,0", "140328727"),
        ("'978-2-229-03611-4", "978-2-229-03611-4"),
        ("9782229036114.0", "9782229036114"),
        ("", ""),
    ],
)
def test_zeros_that_a_spreadsheet_dropped_come_back_where_the_check_digit_proves_it(text, whole):
    assert with_zeros(text) == whole


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("'-2", "-2"),
        ("\u22122", "-2"),
        (" '12,90 ", "12,90"),
        ("''3", "'3"),
        ('="3"', "3"),
        ("=1+1", "=1+1"),
        ("\u200e3\u200b", "3"),
        ("３", "３"),
        ("", ""),
        ("'", ""),
    ],
)
def test_the_cell_of_a_number_is_freed_of_what_programs_put_around_it(cell, number):
    assert plain_number(cell) == number


def test_a_text_that_is_far_too_long_for_a_number_is_left_as_it_is():
    long = "'" + "1" * 5_000_000
    assert plain_number(long) is long
