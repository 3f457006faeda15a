"""The test bench in a real browser: a file is dropped, read, looked at and applied."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comptoir.stock.arrivals import uploads
from comptoir.stock.models import Offer, Report, Upload, UploadState
from tests.browser.axe import violations
from tests.browser.conftest import sign_in
from tests.factories import make_offer, make_product, make_shop, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BENCH = "/comptoir/pilori/inventaires/essai"
DROP = """(zone, content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], "1234_ART.asc"));
    zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
}"""


@pytest.fixture
def shop():
    return make_shop(slug="pilori", name="Librairie du Pilori")


@pytest.fixture
def content(shop) -> str:
    """A file by which one title falls, one vanishes and one appears."""
    kept = make_offer(shop=shop, on_hand=3, as_of=timezone.now() - timedelta(days=2))
    make_offer(shop=shop, on_hand=1, as_of=timezone.now() - timedelta(days=2))
    new = make_product(title="Un titre neuf")
    day = timezone.localdate().strftime("%d/%m/%Y")
    rows = [f"1234{kept.ean}00010000001290", f"1234{new.ean}00020000001290"]
    return "\r\n".join([f"EXTRACTION STOCK DU {day}", *rows, ""])


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_dropped_looked_at_and_applied(open_page, live_server, shop, content, width):
    page = open_page(viewport={"width": width, "height": 800})
    sign_in(page, make_staff(shop), live_server.url)
    page.goto(BENCH)
    page.locator("[data-drop]").evaluate(DROP, content)
    expect(page.locator(".drop__hint")).to_have_text("1234_ART.asc")
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(page.get_by_role("progressbar", name="Lu jusqu’ici")).to_be_visible()
    assert uploads.read(Upload.objects.get().pk).state == UploadState.READY
    expect(page.locator(".tile")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.get_by_role("link", name="apparaît").click()
    expect(page.locator(".move")).to_contain_text("Un titre neuf")
    assert not Offer.objects.filter(product__title="Un titre neuf").exists()
    page.get_by_role("button", name="appliquer").click()
    expect(page.locator(".note--success")).to_be_visible()
    assert Offer.objects.get(product__title="Un titre neuf").on_hand == 2


def test_without_javascript(plain_page, live_server, shop, content, tmp_path):
    file = tmp_path / "1234_ART.asc"
    file.write_bytes(content.encode())
    sign_in(plain_page, make_staff(shop), live_server.url)
    plain_page.goto(live_server.url + BENCH)
    plain_page.set_input_files("#drop-file", file)
    plain_page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(plain_page.get_by_role("progressbar")).to_be_visible()
    assert uploads.read(Upload.objects.get().pk).state == UploadState.READY
    # The page asks again by itself.
    expect(plain_page.locator(".tile")).to_have_count(3)
    plain_page.get_by_role("button", name="écarter").click()
    expect(plain_page).to_have_url(live_server.url + "/comptoir/pilori/inventaires")
    assert Report.objects.get().status == "discarded"


def test_an_upload_that_is_cut_says_so_and_leaves_nothing(open_page, live_server, shop, content):
    page = open_page()
    sign_in(page, make_staff(shop), live_server.url)
    page.goto(BENCH)
    page.locator("[data-drop]").evaluate(DROP, content)
    page.context.set_offline(True)
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(page.locator(".meter--bad")).to_contain_text("n’est pas passé")
    assert not Upload.objects.exists()
    page.context.set_offline(False)
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    expect(page.locator("[data-progress]")).to_be_visible()


def test_whose_session_has_ended_signs_in_and_comes_back(open_page, live_server, shop, content):
    page = open_page()
    sign_in(page, make_staff(shop), live_server.url)
    page.goto(BENCH)
    page.context.clear_cookies()
    page.locator("[data-drop]").evaluate(DROP, content + " " * 5_000_000)
    page.get_by_role("button", name="Voir ce qu’il ferait").click()
    page.wait_for_url(lambda url: "/compte/?next=" in url)
    expect(page.get_by_role("textbox")).to_be_visible()
    assert not Upload.objects.exists()
