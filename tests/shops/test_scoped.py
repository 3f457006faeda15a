"""What belongs to a shop is visible to whoever works there, whatever it is."""

import pytest
from django.apps import apps

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.shops.models import Shop, ShopScoped
from comptoir.stock.models import Offer
from tests.factories import make_offer, make_staff

SCOPED = [
    model for model in apps.get_models() if isinstance(model._default_manager.all(), ShopScoped)
]


def test_these_models_are_scoped():
    assert sorted(model.__name__ for model in SCOPED) == [
        "Account",
        "Arrival",
        "Bundle",
        "Buyer",
        "Capture",
        "Conditions",
        "Contract",
        "Delivery",
        "Endpoint",
        "Event",
        "LegalIdentity",
        "Maker",
        "Offer",
        "Order",
        "Paper",
        "Parcel",
        "Pick",
        "PriceDecision",
        "Purchase",
        "Refund",
        "Report",
        "Series",
        "Session",
        "ShopAlert",
        "StockCount",
        "Supplier",
        "Supply",
        "Tariff",
        "TermsVersion",
        "Transfer",
        "Upload",
        "Wish",
        "Withdrawal",
    ]


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_its_path_leads_to_the_shop(model):
    field = None
    for part in model._default_manager.all().shop_path.split("__"):
        field = (field.related_model if field else model)._meta.get_field(part)
    assert field.related_model is Shop


@pytest.mark.django_db
def test_an_actor_sees_the_rows_of_the_shop_where_it_works():
    here, there = make_offer(), make_offer()
    user = make_staff(here.shop)
    seen = Offer.objects.visible_to(user.actor)
    assert list(seen) == [here]
    assert set(Offer.objects.visible_to(SYSTEM)) == {here, there}
    assert not Offer.objects.visible_to(READER).exists()
