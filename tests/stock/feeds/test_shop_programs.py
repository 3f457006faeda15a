"""The exports of Abelujo, Google local inventory, Shopify and WooCommerce."""

from io import BytesIO

import pytest

from comptoir.core.errors import Invalid
from comptoir.stock.formats import google, shopify
from comptoir.stock.formats.lines import ArticleLine, Known, RefusedLine, Remark, StockLine
from tests.stock.feeds.samples import (
    BOOK,
    GOOGLE,
    GOOGLE_XML,
    OTHER,
    SAMPLES,
    SHOPIFY,
    WOOCOMMERCE,
    read_all,
)


def summary(lines: list) -> list:
    """Return what lines say in short: refusals by their code, articles by EAN or reference."""
    return [
        line.code
        if isinstance(line, RefusedLine | Remark)
        else (line.item if isinstance(line, ArticleLine) else line.ean, line.quantity)
        for line in lines
    ]


@pytest.mark.parametrize(
    ("code", "first", "price"),
    [("abelujo", 1, None), ("google", 2, 840), ("shopify", 2, None), ("woocommerce", 2, 840)],
)
def test_a_file_as_its_program_writes_it(code, first, price):
    one, two = read_all(code, SAMPLES[code])
    assert one == StockLine(first, BOOK, 3, price)
    assert (two.ean, two.quantity) == (OTHER, 1)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{BOOK};-1", (BOOK, -1)),
        (f"{BOOK};1.5", "bad_quantity"),
        (f"{BOOK};9999999", "bad_quantity"),
        (f"{BOOK};=1+1", "bad_quantity"),
        ("9,78E+12;1", "bad_line"),
        ("9.78E+12;1", "rounded_ean"),
        (BOOK, "bad_line"),
        ("1" * 2000, "bad_length"),
    ],
)
def test_a_bad_line_of_abelujo_is_refused_alone(line, code):
    assert summary(read_all("abelujo", f"{BOOK};3\n{line}\n{OTHER},1\n".encode())) == [
        (BOOK, 3),
        code,
        (OTHER, 1),
    ]


def test_google_in_xml_says_the_same():
    told = [line._replace(line=0) for line in read_all("google", GOOGLE_XML)]
    assert told == [line._replace(line=0) for line in read_all("google", GOOGLE)]
    assert [line.line for line in read_all("google", GOOGLE_XML)] == [3, 5]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (f"{BOOK}\t\t\tin stock", (BOOK, 1)),
        (f"{BOOK}\t\t\tlimited_availability", (BOOK, 1)),
        (f"{BOOK}\t\t\ton_display_to_order", (BOOK, 0)),
        (f"{BOOK}\t4\t\tout_of_stock", (BOOK, 0)),
        (f"{BOOK}\t4\t\t", (BOOK, 4)),
        ("SHELF-1\t4\t\t", ("SHELF-1", 4)),
        (f"{BOOK}\t\t\tperhaps", "bad_availability"),
        (f"{BOOK}\t\t\t", "bad_quantity"),
        (f"{BOOK}\t1\t28.00 USD\t", (BOOK, 1)),
        (f"{BOOK}\t1\t28.00 eur\t", (BOOK, 1)),
    ],
)
def test_what_google_calls_available(cells, said):
    content = f"store code\tid\tquantity\tprice\tavailability\nPILORI\t{cells}\n"
    assert summary(read_all("google", content.encode())) == [said]


def test_a_price_in_another_currency_is_left_as_it_was():
    content = GOOGLE.replace(b"8.40 EUR", b"8.40 USD").replace(b"6.30 EUR", b"6.3012 EUR")
    one, two = read_all("google", content)
    assert (one.price_cents, two.price_cents) == (None, 630)
    assert [each.code for each in (*one.remarks, *two.remarks)] == ["bad_currency", "rounded_price"]


def test_laughs_by_the_billion_are_refused():
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b"<rss><item><store_code>P</store_code><id>&b;</id></item></rss>"
    )
    with pytest.raises(Invalid) as caught:
        read_all("google", bomb)
    assert caught.value.code == "xml_entities"


OF_TWO = {
    "shopify": SHOPIFY + f"x,X,,,{BOOK},,,Niort,,0,0,0,1,5,\n".encode(),
    "google": GOOGLE + f"NIORT\t{BOOK}\t5\t\t\n".encode(),
}


