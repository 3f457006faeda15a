"""An order by post as a reader makes it, without JavaScript: address, what it costs, the order."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product, ProductState
from comptoir.orders.models import Order
from comptoir.orders.operations import postal
from comptoir.releases.operations import withdraw
from comptoir.site.answers import refusals
from comptoir.terms.models import OrderTerms, TermsVersion
from tests.factories import make_offer, make_product
from tests.quotes.conftest import post_from
from tests.releases.made import DAY, released
from tests.terms.world import publish_for

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Camille Ferrand",
    "email": "camille@example.org",
    "street": "3 rue Haute",
    "postcode": "87000",
    "city": "Limoges",
    "country": "FR",
}


@pytest.fixture
def offer():
    offer = make_offer(on_hand=2, product=make_product(title="Le Grand Meaulnes"))
    post_from(offer.shop)
    publish_for(offer.shop)
    return offer


def form_of(client, offer):
    client.post("/panier", {"action": "add", "offer": offer.pk})
    return client.get(f"/reserver/par-la-poste?shop={offer.shop.slug}")


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]*)"', page.content.decode()).group(1)


def test_it_is_ordered_in_two_steps(client, offer):
    form = form_of(client, offer)
    token = hidden(form, "form")
    assert "sont gardés dix ans" in form.content.decode()
    summary = client.post("/reserver/par-la-poste", {**TYPED, "form": token})
    said = summary.content.decode()
    assert "Le Grand Meaulnes" in said
    assert "17,85" in said
    assert not Order.objects.exists()
    order = {**TYPED, "form": token, "total": hidden(summary, "total"), "action": "order"}
    order["terms"] = hidden(summary, "terms")
    answer = client.post("/reserver/par-la-poste", order)
    assert answer.status_code == 303
    placed = Order.objects.get()
    assert placed.address.lines[-1] == "87000 Limoges"
    page = client.get(answer["Location"]).content.decode()
    assert "17,85" in page
    assert "3 rue Haute" in page
    # A second click is the same order, whatever was published since.
    publish_for(offer.shop, director="Paul Martin")
    assert client.post("/reserver/par-la-poste", order)["Location"] == answer["Location"]
    postal.settle_payment(order_id=placed.pk, actor=SYSTEM)
    postal.mark_shipped(order_id=placed.pk, actor=SYSTEM)
    assert client.get(answer["Location"]).status_code == 200


def test_a_price_that_changed_is_told_and_nothing_is_ordered(client, offer):
    token = hidden(form_of(client, offer), "form")
    order = {**TYPED, "form": token, "total": "1700", "terms": "1", "action": "order"}
    answer = client.post("/reserver/par-la-poste", order)
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert hidden(answer, "total") == "1785"


def test_conditions_that_changed_since_are_shown_before_anything_is_ordered(client, offer):
    """The control: with the number of those that are in force it is ordered."""
    order = {**TYPED, "form": hidden(form_of(client, offer), "form"), "total": "1785"}
    order |= {"terms": "1", "action": "order"}
    publish_for(offer.shop, director="Paul Martin")
    answer = client.post("/reserver/par-la-poste", order)
    assert (answer.status_code, Order.objects.count()) == (409, 0)
    assert "Conditions de vente (version 2)" in answer.content.decode()
    order["terms"] = hidden(answer, "terms")
    assert client.post("/reserver/par-la-poste", order).status_code == 303
    assert OrderTerms.objects.get().version.number == 2


def test_a_shop_without_published_conditions_posts_nothing(client, offer):
    """It posted before it was asked for any. The control: `test_it_is_ordered…`."""
    form = form_of(client, offer)
    TermsVersion.objects.all().delete()
    for address in ("/panier", f"/reserver?shop={offer.shop.slug}"):
        assert b"/reserver/par-la-poste" not in client.get(address).content
    order = {**TYPED, "form": hidden(form, "form"), "total": "1785", "action": "order"}
    for sent in (order | {"action": ""}, order, order | {"terms": "1"}):
        answer = client.post("/reserver/par-la-poste", sent)
        said = answer.content.decode()
        assert "n’a pas publié ses conditions de vente" in said
        assert 'value="order"' not in said
    assert not Order.objects.exists()


def test_a_title_that_the_public_may_no_longer_see_breaks_no_summary(client, offer):
    gone = make_offer(shop=offer.shop)
    client.post("/panier", {"action": "add", "offer": gone.pk})
    asked = {**TYPED, "form": hidden(form_of(client, offer), "form")}
    Product.objects.filter(pk=gone.product_id).update(state=ProductState.UNKNOWN)
    summary = client.post("/reserver/par-la-poste", asked)
    assert hidden(summary, "total") == "1785"
    order = {"total": "1785", "terms": hidden(summary, "terms"), "action": "order"}
    assert client.post("/reserver/par-la-poste", asked | order).status_code == 409
    assert not Order.objects.exists()


def test_faults_stand_beside_their_fields(client, offer):
    token = hidden(form_of(client, offer), "form")
    answer = client.post("/reserver/par-la-poste", {**TYPED, "form": token, "postcode": "1"})
    assert answer.status_code == 400
    assert b'id="postcode-error"' in answer.content


def test_the_form_of_a_reservation_leads_there_where_the_shop_posts(client, offer):
    form_of(client, offer)
    page = client.get(f"/reserver?shop={offer.shop.slug}")
    assert b"/reserver/par-la-poste" in page.content
    held_back = released(offer.shop, offer.product, online_at=timezone.now() + DAY)
    page = client.get(f"/reserver?shop={offer.shop.slug}")
    assert b'name="form"' in page.content, "it is reserved by now, and posted later"
    assert b"/reserver/par-la-poste" not in page.content
    withdraw(release=held_back, actor=SYSTEM, now=timezone.now())
    offer.shop.tariffs.all().delete()
    page = client.get(f"/reserver?shop={offer.shop.slug}")
    assert b"/reserver/par-la-poste" not in page.content


def test_a_release_day_refuses_it_by_the_page_that_is_kept_for_all(client, offer, monkeypatch):
    """The control: forgotten, it is drawn anew, by more statements. Another refusal shows the form
    again (`test_a_price_that_changed…`)."""
    monkeypatch.setattr(refusals, "KEPT_SECONDS", 3600.0)
    token = hidden(form_of(client, offer), "form")
    order = {**TYPED, "form": token, "total": "1785", "terms": "1", "action": "order"}
    released(offer.shop, offer.product, at=timezone.now() + DAY)
    said, asked = [], []
    for forget in (False, False, True):
        if forget:
            refusals.pages.forget()
        with CaptureQueriesContext(connection) as looked:
            said.append(client.post("/reserver/par-la-poste", order))
        asked.append(len(looked))
    assert [answer.status_code for answer in said] == [409, 409, 409]
    assert "se réserve à partir du" in said[1].content.decode()
    assert f"/reserver/par-la-poste?shop={offer.shop.slug}" in said[1].content.decode()
    assert asked[1] < asked[2]
