"""Between shops in a browser: a copy asked for by keyboard, set aside on a phone, sent, arrived."""

import pytest

from comptoir.accounts.models import User
from comptoir.exchanges.models import Transfer
from comptoir.orders.models import Order
from tests.browser.conftest import sign_in
from tests.exchanges.pair import make_pair
from tests.factories import ALWAYS_OPEN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_copy_goes_from_one_counter_to_the_other(page, look, indexed, live_server):
    pair = make_pair(on_hand=3, opening_hours=ALWAYS_OPEN)
    ann, bob = (User.objects.get(pk=actor.id) for actor in (pair.ann, pair.bob))
    indexed()
    sign_in(page, ann, live_server.url)
    # Who has it; asked for without a mouse.
    title = f"/comptoir/{pair.a.slug}/stock/{pair.offer.product.ean}"
    page.goto(title)
    look("title")
    page.locator("summary", has_text="Demander l’exemplaire").focus()
    page.keyboard.press("Enter")
    look("ask")
    page.get_by_label("Combien d’exemplaires").focus()
    page.keyboard.press("Enter")
    page.get_by_text("sa réponse apparaît ici", exact=False).wait_for()
    look("asked")
    # A customer is sent there.
    page.goto(title)
    page.get_by_role("link", name="Envoyer le client").click()
    look("customer")
    page.get_by_label("Nom du client").fill("Camille Ferrand")
    page.get_by_label("Téléphone ou courriel").fill("camille@example.org")
    page.keyboard.press("Enter")
    page.get_by_text("Librairie Bêta le garde pour Camille Ferrand").wait_for()
    # The other counter, on a phone: its board says what waits.
    page.context.clear_cookies()
    sign_in(page, bob, live_server.url)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/comptoir/{pair.b.slug}/")
    look("board")
    page.get_by_role("link", name="1 exemplaire demandé par un collègue").click()
    page.get_by_role("button", name="Nous l’avons, mis de côté").click()
    page.get_by_role("button", name="Envoyé").click()
    page.get_by_text("En route vers Librairie Alpha").wait_for()
    look("sent")
    page.goto(f"/comptoir/{pair.b.slug}/reservations/{Order.objects.get().pk}")
    page.get_by_text("Envoyé par Librairie Alpha").wait_for()
    look("slip")
    # And it arrives.
    page.context.clear_cookies()
    sign_in(page, ann, live_server.url)
    page.goto(f"/comptoir/{pair.a.slug}/collegues")
    page.get_by_role("button", name="C’est arrivé").click()
    page.get_by_text("il est dans votre stock").wait_for()
    assert Transfer.objects.get().status == "arrived"
    assert page.faults == []
    assert not any(look.found.values()), look.found
