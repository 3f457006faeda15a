"""The frame on a page of another site, in a real browser: cookies blocked, no JavaScript."""

import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.axe import violations
from tests.chromium import ARGUMENTS
from tests.factories import make_offer, make_product, make_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
OUTSIDE = (
    '<!doctype html><html lang="fr"><title>Un label</title><h1>Notre disque</h1>'
    '<iframe src="{}" title="Où le trouver" width="360" height="520"></iframe>'
)


@pytest.fixture
def outside() -> Iterator[tuple[str, dict[str, str]]]:
    """Serve pages of another site (`localhost` is another than 127.0.0.1); give its address and
    what its pages frame, by path."""
    pages: dict[str, str] = {}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = OUTSIDE.format(pages.get(self.path, "")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}", pages
    server.shutdown()
    server.server_close()


@pytest.fixture
def title(transactional_db):
    product = make_product(title="Une fille de la Vienne")
    make_offer(product=product, shop=make_shop(name="Librairie du Clain", phone="+33549000000"))
    return product


@pytest.fixture
def wary(browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A profile without JavaScript that blocks the cookies of third parties."""
    profile = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=chromium(),
        args=[*ARGUMENTS, "--test-third-party-cookie-phaseout"],
        java_script_enabled=False,
        locale="fr-FR",
    )
    yield profile
    profile.close()


def chromium() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def test_a_page_of_another_site_shows_it(wary, live_server, outside, title, settings):
    settings.BASE_URL = live_server.url
    address, pages = outside
    pages["/"] = f"{live_server.url}/ou-trouver/{title.ean}"
    profile, page = wary, wary.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Librairie du Clain")).to_be_visible()
    expect(frame.get_by_text("en rayon", exact=True)).to_be_visible()
    frame.get_by_label("Près de").fill("Limoges")
    frame.get_by_role("button", name="Chercher").click()
    expect(frame.get_by_text("au plus près de Limoges (87) d’abord")).to_be_visible()
    assert profile.cookies() == []
    hosts = {urlsplit(url).netloc for url in asked}
    assert hosts == {urlsplit(address).netloc, urlsplit(live_server.url).netloc}
    with profile.expect_page() as opened:
        frame.get_by_role("link", name="Réserver un exemplaire").click()
    expect(opened.value).to_have_url(f"{live_server.url}/titre/{title.ean}?near=Limoges%20%2887%29")


@pytest.mark.parametrize("path", ["/", "/boutiques", "/titre/{ean}", "/ou-trouver"])
def test_no_other_page_lets_itself_be_framed(browser, live_server, outside, title, path):
    """The control: what answers is the browser's own page, and none of ours."""
    address, pages = outside
    pages["/"] = live_server.url + path.format(ean=title.ean)
    page = browser.new_page()
    page.goto(address)
    (_own, framed) = page.frames
    framed.wait_for_url(re.compile("^chrome-error://"), wait_until="commit")
    page.close()


@pytest.mark.parametrize("width", [240, 360, 640])
def test_axe_finds_nothing_in_the_frame_and_its_maker(page, title, width):
    page.set_viewport_size({"width": width, "height": 700})
    for path in (
        f"/ou-trouver/{title.ean}",
        f"/ou-trouver/{title.ean}?near=Nullepart",
        f"/ou-trouver/{make_product().ean}",
        f"/ou-trouver/liste?titres={title.ean}&langue=en",
        "/ou-trouver/liste",
        *(("/ou-trouver", f"/ou-trouver?titres={title.ean}+abc") if width >= 360 else ()),
    ):
        page.goto(path)
        assert violations(page) == [], path
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), path
