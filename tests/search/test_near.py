"""What can be had, and how far away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.search.query import SearchRequest, search
from comptoir.shops.places import Point
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db
POITIERS = Point(46.5802, 0.3404)
KM = 1 / 111.195


def shop_at(kilometres: float, **fields):
    """Return a shop that many kilometres north of Poitiers."""
    return make_shop(latitude=POITIERS.latitude + kilometres * KM, **fields)


def ask(text: str = "nana", **fields) -> list[str]:
    request = SearchRequest(text, near=POITIERS, **fields)
    return [hit.product.publisher for hit in search(request).hits]


@pytest.fixture
def editions(index):
    """Make editions of one book, each in one shop, farther and farther away."""
    for kilometres in (40, 0.4, 400, 3, 1.2, 8, 120):
        product = make_product(title="Nana", publisher=f"{kilometres} km")
        make_offer(product=product, shop=shop_at(kilometres))
    make_product(title="Nana", publisher="nowhere")
    index()


def test_nearest_first_and_what_nobody_has_last(editions):
    found = ask()
    assert found[:5] == ["0.4 km", "1.2 km", "3 km", "8 km", "40 km"]
    assert set(found[5:7]) == {"120 km", "400 km"}
    assert found[7:] == ["nowhere"]


def test_in_stock_within_a_radius(editions):
    assert ask(in_stock=True, radius_km=5) == ["0.4 km", "1.2 km", "3 km"]
    assert ask(in_stock=True, radius_km=200) == [
        "0.4 km",
        "1.2 km",
        "3 km",
        "8 km",
        "40 km",
        "120 km",
    ]
    assert ask(in_stock=True, radius_km=0) == []
    assert "nowhere" not in ask(in_stock=True)


def test_a_radius_does_not_turn_words_into_others(index):
    make_offer(product=make_product(title="Terminal"), shop=shop_at(1))
    make_product(title="Germinal")
    index()
    assert ask("germinal", in_stock=True, radius_km=10) == []
    assert search(SearchRequest("germinbl")).hits[0].product.title == "Germinal"


def test_the_exact_title_a_little_farther_comes_before_a_longer_one(index):
    make_offer(product=make_product(title="Nana et moi", publisher="longer"), shop=shop_at(1))
    make_offer(product=make_product(title="Nana", publisher="exact"), shop=shop_at(4))
    make_offer(product=make_product(title="Nana", publisher="far"), shop=shop_at(90))
    index()
    assert ask() == ["exact", "longer", "far"]


def test_offers_come_nearest_first_and_only_within_the_radius(index):
    product = make_product(title="Nana")
    for kilometres in (30, 2, 9):
        make_offer(product=product, shop=shop_at(kilometres, name=f"{kilometres}"))
    index()
    (hit,) = search(SearchRequest("nana", near=POITIERS)).hits
    assert [offer.shop.name for offer in hit.nearest.offers] == ["2", "9", "30"]
    (hit,) = search(SearchRequest("nana", near=POITIERS, in_stock=True, radius_km=10)).hits
    assert [offer.shop.name for offer in hit.nearest.offers] == ["2", "9"]
    assert hit.nearest.offer_count == 2


def test_what_cannot_be_promised_is_not_in_stock(index):
    held = make_product(title="Nana", publisher="held")
    make_offer(product=held, on_hand=1, held=1)
    kept = make_product(title="Nana", publisher="safety stock")
    make_offer(product=kept, on_hand=2, shop=shop_at(1, safety_stock=2))
    paused = make_product(title="Nana", publisher="paused shop")
    make_offer(product=paused, shop=shop_at(1, paused_at=timezone.now()))
    index()
    assert ask(in_stock=True) == ask(in_stock=True, radius_km=50) == []
    assert len(ask()) == 3


def test_a_figure_too_old_is_not_shown_as_in_stock_and_the_page_is_filled(index, settings):
    old = timezone.now() - timedelta(hours=settings.HIDE_STOCK_AFTER_HOURS + 1)
    for _ in range(5):
        make_offer(product=make_product(title="Nana", publisher="old"), shop=shop_at(1), as_of=old)
    for _ in range(3):
        make_offer(product=make_product(title="Nana", publisher="new"), shop=shop_at(20))
    index()
    assert ask(in_stock=True, radius_km=30, limit=3) == ["new", "new", "new"]
