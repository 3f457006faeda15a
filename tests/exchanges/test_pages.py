"""The counters of two shops, side by side: who has it, who is sent, what is asked for."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import User
from comptoir.exchanges.models import Transfer
from comptoir.orders.models import Order
from comptoir.shops.models import Shop, Staff, StaffRole
from comptoir.stock.models import Offer
from tests.exchanges.pair import make_pair, sharing
from tests.factories import make_product, make_shop, make_staff

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


def test_the_list_costs_the_same_however_long() -> None:
    pair = make_pair(on_hand=9)
    ann = at_counter(pair.ann)
    page = f"/comptoir/{pair.a.slug}/collegues"

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ann.get(page).status_code == 200
        return len(queries)

    pair.ask()
    cost()  # what a process keeps is read
    first = cost()
    for _number in range(5):
        pair.ask(product_id=make_product().pk)
    assert cost() == first


def test_another_shops_copies_are_not_found_at_ones_own_counter() -> None:
    pair = make_pair()
    transfer = pair.ask()
    third = sharing(pair.network)
    Staff.objects.create(shop=third, user_id=pair.ann.id, role="staff")
    ann = at_counter(pair.ann)
    row = f"collegues/demandes/{transfer.pk}/retirer"
    assert ann.post(f"/comptoir/{third.slug}/{row}").status_code == 404
    assert ann.post(f"/comptoir/{pair.a.slug}/{row}").status_code == 302
    transfer.refresh_from_db()
    assert transfer.status == "withdrawn"


def test_who_shares_nothing_is_told_and_a_shop_of_no_network_sees_no_such_part() -> None:
    pair = make_pair()
    ann, title = at_counter(pair.ann), f"/stock/{pair.offer.product.ean}"
    Shop.objects.filter(pk=pair.a.pk).update(shares_stock=False)
    shown = ann.get(f"/comptoir/{pair.a.slug}{title}").content.decode()
    assert "ne partage pas son stock" in shown
    assert "Librairie Bêta" not in shown
    pair.a.memberships.all().delete()
    shown = ann.get(f"/comptoir/{pair.a.slug}{title}").content.decode()
    assert "Chez les collègues" not in shown


def test_an_owner_shares_the_stock_on_the_page_of_what_others_see() -> None:
    shop = make_shop()
    owner = at_counter(make_staff(shop, StaffRole.MANAGER).actor)
    address = f"/comptoir/{shop.slug}/page"
    for sent, shares in (("yes", True), ("", False)):
        assert owner.post(address, {"part": "others", "shares_stock": sent}).status_code == 302
        shop.refresh_from_db()
        assert shop.shares_stock is shares
    assert "plus partagé" in owner.get(f"{address}/historique").content.decode()


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
