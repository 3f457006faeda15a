"""A basket of two shops, posted, paid on trial, packed, printed, sent, and said to have come."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from comptoir.orders.models import Order, OrderStatus
from comptoir.shops.models import Shop
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.factories import make_offer, make_product, make_shop, make_staff
from tests.quotes.conftest import post_from
from tests.terms.world import publish_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "8L12345678903"
TYPED = {
    "name": "Camille Ferrand",
    "email": "camille@example.org",
    "street": "3 rue Haute",
    "postcode": "87000",
    "city": "Limoges",
}
WAYS = {
    "fr, 360 px, without JavaScript": {
        "locale": "fr-FR",
        "viewport": {"width": 360, "height": 740},
        "java_script_enabled": False,
    },
    "en, 1280 px": {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}},
}


@pytest.fixture
def shops(settings, live_server) -> list[Shop]:
    """Two shops that post, each with a title of its own."""
    settings.TRIAL_PAYMENTS, settings.BASE_URL = True, live_server.url
    titles = {"Librairie du Pilori": ("La Place", 1290), "Le Sillon": ("Regain", 950)}
    shops = []
    for name, (title, cents) in titles.items():
        shop = make_shop(name=name, kind="both")
        post_from(shop)
        publish_for(shop)
        product = make_product(title=title, list_price_cents=cents, weight_grams=300)
        make_offer(shop=shop, product=product, price_cents=cents, on_hand=3)
        shops.append(shop)
    return shops


def submit(page: Page, words: str) -> None:
    """Press the button or follow the link that some CSS names, and be where it leads."""
    with page.expect_navigation():
        page.locator(words).first.click()


def ordered(page: Page, shop: Shop, look: Callable[[Page], None]) -> Order:
    """Have one shop's part of the basket posted, and pay for it at the test provider."""
    page.goto("/panier")
    look(page)
    submit(page, f'a[href$="/reserver/par-la-poste?shop={shop.slug}"]')
    for field, text in TYPED.items():
        page.locator(f"#{field}").fill(text)
    look(page)
    submit(page, ".reserve-form button.button--large")
    look(page)
    submit(page, 'button[value="order"]')
    look(page)
    order = Order.objects.get(shop=shop)
    submit(page, 'form[action$="/payer"] button, form:has(input[name="provider"]) button')
    if page.locator(".trial-pay").count() == 0:
        submit(page, ".actions a.button")
    look(page)
    submit(page, 'button[value="paid"]')
    look(page)
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED
    return order


def sent(page: Page, order: Order, look: Callable[[Page], None]) -> None:
    """Fetch by the scanner, pack, print, note the number, hand over: with the keys of a scanner and
    Enter alone."""
    day = f"/comptoir/{order.shop.slug}/courrier"
    ean = order.lines.select_related("product").get().product.ean
    page.goto(day)
    look(page)
    scanned(page, ean)
    scanned(page, order.code)
    look(page)
    scanned(page, ean)
    page.goto(day)
    look(page)
    # The labels are a file that a browser of a test would fetch: the form is sent beside it.
    form = page.locator("form.post__ready").first
    fields = {"csrfmiddlewaretoken": form.locator("[name=csrfmiddlewaretoken]").input_value()}
    parcel = form.locator("[name=parcel]").first.get_attribute("value")
    ticked = fields | {"parcel": parcel, "parts": "labels", "first": "1"}
    headers = {"Referer": page.url}
    papers = page.request.post(f"{day}/imprimer", form=ticked, headers=headers)
    assert papers.body().startswith(b"%PDF")
    page.locator("textarea#numbers").fill(f"{order.code}\n{NUMBER}")
    submit(page, "form.post__numbers button.button")
    submit(page, 'button[formaction$="/remis"]')
    look(page)


def scanned(page: Page, text: str) -> None:
    page.locator("#code").fill(text)
    with page.expect_navigation():
        page.locator("#code").press("Enter")


@pytest.mark.parametrize("way", WAYS)
def test_a_basket_is_posted_by_two_shops_and_comes(open_page, shops, live_server, way):
    found: list[str] = []

    def look(page: Page) -> None:
        if WAYS[way].get("java_script_enabled", True):
            found.extend(violations(page))
        width = WAYS[way]["viewport"]["width"]
        assert page.locator("body").bounding_box()["width"] <= width, page.url

    reader = open_page(**WAYS[way])
    refs = ",".join(shop.offers.get().product.ref for shop in shops)
    reader.goto(f"/tournee/par-la-poste?t={refs}&country=FR&postcode=87000")
    assert reader.locator("[id^=told-]").count() == 2
    look(reader)
    for shop in shops:
        reader.goto(f"/titre/{shop.offers.get().product.ref}")
        reader.locator(
            f'form:has(input[name="offer"][value="{shop.offers.get().pk}"]) button'
        ).click()
        reader.wait_for_url("**/reserver?**")
    orders = [ordered(reader, shop, look) for shop in shops]
    desk = open_page(**WAYS[way])
    sign_in(desk, make_staff(shops[0]), live_server.url)
    sent(desk, orders[0], look)
    reader.goto(f"/reservation/{orders[0].token}")
    look(reader)
    reader.get_by_text(NUMBER).wait_for()
    submit(reader, 'form[action$="/recu"] button')
    look(reader)
    assert found == []
    states = [Order.objects.get(pk=order.pk).status for order in orders]
    assert states == [OrderStatus.DELIVERED, OrderStatus.PLACED]


@pytest.mark.parametrize(("by_script", "ordered"), [(True, 0), (False, 1)])
def test_a_number_changed_and_not_asked_for_is_priced_before_it_is_ordered(
    shops, open_page, by_script, ordered
) -> None:
    """Control: without JavaScript what stands beside the button is ordered."""
    title = shops[0].offers.get().product
    page = open_page(java_script_enabled=by_script)
    page.goto(f"/tournee/par-la-poste?t={title.ref}&country=FR&postcode=87000")
    for field, text in TYPED.items():
        if field != "postcode":
            page.locator(f"form[data-after] [name={field}]").fill(text)
    page.locator(f"[name='n-{title.ref}']").select_option("3")
    submit(page, "form[data-after] button")
    assert Order.objects.count() == ordered
    if by_script:
        assert "3 × La Place" in page.locator(".lines").first.inner_text()
        assert not violations(page)
