"""What a shop has, page by page: every offer once, and a count that does not look at all."""

import pytest

from comptoir.catalogue.models import ProductFormat, ProductKind
from comptoir.core.db import fetch
from comptoir.stock.shelf import window as windows
from comptoir.stock.shelf.window import SECTIONS, sections_of, window
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


def test_every_title_is_in_one_section_and_no_other():
    shop = make_shop()
    for kind in ProductKind.values:
        for format in ProductFormat.values:
            make_offer(shop=shop, product=make_product(kind=kind, format=format))
    named = [name for name in SECTIONS if name]
    parts = {name: keys_of(shop, section=name) for name in named}
    assert sum(len(keys) for keys in parts.values()) == len(keys_of(shop))
    assert set().union(*parts.values()) == keys_of(shop)
    assert sections_of(shop) == named


def test_a_section_is_there_while_something_of_it_can_be_had():
    shop = make_shop()
    offer = make_offer(shop=shop, product=make_product(kind="record", format="lp"))
    make_offer(shop=shop, product=make_product(format="comic"), on_hand=0)
    make_offer(product=make_product(format="cd"))
    assert sections_of(shop) == ["vinyl"]
    assert keys_of(shop, section="vinyl") == {offer.pk}
    assert keys_of(shop, section="books") == set()


def keys_of(shop, **asked) -> set[int]:
    return {offer.offer_id for _product, offer in window(shop, most=99, **asked).offers}
