"""What is a telephone number, and where; what is an address that somebody can write to."""

import pytest

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import format_phone, parse_phone
from comptoir.shops.contacts import parse_email, parse_phone_at, parse_shop_phone, written_phone

NUMBERS = [
    ("86000", "05 49 41 00 00", "+33549410000"),
    ("86000", "549410000", "+33549410000"),
    ("86000", "05.49.41.00.00", "+33549410000"),
    ("86000", "0033549410000", "+33549410000"),
    ("86000", "+33 (0)5 49 41 00 00", "+33549410000"),
    ("86000", "'0549410000", "+33549410000"),
    ("86000", "05‑49‑41‑00‑00\u202c", "+33549410000"),
    ("86000", "0590 82 00 00", "+590590820000"),
    ("86000", "0262 20 00 00", "+262262200000"),
    ("97110", "0590 82 00 00", "+590590820000"),
    ("97110", "0976 00 12 34", "+590976001234"),
    ("97200", "0596 60 00 00", "+596596600000"),
    ("97200", "596600000", "+596596600000"),
    ("97200", "0976 61 12 34", "+596976611234"),
    ("97300", "0594 30 00 00", "+594594300000"),
    ("97400", "0262 20 00 00", "+262262200000"),
    ("97400", "0976 22 12 34", "+262976221234"),
    ("97600", "0269 61 00 00", "+262269610000"),
    ("97600", "0976 90 12 34", "+262976901234"),
    ("97500", "41 23 45", "+508412345"),
    ("97500", "0508 41 23 45", "+508412345"),
    ("97400", "0976 34 12 34", "+262976341234"),
    ("97400", "09.76.21.12.34", "+262976211234"),
    ("97400", "976341234", "+262976341234"),
    ("97400", "0976 00 12 34", "+590976001234"),
    ("97400", "0939 97 12 34", "+262939971234"),
    ("97400", "0947 97 12 34", "+262947971234"),
    ("97400", "+33 9 76 34 12 34", "+33976341234"),
    ("97300", "0976 64 12 34", "+596976641234"),
    ("97300", "0976 41 12 34", "+594976411234"),
    ("86000", "0976 34 12 34", "+262976341234"),
    ("86000", "0977 34 12 34", "+33977341234"),
    ("86000", "0939 12 34 56", "+33939123456"),
    ("97700", "0590 27 60 00", "+590590276000"),
    ("97700", "0976 00 12 34", "+590976001234"),
    ("97800", "0590 87 00 00", "+590590870000"),
    ("98600", "72 12 34", "+681721234"),
    ("98714", "40 42 12 34", "+68940421234"),
    ("98800", "26 12 34", "+687261234"),
    ("98800", "05 49 41 00 00", "+33549410000"),
    ("97200", "06 12 34 56 78", "+33612345678"),
    ("97200", "+33 5 96 60 00 00", "+33596600000"),
]


@pytest.mark.parametrize(("postcode", "text", "number"), NUMBERS)
def test_a_number_is_read_as_it_is_dialled_where_the_shop_is(postcode, text, number):
    assert parse_phone_at(text, postcode) == number


@pytest.mark.parametrize("text", ["41 23 45", "26 12 34", "40 42 12 34", "72 12 34", "12", ""])
def test_a_short_number_of_a_territory_is_none_elsewhere(text):
    with pytest.raises(Invalid) as caught:
        parse_phone(text)
    assert caught.value.code == "bad_phone"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+33549410000", "05 49 41 00 00"),
        ("+596596600000", "0596 60 00 00"),
        ("+590590276000", "0590 27 60 00"),
        ("+262976341234", "0976 34 12 34"),
        ("+508412345", "+508 41 23 45"),
        ("+687261234", "+687 26.12.34"),
    ],
)
def test_a_number_is_written_as_whoever_reads_it_may_dial_it(number, written):
    assert format_phone(number) == written


@pytest.mark.parametrize(
    ("postcode", "number"),
    [(postcode, number) for postcode, _text, number in NUMBERS]
    + [("86000", "+596596600000"), ("86000", "+262269610000"), ("97200", "+33269610000"), ("", "")],
)
def test_a_shops_number_is_written_so_that_it_is_read_back(postcode, number):
    written = written_phone(number, postcode)
    assert (parse_phone_at(written, postcode) if written else written) == number


@pytest.mark.parametrize(
    ("postcode", "text"),
    [
        ("86000", "08 99 70 00 00"),
        ("86000", "0890 12 34 56"),
        ("97400", "0890 12 34 56"),
        ("97110", "0899 70 00 00"),
        ("86000", "+44 909 8790 123"),
    ],
)
def test_a_shop_is_not_called_at_a_premium_rate(postcode, text):
    assert parse_phone_at(text, postcode)
    with pytest.raises(Invalid) as caught:
        parse_shop_phone(text, postcode)
    assert caught.value.code == "bad_phone"
    assert "surtaxé" in str(caught.value)


@pytest.mark.parametrize(
    ("postcode", "text"),
    [
        ("86000", "0805 12 34 56"),
        ("86000", "0810 12 34 56"),
        ("86000", "0820 12 34 56"),
        ("97110", "0810 12 34 56"),
        ("86000", "05 49 41 00 00"),
        ("98800", "26 12 34"),
    ],
)
def test_a_shop_may_have_a_number_that_is_free_or_costs_little(postcode, text):
    assert parse_shop_phone(text, postcode) == parse_phone_at(text, postcode)


@pytest.mark.parametrize("text", ["3900", "118 712", "36 30"])
def test_a_short_number_is_no_shops(text):
    with pytest.raises(Invalid):
        parse_shop_phone(text, "86000")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Contact@Exemple.FR ", "contact@exemple.fr"),
        ("mailto:a@exemple.fr", "a@exemple.fr"),
        ("j.o'neil+livres@mail.pilori.example", "j.o'neil+livres@mail.pilori.example"),
        ("j@librairie-été.fr", "j@librairie-été.fr"),
    ],
)
def test_an_address_to_write_to(text, address):
    assert parse_email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "j",
        "j@",
        "j@localhost",
        "j@librairie.localhost",
        "j@[127.0.0.1]",
        "j@[::1]",
        "j@127.0.0.1",
        "j@10.0.0.10",
        "j@caisse.local",
        "j@caisse.lan",
        "j@nowhere.invalid",
        "a@exemple.fr;b@exemple.fr",
        "a@exemple.fr, b@exemple.fr",
        f"{'j' * 250}@exemple.fr",
        "j@exemple.fr\nBcc: k@exemple.fr",
    ],
)
def test_no_address_to_write_to(text):
    with pytest.raises(Invalid) as caught:
        parse_email(text)
    assert caught.value.code == "bad_email"
