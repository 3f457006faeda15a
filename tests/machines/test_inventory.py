"""What a shop has, as Google takes it in: what the shop shows, by a word that can be changed."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core import limits
from comptoir.shops.kinds import StockShown
from comptoir.shops.models import Shop
from comptoir.shops.operations import close_inventory, open_inventory
from comptoir.site.machines import inventory
from comptoir.stock.models import Condition, OfferStanding
from comptoir.stock.shelf import inventory as shelf
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """Make a shop that gives its shelves to Google."""
    return open_inventory(shop=make_shop(), actor=SYSTEM)


def table(client, path: str) -> list[dict[str, str]]:
    """Return the rows of a file, as a reader of tab-separated text has them."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.streaming
    text = b"".join(answer).decode()
    return list(csv.DictReader(StringIO(text), dialect=csv.excel_tab))


def stock(client, shop: Shop) -> list[dict[str, str]]:
    return table(client, f"/inventaire/{shop.inventory_word}.tsv")


def products(client, shop: Shop) -> list[dict[str, str]]:
    return table(client, f"/inventaire/{shop.inventory_word}/titres.tsv")


def test_both_files_have_what_the_specification_asks_for(client, shop):
    product = make_product(title="Un\ttitre\nlong", description="<p>Deux\r\nlignes</p>")
    make_offer(shop=shop, product=product, price_cents=1490, on_hand=3)
    (line,) = stock(client, shop)
    assert line == {
        "store_code": f"comptoir-{shop.pk}",
        "id": product.ref,
        "availability": "in_stock",
        "quantity": "",
        "price": "14.90 EUR",
        "pickup_method": "reserve",
        "pickup_sla": "same day",
    }
    (told,) = products(client, shop)
    assert told["id"] == line["id"]
    assert told["gtin"] == product.ean
    assert (told["condition"], told["price"]) == ("new", "14.90 EUR")
    assert told["title"].startswith("Un titre long")
    assert told["description"] == "Deux lignes"
    assert told["link"] == f"{settings.BASE_URL}/titre/{product.ref}"


@pytest.mark.parametrize(
    ("shown", "quantities"),
    [(StockShown.EXACT, ["3"]), (StockShown.IN_STOCK, [""]), (StockShown.NOTHING, [])],
)
def test_quantities_are_what_the_shop_shows(client, shop, shown, quantities):
    offer = make_offer(shop=shop, price_cents=1000, on_hand=3)
    Shop.objects.filter(pk=shop.pk).update(stock_shown=shown)
    assert [line["quantity"] for line in stock(client, shop)] == quantities
    if quantities == ["3"]:
        assert OfferStanding.objects.get(offer_id=offer.pk).shown == 3


def test_what_is_not_shown_on_pages_is_not_in_it(client, shop):
    there = make_offer(shop=shop, price_cents=1000, on_hand=1)
    make_offer(shop=shop, price_cents=1000, on_hand=0)
    make_offer(shop=shop, price_cents=None, on_hand=1)
    make_offer(price_cents=1000, on_hand=1)
    make_offer(shop=shop, price_cents=1000, on_hand=1, as_of=timezone.now() - timedelta(400))
    own = make_product(ean=None, source="till", source_ref=f"{shop.pk}:2")
    make_offer(shop=shop, product=own, price_cents=1000, on_hand=1)
    assert [line["id"] for line in stock(client, shop)] == [there.product.ref]


def test_used_copies_are_each_by_themselves(client, shop):
    new = make_offer(shop=shop, price_cents=2000, on_hand=1)
    used = [
        make_offer(shop=shop, product=new.product, price_cents=500 + n, condition=grade, on_hand=1)
        for n, grade in enumerate((Condition.VERY_GOOD, Condition.GOOD))
    ]
    told = {line["id"]: line for line in products(client, shop)}
    assert told.keys() == {new.product.ref, *(f"{x.product.ref}-{x.pk}" for x in used)}
    assert {told[f"{x.product.ref}-{x.pk}"]["condition"] for x in used} == {"used"}
    assert {line["id"] for line in stock(client, shop)} == told.keys()


def test_it_is_read_a_few_hundred_at_a_time_and_each_once(
    client, shop, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(shelf, "AT_ONCE", 2)
    refs = [make_offer(shop=shop, price_cents=1000, on_hand=1).product.ref for _ in range(5)]
    assert [line["id"] for line in stock(client, shop)] == refs
    list(shelf.inventory(shop))
    with django_assert_num_queries(4):
        list(shelf.inventory(shop))


def test_the_word_can_be_changed_and_taken_away(client, shop, monkeypatch):
    monkeypatch.setattr(inventory, "LIMIT", limits.Limit("inventory-tried", 1_000))
    first = shop.inventory_word
    assert len(str(first)) >= 32
    second = open_inventory(shop=shop, actor=SYSTEM).inventory_word
    assert second != first
    assert client.get(f"/inventaire/{first}.tsv").status_code == 404
    assert client.get(f"/inventaire/{second}.tsv").status_code == 200
    close_inventory(shop=shop, actor=SYSTEM)
    for word in (first, second, "None", ""):
        assert client.get(f"/inventaire/{word}.tsv").status_code == 404
        assert client.get(f"/inventaire/{word}/titres.tsv").status_code == 404


def test_a_shop_has_none_unless_it_asks(client):
    assert make_shop().inventory_word is None


def test_a_hidden_shop_has_none(client, shop):
    Shop.objects.filter(pk=shop.pk).update(paused_at=timezone.now())
    assert client.get(f"/inventaire/{shop.inventory_word}.tsv").status_code == 404


def test_who_tries_words_is_stopped(client, shop, settings, monkeypatch):
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    limits.reads.clear()
    monkeypatch.setattr(inventory, "LIMIT", limits.Limit("inventory-tried", 2))
    tried = [client.get(f"/inventaire/{n}.tsv").status_code for n in range(3)]
    assert tried == [404, 404, 429]
    limits.reads.clear()
