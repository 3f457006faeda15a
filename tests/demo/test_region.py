"""What the demonstration is made of, without a database."""

from collections import Counter
from csv import DictReader
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from django.utils import timezone
from stdnum import isbn
from stdnum.fr import siret

from comptoir.catalogue.models import ProductKind
from comptoir.core.identifiers import department, parse_ean, parse_website
from comptoir.demo.data import OFFERS, PRODUCTS
from comptoir.demo.days.clock import moment, saturday_after
from comptoir.demo.entries import entry_of
from comptoir.demo.numbers import number_of
from comptoir.demo.products import items
from comptoir.demo.region import DEPARTMENTS, SHOPS, plans
from comptoir.demo.shelves import quotas, shelf
from comptoir.demo.words import DATA, rows
from comptoir.shops.contacts import parse_email
from comptoir.shops.hours import state_at
from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.models import ServiceKind, ShopKind
from comptoir.shops.places import find_place, metres
from tests.factories import make_shop

SAMPLE = DATA / "caisse.csv"


def test_shops_of_every_kind_stand_in_every_department() -> None:
    shops = list(plans(SHOPS))
    kinds = Counter(plan.kind for plan in shops)
    assert kinds[ShopKind.BOOKS] >= 40
    assert kinds[ShopKind.RECORDS] >= 12
    assert kinds[ShopKind.BOTH] >= 4
    assert {department(plan.town.postcode) for plan in shops} == set(DEPARTMENTS)
    assert len({plan.slug for plan in shops}) == len(shops)


def test_four_thousand_shops_have_words_and_mostly_hours_of_their_own() -> None:
    shops = list(plans(4_000))
    assert len({plan.slug for plan in shops}) == len(shops)
    assert len({plan.opening_hours for plan in shops}) > 2_000
    assert list(plans(100)) == shops[:100]


def test_a_jazz_record_shop_near_limoges_posts_and_is_open_on_sunday() -> None:
    (shop,) = [plan for plan in plans(SHOPS) if plan.name == "Plateau Platine"]
    entry = entry_of(shop)
    limoges = find_place("Limoges")
    assert limoges is not None
    away = metres(shop.latitude, shop.longitude, limoges.latitude, limoges.longitude)
    assert (shop.kind, away < 50_000) == (ShopKind.RECORDS, True)
    assert SpecialityKind.JAZZ in entry.specialities
    assert entry.services[ServiceKind.MAIL_ORDER]
    assert "Su 10:00-13:00" in shop.opening_hours


def test_every_shop_stands_near_the_centre_of_its_real_town() -> None:
    for plan in plans(250):
        place = find_place(plan.town.name)
        assert place is not None, plan.town
        point = (place.point.latitude, place.point.longitude)
        assert metres(plan.latitude, plan.longitude, *point) < 5_000, plan.town


def test_identifiers_are_valid_and_nobodys() -> None:
    shops = list(plans(250))
    assert all(siret.is_valid(plan.siret) and plan.siret.startswith("000") for plan in shops)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(plan.phone)) for plan in shops)
    assert all(plan.phone.startswith("+33536490") for plan in shops)
    assert all(parse_email(plan.email).endswith(".example") for plan in shops)
    assert all(parse_website(f"https://{plan.domain}/") for plan in shops)
    assert len({plan.siret for plan in shops}) == len({plan.phone for plan in shops}) == 250


@pytest.mark.django_db
def test_opening_hours_are_understood() -> None:
    moment, shop = timezone.now(), make_shop()
    for hours in {plan.opening_hours for plan in plans(250)}:
        shop.opening_hours = hours
        state = state_at(shop, moment)
        assert state.is_open or state.opens_at is not None, hours


def test_products_are_books_and_records_with_valid_numbers() -> None:
    made = list(items(0, PRODUCTS))
    assert PRODUCTS >= 5_000
    assert len({item.ean for item in made}) == len(made)
    for item in made:
        assert parse_ean(item.ean) == item.ean
        assert isbn.is_valid(item.ean) == (item.kind is ProductKind.BOOK)
        assert number_of(item.ean) == item.number
        assert 790 <= item.price_cents <= 3_500
        assert item.description.startswith("Démonstration")
    assert Counter(item.kind for item in made)[ProductKind.RECORD] == PRODUCTS // 4


def test_many_real_works_of_the_public_domain_are_there() -> None:
    works = {(author, title) for author, title, _ in rows("works")}
    made = {(item.byline, item.title) for item in items(0, PRODUCTS)}
    assert len(works) >= 150
    assert len(works & made) >= 150


def test_the_same_number_is_the_same_product_at_any_scale() -> None:
    assert list(items(2_500, 2_510)) == list(items(0, 5_000))[2_500:2_510]


def test_the_sample_of_a_till_speaks_of_what_the_first_shop_has() -> None:
    with SAMPLE.open(encoding="utf-8") as file:
        said = [(row["ean"], row["titre"]) for row in DictReader(file, delimiter=";")]
    made = {item.ean: item for item in items(0, PRODUCTS)}
    shops = list(plans(SHOPS))
    there = {slot.number for slot in shelf(shops[0], quotas(shops, OFFERS)[0], PRODUCTS)}
    titles = [(made[ean], title) for ean, title in said if ean in made]
    assert len(titles) == len(said) - 2  # a number miscopied, and a card
    assert all(item.title == title and item.number in there for item, title in titles)


def test_offers_are_many_new_and_used_and_fit_their_shop() -> None:
    shops = list(plans(SHOPS))
    total = 0
    for plan, quota in zip(shops, quotas(shops, OFFERS), strict=True):
        slots = list(shelf(plan, quota, PRODUCTS))
        total += len(slots)
        assert len({(slot.number, slot.condition) for slot in slots}) == len(slots)
        if plan.kind is not ShopKind.BOTH:
            records = plan.kind is ShopKind.RECORDS
            assert all((slot.number % 4 == 3) == records for slot in slots)
        assert any(slot.condition != "new" for slot in slots)
    assert total >= 60_000


def test_a_release_day_is_a_saturday_morning_to_come_whenever_it_is_reckoned() -> None:
    """Over a change of the clocks, and at either side of midnight in Paris."""
    paris, start = ZoneInfo("Europe/Paris"), datetime(2026, 10, 15, 21, 59, tzinfo=UTC)
    for hours in range(24 * 14):
        now = start + timedelta(hours=hours)
        at = moment(saturday_after(now, paris.key), 10, paris.key)
        local = at.astimezone(paris)
        assert (local.weekday(), local.hour) == (5, 10)
        assert timedelta(days=6) < at - now < timedelta(days=15), now