@pytest.mark.parametrize(("code", "own"), [("shopify", "Pilori"), ("google", "PILORI")])
def test_of_a_file_of_several_shops_only_ours_is_taken(code, own):
    with pytest.raises(Invalid) as caught:
        read_all(code, OF_TWO[code])
    assert caught.value.code == "several_shops"
    assert [place.title() for place in caught.value.data["places"]] == ["Pilori", "Niort"]
    assert summary(read_all(code, OF_TWO[code], Known(shop_code=own))) == [(BOOK, 3), (OTHER, 1)]
    with pytest.raises(Invalid) as caught:
        read_all(code, OF_TWO[code], Known(shop_code="Royan"))
    assert caught.value.code == "other_shop"


def test_the_first_file_teaches_what_the_shop_is_called():
    assert shopify.read(BytesIO(SHOPIFY)).shop_code == "Pilori"
    assert google.read(BytesIO(GOOGLE)).shop_code == "PILORI"


def test_the_siret_of_another_shop_is_refused_whole():
    content = GOOGLE.replace(b"PILORI", b"73282932000074")
    assert len(read_all("google", content, Known(siret="73282932000074"))) == 2
    with pytest.raises(Invalid) as caught:
        read_all("google", content, Known(siret="55210050500007"))
    assert caught.value.code == "other_shop"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (f"{BOOK},,,Pilori,,0,0,1,1,2,", (BOOK, 2)),
        (f"'{BOOK},,,Pilori,,0,0,1,1,2,", (BOOK, 2)),
        (f"{BOOK},,,Pilori,,not stocked,,,,not stocked,", (BOOK, 0)),
        ("MUG-1,,,Pilori,,0,0,0,1,1,", ("MUG-1", 1)),
        (",,,Pilori,,0,0,0,1,1,", "unknown_item"),
        ("9.78E+12,,,Pilori,,0,0,0,1,1,", "rounded_ean"),
        (f"{BOOK},,,Pilori,,0,0,0,1,-2,", (BOOK, -2)),
    ],
)
def test_a_line_of_shopify(cells, said):
    header = SHOPIFY.splitlines(keepends=True)[0]
    assert summary(read_all("shopify", header + f"h,T,,,{cells}\n".encode())) == [said]


def test_shopify_before_2024_and_without_counts():
    old = f"Handle,Title,SKU,Location,Available,On hand\nh,T,{BOOK},Pilori,1,2\n".encode()
    assert summary(read_all("shopify", old)) == [(BOOK, 2)]
    assert summary(read_all("shopify", old.replace(b"On hand", b"Other"))) == [(BOOK, 1)]
    with pytest.raises(Invalid) as caught:
        read_all("shopify", old.replace(b"On hand", b"Other").replace(b"Available", b"A"))
    assert caught.value.code == "bad_header"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (f"simple,S,{BOOK},N,1,1,,", [(BOOK, 1)]),
        (f"simple,S,{BOOK},N,1,0,,", [(BOOK, 0)]),
        (f"simple,S,{BOOK},N,1,backorder,,", [(BOOK, 0)]),
        (f"simple,{BOOK},,N,1,1,2,", [(BOOK, 2)]),
        ("simple,MUG-1,,N,1,1,2,", [("MUG-1", 2)]),
        (f"simple,S,{BOOK},N,1,,,", ["bad_quantity"]),
        ("simple,,,N,1,1,2,", ["unknown_item"]),
        ("simple,,,N,1,1,0,", []),
        (f"simple,,{BOOK},N,1,backorder,'-2,", [(BOOK, -2)]),
        ("variable,S,,N,1,1,,", []),
        (f'"simple, downloadable, virtual",S,{BOOK},N,1,1,,', []),
    ],
)
def test_a_line_of_woocommerce(cells, said):
    header = WOOCOMMERCE.splitlines(keepends=True)[0]
    assert summary(read_all("woocommerce", header + f"1,{cells}\n".encode())) == said


def test_woocommerce_in_french():
    content = (
        'ID,Type,UGS,"GTIN, UPC, EAN ou ISBN",Nom,"En stock ?",Stock,"Tarif régulier"\n'
        f"1,simple,S,{BOOK},Été,1,2,8.40\n"
    )
    assert read_all("woocommerce", content.encode()) == [StockLine(2, BOOK, 2, 840)]
