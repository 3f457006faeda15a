"""Closed doors in a browser: a slot chosen on a phone and moved, the doors opened in one tap."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.orders.models import Order
from comptoir.shops.doors.models import Doors
from comptoir.shops.memory import directory
from comptoir.shops.models import Membership, StaffRole
from tests.browser.conftest import sign_in
from tests.factories import (
    ALWAYS_OPEN,
    make_coordinator,
    make_network,
    make_offer,
    make_shop,
    make_staff,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LATER = timedelta(hours=30)


def test_a_slot_is_chosen_on_a_phone_and_moved_and_the_doors_opened_in_one_tap(
    page, look, indexed, live_server
):
    shop = make_shop(name="Librairie des Halles", opening_hours=ALWAYS_OPEN)
    offer = make_offer(shop=shop, on_hand=3)
    keeper = make_staff(shop, StaffRole.MANAGER, name="Ana")
    indexed()
    sign_in(page, keeper, live_server.url)
    # The shop closes its doors: it sees what readers will see, then does it.
    page.goto(f"/comptoir/{shop.slug}/boutique/porte")
    page.get_by_label("Dans vos mots").fill("Travaux dans la rue.")
    page.get_by_role("button", name="Ce que verront les lecteurs").click()
    page.get_by_text("La porte est close au public").first.wait_for()
    assert not Doors.objects.exists()
    look("switch")
    page.get_by_role("button", name="Fermer la porte").click()
    page.get_by_role("button", name="Rouvrir la porte").wait_for()
    look("closed")
    # On a telephone what holds has the row's width, and the button stands below it.
    assert page.locator(".doors__row .task__title").bounding_box()["width"] > 280
    # A reader, with one hand: the banner, the form with its slots, the reservation.
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/boutiques/{shop.slug}")
    page.get_by_text("Travaux dans la rue.").first.wait_for()
    look("shop")
    page.goto(f"/titre/{offer.product.ref}")
    page.get_by_role("button", name=re.compile("Réserver")).first.click()
    look("form")
    slots = page.get_by_label("Votre créneau à la porte")
    chosen = slots.locator("option").nth(3).get_attribute("value")
    slots.select_option(chosen)
    page.get_by_label("Votre nom").fill("Camille Ferrand")
    page.get_by_label("Adresse électronique").fill("camille@example.org")
    page.get_by_role("button", name="Réserver", exact=True).click()
    page.wait_for_url("**/reservation/*")
    order = Order.objects.get()
    assert order.slot_at.isoformat() == chosen
    look("order")
    page.get_by_role("link", name="Le déplacer").click()
    look("slots")
    later = slots.locator("option").nth(9).get_attribute("value")
    slots.select_option(later)
    page.get_by_role("button", name="Déplacer à ce créneau").click()
    page.get_by_text("Vous êtes attendu à la porte").first.wait_for()
    order.refresh_from_db()
    assert order.slot_at.isoformat() == later
    # Who comes, at the door; the slip of the order; and open again.
    page.goto(f"/comptoir/{shop.slug}/porte?jour={order.slot_at.date()}")
    look("list")
    page.goto(f"/comptoir/{shop.slug}/reservations/{order.pk}")
    look("slip")
    page.goto(f"/comptoir/{shop.slug}/boutique/porte")
    page.get_by_role("button", name="Rouvrir la porte").click()
    page.get_by_text("La porte est rouverte").wait_for()
    assert not directory().doors(shop.pk)
    assert page.faults == []
    assert not any(look.found.values()), look.found


def test_an_office_closes_all_doors_and_opens_them(page, look, indexed, live_server):
    network = make_network(slug="reseau", name="Les Libraires réunis")
    shop = make_shop(name="Librairie des Halles", opening_hours=ALWAYS_OPEN)
    Membership.objects.create(shop=shop, network=network, actor_kind="system")
    offer = make_offer(shop=shop, on_hand=3)
    indexed()
    sign_in(page, make_coordinator(network), live_server.url)
    page.goto("/bureau/reseau/portes")
    page.get_by_label("Pas de réservation").check()
    until = timezone.localtime() + LATER
    page.get_by_label("Jusqu’au").fill(until.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Fermer la porte").click()
    page.get_by_role("button", name="Rouvrir la porte").wait_for()
    look("office")
    page.goto("/")
    page.get_by_text("Les Libraires réunis").first.wait_for()
    look("home")
    page.goto(f"/titre/{offer.product.ref}")
    page.get_by_text("Pas de réservation en ce moment").first.wait_for()
    look("title")
    page.goto("/bureau/reseau/portes")
    page.get_by_role("button", name="Rouvrir la porte").click()
    page.get_by_text("Les portes sont rouvertes").wait_for()
    page.goto(f"/titre/{offer.product.ref}")
    page.get_by_role("button", name=re.compile("Réserver")).first.wait_for()
    assert not any(look.found.values()), look.found
