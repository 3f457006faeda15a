"""A basket over several shops: the cheapest way, posted and collected, over what they have."""

from dataclasses import replace

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.quotes.basket import Delivery
from comptoir.quotes.operations import decide_price
from comptoir.quotes.reads import Wish
from comptoir.quotes.several import Offered, Title, divide_basket, ways_of
from comptoir.shops.models import Shop
from comptoir.shops.places import Point
from tests.factories import make_offer, make_product, make_shop
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db
WISH = Wish(Delivery.MAIL, postcode="75011")
HERE = Point(46.58, 0.34)


def record(cents: int, *shops: Shop) -> Product:
    product = make_product(kind="record", format="cd", list_price_cents=None, weight_grams=100)
    for shop in shops:
        make_offer(product=product, shop=shop, price_cents=cents)
    return product


def shops_of(offered: Offered | None) -> list[str]:
    assert offered is not None
    return [quote.basket.shop.slug for quote in offered.quotes]


@pytest.fixture
def shops() -> list[Shop]:
    shops = [make_shop(kind="both", slug=f"s{n}", latitude=46.58 + n / 100) for n in range(3)]
    for shop in shops:
        post_from(shop, cents=400)
    return shops


def test_one_parcel_is_cheaper_than_two_low_prices(shops) -> None:
    one, two = record(1000, shops[0]), record(1000, shops[1])
    for each in (one, two):
        make_offer(product=each, shop=shops[2], price_cents=1150)
    found = divide_basket([Title(one), Title(two)], WISH, HERE)
    # 1150 + 1150 + 400 is less than 1000 + 400 + 1000 + 400.
    assert shops_of(found.mail) == ["s2"]
    assert found.mail is not None
    assert (found.mail.cents, found.mail.proved) == (2700, True)
    # Collected, two low prices are.
    assert shops_of(found.collect) == ["s0", "s1"]
    assert found.collect is not None
    assert found.collect.cents == 2000
    assert all(quote.postage and not quote.postage.cents for quote in found.collect.quotes)


def test_two_parcels_are_cheaper_where_prices_are_far_apart(shops) -> None:
    one, two = record(1000, shops[0]), record(1000, shops[1])
    for each in (one, two):
        make_offer(product=each, shop=shops[2], price_cents=1500)
    found = divide_basket([Title(one), Title(two)], WISH)
    assert shops_of(found.mail) == ["s0", "s1"]
    assert found.mail is not None
    assert found.mail.cents == 2800
    assert sum(quote.total_cents or 0 for quote in found.mail.quotes) == 2800
    assert found.collect is None


def test_what_is_not_posted_is_named_and_collected_beside(shops) -> None:
    here = make_shop(kind="records", slug="desk", latitude=46.58)
    posted, fetched = record(1000, shops[0]), record(900, here)
    found = divide_basket([Title(posted), Title(fetched)], WISH, HERE)
    assert shops_of(found.mail) == ["s0"]
    assert list(found.not_posted) == [fetched]
    assert shops_of(found.collect) == ["desk", "s0"] or shops_of(found.collect) == ["s0", "desk"]
    far = divide_basket([Title(posted), Title(fetched)], WISH, Point(48.85, 2.35), 25_000)
    assert far.collect is None
    assert len(far.not_collected) == 2


def test_a_copy_is_used_only_where_that_will_do(shops) -> None:
    book = make_product(list_price_cents=2000)
    make_offer(product=book, shop=shops[0], price_cents=2000)
    make_offer(product=book, shop=shops[1], price_cents=700, condition="VG", copy_ref="C1")
    new = divide_basket([Title(book)], WISH)
    assert shops_of(new.mail) == ["s0"]
    either = divide_basket([Title(book, used=True)], WISH)
    assert shops_of(either.mail) == ["s1"]


def test_a_line_in_conflict_is_taken_elsewhere_until_it_is_decided(shops) -> None:
    book = make_product(list_price_cents=1000, weight_grams=100)
    make_offer(product=book, shop=shops[0], price_cents=900)
    make_offer(product=book, shop=shops[1], price_cents=1000)
    post_from(shops[0], "2026-02-01", 300)
    assert shops_of(divide_basket([Title(book)], WISH).mail) == ["s1"]
    decide_price(shop=shops[0], product_id=book.pk, price_cents=1000, actor=SYSTEM)
    assert shops_of(divide_basket([Title(book)], WISH).mail) == ["s0"]


def test_a_line_is_taken_where_there_are_enough(shops) -> None:
    disc = record(1000, shops[0])
    make_offer(product=disc, shop=shops[1], price_cents=1100, on_hand=3)
    found = divide_basket([Title(disc, 3)], replace(WISH))
    assert shops_of(found.mail) == ["s1"]
    assert divide_basket([Title(disc, 4)], WISH).mail is None


def test_fewer_parcels_cost_more_and_are_a_way_of_their_own(shops) -> None:
    one, two = record(1000, shops[0]), record(1000, shops[1])
    for each in (one, two):
        make_offer(product=each, shop=shops[2], price_cents=1300)
    found = ways_of([Title(one), Title(two)], WISH, near=HERE)
    # 2800 in two parcels; 1300 + 1300 + 400 in one.
    assert shops_of(found.least) == ["s0", "s1"]
    assert shops_of(found.fewest) == ["s2"]
    assert found.least is not None
    assert found.fewest is not None
    assert (found.least.cents, found.fewest.cents) == (2800, 3000)
    assert found.collect is not None
    assert found.collect.cents == 2000
    assert [each.shop.slug for each in found.choices[one.pk]] == ["s0", "s2"]
    assert [each.cents for each in found.choices[one.pk]] == [1000, 1300]


def test_a_shop_is_chosen_title_by_title(shops) -> None:
    one, two = record(1000, shops[0]), record(1000, shops[1])
    dear = make_offer(product=one, shop=shops[2], price_cents=1300)
    foreign = make_offer(shop=shops[1])
    found = ways_of([Title(one), Title(two)], WISH, chosen=[dear.pk, foreign.pk])
    assert [quote.basket.shop.slug for quote in found.chosen] == ["s1", "s2"]
    assert [quote.total_cents for quote in found.chosen] == [1400, 1700]


def test_each_shop_is_asked_about_its_own_day(shops) -> None:
    """Between these two it is always another day."""
    one, two = record(1000, shops[0]), record(1000, shops[1])
    for shop, zone in zip(shops, ("Pacific/Kiritimati", "Pacific/Pago_Pago"), strict=False):
        Shop.objects.filter(pk=shop.pk).update(time_zone=zone)
    found = divide_basket([Title(one), Title(two)], WISH, HERE)
    assert found.mail is not None
    east, west = (quote.basket.day for quote in found.mail.quotes)
    assert east > west
