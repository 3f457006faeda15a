"""What a reader may get wrong and still find."""

import pytest

from comptoir.catalogue.models import ProductState
from comptoir.search.query import SearchRequest, search, suggest
from tests.factories import make_product

pytestmark = pytest.mark.django_db


def titles(text: str, **fields) -> list[str]:
    return [hit.product.title for hit in search(SearchRequest(text, **fields)).hits]


@pytest.mark.parametrize(
    "text",
    [
        "Les Misérables",
        "les miserables",
        "MISERABLES",
        "misérable",
        "miserbles",
        "misreables",
        "hugo miserables",
        "Victor Hugo",
        "misérables victor hug",
        "9782070409228",
        "978-2-07-040922-8",
        "2-07-040922-8",
        "2070409228",
        "cosette fantine",
        "gallimard miserable",
    ],
)
def test_a_book_is_found_however_it_is_written(index, text):
    make_product(
        ean="9782070409228",
        title="Les Misérables",
        byline="Victor Hugo",
        series="Folio classique",
        publisher="Gallimard",
        subtitle="Cosette et Fantine",
    )
    make_product(title="Germinal", byline="Émile Zola")
    index()
    assert titles(text) == ["Les Misérables"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("!!!", {"!!!", "Louden Up Now"}),
        ("! ! !", {"!!!", "Louden Up Now"}),
        ("！！！", {"!!!", "Louden Up Now"}),
        ("÷", {"÷"}),
        ("( )", {"( )", "Sigur – ( )"}),
        ("()", {"( )", "Sigur – ( )"}),
        ("()  sigur", {"Sigur – ( )"}),
        ("…", set()),
        ("?", set()),
        ("-", set()),
        ("pink", {"Missundaztood"}),
        ("p!nk", {"Missundaztood"}),
        ("kesha", {"Animal!"}),
        ("Ke$ha", {"Animal!"}),
        ("suicideboys", {"Eternal Grey"}),
        ("$uicideboy$", {"Eternal Grey"}),
        ("animal", {"Animal!"}),
    ],
)
def test_signs_are_found_where_they_are_a_name_or_stand_for_letters(index, text, found):
    make_product(title="!!!", byline="!!!")
    make_product(title="Louden Up Now", byline="!!! (Chk Chk Chk)")
    make_product(title="÷", byline="Ed Sheeran")
    make_product(title="( )", byline="Hopelandic")
    make_product(title="Sigur – ( )", byline="Reykjavík – Live")
    make_product(title="Missundaztood", byline="P!nk")
    make_product(title="Animal!", byline="Ke$ha")
    make_product(title="Eternal Grey", byline="$uicideboy$")
    make_product(title="Où est Charlie ?", byline="Martin Handford")
    index()
    assert set(titles(text)) == found


def test_a_title_that_is_nothing_but_the_signs_comes_first(index):
    make_product(title="Louden Up Now", byline="!!! (Chk Chk Chk)")
    make_product(title="!!!", byline="Warp")
    index()
    assert titles("!!!") == ["!!!", "Louden Up Now"]


def test_what_the_public_may_not_find_is_not_found(index):
    make_product(title="Le Horla", state=ProductState.WITHDRAWN)
    make_product(title="", state=ProductState.UNKNOWN, ean="9782070409228")
    index()
    assert titles("horla") == []
    assert titles("9782070409228") == []


def test_suggestions_come_as_one_types(index):
    make_product(title="La Peste", byline="Albert Camus")
    index()
    for typed in ("la pes", "camu", "cam", "pest"):
        assert [s.label for s in suggest(typed)] == ["La Peste"], typed


@pytest.mark.parametrize("text", ["P!nk", "p!nk", "pink", "Pink", "P!NK", "p!nk funhouse"])
def test_signs_for_letters_are_read_both_ways(index, text):
    make_product(title="Funhouse", byline="P!nk")
    make_product(title="Funhouse Tour", byline="Pink")
    make_product(title="NK", byline="P")
    index()
    assert set(titles(text)) == {"Funhouse", "Funhouse Tour"}


def test_signs_that_spell_no_known_word_stand_between_words(index):
    make_product(title="Rock roll")
    index()
    assert titles("rock!roll") == ["Rock roll"]
