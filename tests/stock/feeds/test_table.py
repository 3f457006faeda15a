"""Tables of any till: how they are written and their columns are found out, or named."""

from io import BytesIO

import pytest

from comptoir.core.errors import Invalid
from comptoir.core.spreadsheet import book as spreadsheet
from comptoir.stock.formats import table
from comptoir.stock.formats.lines import ArticleLine, Known, RefusedLine, Remark, StockLine
from comptoir.stock.models import Covers
from tests.stock.feeds.samples import BOOK, OTHER, read_all
from tests.stock.feeds.spreadsheets import bomb, ods, xlsx

LIBRISOFT = (
    "Librairie du Pilori\n"
    "Stock au 15/10/2026\n"
    "\n"
    "Désignation;Éditeur;Gencod;Prix TTC;Qté\n"
    f"L’été;Gallimard;{BOOK};8,40 €;3\n"
    f"Là-bas;Clain;{OTHER};1 250,00;1\n"
)


def read(content: str | bytes, encoding: str = "utf-8", **columns: str) -> list:
    content = content.encode(encoding) if isinstance(content, str) else content
    return read_all("table", content, Known(columns=columns))


def codes(lines: list) -> list[str | None]:
    return [line.code if isinstance(line, RefusedLine | Remark) else None for line in lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_how_a_table_is_written_is_found_out(encoding, separator):
    content = LIBRISOFT.replace(";", separator).replace(" €", "").replace("’", "'")
    guess = table.guess(BytesIO(content.encode(encoding)))
    assert guess.columns == {
        "ean": "Gencod",
        "quantity": "Qté",
        "price": "Prix TTC",
        "title": "Désignation",
    }
    assert (guess.separator, guess.header_line, guess.confidence) == (separator, 4, table.SURE)
    assert guess.samples[0][0] == "L'été"
    assert read(content, encoding) == [
        StockLine(5, BOOK, 3, 840),
        StockLine(6, OTHER, 1, 125000),
    ]


def test_with_commas_prices_are_quoted():
    assert read(f'isbn,"prix",stock\n{BOOK},"8,40",2\n') == [StockLine(2, BOOK, 2, 840)]


def test_the_column_of_eans_is_known_by_its_values():
    content = f"ISBN;Référence;Stock\n;{BOOK};3\nX;{OTHER};1\n"
    guess = table.guess(BytesIO(content.encode()))
    assert guess.columns["ean"] == "Référence"
    assert [line.quantity for line in read(content)] == [3, 1]


def test_a_quantity_without_a_name_is_asked_for():
    content = f"Livre;Combien\n{BOOK};3\n{OTHER};1\n"
    guess = table.guess(BytesIO(content.encode()))
    assert (guess.columns, guess.confidence) == (
        {"ean": "Livre", "quantity": "Combien"},
        table.LIKELY,
    )
    with pytest.raises(Invalid) as caught:
        read(content)
    assert (caught.value.code, caught.value.data["titles"]) == (
        "columns_unknown",
        ["Livre", "Combien"],
    )
    assert [line.quantity for line in read(content, **guess.columns)] == [3, 1]


def test_a_table_without_a_header_has_letters():
    content = f"Petit Prince;{BOOK};3\nAutre;{OTHER};1\n"
    guess = table.guess(BytesIO(content.encode()))
    assert (guess.titles, guess.header_line) == (["A", "B", "C"], 0)
    assert read(content, **guess.columns) == [StockLine(1, BOOK, 3), StockLine(2, OTHER, 1)]


def test_columns_that_the_shop_named_count_most():
    content = f"Stock;Réservé;EAN;Dispo\n5;2;{BOOK};3\n"
    assert [line.quantity for line in read(content)] == [5]
    assert [line.quantity for line in read(content, ean="ean", quantity="DISPO")] == [3]
    with pytest.raises(Invalid) as caught:
        read(content, ean="EAN", quantity="Restant")
    assert caught.value.code == "bad_header"


def test_used_copies_and_articles_without_an_ean():
    content = (
        f"EAN;Réf;Stock;État;Titre\n{BOOK};R1;1;VG+;A\n{OTHER};R2;2;Neuf;B\n;R3;4;;C\n;;9;;D\n;;;;\n"
        "Total;;16;;\n"
    )
    file = table.read(BytesIO(content.encode()))
    lines = list(file.lines)
    assert file.covers == Covers.ALL
    assert lines[:3] == [
        StockLine(2, BOOK, 1, None, "VG+"),
        StockLine(3, OTHER, 2),
        ArticleLine(4, "R3", 4, name="C"),
    ]
    assert codes(lines[3:]) == ["unknown_item"]


@pytest.mark.parametrize(
    ("ean", "result"),
    [
        ("9,78207E+12", "rounded_ean"),
        ("9.78E+12", "rounded_ean"),
        ("9782070000000", "rounded_ean"),
        ("9782070612369,0", BOOK),
        ("2070612368", BOOK),
        ("140328726", "9780140328721"),
        ("75597996524", "0075597996524"),
        ("75597996525", "bad_ean"),
        ("140328727", "bad_ean"),
        ("=9782070612369", "bad_ean"),
        ('=HYPERLINK("x")', "bad_ean"),
        ("+33", "bad_ean"),
        ("@x", "bad_ean"),
    ],
)
def test_what_spreadsheets_do_to_eans(ean, result):
    quoted = ean.replace('"', '""')
    (line, _last) = read(f'EAN;Stock\n"{quoted}";3\n{BOOK};1\n')
    assert (line.code if isinstance(line, RefusedLine) else line.ean) == result


@pytest.mark.parametrize(
    ("quantity", "number"),
    [("-2", -2), ("(2)", -2), ("(2,00)", -2), ("2-", -2), ("- 2", -2), ("'-2", -2), ("−2", -2)],
)
def test_less_than_none_however_it_is_written(quantity, number):
    assert read(f"EAN;Stock\n{BOOK};{quantity}\n{OTHER};1\n")[0].quantity == number


@pytest.mark.parametrize(
    "quantity", ["(2", "2)", "-2-", "(-2)", "1,5", "999999999", "=1+1", "", "beaucoup"]
)
def test_what_is_no_quantity(quantity):
    assert codes(read(f"EAN;Stock\n{BOOK};{quantity}\n{OTHER};1\n"))[1] is None
    assert codes(read(f"EAN;Stock\n{BOOK};{quantity}\n{OTHER};1\n"))[0] is not None


@pytest.mark.parametrize(
    "content",
    [
        xlsx(["EAN", "Titre", "Stock", "Prix"], [int(BOOK), "Été", 3, 8.4], [OTHER, "B", 1.0, 6]),
        xlsx([], ["Stock"], ["Titre", "EAN", "Prix", "Qté"], ["A", float(BOOK), "8,40", 3]),
        ods(["EAN", "Stock", "Prix"], [BOOK, "3", "8,40"]),
    ],
)
def test_a_spreadsheet(content):
    first = read(content)[0]
    assert (first.ean, first.quantity, first.price_cents) == (BOOK, 3, 840)
    assert table.FORMAT.recognises(content[:100])


def test_a_number_of_a_spreadsheet_has_decimals_where_a_text_may_have_thousands():
    lines = read(xlsx(["EAN", "Stock", "Prix"], [BOOK, 3, 7.596], [OTHER, 1, 8.123]))
    assert [line.price_cents for line in lines] == [760, 812]
    lines = read(xlsx(["EAN", "Stock", "Prix"], [BOOK, 3, "1.250"], [OTHER, 1, "2.000"]))
    assert [line.price_cents for line in lines] == [125000, 200000]


def test_lines_of_a_spreadsheet_are_numbered_as_it_shows_them():
    lines = read(xlsx([], [], ["EAN", "Stock"], [BOOK, 3], [], [OTHER, "?1"]))
    assert [(line.line) for line in lines] == [4, 6]
    assert codes(lines) == [None, "bad_quantity"]


def test_a_bomb_is_refused_before_it_is_opened():
    with pytest.raises(Invalid) as caught:
        read(bomb())
    assert caught.value.code == "archive_bomb"


def test_a_cell_at_the_end_of_the_world_takes_no_memory_of_ours():
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(Invalid) as caught:
        read(xlsx(["EAN", "Stock"], [BOOK, 3], cells=far))
    assert caught.value.code == "bad_spreadsheet"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(2000),
        spreadsheet._OLE + bytes(2000),
        xlsx(["EAN", "Stock"], [BOOK, 3])[:-30],
    ],
)
def test_a_damaged_spreadsheet_is_refused(content):
    with pytest.raises(Invalid) as caught:
        read(content)
    assert caught.value.code == "bad_spreadsheet"


