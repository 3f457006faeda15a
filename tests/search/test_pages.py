"""Pages, filters, and questions that mean harm."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.catalogue.models import ProductFormat, ProductKind, ProductState
from comptoir.search.query import SearchRequest, search, suggest
from comptoir.shops.places import Point
from tests.factories import make_product
from tests.trials import tally, times

pytestmark = pytest.mark.django_db


def pages(request_size: int, text: str = "amour") -> list[int]:
    cursor, found = None, []
    while True:
        page = search(SearchRequest(text, limit=request_size, cursor=cursor))
        found += [hit.product.pk for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_pages_follow_one_another_without_gap_or_repeat(index):
    made = [make_product(title=f"Amour {number}").pk for number in range(25)]
    index()
    assert sorted(pages(10)) == made
    assert pages(10) == pages(7) == pages(50)
    assert search(SearchRequest("amour", limit=10)).total == 25


def test_the_pages_of_a_misspelt_question_stay_with_its_meaning(index):
    made = [make_product(title=f"Grenouille {number}").pk for number in range(9)]
    index()
    assert sorted(pages(4, "grenuille")) == made
    assert search(SearchRequest("grenuille")).forgiven
    assert not search(SearchRequest("grenouille")).forgiven


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!!", "MTA6OQ==", "é", "LTU6MA==", "OTk5OTk5OTk6MA=="]
)
def test_a_cursor_of_somebody_elses_making_is_harmless(index, cursor):
    make_product(title="Amour")
    index()
    assert len(search(SearchRequest("amour", cursor=cursor)).hits) <= 1


def test_kind_and_format_are_filters(index):
    make_product(title="Bleu", format=ProductFormat.POCKET)
    make_product(title="Bleu", kind=ProductKind.RECORD, format=ProductFormat.LP)
    make_product(title="Bleu", kind=ProductKind.RECORD, format=ProductFormat.CD)
    index()
    formats = [hit.product.format for hit in search(SearchRequest("bleu", kind="record")).hits]
    assert sorted(formats) == ["cd", "lp"]
    (hit,) = search(SearchRequest("bleu", kind="record", format="lp")).hits
    assert hit.product.format == "lp"
    assert search(SearchRequest("bleu", kind="nonsense")).hits == []


def test_what_was_withdrawn_since_is_not_shown(index):
    product = make_product(title="Bleu")
    index()
    product.state = ProductState.WITHDRAWN
    product.save(update_fields=["state"])
    assert search(SearchRequest("bleu")).hits == []
    assert suggest("bleu") == []


TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="lamour '\"*:()[]{}~^+-/\\&|!?.,0123456789xX\x00\n%_’œ", max_size=60),
    st.lists(st.sampled_from(["amour", "AND", "OR", "title:", "*", "a" * 300]), max_size=40).map(
        " ".join
    ),
)


@pytest.mark.proof
@settings(
    max_examples=times(75),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=TEXTS,
    near=st.sampled_from([None, Point(46.58, 0.34), Point(-21.1, 55.5)]),
    radius=st.sampled_from([None, 0.0, 5.0, 30000.0, -1.0]),
    in_stock=st.booleans(),
    limit=st.integers(-5, 500),
)
def test_no_question_breaks_the_search(small_index, text, near, radius, in_stock, limit):
    tally("questions")
    page = search(SearchRequest(text, near=near, radius_km=radius, in_stock=in_stock, limit=limit))
    assert len(page.hits) <= 50
    assert len(suggest(text)) <= 8


@pytest.fixture
def small_index(index):
    """Build an index of two books, once for all the examples of a test."""
    make_product(title="L’Amour")
    make_product(title="À l’amour !", byline="X")
    index()
