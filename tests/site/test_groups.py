"""Reserving in several shops at once, as a reader without JavaScript does."""

import re

import pytest
from django.core import mail
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.core.words import spaced_code
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.errors import Busy
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import mark_not_found, place
from comptoir.shops.models import Shop
from comptoir.shops.operations.memberships import join_network
from comptoir.site import reservation
from comptoir.site.basket import BasketLine
from comptoir.site.groups import form as group_form
from comptoir.site.groups.form import link
from comptoir.stock.models import Offer
from tests.factories import make_network, persons_request_for, request_for
from tests.site.flows import choose, hidden, text

pytestmark = pytest.mark.django_db
READER = {"name": "Camille Ferrand", "email": "camille@example.org", "phone": "", "website": ""}


@pytest.fixture
def chosen(client, street):
    """The form for a book in Poitiers and a record elsewhere, both in the basket."""
    choose(client, street.offer)
    choose(client, street.record_offer)
    return client.get("/reserver/ensemble")


def send(client: Client, page, **typed: str):
    """Fill in and send the form."""
    return client.post("/reserver/ensemble", {**READER, "form": hidden(page, "form"), **typed})


def gone(offer: Offer) -> None:
    for _copy in range(offer.on_hand):
        place(request_for(offer, trusted=True))


def link_of_mail(client: Client) -> str:
    deliver(message_id=Message.objects.get(template="group_confirm").pk)
    (found,) = set(re.findall(r"/reservation/groupe/\S+/confirmer/\w+", mail.outbox[-1].body))
    return found


def test_a_basket_of_two_shops_offers_to_reserve_at_once(client, street):
    choose(client, street.offer)
    assert "/reserver/ensemble" not in client.get("/panier").content.decode()
    assert client.get("/reserver/ensemble").status_code == 302
    choose(client, street.record_offer)
    assert "/reserver/ensemble" in client.get("/panier").content.decode()


def test_one_form_reserves_in_both_and_one_link_confirms(client, chosen, street):
    assert "Librairie du Pilori" in text(chosen)
    assert "Sillon" in text(chosen)
    placed = send(client, chosen)
    group = OrderGroup.objects.get()
    assert (placed.status_code, placed["Location"]) == (303, f"/reservation/groupe/{group.token}")
    page = client.get(placed["Location"])
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert "camille@example.org" in text(page)
    assert client.cookies["basket"].value == ""
    confirm = link_of_mail(client)
    assert Order.objects.filter(status=OrderStatus.UNCONFIRMED).count() == 2
    assert client.get(confirm).status_code == 200
    assert Order.objects.filter(status=OrderStatus.UNCONFIRMED).count() == 2
    assert client.post(confirm).status_code == 303
    assert Order.objects.filter(status=OrderStatus.PLACED, verified=True).count() == 2
    assert client.get(confirm).status_code == 303
    assert "person" in client.cookies
    shown = client.get(placed["Location"]).content.decode()
    assert all(spaced_code(order.code) in shown for order in Order.objects.all())


def test_the_same_form_twice_is_one_group(client, chosen):
    first, second = send(client, chosen), send(client, chosen)
    assert first["Location"] == second["Location"]
    assert OrderGroup.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "where", "name"),
    [
        ("/reserver", reservation, "place_checked"),
        ("/reserver/ensemble", group_form, "place_checked_group"),
    ],
)
def test_who_is_told_to_try_again_sends_the_same_form(
    client, chosen, street, monkeypatch, path, where, name
):
    """It was placed, but later than anybody waited for."""
    page = chosen if path != "/reserver" else choose(client, street.offer)
    placing = getattr(where, name)

    def too_late(checked):
        placing(checked)
        raise Busy

    with monkeypatch.context() as slow:
        slow.setattr(where, name, too_late)
        told = client.post(path, {**READER, "form": hidden(page, "form")})
    assert told.status_code == 503
    placed = Order.objects.count()
    again = client.post(path, {**READER, "form": hidden(told, "form")})
    assert (again.status_code, Order.objects.count()) == (303, placed)


def test_the_same_form_twice_is_one_group_even_of_the_last_copies(client, chosen, street):
    Offer.objects.filter(pk__in=[street.offer.pk, street.record_offer.pk]).update(
        on_hand=1, counted=1
    )
    first, second = send(client, chosen), send(client, chosen)
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    assert OrderGroup.objects.count() == 1


def test_what_a_shop_refuses_stays_in_the_basket_and_is_told(client, chosen, street):
    gone(street.record_offer)
    placed = send(client, chosen, mode="each")
    shown = text(client.get(placed["Location"]))
    assert "Préludes" in shown
    assert Order.objects.filter(group__isnull=False).count() == 1
    assert "Préludes" in text(client.get("/panier"))
    assert "Flaubert" not in text(client.get("/panier"))


