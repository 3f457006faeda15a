"""What asks for more things at once than a statement has parameters (65,535)."""

import pytest
from django.utils import timezone

from comptoir.live.follower import named
from comptoir.stock.arrivals import articles
from comptoir.stock.arrivals.models import TillArticle
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
