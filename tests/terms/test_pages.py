"""Conditions are read before the order, with the notice, who made it, and the button's words."""

import pytest
from django.test import Client

from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.terms.models import OrderTerms
from tests.factories import make_offer, make_shop, persons_request_for
from tests.payments.world import offers_of, posted_order
from tests.quotes.conftest import post_from
from tests.terms.world import publish_for

pytestmark = pytest.mark.django_db
ADDRESS = {
    "name": "Léa Morin",
    "email": "lea@example.org",
    "street": "3 rue Haute",
    "postcode": "87000",
    "city": "Limoges",
    "country": "FR",
}


def summary(client: Client, offer) -> str:
    client.post("/panier", {"offer": offer.pk, "action": "add"})
    form = client.get(f"/reserver/par-la-poste?shop={offer.shop.slug}")
    token = form.context["form"]
    return client.post("/reserver/par-la-poste", ADDRESS | {"form": token}).content.decode()


def test_pages_say_the_version_in_force_and_older_ones(client):
    shop = make_shop()
    assert client.get(f"/boutiques/{shop.slug}/conditions").status_code == 404
    publish_for(shop)
    publish_for(shop, director="Paul Martin")
    for path, words in {
        "conditions": "garantie légale de conformité",
        "mentions-legales": "Paul Martin",
        "vie-privee": "CNIL",
    }.items():
        page = client.get(f"/boutiques/{shop.slug}/{path}").content.decode()
        assert words in page
        assert "Version" in page
    old = client.get(f"/boutiques/{shop.slug}/conditions/1").content.decode()
    assert "version antérieure" in old
    assert client.get(f"/boutiques/{shop.slug}/conditions/9").status_code == 404


def test_an_order_names_the_version_it_was_made_under_and_one_to_collect_none():
    (offer,) = offers_of(make_shop(), 1290, on_hand=3)
    first = publish_for(offer.shop)
    order = posted_order(offer)
    publish_for(offer.shop, director="Paul Martin")
    assert OrderTerms.objects.get(order=order).version_id == first.pk
    place(persons_request_for(make_offer()))
    assert Order.objects.count() == 2
    assert OrderTerms.objects.count() == 1


def test_what_law_wants_before_the_order_stands_before_its_button(client, settings):
    (offer,) = offers_of(make_shop(), 1290, on_hand=3)
    post_from(offer.shop)
    publish_for(offer.shop)
    page = summary(client, offer)
    button = page.index("Commande avec obligation de paiement")
    for words in ("Garantie légale de conformité", "Conditions de vente (version 1)"):
        assert 0 < page.index(words) < button
    assert page.count("Renoncer au contrat ici") >= 2


@pytest.mark.parametrize("path", ["/", "/boutiques", "/panier", "/vie-privee", "/agenda"])
def test_every_page_leads_to_the_withdrawal(client, path):
    assert 'href="/retractation"' in client.get(path).content.decode()