def test_all_or_nothing_is_refused_in_the_form_and_keeps_what_was_typed(client, chosen, street):
    gone(street.record_offer)
    refused = send(client, chosen, mode="all")
    assert refused.status_code == 409
    assert not OrderGroup.objects.exists()
    body = refused.content.decode()
    assert 'value="Camille Ferrand"' in body
    assert re.search(r'value="all" checked', body)
    assert "Sillon" in text(refused)
    again = send(client, refused, mode="all")
    assert again.status_code == 303
    assert Order.objects.filter(group__isnull=False).count() == 1


def test_faults_stand_beside_their_fields(client, chosen):
    wrong = send(client, chosen, name="", email="nobody")
    assert wrong.status_code == 400
    body = wrong.content.decode()
    assert 'id="name-error"' in body
    assert 'id="email-error"' in body
    assert not Order.objects.exists()


def test_a_machine_that_fills_in_all_places_nothing(client, chosen):
    assert send(client, chosen, website="x")["Location"] == "/"
    assert not Order.objects.exists()


@pytest.mark.parametrize("form", ["", "altered"])
def test_an_altered_form_places_nothing(client, chosen, form):
    assert send(client, chosen, form=form)["Location"] == "/panier"
    assert not Order.objects.exists()


def test_a_person_needs_no_link(client, chosen, street):
    send(client, chosen)
    client.post(link_of_mail(client))
    choose(client, street.offer)
    choose(client, street.far_offer)
    page = client.get("/reserver/ensemble")
    send(client, page)
    assert Order.objects.order_by("-pk")[0].status == OrderStatus.PLACED
    page = client.get(link(lines_of(street.offer, street.far_offer)))
    forgotten = send(client, page, action="forget")
    assert forgotten.status_code == 200
    assert client.cookies["person"].value == ""


def lines_of(*offers: Offer) -> list[BasketLine]:
    return [BasketLine(offer.shop_id, offer.product_id, offer.pk) for offer in offers]


def test_a_link_opens_the_form_for_its_own_lines(client, street):
    page = client.get(link(lines_of(street.offer, street.record_offer), GroupMode.ALL))
    assert re.search(r'value="all" checked', page.content.decode())
    assert send(client, page, mode="all").status_code == 303
    assert OrderGroup.objects.get().mode == GroupMode.ALL
    assert client.get("/reserver/ensemble?choix=altered")["Location"] == "/panier"


def test_what_is_no_longer_whole_is_confirmed_only_if_its_reader_says_so(client, chosen):
    send(client, chosen, mode="all")
    confirm = link_of_mail(client)
    first = Order.objects.order_by("pk")[0]
    mark_not_found(line_id=first.lines.get().pk, actor=SYSTEM)
    refused = client.post(confirm)
    assert refused.status_code == 409
    assert 'value="rest"' in refused.content.decode()
    assert Order.objects.filter(status=OrderStatus.UNCONFIRMED).count() == 1
    assert client.post(confirm, {"action": "rest"}).status_code == 303
    assert Order.objects.filter(status=OrderStatus.PLACED).count() == 1


def test_a_link_that_came_too_late_says_so(client, chosen):
    send(client, chosen)
    confirm = link_of_mail(client)
    Order.objects.update(confirm_by="2020-01-01T00:00Z")
    late = client.post(confirm)
    assert late.status_code == 409
    assert 'value="rest"' not in late.content.decode()


def test_all_are_cancelled_from_the_page(client, chosen):
    page = send(client, chosen)["Location"]
    assert client.get(f"{page}/annuler").status_code == 200
    assert not Order.objects.filter(status=OrderStatus.CANCELLED).exists()
    assert client.post(f"{page}/annuler")["Location"] == page
    assert Order.objects.filter(status=OrderStatus.CANCELLED).count() == 2
    assert client.get(f"{page}/annuler")["Location"] == page


def test_each_order_s_page_leads_to_all_of_them(client, chosen, street):
    page = send(client, chosen)["Location"]
    order = Order.objects.all()[0]
    assert page in client.get(f"/reservation/{order.token}").content.decode()
    alone = place(persons_request_for(street.far_offer))
    assert "/reservation/groupe/" not in client.get(f"/reservation/{alone.token}").content.decode()


@pytest.mark.parametrize("rest", ["", "/annuler", "/confirmer/nothing"])
def test_a_damaged_link_says_so(client, rest):
    answer = client.get(f"/reservation/groupe/nothing{rest}")
    assert answer.status_code == 404


def test_both_forms_keep_the_network_of_their_host(client, chosen, street, settings):
    settings.ALLOWED_HOSTS = ["libraires.example.org", "testserver"]
    network = make_network(host="libraires.example.org")
    for shop in Shop.objects.all():
        join_network(shop=shop, network=network, actor=SYSTEM)
    host = {"headers": {"host": "libraires.example.org"}}
    data = {**READER, "form": hidden(chosen, "form")}
    client.post("/reserver/ensemble", data, **host)
    alone = choose(client, street.far_offer)
    client.post("/reserver", {**READER, "form": hidden(alone, "form")}, **host)
    assert list(Order.objects.values_list("network", flat=True)) == [network.pk] * 3
