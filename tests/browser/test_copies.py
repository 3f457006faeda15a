"""Used copies at the counter, in a real browser: entered in a few taps, by keys, with a photo."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from comptoir.catalogue.models import Product
from comptoir.stock.models import Offer
from tests.browser.conftest import sign_in
from tests.browser.test_counter import scan
from tests.factories import make_offer, make_shop, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(slug="pilori"), on_hand=9)


@pytest.fixture
def open_counter(open_page, live_server, offer):
    """Return the function that opens a page of the counter on a phone, signed in."""

    def opened(path: str, **options):
        page = open_page(**options)
        sign_in(page, make_staff(offer.shop), live_server.url)
        page.goto(f"/comptoir/pilori/{path}")
        return page

    return opened


def test_a_used_copy_is_on_sale_after_a_scan_and_four_taps(open_counter, offer):
    """The ten seconds, counted in what hands do: one scan, a price typed, three taps."""
    Product.objects.filter(pk=offer.product_id).update(kind="record")
    page = open_counter("occasions")
    scan(page, offer.product.ean)
    page.wait_for_url("**/occasions?q=*")
    expect(page.locator("#e-price")).to_be_focused()
    page.keyboard.type("8,50")
    taps = [
        page.locator('label:has([name="condition"][value="VG+"])'),
        page.locator('label:has([name="sleeve"][value="VG"])'),
        page.get_by_role("button", name="Mettre en vente"),
    ]
    for tap in taps:
        tap.click()
    expect(page.locator("#copy-q")).to_be_focused()
    copy = Offer.objects.select_related("copy").get(copy_ref__startswith="C")
    assert (copy.condition, copy.copy.sleeve, copy.price_cents) == ("VG+", "VG", 850)
    assert len(taps) <= 4


def test_a_used_copy_is_entered_by_the_keyboard_alone(open_counter, offer):
    page = open_counter(f"occasions?p={offer.product.ref}")
    expect(page.locator("#e-price")).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#copy-q")).to_be_focused()
    assert Offer.objects.get(copy_ref__startswith="C").condition == "NM"


def test_a_photo_is_taken_along_without_javascript(open_counter, offer):
    page = open_counter(f"occasions?p={offer.product.ref}", java_script_enabled=False)
    picture = BytesIO()
    Image.new("RGB", (2000, 1000), "teal").save(picture, "JPEG")
    page.fill("#e-price", "12")
    page.locator('label:has([name="condition"][value="G"])').click()
    photo = {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.set_input_files("#e-photo", photo)
    page.get_by_role("button", name="Mettre en vente").click()
    shown = page.locator(".copyrow img")
    expect(shown).to_be_visible()
    answer = page.request.get(page.locator(".copyrow .copy__photo").get_attribute("href"))
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
