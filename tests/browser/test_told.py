"""Being told: a sound at a new reservation, and a code that is said to leave when it does."""

import pytest
from playwright.sync_api import Page, expect

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders.operations import Wish, place, set_alert
from comptoir.orders.operations.requests import Customer
from comptoir.shops.models import StaffRole
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.factories import confirm_by_mail, make_offer, make_shop, make_staff, request_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop():
    return make_shop(slug="pilori", name="Librairie du Pilori", email="pilori@example.org")


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=9)


def at_the_board(page: Page, shop, url: str) -> Page:
    sign_in(page, make_staff(shop, StaffRole.MANAGER), url)
    page.goto("/comptoir/pilori/")
    return page


def rung(page: Page, times: int) -> None:
    expect(page.locator("#sound")).to_have_attribute("data-rung", str(times))


def test_the_board_rings_when_a_reservation_is_new(page, live_server, shop, offer):
    set_alert(shop=shop, wish=Wish(sound=True), actor=SYSTEM)
    # Placed before the other, and confirmed after it: it is new all the same.
    late = place(request_for(offer, customer=Customer("Léa", "lea@example.org")))
    at_the_board(page, shop, live_server.url)
    button = page.get_by_role("button", name="Essayer le son")
    button.click()
    rung(page, 1)
    expect(page.locator("#sound")).to_contain_text("Cet écran sonne")
    place(request_for(offer, trusted=True))
    rung(page, 2)
    confirm_by_mail(late)
    rung(page, 3)
    expect(page.locator("#news")).to_contain_text(offer.product.title)
    assert page.faults == []


def test_a_browser_that_is_silent_says_so(page, live_server, shop, offer):
    set_alert(shop=shop, wish=Wish(sound=True), actor=SYSTEM)
    # As of a page on which nobody has tapped, whatever this browser lets play.
    page.add_init_script(
        "AudioContext = class extends AudioContext { get state() { return 'suspended' } }"
    )
    at_the_board(page, shop, live_server.url)
    expect(page.locator("#sound")).to_contain_text("se tait")
    place(request_for(offer, trusted=True))
    expect(page.locator("#sound")).to_contain_text("sans son")
    assert page.locator("#sound").get_attribute("data-rung") is None


def test_a_shop_that_wants_no_sound_has_no_button(page, live_server, shop):
    at_the_board(page, shop, live_server.url)
    expect(page.locator("#board")).to_be_visible()
    expect(page.locator("#sound")).to_have_count(0)


def test_a_manager_chooses_how_the_shop_is_told(page, live_server, shop):
    at_the_board(page, shop, live_server.url)
    page.goto("/comptoir/pilori/boutique")
    part = page.locator("#alerts")
    part.get_by_label("Un courriel aussitôt").check()
    part.get_by_label("Un son").check()
    assert violations(page) == []
    with page.expect_navigation():
        part.get_by_role("button", name="Enregistrer").click()
    shop.refresh_from_db()
    assert (shop.alert.at_once, shop.alert.sound, shop.alert.daily) == (True, True, False)
    expect(page.locator("#alerts").get_by_label("Un courriel aussitôt")).to_be_checked()


@pytest.mark.parametrize("kind", ["page", "plain_page"])
def test_the_code_is_said_to_have_left_when_it_has(request, kind, shop):
    tab = request.getfixturevalue(kind)
    staff = make_staff(shop)
    tab.goto("/compte/")
    tab.get_by_label("Votre adresse").fill(staff.email)
    tab.get_by_role("button", name="Recevoir un code").click()
    expect(tab.locator("#code-state")).to_contain_text("Le courriel part…")
    deliver(message_id=Message.objects.get().pk)
    expect(tab.locator("#code-state")).to_contain_text("Le courriel est parti.")
