"""What a quote reads: offers, notices of a day, decisions, tariffs of a day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import ComingPrice
from comptoir.core.errors import Invalid, NotFound
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.operations import decide_price
from comptoir.quotes.reads import Asked, Wish, quote_for
from comptoir.shops.models import StockShown
from comptoir.stock.models import Offer
from tests.factories import make_offer, make_product, make_shop
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db


def mail(day: date | None = None) -> Wish:
    return Wish(Delivery.MAIL, postcode="75011", day=day)


def quoted(shop, *lines: Asked, day: date | None = None) -> Quote:
    return quote_for(shop, list(lines), mail(day))


def unit(quote: Quote) -> int | None:
    return quote.lines[0].unit_cents


def test_the_price_is_that_of_the_notice_valid_on_the_day(shop) -> None:
    book = make_product(list_price_cents=1290)
    since = timezone.localdate() + timedelta(days=30)
    ComingPrice.objects.create(product=book, since=since, list_price_cents=1390, vat_rate=550)
    line = Asked(book.ean)
    assert unit(quoted(shop, line)) == 1290
    assert unit(quoted(shop, line, day=since - timedelta(days=1))) == 1290
    assert unit(quoted(shop, line, day=since)) == 1390


def test_a_till_that_differs_waits_for_the_shop_to_decide(shop) -> None:
    book = make_product(list_price_cents=1290)
    make_offer(product=book, shop=shop, price_cents=1390)
    line = Asked(book.ean)
    found = quoted(shop, line)
    assert found.total_cents is None
    (refused,) = found.lines
    assert refused.refusal is not None
    assert refused.refusal.code == "price_conflict"
    assert refused.conflict is not None
    assert (refused.conflict.till_cents, refused.conflict.publisher_cents) == (1390, 1290)
    decide_price(shop=shop, product_id=book.pk, price_cents=1290, actor=SYSTEM)
    assert unit(quoted(shop, line)) == 1290
    decide_price(shop=shop, product_id=book.pk, price_cents=1390, actor=SYSTEM)
    assert unit(quoted(shop, line)) == 1390
    # It was decided between those two: a third price is a new question.
    Offer.objects.update(price_cents=1400)
    assert quoted(shop, line).total_cents is None


def test_a_tariff_holds_from_its_day_on(shop) -> None:
    book = make_product(list_price_cents=1290)
    dearer = timezone.localdate() + timedelta(days=10)
    post_from(shop, dearer.isoformat(), 650)
    before = quoted(shop, Asked(book.ean), day=dearer - timedelta(days=1))
    after = quoted(shop, Asked(book.ean), day=dearer)
    assert [each.postage and each.postage.cents for each in (before, after)] == [495, 650]
    long_ago = quoted(shop, Asked(book.ean), day=date(2025, 12, 31))
    assert long_ago.refusal is not None
    assert long_ago.refusal.code == "no_post"


def test_a_used_copy_is_named_by_its_offer(shop) -> None:
    book = make_product(list_price_cents=1290)
    copy = make_offer(product=book, shop=shop, condition="VG", copy_ref="C1", price_cents=500)
    found = quoted(shop, Asked(offer_id=copy.pk), Asked(book.ean))
    assert [(line.item.used, line.unit_cents) for line in found.lines] == [
        (True, 500),
        (False, 1290),
    ]
    assert (found.used_cents, found.new_cents) == (500, 1290)


def test_a_copy_that_has_gone_is_refused_and_the_rest_is_not(shop) -> None:
    copy = make_offer(shop=shop, condition="VG", copy_ref="C1", on_hand=0)
    book = make_product(list_price_cents=1290)
    found = quoted(shop, Asked(offer_id=copy.pk), Asked(book.ean))
    assert [line.refusal.code if line.refusal else None for line in found.lines] == [
        "copy_gone",
        None,
    ]
    assert found.postage is not None
    assert found.total_cents is None


def test_a_shop_that_shows_nothing_is_quoted_by_notices_alone(shop) -> None:
    book = make_product(list_price_cents=1290)
    make_offer(product=book, shop=shop, price_cents=1390)
    shop.stock_shown = StockShown.NOTHING
    shop.save()
    (line,) = quoted(shop, Asked(book.ean)).lines
    assert (line.unit_cents, line.item.till_cents) == (1290, None)


def test_what_is_of_another_shop_is_not_there(shop) -> None:
    other = make_offer(shop=make_shop())
    with pytest.raises(NotFound) as refused:
        quoted(shop, Asked(offer_id=other.pk))
    assert refused.value.code == "no_product"
    with pytest.raises(NotFound):
        quoted(shop, Asked("9782999999994"))
    with pytest.raises(NotFound):
        quoted(shop, Asked("p999999999"))


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(Delivery.MAIL, country="FRA"), "bad_country"),
        (Wish(Delivery.MAIL, country="FR", postcode=""), "bad_postcode"),
        (Wish(Delivery.MAIL, country="FR", postcode="7501"), "bad_postcode"),
        (Wish(Delivery.MAIL, postcode="75011", day=date(2011, 12, 31)), "bad_day"),
        (Wish(Delivery.COLLECT, day=date(2090, 1, 1)), "bad_day"),
    ],
)
def test_what_is_wrong_is_said(shop, wish: Wish, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        quote_for(shop, [Asked(make_product().ean)], wish)
    assert refused.value.code == code


def test_a_basket_costs_few_queries(shop, django_assert_max_num_queries) -> None:
    lines = [Asked(make_product().ean) for _line in range(20)]
    quoted(shop, *lines)
    with django_assert_max_num_queries(9):
        quoted(shop, *lines)
