"""What a shop writes: its prices of parcels, with their history, and its decisions."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.catalogue.models import Product
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound
from comptoir.quotes.conflicts import conflict_of, open_conflicts
from comptoir.quotes.models import PriceDecision, Tariff
from comptoir.quotes.operations import (
    BandSaid,
    TariffSaid,
    decide_price,
    remove_tariff,
    write_tariff,
)
from comptoir.quotes.places import Zone
from comptoir.quotes.start import STARTING_BANDS
from comptoir.shops.models import Shop, ShopAct
from comptoir.shops.page.words import lines_of
from tests.factories import make_offer, make_product, make_shop, staff_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()
LETTER = BandSaid(Zone.FRANCE, 250, 400, max_mm=30)
PARCEL = BandSaid(Zone.FRANCE, 500, 750, tracked=True)


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def write(shop: Shop, *bands: BandSaid, since: date = TODAY, **more: object) -> Tariff:
    said = TariffSaid(since=since, bands=bands, **more)
    return write_tariff(shop=shop, said=said, actor=SYSTEM, now=NOW)


def told(shop: Shop) -> list[list[str]]:
    """Return the history of a shop in words, the newest first."""
    with override("en"):
        return [
            line.told
            for act in ShopAct.objects.filter(shop=shop).order_by("-pk")
            for line in lines_of(act.changes.all(), {}, shop)
        ]


def test_prices_are_written_for_a_day_and_told_in_the_history(shop) -> None:
    tariff = write(shop, LETTER, PARCEL)
    assert [band.price_cents for band in tariff.bands.all()] == [400, 750]
    again = write(shop, LETTER, BandSaid(Zone.FRANCE, 500, 790, tracked=True), box_grams=100)
    assert again.pk == tariff.pk
    newest, first = told(shop)
    assert "added: France, 250 g, 30 mm: €4.00; France, 500 g, tracked: €7.50" in first
    assert newest[1:] == [
        "added: France, 500 g, tracked: €7.90",
        "taken out: France, 500 g, tracked: €7.50",
        "a box weighs 100 g and is 5 mm thick",
    ]


def test_the_same_again_leaves_no_trace(shop) -> None:
    write(shop, LETTER)
    write(shop, LETTER)
    assert ShopAct.objects.count() == 1


def test_a_tariff_without_bands_ends_posting(shop) -> None:
    write(shop, LETTER)
    write(shop, since=TODAY + timedelta(days=3))
    assert "nothing is posted" in told(shop)[0][0]


def test_prices_to_come_are_taken_back_and_those_of_today_are_not(shop) -> None:
    today, later = write(shop, LETTER), write(shop, PARCEL, since=TODAY + timedelta(days=9))
    remove_tariff(shop=shop, tariff_id=later.pk, actor=SYSTEM, now=NOW)
    assert "taken back" in told(shop)[0][0]
    for gone in (today.pk, later.pk):
        with pytest.raises(NotFound) as refused:
            remove_tariff(shop=shop, tariff_id=gone, actor=SYSTEM, now=NOW)
        assert refused.value.code == "no_such_tariff"
    assert list(Tariff.objects.all()) == [today]


@pytest.mark.parametrize(
    ("bands", "more", "code"),
    [
        ([LETTER], {"since": TODAY - timedelta(days=1)}, "bad_since"),
        ([LETTER], {"since": TODAY + timedelta(days=400)}, "bad_since"),
        ([LETTER, LETTER], {}, "bad_band"),
        ([BandSaid(Zone.EU, 0, 400)], {}, "bad_band"),
        ([BandSaid(Zone.EU, 31_000, 400)], {}, "bad_band"),
        ([BandSaid(Zone.EU, 500, 50_001)], {}, "bad_band"),
        ([BandSaid(Zone.EU, 500, 400, max_mm=0)], {}, "bad_band"),
        ([LETTER], {"box_grams": 9_000}, "bad_box"),
        ([BandSaid(Zone.EU, 100 + n, 400) for n in range(61)], {}, "too_many_bands"),
    ],
)
def test_what_cannot_be_is_refused_whole(shop, bands, more, code) -> None:
    write(shop, PARCEL)
    with pytest.raises(Invalid) as refused:
        write(shop, *bands, **more)
    assert refused.value.code == code
    assert [band.price_cents for band in Tariff.objects.get().bands.all()] == [750]
    if code == "bad_band":
        assert refused.value.data["place"] == len(bands)


def test_staff_do_not_write_prices_of_parcels_and_decide_between_two_of_a_book(shop) -> None:
    said = TariffSaid(since=TODAY, bands=[LETTER])
    with pytest.raises(Forbidden):
        write_tariff(shop=shop, said=said, actor=staff_of(shop), now=NOW)
    book = make_product(list_price_cents=1290)
    make_offer(product=book, shop=shop, price_cents=1390)
    decide_price(shop=shop, product_id=book.pk, price_cents=1290, actor=staff_of(shop))
    assert AuditEntry.objects.get().facts["price_cents"] == 1290


def test_a_decision_is_for_one_of_both_prices(shop) -> None:
    book = make_product(list_price_cents=1290)
    with pytest.raises(Conflict):
        decide_price(shop=shop, product_id=book.pk, price_cents=1290, actor=SYSTEM)
    make_offer(product=book, shop=shop, price_cents=1390)
    with pytest.raises(Conflict) as refused:
        decide_price(shop=shop, product_id=book.pk, price_cents=1340, actor=SYSTEM)
    assert refused.value.code == "no_such_conflict"
    assert not PriceDecision.objects.exists()


def test_books_in_doubt_are_listed_until_somebody_decides(shop) -> None:
    def offered(till: int, publisher: int | None, **fields: object) -> Product:
        of_offer = {name: fields.pop(name) for name in ("condition", "on_hand") if name in fields}
        product = make_product(list_price_cents=publisher, **fields)
        make_offer(product=product, shop=shop, price_cents=till, **of_offer)
        return product

    dear, low = offered(1390, 1290, title="A"), offered(1226, 1290, title="B")
    for alike in (
        offered(1290, 1290),
        offered(1290, None),
        offered(990, 1290, format="sheet_music"),
        offered(990, 1290, kind="record", format="lp"),
        offered(600, 1290, condition="VG"),
        offered(990, 1290, on_hand=0),
    ):
        assert alike.pk not in [each.product_id for each in open_conflicts(shop)]
    assert [each.product_id for each in open_conflicts(shop)] == [dear.pk, low.pk]
    # A discount of 5 % is one; a cent more is none.
    assert [each.product_id for each in open_conflicts(shop, less=500)] == [dear.pk]
    shop.offers.filter(product=low).update(price_cents=1225)
    assert [each.product_id for each in open_conflicts(shop, less=500)] == [dear.pk, low.pk]
    decide_price(shop=shop, product_id=dear.pk, price_cents=1290, actor=SYSTEM)
    assert [each.product_id for each in open_conflicts(shop)] == [low.pk]
    # Decided ones can be decided anew.
    assert conflict_of(shop, dear.pk) is not None


def test_bands_to_begin_with_can_be_written(shop) -> None:
    assert len(write(shop, *STARTING_BANDS).bands.all()) == len(STARTING_BANDS)


def test_a_day_is_that_of_the_shop(shop) -> None:
    """In Réunion it is tomorrow already, late in the evening of Paris."""
    shop.time_zone = "Indian/Reunion"
    shop.save()
    late = datetime.fromisoformat("2026-11-30T21:30:00+00:00")
    said = TariffSaid(since=date(2026, 11, 30), bands=[LETTER])
    with pytest.raises(Invalid):
        write_tariff(shop=shop, said=said, actor=SYSTEM, now=late)
