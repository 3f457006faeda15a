"""What of a shop's stock others may see, wherever they look."""

import json
import re

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.db import fetch
from comptoir.live.follower import named
from comptoir.search import source
from comptoir.shops.operations import SettingsChange
from comptoir.stock.shelf.ledger import change_settings
from comptoir.stock.shelf.standing import last_had, standings, who_has
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


def data_of(client, ean):
    """Return what the API, the page's data and the page say of a title."""
    told = client.get(f"/api/v1/products/{ean}/availability").json()["offers"]
    page = client.get(f"/titre/{ean}").content.decode()
    (script,) = re.findall(r'application/ld\+json">(.*?)</script>', page)
    return told, json.loads(script)["offers"], page


@pytest.mark.parametrize(("stock_shown", "told"), [("exact", (3, True)), ("in_stock", (1, False))])
def test_data_tell_what_the_shop_chose(client, stock_shown, told):
    shop = make_shop(stock_shown=stock_shown)
    offer = make_offer(shop=shop, on_hand=3)
    (one,), structured, page = data_of(client, offer.product.ean)
    assert (one["available"], one["exact"]) == told
    assert len(structured) == 1
    assert shop.name in page


def test_a_shop_that_shows_nothing_is_nowhere_among_who_has_it(client):
    shop = make_shop(stock_shown="nothing", name="Librairie du Silence")
    offer = make_offer(shop=shop, on_hand=3)
    told, structured, page = data_of(client, offer.product.ean)
    assert (told, structured) == ([], [])
    assert shop.name not in page
    assert who_has([offer.product_id]) == {}
    (indexed,) = source.read([offer.product_id])
    assert list(indexed.shops) == []
    assert shop.name not in client.get(f"/boutiques/{shop.slug}/rayons").content.decode()
    # Its own counter goes on as before.
    assert standings(shop, [offer.product_id])[0].available == 3


def test_neither_is_it_among_who_had_it():
    shop = make_shop(stock_shown="nothing")
    offer = make_offer(shop=shop, on_hand=0)
    offer.movements.create(delta=1, reason="received", happened_at=offer.as_of, actor_kind="system")
    assert last_had(offer.product_id) == []
    shop.stock_shown = "in_stock"
    shop.save()
    assert [each.shop for each in last_had(offer.product_id)] == [shop]


def test_followers_hear_that_a_shop_shows_its_stock_no_more():
    shop = make_shop()
    product = make_product()
    make_offer(shop=shop, product=product, on_hand=2)
    before = heard(product)
    change_settings(shop=shop, change=SettingsChange(stock_shown="nothing"), actor=SYSTEM)
    assert heard(product) == before + 1
    change_settings(shop=shop, change=SettingsChange(stock_shown="exact"), actor=SYSTEM)
    assert heard(product) == before + 2


def heard(product) -> int:
    """Return how often followers were told to look at a title again."""
    asked = "SELECT count(*) FROM core_outbox WHERE topic = 'product' AND key = %s"
    ((times,),) = fetch(asked, [product.pk])
    return times


def test_the_first_page_tells_no_title_of_a_shop_that_shows_nothing(client):
    silent = make_shop(stock_shown="nothing", city="Chauvigny", postcode="86300")
    kept = make_product(title="Le livre tu")
    make_offer(shop=silent, product=kept, on_hand=3)
    told = make_product(title="Le livre dit")
    make_offer(shop=make_shop(city="Loudun", postcode="86200"), product=told, on_hand=3)
    page = client.get("/").content.decode()
    assert "Chauvigny" in page
    assert told.title in page
    assert kept.title not in page


def test_the_live_feed_names_no_offer_of_a_shop_that_shows_nothing():
    shown = make_offer(shop=make_shop())
    silent = make_offer(shop=make_shop(stock_shown="nothing"))
    assert named({shown.pk, silent.pk}) == {
        f"titres/{shown.product.ean}": [shown.pk],
        f"boutiques/{shown.shop.slug}": [shown.pk],
        f"titres/{silent.product.ean}": [],
    }
