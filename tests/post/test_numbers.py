"""Numbers of parcels: their forms, their pages, and how they are read back."""

import pytest

from comptoir.post.carriers import Carrier, as_number, doubt_about, guess, page_of, s10_digit
from comptoir.post.errors import TooManyRows
from comptoir.post.rows import LONGEST_TEXT, MOST_ROWS, read_rows


@pytest.mark.parametrize(
    ("serial", "digit"),
    # Of the examples of UPU S10-12 and of published numbers: 10 is written 0, and 11 is written 5.
    [("47312482", 9), ("00071759", 5), ("00071761", 8), ("96633102", 0), ("76129403", 8)],
)
def test_the_check_digit_of_the_post(serial, digit):
    assert s10_digit(serial) == digit


@pytest.mark.parametrize(
    ("carrier", "number", "is_odd"),
    [
        (Carrier.COLISSIMO, "6A12345678901", False),
        (Carrier.COLISSIMO, "CB473124829FR", False),
        (Carrier.COLISSIMO, "CB473124828FR", True),
        (Carrier.COLISSIMO, "12345678", True),
        (Carrier.LA_POSTE, "1L00012345678", False),
        (Carrier.CHRONOPOST, "XY123456789FR", False),
        (Carrier.MONDIAL_RELAY, "12345678", False),
        (Carrier.MONDIAL_RELAY, "6A12345678901", True),
        (Carrier.OTHER, "whatever", False),
    ],
)
def test_an_odd_number_is_remarked_on(carrier, number, is_odd):
    assert bool(doubt_about(carrier, number)) is is_odd


def test_a_number_is_kept_without_what_stands_between():
    assert as_number(" 6a 1234-5678 901 ") == "6A12345678901"
    assert [guess(each) for each in ("6A12345678901", "12345678", "XY123456789FR")] == [
        Carrier.COLISSIMO,
        Carrier.MONDIAL_RELAY,
        None,
    ]


def test_pages_of_carriers_hold_nothing_that_was_typed_as_it_is():
    address = page_of(Carrier.LA_POSTE, "A&B=1 #", "86000")
    assert address == "https://www.laposte.fr/outils/suivre-vos-envois?code=A%26B%3D1+%23"
    assert page_of(Carrier.MONDIAL_RELAY, "12345678", "86000").endswith(
        "numeroExpedition=12345678&codePostal=86000"
    )
    assert page_of(Carrier.OTHER, "1") == page_of(Carrier.LA_POSTE, "") == ""


def read(text, codes=()):
    return [(row.code, row.number) for row in read_rows(text, codes)]


def test_a_table_with_headings_in_any_order():
    text = "\ufeffRéférence;Destinataire;Suivi\n48291370;Dupont;6A12345678901\n"
    assert read(text) == [("48291370", "6A12345678901")]
    assert read("6A12345678901\t4829 1370") == [("48291370", "6A12345678901")]
    # Eight digits twice: the order that waits is the order.
    assert read("12345678;48291370", {"48291370"}) == [("48291370", "12345678")]


def test_scans_one_below_the_other():
    assert read("48291370\n6A 12345 678901\n\n4829 1371\n12345678\n") == [
        ("48291370", "6A12345678901"),
        ("48291371", "12345678"),
    ]
    assert read("4829 1370 6A12345678901") == [("48291370", "6A12345678901")]


def test_a_wrong_row_voids_none_beside_it():
    text = "48291370;6A12345678901\nDupont, no code 1234\n48291371;\n48291372;CB473124829FR"
    assert read(text) == [
        ("48291370", "6A12345678901"),
        ("", ""),
        ("48291371", ""),
        ("48291372", "CB473124829FR"),
    ]
    assert [row.place for row in read_rows(text)] == [1, 2, 3, 4]
    assert read("48291370") == [("48291370", "")]


def test_a_paste_that_is_too_long_is_refused_whole():
    rows = ["48291370;6A11111111111"] * MOST_ROWS
    assert len(read_rows("\n".join(rows))) == MOST_ROWS
    for text in ("\n".join([*rows, rows[0]]), "4" * (LONGEST_TEXT + 1)):
        with pytest.raises(TooManyRows) as refused:
            read_rows(text)
        assert refused.value.code == "too_many_rows"
