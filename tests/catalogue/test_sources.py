"""What is read out of Discogs, Tite-Live and CSV files, without the database."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comptoir.catalogue.errors import BadFile
from comptoir.catalogue.models import Availability, ProductFormat, ProductKind
from comptoir.catalogue.sources import discogs, table
from comptoir.catalogue.sources.notice import Refusal
from tests.catalogue.files import EAN, OTHER_EAN, release, titelive
from tests.catalogue.test_onix import AS_OF, one, read
from tests.factories import ean

DOC = Path(__file__).resolve().parents[2] / "docs" / "catalogue.md"
BARCODE = "3252419122256"


def releases(*texts: str) -> str:
    return f"<releases>{''.join(texts)}</releases>"


def test_a_release_of_discogs():
    notice = one(releases(release(12, barcode="3 252419 122256 >")), name="discogs_20260201_x.xml")
    assert notice.at == datetime(2026, 2, 1, tzinfo=UTC)
    assert (notice.source, notice.source_ref, notice.ean) == ("discogs", "12", BARCODE)
    assert (notice.kind, notice.format, notice.units) == (ProductKind.RECORD, ProductFormat.LP, 1)
    assert (notice.title, notice.byline) == ("Rivières", "Les Bateliers")
    assert (notice.publisher, notice.catalogue_number) == ("Clain Disques", "CD 12")
    assert notice.published == "1999-03"
    assert notice.description == "A1 La crue"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 9362-47555-2 4", "0093624755524"),
        ("74646362822", "0074646362822"),
        ("7 52743 00531 5", "0752743005315"),
        (BARCODE[:-1] + "7", None),
        ("978207200007", None),
        ("SK 026", None),
        ("", None),
    ],
)
def test_barcodes_are_completed_and_verified(text, expected):
    assert discogs.barcode(text) == expected


def vinyl(description: str, quantity: int) -> str:
    return (
        f'<format name="Vinyl" qty="{quantity}"><descriptions>'
        f"<description>{description}</description></descriptions></format>"
    )


@pytest.mark.parametrize(
    ("formats", "shape", "units"),
    [
        (vinyl("LP", 2), "lp", 2),
        (vinyl('7"', 1), "single", 1),
        (vinyl("EP", 1), "ep", 1),
        ('<format name="Box Set" qty="1"/><format name="CD" qty="3"/>', "cd", 3),
        ('<format name="Cassette" qty="1"/>', "cassette", 1),
        ('<format name="File" qty="1"/>', "other", 1),
    ],
)
def test_formats_of_discogs(formats, shape, units):
    notice = one(releases(release(1, formats=formats)))
    assert (notice.format, notice.units) == (shape, units)


def test_artists_are_joined_as_the_sleeve_joins_them():
    artists = (
        "<artist><name>Anne Belin</name><anv>A. Belin</anv><join>&amp;</join></artist>"
        "<artist><name>Trio Sable (4)</name><join>,</join></artist>"
        "<artist><name>Noé</name><join/></artist>"
    )
    notice = one(releases(release(1, artists=artists)))
    assert notice.byline == "A. Belin & Trio Sable, Noé"
    assert [credit.name for credit in notice.credits] == ["Anne Belin", "Trio Sable", "Noé"]


@pytest.mark.parametrize(
    ("text", "expected"), [("1999", "1999"), ("1999-00-00", "1999"), ("?", ""), ("", "")]
)
def test_dates_of_discogs(text, expected):
    assert one(releases(release(1, released=text))).published == expected


def test_a_release_no_longer_accepted_is_withdrawn():
    assert one(releases(release(1, status="Deleted"))).withdrawn


@pytest.mark.parametrize("width", [45, 62])
def test_a_line_of_titelive(width):
    notice = one(titelive(EAN, width=width, told="03/01/2026").encode("latin-1"))
    assert (notice.ean, notice.title) == (EAN, "Le phare de Chassiron")
    assert (notice.kind, notice.format) == (ProductKind.BOOK, ProductFormat.POCKET)
    assert (notice.list_price_cents, notice.vat_rate) == (850, 550)
    assert (notice.published, notice.pages, notice.weight_grams) == ("2024-02-14", 240, 180)
    assert notice.byline == "Anne Belin"
    assert notice.at == datetime(2026, 1, 2, 23, tzinfo=UTC)


def test_titelive_speaks_latin_1_and_an_unknown_date():
    notice = one(titelive(EAN, title="L\x92été", date="01/01/2070").encode("latin-1"))
    assert (notice.title, notice.published, notice.at) == ("L’été", "", AS_OF)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1", Availability.AVAILABLE),
        ("2", Availability.FORTHCOMING),
        ("3", Availability.TEMPORARILY_OUT),
        ("6", Availability.UNAVAILABLE),
        ("9", Availability.UNAVAILABLE),
    ],
)
def test_availability_of_titelive(code, expected):
    assert one(titelive(EAN, availability=code)).availability == expected


def test_bad_lines_of_titelive_are_refused_alone():
    found = read(
        titelive(EAN)
        + "9782070612369~trop court\r\n"
        + titelive("9782070612360")
        + titelive(OTHER_EAN, title="xxx", authors="xxx")
        + titelive(OTHER_EAN)
    )
    assert [each.code for each in found if isinstance(each, Refusal)] == [
        "field_count",
        "bad_ean",
        "no_title",
    ]
    assert [each.place for each in found] == [1, 2, 3, 4, 5]


HEADER = "ean;title;contributors;kind;format;published;price;vat_rate;pages;state;as_of\n"


def test_a_line_of_csv():
    notice = one(
        HEADER + f"{EAN};La crue;Jeanne Moulin|Paul Vert (translator);book;pocket;2020-05;"
        "12,90;5,5;200;;2026-01-02\n"
    )
    assert (notice.ean, notice.title, notice.byline) == (EAN, "La crue", "Jeanne Moulin")
    assert [credit.role for credit in notice.credits] == ["author", "translator"]
    assert (notice.format, notice.published, notice.pages) == ("pocket", "2020-05", 200)
    assert (notice.list_price_cents, notice.vat_rate) == (1290, 550)
    assert notice.at == datetime(2026, 1, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (f"{EAN};X;;;;15/03/1999;;;;;", "published", "1999-03-15"),
        (f"{EAN};X;;;;1999;;;;;", "published", "1999"),
        (f"{EAN};X;;;;;12,90 €;;;;", "list_price_cents", 1290),
        (f"{EAN};X;;;;;€ 12,90;;;;", "list_price_cents", 1290),
        (f"{EAN};X;;;;;1 250,00;;;;", "list_price_cents", 125000),
        (f"{EAN};X;;;;;1.250,00;;;;", "list_price_cents", 125000),
        (f"{EAN};X;;;;;12,8978;;;;", "list_price_cents", 1290),
        (f"{EAN};X;;;;;;5,5 %;;;", "vat_rate", 550),
        (f"{EAN};X;;;;;;;320 p.;;", "pages", 320),
        (f"{EAN};X;;Livre;;;;;;;", "kind", "book"),
        (f"{EAN};X;;;Poche;;;;;;", "format", "pocket"),
    ],
)
def test_a_cell_of_csv_as_people_write_it(line, field, value):
    assert getattr(one(f"{HEADER}{line}\n"), field) == value


def test_csv_in_french():
    notice = one(
        "Gencod;Titre;Auteur;Éditeur;Collection;Date de parution;Prix TTC;TVA;Nombre de pages;Type;"
        "Disponibilité\n"
        f"{EAN};La crue;Jeanne Moulin|Paul Vert (traducteur);Clain;Rives;15/03/1999;12,90 €;5,5 %;"
        "200;livre;épuisé\n"
    )
    assert (notice.ean, notice.title, notice.byline) == (EAN, "La crue", "Jeanne Moulin")
    assert [credit.role for credit in notice.credits] == ["author", "translator"]
    assert (notice.publisher, notice.series, notice.published) == ("Clain", "Rives", "1999-03-15")
    assert (notice.list_price_cents, notice.vat_rate, notice.pages) == (1290, 550, 200)
    assert (notice.kind, notice.availability) == ("book", "unavailable")


def test_a_column_that_is_there_in_both_languages_is_refused():
    with pytest.raises(BadFile) as caught:
        read(f"ean;title;titre\n{EAN};X;Y\n")
    assert caught.value.code == "csv_columns"


@pytest.mark.parametrize(
    ("price", "cents", "code"),
    [
        (" -   € ", None, "bad_price"),
        ("12 USD", None, "bad_currency"),
        ("8,3978", 840, "rounded_price"),
    ],
)
def test_a_doubtful_price_of_csv_refuses_nothing(price, cents, code):
    notice = one(f"{HEADER}{EAN};X;;;;;{price};;;;\n")
    assert (notice.list_price_cents, notice.is_price_unread) == (cents, cents is None)
    assert [(each.place, each.reference, each.code) for each in notice.remarks] == [(2, EAN, code)]


def test_thousands_are_told_by_the_column():
    lines = f"{EAN};X;;;;;1.250;;;;\n{OTHER_EAN};X;;;;;2.000;;;;\n"
    assert [each.list_price_cents for each in read(HEADER + lines)] == [125000, 200000]
    assert read(HEADER + lines.replace("2.000", "2.5"))[0].list_price_cents == 125


def test_a_quote_that_never_closes_swallows_no_record():
    lines = "".join(f"{ean(number)};Titre {number};;;;;9,00;;;;\n" for number in range(70))
    cut = ['"Vingt mille lieues sous les m', '"Heroes" 7']
    found = read(HEADER + lines.replace("Titre 10", cut[0]).replace("Titre 40", cut[1]))
    assert [each.place for each in found] == list(range(2, 72))
    assert [each.title for each in found if '"' in each.title] == cut


def test_a_description_may_have_paragraphs():
    text = "\n".join(f"Paragraphe {number}; et suite, fin." for number in range(200))
    (notice,) = read(f'ean;title;description;price\n{EAN};X;"{text}";9,00\n')
    assert notice.list_price_cents == 900
    assert notice.description.startswith("Paragraphe 0")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_csv_as_spreadsheets_write_it(delimiter, encoding):
    text = "reference;title;publisher\nA1;L’été;Œuvre\n".replace(";", delimiter)
    notice = one(text.encode(encoding))
    assert (notice.source, notice.source_ref, notice.title) == ("csv", "A1", "L’été")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("9782070612360;X;;;;;;;;;", "bad_ean"),
        (f"{EAN};;;;;;;;;;", "no_title"),
        (";X;;;;;;;;;", "no_identifier"),
        (f"{EAN};X;;;;;;;-5;;", "bad_number"),
        (f"{EAN};X;;;;;;many;;;", "bad_rate"),
        (f"{EAN};X;;novel;;;;;;;", "bad_choice"),
        (f"{EAN};X;;;;;;;;gone;", "bad_choice"),
        (f"{EAN};X;;;;2020-13;;;;;", "bad_date"),
        (f"{EAN};X", "field_count"),
        (f'{EAN};"{"x" * 200_000}";;;;;;;;;', "bad_csv"),
        (f"{EAN};{'x' * 1_100_000};;;;;;;;;", "long_line"),
    ],
)
def test_a_bad_line_of_csv_is_refused_alone(line, code):
    found = read(f"{HEADER}{line}\n{OTHER_EAN};La crue;;;;;;;;;\n")
    assert [each.code for each in found if isinstance(each, Refusal)] == [code]
    assert [each.ean for each in found if not isinstance(each, Refusal)] == [OTHER_EAN]
    assert found[0].place == 2


def test_a_line_in_another_encoding_is_refused_alone():
    good = f"{OTHER_EAN};L’été;;;;;;;;;\n" * 2_000
    text = (HEADER + good).encode() + f"{EAN};\xe9t\xe9;;;;;;;;;\n".encode("latin-1")
    found = read(text)
    assert [each.code for each in found if isinstance(each, Refusal)] == ["bad_encoding"]
    assert len(found) == 2_001


def test_an_unknown_column_is_refused_with_the_known_ones():
    with pytest.raises(BadFile) as caught:
        read(f"ean;title;prise\n{EAN};X;1\n")
    assert caught.value.code == "csv_columns"
    assert "prise" in str(caught.value)
    assert "price" in str(caught.value)


@pytest.mark.parametrize("text", [b"PDF-1.4 \x00\x01", b"hello\n", b"<html><body/></html>"])
def test_an_unknown_format_is_named_as_such(text):
    with pytest.raises(BadFile) as caught:
        read(text)
    assert caught.value.code == "unknown_format"


def test_the_documented_columns_are_those_of_the_code():
    section = DOC.read_text(encoding="utf-8").split("## CSV")[1].split("## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(table.COLUMNS)


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        (f"{EAN},La crue, tome 2,12.90,2026-01-15", "tome 2"),
        (f'{EAN},"La crue, tome 2,12.90,2026-01-15', "tome 2"),
        (f"{EAN},La crue,12.90,hier, 2026-01-15", "hier"),
    ],
)
def test_a_row_whose_cells_slipped_names_the_first_that_is_out_of_place(row, cell):
    good = f"{OTHER_EAN},Le fleuve,9.90,2026-01-15"
    found = read(f"ean,title,price,published\n{row}\n{good}\n")
    refused, taken = found
    assert isinstance(refused, Refusal)
    assert refused.code == "field_count"
    assert f"«\u202f{cell}\u202f»" in str(refused.reason)
    assert taken.title == "Le fleuve"
