"""Who confirmed an address in a browser need not confirm it there again; elsewhere one does."""

import time
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.orders.contacts import confirmation_proof, contact_key
from comptoir.orders.models import KnownContact, Order, OrderStatus
from comptoir.orders.operations import set_aside
from comptoir.orders.operations.known_contacts import MARKED_FOR
from comptoir.orders.persons.mark import SALT
from comptoir.site import person
from comptoir.site.answers import sent
from tests.factories import make_offer
from tests.site.flows import choose, hidden, send, text

ADDRESS = "camille@example.org"


@pytest.fixture
def offer(street):
    return make_offer(shop=street.near, on_hand=50)


def reserve(client: Client, offer, **typed: str) -> Order:
    """Reserve a copy and return the order."""
    response = send(client, choose(client, offer), **typed)
    assert response.status_code == 303
    return Order.objects.get(token=response.url.rsplit("/", 1)[1])


def press_the_link(client: Client, order: Order) -> None:
    """Press the button behind the link of the order's mail."""
    path = f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}"
    assert client.post(path).status_code == 303


@pytest.fixture
def marked(client, offer) -> Client:
    """Return a browser in which the address was confirmed."""
    press_the_link(client, reserve(client, offer))
    return client


def test_the_second_reservation_needs_no_link(marked, offer):
    order = reserve(marked, offer)
    assert (order.status, order.verified) == (OrderStatus.PLACED, True)
    assert [mail.template for mail in Message.objects.order_by("pk")] == [
        "order_confirm",
        "order_placed",
        "order_placed",
    ]


def test_another_browser_confirms_by_the_link(marked, offer):
    """A stranger who types the address is told what everybody is told."""
    elsewhere = Client()
    order = reserve(elsewhere, offer)
    assert (order.status, order.verified) == (OrderStatus.UNCONFIRMED, False)
    assert "Confirmez par le lien du courriel" in text(elsewhere.get(f"/reservation/{order.token}"))
    assert person.COOKIE not in elsewhere.cookies
    press_the_link(elsewhere, order)
    assert reserve(elsewhere, offer).status == OrderStatus.PLACED


def test_control_without_the_mark_a_stranger_would_be_that_person(marked, offer, monkeypatch):
    monkeypatch.setattr(sent, "_is_person", lambda request, email_key: True)
    assert reserve(Client(), offer).status == OrderStatus.PLACED


def sent_again_after_the_link(offer) -> Client:
    """Reserve with an address, have its owner confirm elsewhere, and send the same form again;
    return the browser that sent it."""
    stranger = Client()
    form = choose(stranger, offer)
    order = Order.objects.get(token=send(stranger, form).url.rsplit("/", 1)[1])
    press_the_link(Client(), order)
    again = send(stranger, form)
    assert (again.status_code, again.url) == (303, f"/reservation/{order.token}")
    return stranger


def test_a_form_sent_again_after_the_link_was_pressed_elsewhere_marks_nobody(client, offer):
    stranger = sent_again_after_the_link(offer)
    assert person.COOKIE not in stranger.cookies
    assert reserve(stranger, offer).status == OrderStatus.UNCONFIRMED


def test_control_by_the_order_alone_whoever_typed_the_address_would_be_marked(offer, monkeypatch):
    monkeypatch.setattr(sent, "_is_person", lambda request, email_key: True)
    assert person.COOKIE in sent_again_after_the_link(offer).cookies


def test_the_mark_is_of_one_address(marked, offer):
    assert reserve(marked, offer, email="autre@example.org").status == OrderStatus.UNCONFIRMED
    KnownContact.objects.create(
        key=contact_key("autre@example.org"),
        confirmed_at=Order.objects.latest("placed_at").placed_at,
    )
    assert reserve(marked, offer, email="autre@example.org").status == OrderStatus.UNCONFIRMED
    assert reserve(marked, offer, email=" Camille@Example.org ").status == OrderStatus.PLACED
    assert (
        reserve(marked, offer, email="", phone="06 12 34 56 78").status == OrderStatus.UNCONFIRMED
    )


def mark_of(age: timedelta, monkeypatch) -> str:
    """Return a mark that was made so long ago."""
    then = time.time() - age.total_seconds()
    with monkeypatch.context() as past:
        past.setattr(signing.time, "time", lambda: then)
        return signing.dumps(contact_key(ADDRESS), salt=SALT)


