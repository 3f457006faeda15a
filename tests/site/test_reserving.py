"""From a title to a reservation, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.notifications.models import Message
from comptoir.orders import operations
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import cancel, expire_due
from comptoir.site import basket as baskets
from comptoir.stock.models import Offer
from tests import factories
from tests.factories import confirm_by_mail
from tests.site.flows import choose, send, text

PRIVATE = {"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow"}


def available(offer: Offer) -> int:
    offer.refresh_from_db()
    return offer.on_hand - offer.held


def confirm_path(order: Order) -> str:
    """Return the address that only the mail tells."""
    return f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}"


def test_search_to_reservation(client, street, index):
    index()
    results = client.get("/recherche?q=education+sentimentale&near=Poitiers").content.decode()
    offer = re.search(r'name="offer" value="(\d+)"', results)[1]
    form = client.post("/panier", {"action": "add", "offer": offer}, follow=True)
    said = text(form)
    assert "Gardé pour vous jusqu’à" in said
    response = send(client, form)
    assert response.status_code == 303
    order = Order.objects.get()
    assert response.url == f"/reservation/{order.token}"
    assert order.status == OrderStatus.UNCONFIRMED
    assert available(street.offer) == 1
    page = client.get(response.url)
    said = text(page)
    assert "Confirmez par le lien du courriel" in said
    assert f"{order.code[:4]} {order.code[4:]}" in said.replace("\u00a0", " ")
    assert Message.objects.get().to == "camille@example.org"
    assert text(client.get("/panier")).count("Il est vide") == 1


def test_the_link_of_the_mail_confirms_by_a_button_only(client, street):
    order = Order.objects.get(
        token=send(client, choose(client, street.offer)).url.rsplit("/", 1)[1]
    )
    path = confirm_path(order)
    assert client.get(f"{path[:-1]}x").status_code == 404
    assert "Je confirme" in text(client.get(path))
    client.head(path)
    order.refresh_from_db()
    assert order.status == OrderStatus.UNCONFIRMED
    assert client.post(path).status_code == 303
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED
    assert client.get(path).status_code == 303
    assert "prépare votre réservation" in text(client.get(f"/reservation/{order.token}"))


def test_too_late_to_confirm(client, street):
    send(client, choose(client, street.offer))
    Order.objects.update(confirm_by=timezone.now() - timedelta(minutes=1))
    response = client.post(confirm_path(Order.objects.get()))
    assert response.status_code == 409
    assert "Il est trop tard pour confirmer" in text(response)


def test_a_phone_alone_waits_for_the_shop(client, street):
    response = send(client, choose(client, street.offer), email="", phone="06 12 34 56 78")
    said = text(client.get(response.url))
    assert "La boutique confirmera" in said
    assert client.get(confirm_path(Order.objects.get())).status_code == 200


def test_a_double_click_reserves_once(client, street):
    form = choose(client, street.offer)
    first, second = send(client, form), send(client, form)
    assert first.url == second.url
    assert Order.objects.count() == 1
    assert available(street.offer) == 1


def test_two_forms_reserve_twice(client, street):
    """The control of the test above: it is the form, not the person, that counts once."""
    first = send(client, choose(client, street.offer))
    second = send(client, choose(client, street.offer))
    assert first.url != second.url
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": " "}, ["name"]),
        ({"email": "camille@", "phone": "12"}, ["email", "phone"]),
        ({"name": "", "email": "", "phone": ""}, ["name", "contact"]),
        ({"email": "", "phone": "06"}, ["phone"]),
    ],
)
def test_errors_are_beside_their_field_and_nothing_is_lost(client, street, typed, words):
    response = send(client, choose(client, street.offer), **typed)
    page = response.content.decode()
    assert response.status_code == 400
    for word in words:
        assert f'id="{word}-error"' in page
    assert page.count('class="field__error"') == len(words)
    kept = {"name": "Camille Ferrand", "email": "camille@example.org", **typed}
    assert f'name="email" value="{kept["email"]}"' in page
    assert f'name="name" value="{kept["name"]}"' in page
    assert not Order.objects.exists()


# What is typed or asked, and the field that it is wrong in.
def test_errors_speak_the_language(client, street):
    form = choose(client, street.offer)
    english = {"Accept-Language": "en"}
    values = {"form": re.search(r'name="form" value="([^"]*)"', form.content.decode())[1]}
    response = client.post("/reserver", values | {"phone": "06 12"}, headers=english)
    assert "Please give a name" in text(response)
    there = re.search(r'name="next" value="([^"]*)"', response.content.decode())[1]
    assert 'value="06 12"' in client.get(there).content.decode(), "the other language has it too"


def test_a_copy_gone_meanwhile_is_said_with_the_next_shops(client, street):
    form = choose(client, street.offer)
    Offer.objects.filter(pk=street.offer.pk).update(on_hand=0)
    response = send(client, form)
    said = text(response)
    assert response.status_code == 409
    assert "Quelqu’un a été plus rapide" in said
    assert "Librairie du Donjon" in said
    assert not Order.objects.exists()
    page = response.content.decode()
    assert f'value="{street.far_offer.pk}"' in page
    instead = re.search(r'name="instead" value="([^"]*)"', page)[1]
    swap = {"action": "add", "offer": street.far_offer.pk, "instead": instead}
    form = client.post("/panier", swap, follow=True)
    assert "Librairie du Donjon, Niort" in text(form)
    assert 'name="email" value="camille@example.org"' in form.content.decode()
    assert "Pilori" not in text(client.get("/panier"))
    assert send(client, form).status_code == 303


def test_a_copy_that_has_gone_is_not_in_the_total(client, street):
    first, second, third = (
        factories.make_offer(shop=street.near, on_hand=3, price_cents=cents)
        for cents in (1000, 200, 30)
    )
    for offer in (first, second):
        choose(client, offer)
    form = text(choose(client, third))
    assert "Total, à payer au comptoir : 12,30 €" in form
    Offer.objects.filter(pk=second.pk).update(on_hand=0)
    form = text(client.get(f"/reserver?shop={street.near.slug}"))
    assert "Total, à payer au comptoir : 10,30 €" in form
    assert "Réserver ici" in text(client.get("/panier"))
    Offer.objects.filter(pk__in=(first.pk, third.pk)).update(on_hand=0)
    assert "Réserver ici" not in text(client.get("/panier"))


def test_several_titles_of_a_shop_make_one_order(client, street):
    other = factories.make_offer(shop=street.near, on_hand=3)
    choose(client, street.offer)
    choose(client, street.record_offer)
    form = choose(client, other)
    response = send(client, form)
    order = Order.objects.get()
    assert order.lines.count() == 2
    assert response.url.endswith(order.token)
    left = text(client.get("/panier"))
    assert "Sillon" in left
    assert "Pilori" not in left


def test_quantities_change_and_lines_go(client, street):
    choose(client, street.offer)
    line = f"{street.near.pk}-{street.book.pk}-{street.offer.pk}"
    form = client.post(
        "/panier",
        {"action": "quantity", "line": line, "quantity": "2", "shop": "pilori"},
        follow=True,
    )
    assert "17,80" in text(form)
    send(client, form)
    assert available(street.offer) == 0
    choose(client, street.record_offer)
    key = f"{street.records.pk}-{street.record.pk}-{street.record_offer.pk}"
    emptied = client.post("/panier", {"action": "remove", "line": key}, follow=True)
    assert "Il est vide" in text(emptied)


def test_a_number_of_five_thousand_digits_is_no_quantity(client, street):
    choose(client, street.offer)
    line = f"{street.near.pk}-{street.book.pk}-{street.offer.pk}"
    asked = {"action": "quantity", "line": line, "quantity": "9" * 5000}
    assert "8,90" in text(client.post("/panier", asked, follow=True))


def test_a_special_order(client, street):
    values = {"action": "add", "shop": street.near.pk, "product": street.nowhere.pk}
    form = client.post("/panier", values, follow=True)
    assert "à commander par la boutique" in text(form)
    response = send(client, form)
    confirm_by_mail(Order.objects.get())
    said = text(client.get(response.url))
    assert "La boutique le commande à son fournisseur" in said
    assert client.get(f"{response.url}/retrait.ics").status_code == 404


def test_a_shop_that_orders_nothing_is_not_asked(client, street):
    values = {"action": "add", "shop": street.far.pk, "product": street.nowhere.pk}
    refused = client.post("/panier", values)
    assert refused.status_code == 409
    assert "ne commande pas ce titre" in text(refused)


@pytest.mark.parametrize("cookie", ["x", "W10:1:2", "a" * 5000, '{"lines":[]}'])
def test_an_altered_basket_is_empty(client, street, cookie):
    client.cookies[baskets.COOKIE] = cookie
    assert "Il est vide" in text(client.get("/panier"))


def test_a_basket_signed_for_something_else_is_empty(client, street):
    rows = [[street.near.pk, street.book.pk, street.offer.pk, 1]]
    client.cookies[baskets.COOKIE] = signing.dumps(rows, salt="elsewhere")
    assert "Il est vide" in text(client.get("/panier"))
    client.cookies[baskets.COOKIE] = signing.dumps(rows, salt=baskets.SALT)
    assert "Pilori" in text(client.get("/panier"))


def test_what_was_typed_is_forgotten_once_it_has_served(client, street):
    send(client, choose(client, street.offer), name="")
    assert "camille@example.org" in choose(client, street.offer).content.decode()
    send(client, choose(client, street.offer))
    assert "camille@example.org" not in choose(client, street.far_offer).content.decode()
    client.cookies["typed"] = "altered"
    assert choose(client, street.far_offer).status_code == 200


def test_an_altered_form_places_nothing(client, street):
    form = choose(client, street.offer)
    response = send(client, form, form="x:y:z")
    assert response.url == "/panier"
    assert not Order.objects.exists()


def test_a_basket_holds_twenty_titles():
    full = baskets.Basket()
    for number in range(30):
        full = full.add(baskets.BasketLine(1, number))
    assert len(full.lines) == 20
    assert full.add(baskets.BasketLine(1, 3)) == full


@pytest.mark.parametrize(
    "values", [{"offer": "999999"}, {"offer": "x"}, {"shop": "1"}, {"product": "9" * 30}, {}]
)
def test_what_is_not_there_cannot_be_chosen(client, street, values):
    assert client.post("/panier", {"action": "add", **values}).status_code == 404


def test_a_robot_that_fills_everything_places_nothing(client, street):
    response = send(client, choose(client, street.offer), website="https://spam.example")
    assert response.url == "/"
    assert not Order.objects.exists()


def test_who_reserves_very_often_is_slowed(client, street, settings):
    settings.RATE_LIMITS, settings.PROXIES, settings.ORDERS_PER_ADDRESS = True, 1, 1
    form = choose(client, street.offer)
    mine, other = "198.51.100.17", "198.51.100.18"
    client.defaults["HTTP_X_FORWARDED_FOR"] = mine
    assert send(client, form).status_code == 303
    client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.1, {mine}"
    # The same form again is the same reservation; another form is another one.
    assert send(client, form).status_code == 303
    form = choose(client, street.offer)
    refused = send(client, form)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Un peu moins vite" in text(refused)
    client.defaults["HTTP_X_FORWARDED_FOR"] = other
    assert send(client, form).status_code == 303


def test_who_places_and_cancels_all_the_time_is_told_in_the_form(client, street, settings):
    settings.ORDERS_PER_HOUR = 1
    send(client, choose(client, street.offer))
    cancel(token=Order.objects.get().token, actor=READER)
    response = send(client, choose(client, street.offer))
    assert response.status_code == 409
    assert "1 réservation en une heure" in text(response)


def test_more_open_orders_than_allowed_is_said(client, street, settings):
    settings.OPEN_ORDERS_PER_PERSON = 1
    send(client, choose(client, street.offer))
    client.post(confirm_path(Order.objects.get()))
    response = send(client, choose(client, street.far_offer))
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()
    assert "camille@example.org" in response.content.decode()


def test_the_page_of_a_reservation_is_private(client, street):
    url = send(client, choose(client, street.offer)).url
    for path in (url, f"{url}/code.svg", f"{url}/annuler", f"{url}/retrait.ics"):
        response = client.get(path)
        assert response.status_code == 200, path
        assert "no-store" in response.headers["Cache-Control"]
        for name, value in PRIVATE.items():
            assert response.headers[name] == value
    assert client.get("/reservation/nobody").status_code == 404


def test_cancelling_asks_first(client, street):
    url = send(client, choose(client, street.offer)).url
    assert "Annuler cette réservation" in text(client.get(f"{url}/annuler"))
    assert available(street.offer) == 1
    assert client.post(f"{url}/annuler").status_code == 303
    assert available(street.offer) == 2
    assert "Cette réservation est annulée" in text(client.get(url))
    assert client.get(f"{url}/annuler").status_code == 303


def test_every_state_has_its_words(client, street):
    url = send(client, choose(client, street.offer)).url
    order = Order.objects.get()
    confirm_by_mail(order)
    operations.set_aside(order_id=order.pk, actor=SYSTEM)
    page = client.get(url)
    assert "Mis de côté pour vous" in text(page)
    assert 'hx-trigger="every 10s"' in page.content.decode()
    operations.collect(order_id=order.pk, actor=SYSTEM)
    page = client.get(url)
    assert "Merci, et bonne lecture" in text(page)
    assert "hx-trigger" not in page.content.decode()


def test_not_on_the_shelf_proposes_the_next_shops(client, street):
    url = send(client, choose(client, street.offer)).url
    line = Order.objects.get().lines.get()
    operations.mark_not_found(line_id=line.pk, actor=SYSTEM)
    said = text(client.get(url))
    assert "La boutique ne l’a pas trouvé" in said
    assert "Librairie du Donjon" in said


def test_an_expired_reservation_says_so(client, street):
    url = send(client, choose(client, street.offer)).url
    expire_due(now=timezone.now() + timedelta(hours=1))
    assert "Cette réservation est terminée" in text(client.get(url))


def test_htmx_gets_the_part_that_changes(client, street):
    url = send(client, choose(client, street.offer)).url
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="order"')
    assert "<html" not in part


def test_the_calendar_and_the_code_are_files(client, street):
    url = send(client, choose(client, street.offer)).url
    calendar = client.get(f"{url}/retrait.ics")
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert calendar.content.startswith(b"BEGIN:VCALENDAR\r\n")
    code = client.get(f"{url}/code.svg")
    assert code.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in code.content


def test_a_form_of_before_an_upgrade_leads_to_the_basket(client, street) -> None:
    lines = [[street.book.pk, street.offer.pk, 1]]
    old = signing.dumps(["word", street.offer.shop_id, lines], salt="comptoir.site.reserving")
    response = send(client, choose(client, street.offer), form=old)
    assert (response.status_code, response.url) == (302, "/panier")
    assert not Order.objects.exists()
