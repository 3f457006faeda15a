"""Slips, labels and what customs ask, read back out of their PDFs."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from comptoir.catalogue.models import Product, ProductFormat, ProductKind
from comptoir.core.errors import Invalid
from comptoir.core.pdf.letters import is_printable, printable
from comptoir.orders.postal.countries import country_name
from comptoir.post.papers.customs import (
    Content,
    Declaration,
    code_of,
    customs,
    gathered,
    words_of,
)
from comptoir.post.papers.labels import labels
from comptoir.post.papers.sheets import SHEETS, sheet_of
from comptoir.post.papers.slips import slips
from comptoir.post.papers.values import Address, Piece
from tests.post.papers import LONG, PLAIN, boxes, inside, parcel, sizes, words

AT = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture(autouse=True)
def french():
    with override("fr"):
        yield


def made_labels(parcels, word, first=1):
    return labels(parcels, SHEETS[word], first=first, language="fr", made_at=AT)


@pytest.mark.parametrize("word", SHEETS)
def test_an_address_stands_whole_on_every_label(word):
    made = made_labels([parcel(LONG), parcel(PLAIN)], word)
    text = " ".join(" ".join(words(made)).split())
    for line in (*LONG.written(), *PLAIN.written()):
        # A line may be broken between its words.
        assert line in text
    wide, high = SHEETS[word].page
    assert inside(made, wide, high)


def test_a_begun_sheet_is_used_up_from_the_place_that_is_chosen():
    # 24 places: of five labels from the 22nd on, three stand on the begun sheet.
    made = made_labels([parcel(code=f"0000000{n}") for n in range(5)], "a4_24", first=22)
    first, second = words(made)
    assert ("0000 0000" in first.replace("\u00a0", " ")) is True
    assert [page.count("Marie Dupont") for page in (first, second)] == [3, 2]
    left = min(box[0] for box in boxes(made_labels([parcel()], "a4_24", first=24)))
    assert left > 140
    lowest = max(box[3] for box in boxes(made_labels([parcel()], "a4_24", first=22)))
    assert lowest < 40


def test_labels_of_a_printer_are_a_page_each():
    assert sizes(made_labels([parcel(), parcel()], "roll_62")) == [(100, 62)] * 2
    assert sizes(made_labels([parcel()], "roll_100")) == [(100, 150)]


def test_a_place_that_a_sheet_has_not_is_refused():
    for first in (0, 25):
        with pytest.raises(Invalid) as refusal:
            sheet_of("a4_24", first)
        assert refusal.value.data == {"field": "first", "most": 24}
    with pytest.raises(Invalid):
        sheet_of("a5", 1)


def test_a_slip_says_what_is_inside_and_what_is_not():
    told = "Dans un autre colis : Gargantua."
    made = slips([parcel(LONG, remarks=[told], place="colis 1 sur 2")], language="fr", made_at=AT)
    (text,) = words(made)
    for part in ("2 ×", "Kind of Blue", "Miles Davis", "occasion, VG+", "5099706493525", told):
        assert part in text
    assert "colis 1 sur 2" in text
    assert sizes(made) == [(210, 297)]


def test_a_long_parcel_goes_on_on_the_next_page_and_a_new_one_begins_its_own():
    pieces = [Piece(f"Titre numéro {n} " + "et la suite " * 9, 1, "Qui") for n in range(30)]
    made = slips([parcel(pieces=pieces), parcel(LONG)], language="fr", made_at=AT)
    pages = words(made)
    assert len(pages) >= 4
    assert all(f"Titre numéro {n} " in "".join(pages) for n in range(30))
    assert "Kind of Blue" in pages[-1]
    assert "Titre numéro" not in pages[-1]
    assert all("12 rue du Pilori" in page for page in pages)
    assert inside(made, 210, 297, margin=8)


def test_letters_that_no_font_has_leave_a_gap_to_be_written_in():
    assert printable("e\u0301cole de Łódź, Αθήνα, Київ") == "école de Łódź, Αθήνα, Київ"
    assert printable("محمد Ali") == "______ Ali"
    assert printable("Ｐａｒｉｓ ﬁn") in ("Paris fin", "Paris ﬁn")
    assert printable("A\u202eB\u200b\nC") == "A B C"
    assert is_printable("Łódź")
    assert not is_printable("日本")
    to = Address("محمد", ["4 rue de l’Église"], "13002", "Marseille", "FR")
    assert not to.is_printable
    (text,) = words(made_labels([parcel(to)], "roll_62"))
    assert "4 rue de l’Église" in text
    assert "___" in text


def test_a_country_stands_where_a_parcel_leaves_its_own():
    assert PLAIN.written()[-1] == "86000 POITIERS"
    assert Address("A", [], "10623", "Berlin", "DE").written()[-1] == "ALLEMAGNE"
    assert [country_name(code) for code in ("CH", "GB", "NC", "ZZ")] == [
        "Suisse",
        "Royaume-Uni",
        "Nouvelle-Calédonie",
        "ZZ",
    ]
    assert country_name("DE", "en") == "Germany"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (ProductFormat.PAPERBACK, "4901 99"),
        (ProductFormat.COMIC, "4901 99"),
        (ProductFormat.SHEET_MUSIC, "4904 00"),
        (ProductFormat.LP, "8523 80"),
        (ProductFormat.CD, "8523 49"),
        (ProductFormat.AUDIOBOOK, "8523 49"),
        (ProductFormat.CASSETTE, "8523 29"),
    ],
)
def test_codes_of_the_harmonised_system(form, code):
    assert code_of(Product(kind=ProductKind.BOOK, format=form)) == code


def test_without_a_format_the_kind_tells_the_code_or_nothing():
    assert code_of(Product(kind=ProductKind.BOOK, format=ProductFormat.OTHER)) == "4901 99"
    assert code_of(Product(kind=ProductKind.OTHER, format=ProductFormat.OTHER)) == ""
    assert words_of("", "Tote bag") == "Tote bag"


def test_a_declaration_adds_up_what_is_alike_and_says_which_form():
    book = Content(words_of("4901 99", ""), "4901 99", 1, 400, 1209)
    record = Content(words_of("8523 80", ""), "8523 80", 2, 660, 3000)
    found = gathered([book, record, book])
    assert [(each.quantity, each.grams, each.cents) for each in found] == [
        (2, 800, 2418),
        (2, 660, 3000),
    ]
    declared = Declaration(parcel(LONG), found, 1540)
    assert (declared.cents, declared.form) == (5418, "CN23")
    assert Declaration(parcel(), found, 1540, is_letter=True).form == "CN22"
    assert Declaration(parcel(), found, 2100, is_letter=True).form == "CN23"
    (text,) = words(customs([declared], language="fr", made_at=AT))
    for part in ("CN23", "4901 99", "1 540 g", "54,18", "printed books", "SAINT-DENIS"):
        assert part in text
    assert "EORI" not in text
    dear = Declaration(parcel(), [Content("x", "4901 99", 1, 1, 100_000)], 1)
    assert "EORI" in words(customs([dear], language="fr", made_at=AT))[0]


def test_the_same_paper_made_at_the_same_moment_is_the_same_file():
    assert made_labels([parcel()], "a4_8") == made_labels([parcel()], "a4_8")