def test_a_mark_of_long_ago_is_none(marked, offer, monkeypatch):
    minute = timedelta(minutes=1)
    marked.cookies[person.COOKIE] = mark_of(MARKED_FOR + minute, monkeypatch)
    assert reserve(marked, offer).status == OrderStatus.UNCONFIRMED
    marked.cookies[person.COOKIE] = mark_of(MARKED_FOR - minute, monkeypatch)
    assert reserve(marked, offer).status == OrderStatus.PLACED


@pytest.mark.parametrize("kind", ["altered", "of another use", "unsigned", "too long"])
def test_a_mark_that_is_not_ours_is_none(marked, offer, kind):
    key, ours = contact_key(ADDRESS), marked.cookies[person.COOKIE].value
    marked.cookies[person.COOKIE] = {
        "altered": ours[:-1] + ("A" if ours[-1] != "A" else "B"),
        "of another use": signing.dumps(key, salt="comptoir.site.typed"),
        "unsigned": key,
        "too long": "a" * 9000,
    }[kind]
    assert reserve(marked, offer).status == OrderStatus.UNCONFIRMED


def test_the_mark_holds_a_fingerprint_and_nothing_else(marked):
    mark = marked.cookies[person.COOKIE]
    assert signing.loads(mark.value, salt=SALT) == contact_key(ADDRESS)
    assert "camille" not in str(mark)
    assert (mark["httponly"], mark["samesite"], mark["path"]) == (True, "Strict", "/reserver")
    assert mark["max-age"] == MARKED_FOR.total_seconds()
    assert not mark["domain"]
    assert not mark["secure"]


def test_the_mark_goes_by_https_alone_where_the_site_does(client, offer, settings):
    settings.SECURE = True
    press_the_link(client, reserve(client, offer))
    assert client.cookies[person.COOKIE]["secure"]


def test_a_reservation_renews_the_mark(marked, offer):
    marked.cookies[person.COOKIE]["max-age"] = 1
    reserve(marked, offer)
    assert marked.cookies[person.COOKIE]["max-age"] == MARKED_FOR.total_seconds()


def test_the_link_counts_too_where_the_shops_tap_came_first(client, offer):
    order = reserve(client, offer)
    set_aside(order_id=order.pk, actor=SYSTEM)
    press_the_link(client, order)
    assert reserve(client, offer).status == OrderStatus.PLACED


def test_reading_the_link_marks_nobody(client, offer):
    order = reserve(client, offer)
    path = f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}"
    for response in (client.get(path), client.head(path), client.post(f"{path[:-1]}x")):
        assert person.COOKIE not in response.cookies


def test_the_form_says_what_it_knows_and_forgets_it(marked, offer):
    form = choose(marked, offer)
    assert "Avec l’adresse confirmée dans ce navigateur" in text(form)
    sent = {"form": hidden(form, "form"), "action": "forget", "name": "Camille Bru"}
    response = marked.post("/reserver", sent)
    assert response.status_code == 200
    assert "Ce navigateur a oublié l’adresse confirmée." in text(response)
    assert 'value="Camille Bru"' in response.text, "what was typed stays"
    assert "La première fois dans ce navigateur" in text(response)
    assert marked.cookies[person.COOKIE].value == ""
    assert "La première fois dans ce navigateur" in text(choose(marked, offer))
    assert reserve(marked, offer).status == OrderStatus.UNCONFIRMED


def test_who_has_as_many_as_allowed_is_told_at_the_link(client, offer, settings):
    settings.OPEN_ORDERS_PER_PERSON = 1
    first, second = reserve(client, offer), reserve(client, offer)
    press_the_link(client, first)
    path = f"/reservation/{second.token}/confirmer/{confirmation_proof(second)}"
    refused = client.post(path)
    assert refused.status_code == 409
    assert "déjà 1 réservation en cours" in text(refused)
    assert "Je confirme" in text(refused)


def test_the_privacy_page_names_every_cookie(client, offer, street):
    """Nobody is tracked: what a browser keeps of us is declared, and nothing else is kept."""
    client.get("/?near=Poitiers")
    client.post("/i18n/setlang/", {"language": "fr"})
    send(client, choose(client, offer), email="camille@")
    press_the_link(client, reserve(client, offer))
    choose(client, street.offer)
    said = client.get("/vie-privee").content.decode()
    kept = set(client.cookies)
    assert {"near", "basket", "typed", "person"} <= kept
    assert {name for name in kept if f"<dt>{name}</dt>" not in said} == set()


def test_pages_that_are_only_read_tell_nobody_from_another(street):
    for path in ("/", "/boutiques", f"/titre/{street.book.ref}", "/vie-privee"):
        assert set(Client().get(path).cookies) <= {"csrftoken"}, path
