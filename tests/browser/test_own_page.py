"""The shop's own page at the counter, in a real browser: by keyboard, narrow and wide."""

import pytest
from playwright.sync_api import expect

from comptoir.accounts.actors import SYSTEM
from comptoir.core.pictures.photo import read_photo
from comptoir.shops.models import StaffRole
from comptoir.shops.operations import SettingsChange, update_settings
from comptoir.shops.operations.page.photos import add_photo
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.counter.test_page import picture
from tests.factories import make_shop, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/comptoir/pilori/page"


@pytest.mark.parametrize("width", [360, 1280])
def test_photos_are_put_in_order_by_keyboard_and_a_change_is_undone(context, live_server, width):
    shop = make_shop(slug="pilori")
    for number, alt in enumerate(("La vitrine", "La cave")):
        photo = read_photo(picture((600 + number, 400)), for_page=True)
        add_photo(shop=shop, photo=photo, alt=alt, actor=SYSTEM)
    for text in ("Une salle.", "Deux salles."):
        update_settings(shop=shop, change=SettingsChange(description=text), actor=SYSTEM)
    page = context.new_page()
    sign_in(page, make_staff(shop, StaffRole.MANAGER), live_server.url)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(PAGE)
    up = page.get_by_role("button", name="Monter « La cave »")
    up.focus()
    page.keyboard.press("Enter")
    down = page.get_by_role("button", name="Descendre « La cave »")
    expect(down).to_be_focused()
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    assert violations(page) == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0
    page.goto(f"{PAGE}/historique")
    assert violations(page) == []
    page.get_by_role("button", name="Annuler le changement", exact=False).nth(2).click()
    expect(page.get_by_text("Annulé : votre page montre ce qui y était avant.")).to_be_visible()
    page.goto("/boutiques/pilori")
    expect(page.get_by_role("img", name="La vitrine")).to_be_visible()
    assert violations(page) == []
