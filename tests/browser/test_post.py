"""A day's post in a browser, by keyboard and scanner alone, with JavaScript and without."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from comptoir.orders.models import Order, OrderStatus
from comptoir.post.models import Parcel
from tests.browser.conftest import sign_in
from tests.browser.test_counter import scan
from tests.factories import make_offer, make_product, make_shop, make_staff
from tests.post.world import make_posted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS", "")
LONG = {
    "name": "Anne-Charlotte de La Rochefoucauld-Montmorency",
    "street": "123 boulevard du Maréchal de Lattre",
    "extra": "Résidence Les Jardins de l’Impératrice",
    "postcode": "97400",
    "city": "Saint-Denis",
}


@pytest.fixture
def shop():
    return make_shop(name="Librairie du Pilori", kind="both")


def orders_of(shop) -> list[Order]:
    """Two orders to be posted: one of a book and a record, one of two copies of the book."""
    book = make_offer(
        shop=shop, on_hand=5, product=make_product(title="La Place", byline="Annie Ernaux")
    )
    record = make_offer(
        shop=shop,
        on_hand=2,
        product=make_product(title="Kind of Blue", kind="record", format="lp", byline="Davis"),
    )
    return [
        make_posted((book, 1), (record, 1), **LONG),
        make_posted((book, 2), email="other@example.org"),
    ]


def shot(page: Page, name: str) -> None:
    """Keep a picture of a page in both widths, where somebody wants to look at them."""
    if SHOTS:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 780})
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def press(page: Page, name: str) -> None:
    """Press a button by the keyboard: it has the focus, then Enter."""
    page.get_by_role("button", name=name).first.focus()
    page.keyboard.press("Enter")


def test_by_scanner_and_keyboard_from_the_shelf_to_the_carrier(page, live_server, shop, look):
    first, second = orders_of(shop)
    numbers = [line.product.ean for line in first.lines.select_related("product").order_by("pk")]
    sign_in(page, make_staff(shop), live_server.url)
    page.goto(f"/comptoir/{shop.slug}/courrier")
    look("to fetch")
    shot(page, "1-fetch-fr")
    for left, number in enumerate((*numbers, numbers[0])):
        scan(page, number)
        expect(page.locator("#fetch-title .tally")).to_have_text(str(3 - left))
    # Of the other order's two copies one is there, and one is not.
    page.locator("details.sure summary").first.focus()
    page.keyboard.press("Enter")
    press(page, "Oui, pas en rayon")
    expect(page.get_by_text("ce qu’il a payé est remboursé")).to_be_visible()
    scan(page, first.code)
    page.wait_for_url("**/commandes/*")
    look("packing")
    shot(page, "2-pack-fr")
    scan(page, numbers[0])
    expect(page.get_by_role("heading", name="Colis 1")).to_be_visible()
    scan(page, numbers[1])
    expect(page.get_by_text("Tout est dans des colis.")).to_be_visible()
    page.goto(f"/comptoir/{shop.slug}/courrier")
    press(page, "Tout dans un colis")
    expect(page.locator(".post__parcel")).to_have_count(2)
    look("ready")
    page.locator("#numbers").focus()
    page.keyboard.type(f"{first.code}\n6A12345678901\n{second.code}\nXX1234567\nx", delay=1)
    press(page, "Noter les numéros")
    expect(page.get_by_text("2 numéros notés.")).to_be_visible()
    look("numbers")
    shot(page, "3-ready-fr")
    press(page, "Remis au transporteur")
    expect(page.get_by_text("2 colis sont partis")).to_be_visible()
    look("gone")
    shot(page, "4-gone-fr")
    assert look.found == {name: [] for name in look.found}
    assert page.faults == []
    assert {each.status for each in Order.objects.all()} == {OrderStatus.SHIPPED}
    assert Parcel.objects.get(order=first).tracking == "6A12345678901"
    page.context.clear_cookies()
    page.goto(f"/reservation/{first.token}")
    look("the reader's page")
    shot(page, "5-reader-fr")
    press(page, "Je l’ai reçu")
    expect(page.get_by_text("arrivé")).to_be_visible()
    assert Parcel.objects.get(order=first).delivered_at


def test_without_javascript_and_in_english(open_page, live_server, shop):
    order, _other = orders_of(shop)
    page = open_page(locale="en-GB", java_script_enabled=False)
    sign_in(page, make_staff(shop), live_server.url)
    page.goto(f"/comptoir/{shop.slug}/courrier")
    number = order.lines.select_related("product").order_by("pk")[1].product.ean
    page.locator("#code").fill(number)
    page.keyboard.press("Enter")
    shot(page, "6-fetch-en")
    page.locator("#code").fill(order.code)
    page.keyboard.press("Enter")
    page.locator("#code").fill(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Parcel 1")).to_be_visible()
    shot(page, "7-pack-en")
    page.goto(f"/comptoir/{shop.slug}/courrier")
    press(page, "Handed to the carrier")
    expect(page.get_by_text("1 parcel has left")).to_be_visible()
    shot(page, "8-gone-en")
    order.refresh_from_db()
    assert order.status != OrderStatus.SHIPPED
    assert Parcel.objects.get().handed_at