def test_a_spreadsheet_is_not_read_without_end(monkeypatch):
    monkeypatch.setattr(spreadsheet, "LARGEST_BYTES", 100)
    with pytest.raises(Invalid) as caught:
        read(xlsx(["EAN", "Stock"], [BOOK, 3]))
    assert caught.value.code == "file_too_large"


@pytest.mark.parametrize("content", ["", "\n\n", "a", "bonjour\n" * 5, "EAN;Stock\n", "\x01\x02"])
def test_what_is_no_table(content):
    assert table.guess(BytesIO(content.encode())).confidence == table.UNKNOWN
    with pytest.raises(Invalid) as caught:
        read(content)
    assert caught.value.code == "columns_unknown"


def test_lines_within_cells_do_not_hide_what_separates_them():
    rows = "".join(f'{code};T;"Neuf,\nport; compris";3;8,40\n' for code in (BOOK, OTHER))
    content = f"Gencod;Titre;Remarque;Qté;PV TTC\n{rows}"
    assert table.guess(BytesIO(content.encode())).separator == ";"
    assert read(content) == [StockLine(2, BOOK, 3, 840), StockLine(4, OTHER, 3, 840)]


@pytest.mark.parametrize(
    "row",
    [f"{OTHER},Un titre, coupé,8.00,2", f'{OTHER},"Un titre, coupé,8.00,2', f"{OTHER},T,8,40,2"],
)
def test_a_price_that_slipped_by_a_column_is_no_quantity(row):
    whole = f"Gencod,Titre,PV,Qté\n{BOOK},T,8.00,2\n"
    assert read(whole) == [StockLine(2, BOOK, 2, 800)]
    assert codes(read(f"{whole}{row}\n")) == [None, "bad_line"]
    assert codes(read(f"Gencod,Titre,PV,Qté\n{row}\n")) == ["bad_line"]
    assert codes(read(f"Gencod,Qté,PV\n{BOOK},2,8,40\n")) == ["bad_line"]


def test_what_stands_behind_the_columns_that_count_may_be_cut():
    content = f"Gencod,Qté,Titre\n{BOOK},3,Le Horla\n{OTHER},2,Un titre, coupé\n"
    assert read(content) == [StockLine(2, BOOK, 3, None), StockLine(3, OTHER, 2, None)]
