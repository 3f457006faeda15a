"""The counters of two shops, side by side: who has it, who is sent, what is asked for."""

import pytest
from django.test import Client

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import User
from comptoir.exchanges.models import Transfer
from comptoir.orders.models import Order
from comptoir.stock.models import Offer
from tests.exchanges.pair import make_pair

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def at_counter(actor: Actor) -> Client:
    """Return the browser of somebody who is signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.id), backend=BACKEND)
    return client


def test_a_copy_is_asked_for_and_arrives_by_taps_alone() -> None:
    pair = make_pair(on_hand=2)
    ann, bob = at_counter(pair.ann), at_counter(pair.bob)
    a, b = f"/comptoir/{pair.a.slug}", f"/comptoir/{pair.b.slug}"
    shown = ann.get(f"{a}/stock/{pair.offer.product.ean}").content.decode()
    assert "Librairie Bêta" in shown
    ask = f"{a}/collegues/exemplaires/{pair.offer.pk}/demander"
    assert ask in shown
    assert ann.post(ask, {"quantity": "1"}).status_code == 302
    transfer = Transfer.objects.get()
    row = f"/collegues/demandes/{transfer.pk}"
    assert "Librairie Alpha" in bob.get(f"{b}/collegues").content.decode()
    assert "1" in bob.get(f"{b}/").content.decode()
    for client, address in (
        (bob, f"{b}{row}/accepter"),
        (bob, f"{b}{row}/envoye"),
        (ann, f"{a}{row}/arrive"),
    ):
        assert client.post(address).status_code == 302
    transfer.refresh_from_db()
    assert transfer.status == "arrived"
    assert Offer.objects.get(shop=pair.a).on_hand == 1


def test_a_customer_is_sent_to_a_colleague_and_both_counters_see_it() -> None:
    pair = make_pair()
    ann, bob = at_counter(pair.ann), at_counter(pair.bob)
    form = f"/comptoir/{pair.a.slug}/collegues/exemplaires/{pair.offer.pk}/client"
    sent = ann.post(form, {"name": "Camille Ferrand", "contact": "camille@example.org"})
    assert sent.status_code == 302
    order = Order.objects.get()
    assert (order.shop, order.passed_by) == (pair.b, pair.a)
    assert "Camille Ferrand" in ann.get(f"/comptoir/{pair.a.slug}/collegues").content.decode()
    slip = bob.get(f"/comptoir/{pair.b.slug}/reservations/{order.pk}").content.decode()
    assert "Librairie Alpha" in slip
