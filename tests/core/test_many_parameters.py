"""What asks for more things at once than a statement has parameters (65,535)."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.core.backend.base import DatabaseOperations
from comptoir.core.db import execute
from comptoir.live.follower import named
from comptoir.orders.operations import merge_shops
from comptoir.stock.arrivals import articles
from comptoir.stock.arrivals.models import TillArticle
from comptoir.stock.copies import photos
from comptoir.stock.models import Feed
from comptoir.webhooks.models import Attempt, Delivery, Endpoint, Message
from comptoir.webhooks.operations import erase_old
from tests.factories import make_offer, make_shop

pytestmark = pytest.mark.django_db
MANY = 70_000


def test_a_till_may_name_more_articles_than_a_statement_has_parameters():
    shop = make_shop()
    TillArticle.objects.create(
        shop=shop, format="asc", item="7", ean="", name="Papier", seen_at=timezone.now()
    )
    found = articles._known(shop, "asc", {str(number) for number in range(MANY)})
    assert found == {"7": articles.Article("", "Papier")}


def test_more_offers_may_change_at_once_than_a_statement_has_parameters():
    offer = make_offer()
    found = named({offer.pk, *range(offer.pk + 1, offer.pk + MANY)})
    assert found == {
        f"titres/{offer.product.ean}": [offer.pk],
        f"boutiques/{offer.shop.slug}": [offer.pk],
    }


@pytest.fixture
def busy():
    """An endpoint with more messages, each delivered at the second try, than a statement has
    parameters."""
    shop = make_shop()
    found = Endpoint.objects.create(shop=shop, url="https://till.example/", events=["webhook.test"])
    execute(
        "INSERT INTO webhooks_message (shop_id, key, event, data, created_at)"
        " SELECT %s, gen_random_uuid(), 'webhook.test', '{}', now() - interval '40 days'"
        " FROM generate_series(1, %s)",
        [shop.pk, MANY],
    )
    execute(
        "INSERT INTO webhooks_delivery (message_id, endpoint_id, status, tries)"
        " SELECT id, %s, 'delivered', 1 FROM webhooks_message",
        [found.pk],
    )
    execute(
        "INSERT INTO webhooks_attempt (delivery_id, milliseconds, note)"
        " SELECT id, 3, '' FROM webhooks_delivery"
    )
    return found


def test_more_messages_may_be_erased_at_once_than_a_statement_has_parameters(busy):
    assert erase_old() == MANY
    assert not Delivery.objects.exists()
    assert not Attempt.objects.exists()


def test_an_endpoint_may_have_more_deliveries_than_a_statement_has_parameters(busy):
    busy.delete()
    assert not Delivery.objects.exists()
    assert Message.objects.count() == MANY


def test_without_the_limit_they_may_not(busy, monkeypatch):
    monkeypatch.delattr(DatabaseOperations, "bulk_batch_size")
    with pytest.raises(OperationalError, match="65535"):
        busy.delete()


def test_more_rows_may_be_asked_for_by_key_than_a_statement_has_parameters():
    offer = make_offer()
    found = type(offer).objects.in_bulk(range(offer.pk, offer.pk + MANY))
    assert found == {offer.pk: offer}


def test_more_photos_may_go_than_a_statement_has_parameters():
    execute(
        "INSERT INTO stock_copyphoto (digest, large, small, width, height, created_at)"
        " SELECT md5(n::text), '', '', 1, 1, now() - interval '3 days'"
        " FROM generate_series(1, %s) n",
        [MANY],
    )
    assert photos.sweep_photos(now=timezone.now()) == photos.MOST_AT_ONCE
    assert photos.CopyPhoto.objects.count() == MANY - photos.MOST_AT_ONCE


def test_parameters_are_bound_on_the_server_here():
    """Elsewhere nothing of the above says anything."""
    assert connection.settings_dict["OPTIONS"]["server_side_binding"] is True


def test_two_shops_may_become_one_whose_tills_name_more_than_a_statement_has_parameters():
    gone, into = make_shop(), make_shop()
    Feed.objects.create(shop=gone, format="asc", as_of=timezone.now())
    execute(
        "INSERT INTO stock_tillitem (shop_id, format, item, ean, name, actor_kind, seen_at)"
        " SELECT %s, 'asc', n, '', 'theirs', '', now() FROM generate_series(1, %s) n",
        [into.pk, MANY // 2 + 1],
    )
    articles_of = TillArticle.objects.filter
    for item in ("7", "papier"):
        TillArticle.objects.create(
            shop=gone, format="asc", item=item, ean="", name="ours", seen_at=timezone.now()
        )
    merge_shops(shop=gone, into=into, actor=SYSTEM)
    assert list(articles_of(shop=into, name="ours").values_list("item", flat=True)) == ["papier"]
    assert articles_of(shop=into, item="7").get().name == "theirs"
