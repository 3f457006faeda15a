"""Which column is which: titles that mislead, and columns that a shop has named."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Invalid
from comptoir.stock.arrivals.articles import arrange
from comptoir.stock.arrivals.files import HEAD_BYTES, format_of
from comptoir.stock.formats import own, table
from comptoir.stock.formats.columns import says_only_states
from comptoir.stock.formats.lines import Known, RefusedLine
from comptoir.stock.models import Covers, Offer
from tests.factories import make_offer, make_product, make_shop, take_file
from tests.stock.feeds.samples import ABELUJO, ASC, BOOK, CSV, DISCOGS, EANCOM, OTHER, SAMPLES

READERS = pytest.mark.parametrize(("ean", "read"), [("EAN", own.read), ("Gencod", table.read)])


def lines_of(read, content: str, known: Known | None = None) -> list:
    file = read(BytesIO(content.encode()), known or Known())
    return [file.covers, *file.lines]


@READERS
@pytest.mark.parametrize(
    "states",
    [
        ("Disponible", "Manquant", "Épuisé"),
        ("En vente", "", "À paraître"),
        ("EN STOCK", "Hors stock", "arrêt de commercialisation"),
        ("1", "4", "6"),
        ("Actif", "Actif", "Inactif"),
    ],
)
def test_a_state_of_a_title_is_no_grade_of_a_copy(ean, read, states):
    rows = zip((BOOK, OTHER, "9782070413119"), states, strict=True)
    content = f"{ean};Etat;Stock\n" + "".join(f"{code};{state};2\n" for code, state in rows)
    covers, *lines = lines_of(read, content)
    assert covers == Covers.NEW
    assert [(line.quantity, line.condition) for line in lines] == [(2, "new")] * 3


@READERS
@pytest.mark.parametrize(
    ("grades", "told"),
    [
        (("VG+", "Disponible"), ["VG+", "bad_condition"]),
        (("Neuf", "NM"), ["new", "NM"]),
        (("Occasion", "Neuf"), ["bad_condition", "new"]),
        (("Bon état", "Très bon"), ["bad_condition", "bad_condition"]),
        (("", "Neuf"), ["new", "new"]),
    ],
)
def test_a_grade_or_what_may_be_one_is_never_passed_over(ean, read, grades, told):
    content = f"{ean};Etat;Stock\n{BOOK};{grades[0]};1\n{OTHER};{grades[1]};2\n"
    covers, *lines = lines_of(read, content)
    assert covers == Covers.ALL
    assert [
        line.code if isinstance(line, RefusedLine) else line.condition for line in lines
    ] == told


def test_what_says_only_states():
    assert not says_only_states([])
    assert not says_only_states(["neuf", "NEUF"])
    assert says_only_states(["neuf", "disponible"])
    assert not says_only_states(["disponible"] * 5 + ["vg"])


@READERS
def test_of_two_quantities_the_one_with_numbers_counts(ean, read):
    content = f"{ean};{{}};{{}}\n{BOOK};{{}};{{}}\n{OTHER};{{}};{{}}\n"
    for cells in (
        ("Stock", "Qty", "Oui", "3", "Non", "1"),
        ("Qty", "Stock", "3", "Oui", "1", "Non"),
        ("Stock", "Quantité", "3", "7", "1", "8"),
        ("Stock", "Quantité", "3", "", "1", ""),
    ):
        _covers, *lines = lines_of(read, content.format(*cells))
        assert [line.quantity for line in lines] == [3, 1]


def test_a_column_of_yes_and_no_is_no_quantity():
    content = f"Gencod;Disponible;Restant\n{BOOK};Oui;3\n{OTHER};Non;0\n"
    guess = table.guess(BytesIO(content.encode()))
    assert (guess.columns["quantity"], guess.confidence) == ("Restant", table.LIKELY)
    with pytest.raises(Invalid) as caught:
        table.read(BytesIO(content.encode()))
    assert caught.value.code == "columns_unknown"


def test_of_two_prices_the_one_with_amounts_counts():
    content = f"Gencod;Prix;Stock;PV\n{BOOK};oui;3;8,40\n{OTHER};non;1;6,30\n"
    _covers, *lines = lines_of(table.read, content)
    assert [line.price_cents for line in lines] == [840, 630]


def test_a_column_of_states_that_a_shop_has_named_is_no_grade_either():
    content = f"Code;Vu;Qté\n{BOOK};Disponible;3\n{OTHER};Épuisé;1\n"
    known = Known(columns={"ean": "Code", "quantity": "Qté", "condition": "Vu"})
    covers, *lines = lines_of(table.read, content, known)
    assert covers == Covers.NEW
    assert [line.quantity for line in lines] == [3, 1]
    covers, *lines = lines_of(table.read, content.replace("Épuisé", "VG+"), known)
    assert covers == Covers.ALL


@pytest.fixture
def shop(db):
    return make_shop()


def name(shop, **columns: str) -> None:
    arrange(shop=shop, format="table", columns=columns, actor=SYSTEM)


def format_at(shop, content: bytes, file_name: str = "export.csv") -> str:
    return format_of(content[:HEAD_BYTES], file_name, shop)


def test_columns_that_a_shop_has_named_go_before_any_guess(shop):
    content = f"EAN;Stock;Réserve;Prix\n{BOOK};9;3;8,40\n{OTHER};9;1;6,30\n".encode()
    assert format_at(shop, content) == "csv"
    name(shop, ean="EAN", quantity="Réserve")
    assert format_at(shop, content) == "table"
    assert format_at(make_shop(), content) == "csv"
    product = make_product(ean=BOOK)
    offer = make_offer(
        shop=shop, product=product, on_hand=7, as_of=timezone.now() - timedelta(days=2)
    )
    format = format_at(shop, content)
    take_file(shop=shop, stream=BytesIO(content), actor=SYSTEM, format=format)
    assert Offer.objects.get(pk=offer.pk).on_hand == 3


def test_columns_named_by_letters_are_those_of_any_table_with_eans_there(shop):
    assert format_at(shop, ABELUJO) == "abelujo"
    name(shop, ean="A", quantity="B")
    assert format_at(shop, ABELUJO) == "table"
    assert format_at(shop, CSV) == "table"
    for code, content in (("asc", ASC), ("eancom", EANCOM), ("discogs", DISCOGS)):
        assert format_at(shop, content) == code


def test_files_without_the_columns_that_a_shop_has_named_are_what_they_seem(shop):
    name(shop, ean="Gencod", quantity="Réserve")
    for code, content in SAMPLES.items():
        assert format_at(shop, content) == code
    named = f"Gencod;Réserve\n{BOOK};".encode()
    assert format_at(shop, named + b"1\n" + b"\xe9" * HEAD_BYTES) == "table"


@READERS
@pytest.mark.parametrize(
    "title",
    ["P.V. TTC", "Prix TTC", "Prix de vente TTC", "PU TTC", "P.V.P.", "Prix (€)", "Prix public"],
)
def test_a_price_is_read_whatever_tills_call_it(ean, read, title):
    _covers, *lines = lines_of(read, f"{ean};Stock;{title}\n{BOOK};2;8,40\n")
    assert [(line.quantity, line.price_cents) for line in lines] == [(2, 840)]


def test_of_two_columns_of_stock_the_one_with_numbers_counts_by_any_usual_name():
    content = f"Code EAN13;Stock dispo;Dispo\n{BOOK};3;Oui\n{OTHER};0;Non\n"
    _covers, *lines = lines_of(table.read, content)
    assert [line.quantity for line in lines] == [3, 0]
