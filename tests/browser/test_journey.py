"""The main job in a real browser: search, reserve, set aside, collect; with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders import checks
from comptoir.orders.models import Order, OrderStatus
from comptoir.shops.models import Service
from tests.browser.conftest import sign_in
from tests.factories import make_offer, make_product, make_shop, make_staff


@pytest.fixture
def offer(transactional_db):
    shop = make_shop(name="Librairie du Pilori", slug="pilori", opening_hours="24/7")
    Service.objects.create(shop=shop, kind="click_collect")
    product = make_product(title="L’Été des hérons", byline="Aurélie Vigneau")
    return make_offer(shop=shop, product=product, on_hand=2)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_book_is_found_reserved_set_aside_and_handed_over(
    open_page, indexed, offer, scripts, live_server, mailoutbox
):
    indexed()
    reader = open_page(java_script_enabled=scripts)
    reader.goto("/")
    reader.locator("#q").fill("ete des heron")
    reader.locator("#near").fill("Poitiers")
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name="L’Été des hérons").first.click()
    expect(reader.get_by_text("Librairie du Pilori").first).to_be_visible()
    reader.get_by_role("button", name=re.compile("Réserver")).first.click()
    reader.get_by_label("Votre nom").fill("Camille Ferrand")
    reader.get_by_label("Adresse électronique").fill("camille@example.org")
    reader.get_by_role("button", name="Réserver", exact=True).click()
    reader.wait_for_url("**/reservation/*")
    order = Order.objects.get()
    expect(reader.get_by_text(f"{order.code[:4]} {order.code[4:]}").first).to_be_visible()

    confirm_by_mail(reader, mailoutbox)
    counter = open_page(java_script_enabled=scripts, viewport={"width": 820, "height": 1180})
    sign_in(counter, make_staff(offer.shop), live_server.url)
    counter.goto("/comptoir/pilori/")
    expect(counter.locator(".task__who strong", has_text="Camille Ferrand")).to_be_visible()
    counter.locator(f"#aside-{order.pk}").click()
    expect(counter.locator(f"#ready-{order.pk}")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("vous attend")

    # The board takes no tap for 400 ms after a row has slid under the finger (`board.js`).
    counter.wait_for_timeout(500)
    counter.locator(f"#ready-{order.pk} summary").click()
    counter.locator(f"#collect-{order.pk}").click()
    expect(counter.locator(f"#ready-{order.pk}")).to_have_count(0)
    order.refresh_from_db()
    offer.refresh_from_db()
    assert order.status == OrderStatus.COLLECTED
    assert (offer.on_hand, offer.held) == (1, 0)
    kinds = [event.kind for event in order.events.all()]
    assert kinds == ["placed", "confirmed", "set_aside", "collected"]
    assert list(checks.problems()) == []


def confirm_by_mail(reader, mailoutbox) -> None:
    """Follow the link of the mail and press its button."""
    deliver(message_id=Message.objects.get(template="order_confirm").pk)
    (link,) = re.findall(r"/reservation/\S+/confirmer/\S+", mailoutbox[0].body)
    reader.goto(link)
    reader.get_by_role("button", name=re.compile("confirme", re.IGNORECASE)).click()
    reader.wait_for_url(re.compile(r"/reservation/[^/]+$"))


def test_a_new_reservation_reaches_the_counter_by_itself(open_page, offer, live_server):
    """Within five seconds, without reloading, while somebody types."""
    from comptoir.orders.operations import place
    from tests.factories import request_for

    counter = open_page(viewport={"width": 1280, "height": 800})
    sign_in(counter, make_staff(offer.shop), live_server.url)
    counter.goto("/comptoir/pilori/")
    field = counter.locator("input[name=q]").first
    field.fill("hér")
    place(request_for(offer, trusted=True))
    expect(counter.locator(".task__who strong", has_text="Camille Ferrand")).to_be_visible()
    assert field.input_value() == "hér"
