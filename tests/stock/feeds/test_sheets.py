"""Spreadsheets of several sheets, and what is called a spreadsheet and is none."""

from io import BytesIO

import pytest
from django.utils.translation import override

from comptoir.core.errors import Invalid
from comptoir.stock.arrivals.files import HEAD_BYTES, format_of
from comptoir.stock.formats import table
from comptoir.stock.formats.lines import Known, RefusedLine, StockLine
from tests.stock.feeds.samples import BOOK, OTHER, read_all
from tests.stock.feeds.spreadsheets import document, spreadsheetml, web_page, workbook, xlsx

STOCK = (["EAN", "Titre", "Stock", "Prix"], [BOOK, "A", "3", "8,40"], [OTHER, "B", "1", "6,30"])
COVER = (["Export du stock"], ["Librairie B, le 27/11/2026"])
ORDERS = (["EAN", "Commandé"], [BOOK, "7"], [OTHER, "8"])
BOTH = [StockLine(2, BOOK, 3, 840), StockLine(3, OTHER, 1, 630)]


def read(content: bytes, **columns: str) -> list:
    return read_all("table", content, Known(columns=columns))


def refusal(content: bytes, **columns: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(content, **columns)
    return caught.value


def test_an_empty_first_column_shifts_no_letters():
    """Column B is the EAN, C what was sold, D the stock: A has nothing in it."""
    rows = "".join(
        f'<row r="{line}"><c r="B{line}"><v>{ean}</v></c><c r="C{line}"><v>{sold}</v></c>'
        f'<c r="D{line}"><v>{left}</v></c></row>'
        for line, ean, sold, left in ((3, BOOK, 40, 3), (4, OTHER, 50, 1))
    )
    lines = read(xlsx(cells=rows), ean="B", quantity="D")
    assert lines == [StockLine(3, BOOK, 3), StockLine(4, OTHER, 1)]
    assert table.guess(BytesIO(xlsx(cells=rows))).titles == ["A", "B", "C", "D"]
    # Letters of before, when the columns on the left were dropped, mean nothing here.
    assert refusal(xlsx(cells=rows), ean="A", quantity="C").code == "bad_header"


def test_a_cover_sheet_is_passed_over():
    content = workbook({"Lisez-moi": COVER, "Vide": (), "Stock": STOCK, "Commandes": ORDERS})
    assert read(content) == BOTH
    guess = table.guess(BytesIO(content))
    assert (guess.sheet, guess.sheets) == ("Stock", ("Lisez-moi", "Vide", "Stock", "Commandes"))
    only = workbook({"Lisez-moi": COVER, "Commandes": ORDERS})
    assert table.guess(BytesIO(only)).sheet == "Commandes"
    # By the columns that the shop named, too.
    assert [line.quantity for line in read(content, ean="EAN", quantity="Commandé")] == [7, 8]


def test_the_shop_chooses_the_sheet():
    content = workbook(
        {"Neuf": STOCK, "Vide": (), "Occasion": (STOCK[0], [OTHER, "B", "5", "4,00"])}
    )
    *lines, remark = read(content)
    assert lines == BOTH
    assert (remark.code, "Occasion" in str(remark.message)) == ("other_sheets", True)
    assert [line.quantity for line in read(content, sheet="Occasion")] == [5]
    assert table.guess(BytesIO(content), "Occasion").sheet == "Occasion"
    error = refusal(content, sheet="Stock")
    assert (error.code, error.data["sheets"]) == ("no_such_sheet", ["Neuf", "Vide", "Occasion"])
    # Of one sheet there is nothing to choose.
    assert read(workbook({"27-11": STOCK}), sheet="Occasion") == BOTH


def test_hidden_sheets_are_not_looked_at():
    assert read(
        workbook({"Ancien": (STOCK[0], [BOOK, "A", "9", ""]), "Stock": STOCK}, "Ancien")
    ) == (BOTH)


def test_a_web_page_that_is_called_xls_is_read():
    page = web_page(*STOCK)
    assert format_of(page[:HEAD_BYTES], "stock.xls", None) == "table"
    assert read(page) == BOTH
    for encoding in ("cp1252", "utf-16"):
        (line, _last) = read(web_page(*STOCK).decode().replace("A<", "É<").encode(encoding))
        assert line == BOTH[0]
    assert read(b"\xef\xbb\xbf" + page) == BOTH
    assert read(b"<table><tr><td>Librairie</td></tr></table>" + page)[0].ean == BOOK


def test_cells_that_span_others_shift_nothing():
    page = (
        "<table><tr><td>Rayon</td><td>EAN</td><td colspan=2>Titre</td><td>Stock</td></tr>"
        f"<tr><td rowspan=2>Romans</td><td>{BOOK}</td><td>A</td><td>4</td><td>3</td></tr>"
        f"<tr><td>{OTHER}</td><td colspan=2>B</td><td>1</td></tr>"
        f"<tr><td>Poche</td><td>{OTHER}</td><td>C</td><td>5</td><td>2</td></tr></table>"
    )
    assert [(line.ean, line.quantity) for line in read(page.encode())] == [
        (BOOK, 3),
        (OTHER, 1),
        (OTHER, 2),
    ]


def test_what_excel_shows_of_a_number_is_not_the_number():
    page = f'<table><tr><td>EAN</td><td>Stock</td></tr><tr><td x:num="{BOOK}">9,78207E+12</td>'
    assert read(f"{page}<td>3</td></tr></table>".encode()) == [StockLine(2, BOOK, 3)]
    (line,) = read(f"{page.replace('x:num', 'y')}<td>3</td></tr></table>".encode())
    assert isinstance(line, RefusedLine)


def test_spreadsheetml_is_read():
    content = spreadsheetml({"Lisez-moi": COVER, "Stock": STOCK})
    assert format_of(content[:HEAD_BYTES], "stock.xls", None) == "table"
    assert read(content) == BOTH
    assert read(content.decode().encode("utf-16")) == BOTH
    assert table.guess(BytesIO(content)).sheets == ("Lisez-moi", "Stock")
    cells = (
        '<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="Number">9.782070612369E12</Data>'
        '</Cell><Cell ss:MergeAcross="1"/><Cell><Data ss:Type="Number">3</Data></Cell></Row>'
    )
    assert read(spreadsheetml({"Stock": ()}, cells), ean="B", quantity="E") == [
        StockLine(3, BOOK, 3)
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (web_page(*STOCK)[:-40], "bad_spreadsheet"),
        (b"<html><body><form>Identifiant</form></body></html>", "no_table"),
        (b'<html><frameset><frame src="sheet001.htm"></frameset></html>', "no_table"),
        (spreadsheetml({"Stock": STOCK})[:-40], "bad_spreadsheet"),
        (
            b'<!DOCTYPE W [<!ENTITY a "ha">]>' + spreadsheetml({"Stock": STOCK}),
            "bad_spreadsheet",
        ),
        (spreadsheetml({"S": ()}, '<Row ss:Index="99999999999"/>'), "bad_spreadsheet"),
        (document(), "other_kind"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(content, code):
    assert refusal(content).code == code


EDIFACT = "UNB+UNOC:3+A:14+B:14+261128:0930+R1'UNH+1+{kind}:D:96A:UN'BGM+231+1+9'UNT+3+1'UNZ+1+R1'"
ELSE = {
    "an order acknowledgement": EDIFACT.format(kind="ORDRSP"),
    "a dispatch advice": EDIFACT.format(kind="DESADV"),
    "a list of distributors": EDIFACT.format(kind="PARTIN"),
    "Discogs' dump of masters": '<?xml version="1.0"?>\n<masters><master id="1"/></masters>',
    "a catalogue (ONIX)": '<ONIXMessage release="3.0"/>',
    "a PDF": "%PDF-1.7",
    "MHTML": "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n",
    "JSON": '[{"ean": "9782070612369"}]',
    "an order": "A00013012345600015\r\nB00023098765400018\r\n",
}


@pytest.mark.parametrize(("kind", "content"), ELSE.items(), ids=ELSE)
@pytest.mark.parametrize("name", ["export.csv", "export.edi", "export.xml", "export"])
def test_a_file_of_another_kind_is_called_that(kind, content, name):
    with pytest.raises(Invalid) as caught:
        format_of(content.encode(), name, None)
    with override("en"):
        assert (caught.value.code, kind in str(caught.value.message)) == ("other_kind", True)


TABLES = {
    "an order acknowledgement": "EAN;Titre;Qté commandée;Qté livrée;Réponse\n{book};A;3;2;OK\n",
    "an order": "Ligne;EAN;Qté commandée;Prix\nL1;{book};3;8,40\n",
    "a list of distributors": "GLN;Distributeur;Ville\n3012345600015;Clain;Poitiers\n",
    "a list of articles": "Handle;Title;Variant SKU;Variant Barcode\na;A;S-1;{book}\n",
}


@pytest.mark.parametrize(("kind", "content"), TABLES.items(), ids=TABLES)
def test_a_table_of_another_kind_is_called_that(kind, content):
    error = refusal(content.format(book=BOOK).encode())
    with override("en"):
        assert (error.code, kind in str(error.message)) == ("other_kind", True)


def test_a_stock_that_tells_its_orders_too_is_a_stock():
    content = f"Gencod;Titre;Qté;Qté commandée;Distributeur\n{BOOK};A;3;7;Clain\n"
    assert read(content.encode()) == [StockLine(2, BOOK, 3)]
