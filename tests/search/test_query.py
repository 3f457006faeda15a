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
