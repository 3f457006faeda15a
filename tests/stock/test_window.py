"""What a shop has, page by page: every offer once, and a count that does not look at all."""

import pytest

from comptoir.core.db import fetch
from comptoir.stock.shelf import window as windows
from comptoir.stock.shelf.window import window
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db
OFFERS = 7


@pytest.fixture
def shop():
    shop = make_shop()
    for number in range(OFFERS):
        make_offer(shop=shop, product=make_product(title=f"Tome {number} {number % 2 * 'bis'}"))
        make_offer(product=make_product(title=f"Tome {number}"))  # elsewhere
    make_offer(shop=shop, on_hand=0)
    make_offer(shop=shop, product=make_product(title="Tome", state="withdrawn"))
    return shop


def pages(shop, most: int, **asked) -> list[list[str]]:
    """Return the titles of all pages, one after the other."""
    found, before = [], None
    while True:
        page = window(shop, most=most, before=before, **asked)
        found.append([product.title for product, _offer in page.offers])
        if page.last is None:
            return found
        before = page.last


@pytest.mark.parametrize("most", [1, 2, 3, OFFERS, OFFERS + 1])
def test_the_pages_have_each_offer_once_the_newest_first(shop, most):
    whole = [f"Tome {number} {number % 2 * 'bis'}" for number in reversed(range(OFFERS))]
    found = pages(shop, most)
    assert [title for page in found for title in page] == whole
    assert {len(page) for page in found[:-1]} <= {most}
    odd = [title for page in pages(shop, most, text="bis tome") for title in page]
    assert odd == [title for title in whole if "bis" in title]


@pytest.mark.parametrize(
    ("counted", "said"), [(OFFERS + 1, (OFFERS, False)), (OFFERS, (OFFERS, False)), (3, (3, True))]
)
def test_where_there_are_many_it_says_that_there_are_more(shop, monkeypatch, counted, said):
    monkeypatch.setattr(windows, "COUNTED", counted)
    first = window(shop, most=2)
    assert (first.total, first.uncounted) == said
    further = window(shop, most=2, before=first.last)
    assert (further.total, further.uncounted) == said


def test_a_page_may_be_longer_than_what_is_counted(shop, monkeypatch):
    monkeypatch.setattr(windows, "COUNTED", 3)
    whole = window(shop, most=OFFERS)
    assert (len(whole.offers), whole.last) == (OFFERS, None)


def test_its_newest_are_found_by_an_index():
    ((definition,),) = fetch(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'stock_offer_newest'"
    )
    assert "(shop_id, id)" in definition
