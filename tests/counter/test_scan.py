"""What a scanner types on an AZERTY keyboard is read as the digits it meant."""

import pytest

from comptoir.counter.scan import find_code, find_scanned_ean, read_scan

AZERTY = str.maketrans("1234567890", "&é\"'(-è_çà")
EAN = "9782070612369"


@pytest.mark.parametrize("digits", ["48291370", EAN, "012345678905"])
def test_unshifted_digit_keys_are_digits(digits):
    assert read_scan(digits.translate(AZERTY)) == digits


NOT_SCANNED = ["çà et là", "l'été", "978-2-07-061236-9", "2-07-061236-8", "é", "", "(((((((", "]"]


@pytest.mark.parametrize("text", NOT_SCANNED)
def test_what_nobody_scanned_stays_what_it_is(text):
    assert read_scan(text) == text


def test_capitals_and_mac_keys_are_digits_too():
    assert read_scan("&É\"'(§È!") == "12345678"


@pytest.mark.parametrize("prefix", ["E0", "E3", "C1"])
@pytest.mark.parametrize("digits", [EAN, f"{EAN}51895", f"0{EAN}", "48291370"])
def test_the_prefix_that_tells_how_a_code_was_printed_is_dropped(prefix, digits):
    letter, number = prefix
    assert read_scan(f"]{prefix}{digits}") == digits
    assert read_scan(f"${letter}{(number + digits).translate(AZERTY)}") == digits


CODES = ["48291370", "4829 1370", "4829\u00a01370", "'_éç&\"èà", "]C048291370"]


@pytest.mark.parametrize("text", CODES)
def test_a_code_is_found_however_it_is_written(text):
    assert find_code(text) == "48291370"


@pytest.mark.parametrize("text", ["4829137", "482913700", "quatre", "٤٨٢٩١٣٧٠"])
def test_what_is_not_eight_digits_is_no_code(text):
    assert find_code(text) is None


EANS = [
    EAN,
    EAN.translate(AZERTY),
    "978-2-07-061236-9",
    "2070612368",
    "2-07-061236-8",
    "ISBN 2-07-061236-8 (br.)",
    f"{EAN}51895",
    f"{EAN}51895".translate(AZERTY),
    f"]E0{EAN}",
    f"0{EAN}",
    f"'{EAN}",
    f"{EAN}\u200b",
]


@pytest.mark.parametrize("text", EANS)
def test_an_ean_is_found_however_it_is_written(text):
    assert find_scanned_ean(text) == EAN
