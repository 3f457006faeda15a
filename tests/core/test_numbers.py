"""A number that names a title is read alike, whoever writes it: one table for every way in."""

import pytest
from django.utils.translation import override

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import Number, digits_of, find_ean, parse_ean, read_number
from comptoir.core.text import plain_number

BOOK = "9782229036114"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2043\u2212\ufe63\uff0d"
WAYS = [
    BOOK,
    "978-2-229-03611-4",
    "978 2 229 03611 4",
    "2229036114",
    "2-229-03611-4",
    # Behind its word, and with what libraries put after it.
    "ISBN 978-2-229-03611-4",
    "isbn: 2-229-03611-4",
    "ISBN-13 : 978-2-229-03611-4",
    "ISBN-10 2229036114",
    "ISBN13 9782229036114",
    "EAN13:9782229036114",
    "Gencod 9782229036114",
    "Code-barres : 9782229036114",
    "ISBN n° 978-2-229-03611-4",
    "urn:isbn:9782229036114",
    "978-2-229-03611-4 (br.)",
    "978-2-229-03611-4 (vol. 2",
    "978-2-229-03611-4 [relié]",
    "ISBN 978-2-229-03611-4 (br.) : 7,50 EUR",
    "2-229-03611-4 (rel.) : 12 €",
    # Several of them: the first that is right.
    "9782229036114, 2229036114",
    "9782229036114/9782350874128",
    "2229036114 (br.) ; 9782350874128 (epub)",
    "9782229036114 9782350874128",
    "9782229036114\n2229036114",
    "ISBN-10: 2229036114, ISBN-13: 9782229036114",
    "9782229036115 / 9782229036114",
    # What nobody sees, and what looks like a hyphen.
    "\u200e978-2229036114",
    "9782229036114\u200b",
    "\u202a9782229036114\u202c",
    "\ufeff9782229036114",
    "978\u00ad2\u00ad229\u00ad03611\u00ad4",
    "\u00a0978\u202f2229036114",
    *(
        f"978{dash}2{dash}229{dash}03611{dash}4"
        for dash in "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
    ),
    # As spreadsheets and tills write it.
    "'9782229036114",
    "’9782229036114",
    '="9782229036114"',
    '= "2229036114"',
    "9782229036114.0",
    "9782229036114,00",
    "9.782229036114E12",
    "9,782229036114E+12",
    "9.78222903611400E+12",
    '"9782229036114"',
    "« 9782229036114 »",
    "*9782229036114*",
    "9782229036114;",
    # GTIN-14 of one unit, and more zeros.
    "09782229036114",
    "000009782229036114",
    # As scanners send it: AIM's prefix, the book's price in its add-on.
    "]E09782229036114",
    "]E3978222903611451895",
    "978222903611451895",
    "9782229036114 51895",
    "9782229036114+51895",
    "978222903611412",
    "]d20109782229036114\x1d21A7",
    "]C10109782229036114",
    "(01)09782229036114",
    "\x029782229036114\x03",
]


@pytest.mark.parametrize("text", WAYS)
def test_one_book_however_it_is_written(text):
    assert read_number(text) == Number(BOOK)
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
    assert read_number(text) == Number(ean)


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
    assert read_number(text) == Number("9771755023002", issue)
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
    "9782229036114" * 2,
    "9782229036114" * 40,
    # One of a carton's units is another number; an add-on stands behind 977 to 979 alone.
    "19782229036111",
    "400638133393112",
    "40063813339315",
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
    assert read_number(text) is None
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
