"""Cells of numbers as programs write them so that spreadsheets do not calculate, and as our own
reports do."""

from io import BytesIO

import pytest

from comptoir.core.errors import Invalid
from comptoir.core.identifiers import parse_siret
from comptoir.core.money import parse_cents, read_price
from comptoir.core.sheet import write_sheet
from comptoir.stock.formats.lines import ArticleLine, StockLine
from comptoir.stock.formats.reader import parse_quantity
from tests.stock.feeds.samples import BOOK, OTHER, read_all

AROUND = ["{}", "'{}", "’{}", '="{}"', "\u200e{}\u200b", "\u00a0{}\u202f", "\ufeff{}"]


@pytest.mark.parametrize("around", AROUND)
def test_a_quantity_and_a_price_are_read_without_what_is_around_them(around):
    assert parse_quantity(around.format("3")) == 3
    assert parse_quantity(around.format("\u22122")) == parse_quantity(around.format("-2")) == -2
    assert read_price(around.format("8,40")).cents == parse_cents(around.format("8.40")) == 840
    assert read_price(around.format("8,40 €")).cents == 840


@pytest.mark.parametrize("cell", ["''3", "=3", "=1+1", "'=1+1", "3'", "３", "'"])
def test_one_apostrophe_is_dropped_and_nothing_is_worked_out(cell):
    with pytest.raises(Invalid):
        parse_quantity(cell)


@pytest.mark.parametrize("around", AROUND)
def test_whole_files_are_read_so(around):
    number, quantity, price = (around.format(each) for each in (BOOK, "3", "8,40"))
    cells = [f'"{each.replace(chr(34), chr(34) * 2)}"' for each in (number, quantity, price)]
    content = f"ean;quantity;price\n{';'.join(cells)}\n{OTHER};1;6,30\n".encode()
    taken = [StockLine(2, BOOK, 3, 840), StockLine(3, OTHER, 1, 630)]
    assert read_all("csv", content) == taken
    assert read_all("table", content.replace(b"quantity", b"Stock")) == taken


def test_woocommerce_and_shopify_write_a_reference_so_too():
    rows = f"ID,Type,SKU,In stock?,Stock\n1,simple,'-A1,1,'3\n2,simple,'{BOOK},1,2\n"
    assert read_all("woocommerce", rows.encode()) == [
        ArticleLine(2, "-A1", 3),
        StockLine(3, BOOK, 2),
    ]
    rows = f"Handle,SKU,Location,On hand\na,'A1,Ici,'3\nb,'{BOOK},Ici,2\n"
    assert read_all("shopify", rows.encode()) == [ArticleLine(2, "A1", 3), StockLine(3, BOOK, 2)]


def test_what_our_own_reports_write_is_read_back():
    file = BytesIO()
    write_sheet(file, [["quantity", "price"], ["-2", "+8"]])
    cells = file.getvalue().decode("utf-8-sig").splitlines()[1].split(";")
    assert cells == ["'-2", "'+8"]
    assert parse_quantity(cells[0]) == -2


def test_a_siret_too():
    for around in AROUND:
        assert parse_siret(around.format("732 829 320 00074")) == "73282932000074"
