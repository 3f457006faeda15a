"""The map in a real browser: by keyboard as by mouse, for many shops as for few, and asking nobody
else for anything unless a server of tiles is set."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from pmtiles.tile import TileType

from comptoir.shops import memory
from comptoir.shops.models import Shop, ShopKind
from tests.browser.axe import violations
from tests.factories import make_shop
from tests.tiles import make_tiles, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
REACH = 44
FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName"


@pytest.fixture(autouse=True)
def afresh(transactional_db) -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def towns() -> list[Shop]:
    """Make four shops: two of one town at one point, one near them, one far away."""
    return [
        make_shop(slug="pilori", name="Le Pilori", latitude=46.58, longitude=0.34),
        make_shop(
            slug="voisine", name="La Voisine", latitude=46.58, longitude=0.34, placed_in_town=True
        ),
        make_shop(slug="halle", name="La Halle", latitude=46.7, longitude=0.4, city="Jaunay"),
        make_shop(
            slug="sillon",
            name="Sillon",
            kind=ShopKind.RECORDS,
            latitude=44.84,
            longitude=-0.58,
            city="Bordeaux",
            postcode="33000",
        ),
    ]


@pytest.fixture
def everywhere() -> None:
    """Make 4,000 shops, half of them in a dense region, some overseas."""
    Shop.objects.bulk_create(
        Shop(
            slug=f"shop-{number}",
            name=f"Librairie {number}",
            kind=ShopKind.BOOKS,
            postcode="86000",
            city=f"Ville {number % 400}",
            latitude=(-21 if number % 100 == 0 else 43)
            + (number * 48_271 % 100_003) / 100_003 * (1 if number % 2 else 7),
            longitude=(55 if number % 100 == 0 else -1)
            + (number * 16_807 % 100_019) / 100_019 * (1 if number % 2 else 8),
        )
        for number in range(4000)
    )


def opened(page: Page, path: str = "/boutiques") -> list[str]:
    """Open the directory and its map; return the addresses that are asked for from then on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path)
    page.locator("[data-map]").click()
    page.locator(".map__mark").first.wait_for()
    return asked


def labels(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        ".map__mark", "marks => marks.map((mark) => mark.getAttribute('aria-label'))"
    )


def status(page: Page):
    return page.locator(".map-box [role=status]")


def at_rest(page: Page) -> None:
    """Wait until the map moves no more, and nothing on it fades in or out. Leaflet begins a change
    of zoom with the frame after the key: only then is there an animation to wait for."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(page.locator(".leaflet-zoom-anim, .leaflet-pan-anim")).to_have_count(0)
    page.evaluate("Promise.allSettled(document.getAnimations().map(each => each.finished))")


def focus_a_mark(page: Page) -> str:
    """Go to the marks by keyboard alone, from the button; return which has the focus."""
    page.locator("[data-map]").focus()
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('map__mark')"):
            return page.evaluate(FOCUSED)
    raise AssertionError("no mark is reached by Tab")


def go_to(page: Page, label: str) -> None:
    """Go from mark to mark by the arrows until one of this name has the focus."""
    expect(page.locator(f".map__mark[aria-label='{label}']")).to_have_count(1)
    for _ in range(page.locator(".map__mark").count()):
        if page.evaluate(FOCUSED) == label:
            return
        page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == label


@contextmanager
def tile_server() -> Iterator[tuple[str, list[str | None]]]:
    """Yield the address of a server of tiles, and what it is told of where it is asked from."""
    told: list[str | None] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append(self.headers["Referer"])
            data = picture(TileType.PNG, 200)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_without_a_setting_no_request_leaves_the_site(page, towns, live_server):
    asked = opened(page)
    page.locator(".leaflet-control-zoom-in").click()
    expect(page.locator(".map__land path")).to_have_count(3)
    assert asked
    assert not [url for url in asked if not url.startswith(live_server.url + "/")]
    assert page.locator(".leaflet-tile").count() == 0
    expect(page.locator(".leaflet-control-attribution")).to_have_text(
        "Contours\u202f: Natural Earth"
    )
    assert not page.faults


def test_tiles_are_asked_with_the_origin_alone(page, towns, live_server, settings):
    with tile_server() as (address, told):
        settings.MAP_TILES_URL = address + "/{z}/{x}/{y}.png"
        opened(page, "/boutiques?kind=books")
        page.locator(".leaflet-tile-loaded").first.wait_for()
        credit = page.locator(".leaflet-control-attribution a")
        expect(credit).to_have_text("© OpenStreetMap")
        assert credit.get_attribute("href") == "https://www.openstreetmap.org/copyright"
        assert page.evaluate("document.querySelector('.leaflet-tile-loaded').naturalWidth") == 256
    assert told
    assert set(told) == {live_server.url + "/"}
    assert not page.faults


def test_the_privacy_page_names_the_server_of_tiles_if_and_only_if_there_is_one(client, settings):
    for address, named in (
        ("", False),
        ("https://{s}.tiles.example:8443/{z}/{x}/{y}.png", True),
    ):
        settings.MAP_TILES_URL = address
        answer = client.get("/vie-privee")
        assert ("tiles.example" in answer.content.decode()) is named
        policy = answer.headers["Content-Security-Policy"]
        assert ("https://*.tiles.example:8443" in policy) is named


def test_a_file_of_our_own_is_the_background(page, towns, live_server, settings, tmp_path):
    world = {
        (z, x, y): picture(TileType.WEBP, 30 * z)
        for z in range(3)
        for x in range(1 << z)
        for y in range(1 << z)
    }
    path = make_tiles(tmp_path / "map.pmtiles", world, kind=TileType.WEBP)
    settings.MAP_FILE = str(path)
    asked = opened(page)
    page.locator(".leaflet-tile-loaded").first.wait_for()
    assert page.evaluate("document.querySelector('.leaflet-tile-loaded').naturalWidth") == 256
    assert [url for url in asked if url.startswith(live_server.url + "/tuiles/")]
    assert not [url for url in asked if not url.startswith(live_server.url + "/")]
    assert not page.faults


def test_every_shop_in_view_is_reached_by_keyboard(page, towns):
    opened(page)
    first = focus_a_mark(page)
    seen = [first]
    for _ in range(page.locator(".map__mark").count()):
        page.keyboard.press("ArrowRight")
        seen.append(page.evaluate(FOCUSED))
    assert seen[-1] == first, "from the last one goes to the first"
    assert sorted(seen[:-1]) == sorted(labels(page))
    page.keyboard.press("Home")
    assert page.evaluate(FOCUSED) == labels(page)[0]
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(FOCUSED) == labels(page)[-1]
    stops = page.locator(".map__mark[tabindex='0']")
    assert stops.count() == 1


def test_a_card_opens_and_closes_by_keyboard_and_gives_the_focus_back(page, towns):
    opened(page)
    focus_a_mark(page)
    go_to(page, "Sillon, Bordeaux")
    page.keyboard.press("Enter")
    expect(page.locator(".map__card")).to_contain_text("33000 Bordeaux")
    expect(status(page)).to_contain_text("Sillon")
    assert page.evaluate(FOCUSED) == "Sillon, Bordeaux", "the focus did not jump"
    mark = page.locator(".map__mark:focus")
    assert mark.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/boutiques/sillon"
    page.keyboard.press("Escape")
    expect(page.locator(".map__card")).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Sillon, Bordeaux"
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-close-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map__card")).to_have_count(0)
    assert page.evaluate(FOCUSED) == "Sillon, Bordeaux"
    expect(status(page)).to_have_text("4 boutiques à l’écran")
    assert not page.faults


def test_shops_at_one_point_are_listed_and_those_apart_are_drawn_closer(page, towns):
    opened(page)
    focus_a_mark(page)
    go_to(page, "3 boutiques, Poitiers")
    page.keyboard.press("Enter")
    expect(page.locator(".map__mark[aria-label='La Halle, Jaunay']")).to_have_count(1)
    assert page.evaluate("document.activeElement.classList.contains('map__mark')"), "focus is kept"
    go_to(page, "2 boutiques, Poitiers")
    page.keyboard.press("Enter")
    expect(page.locator(".map__card")).to_have_count(2)
    expect(page.locator(".map__card").nth(1)).to_contain_text("Le point est celui de la ville.")
    assert not page.faults


def test_the_focus_is_on_something_however_the_map_moves(page, towns):
    opened(page)
    focus_a_mark(page)
    for key in "+++---+-":
        page.keyboard.press(key)
        at_rest(page)
        assert page.evaluate("document.querySelector('.map').contains(document.activeElement)")


def test_the_button_keeps_the_focus_and_hides_the_map_again(page, towns):
    opened(page)
    button = page.locator("[data-map]")
    assert page.evaluate("document.activeElement.hasAttribute('data-map')")
    expect(button).to_have_text("Masquer la carte")
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    expect(page.locator(".map")).to_be_hidden()
    button.press("Enter")
    expect(page.locator(".map__mark").first).to_be_visible()


def test_the_point_of_the_line_that_is_looked_at_is_lit(page, towns):
    opened(page)
    page.get_by_role("link", name="Sillon").focus()
    lit = page.locator(".is-lit")
    expect(lit).to_have_attribute("aria-label", "Sillon, Bordeaux")
    page.get_by_role("link", name="La Halle").hover()
    expect(lit).to_have_attribute("aria-label", "3 boutiques, Poitiers")
    page.get_by_role("heading", level=1).hover()
    expect(lit).to_have_count(0)


def test_of_four_thousand_shops_only_marks_in_view_are_in_the_page(page, everywhere):
    """Work is counted, not timed: how many marks a view can hold does not hang on how many shops
    there are."""
    page.set_viewport_size({"width": 1280, "height": 900})
    opened(page)
    box = page.locator(".map").bounding_box()
    room = (box["width"] / REACH + 2) * (box["height"] / REACH + 2) * 1.3
    for key in ("", "+", "+", "+", "ArrowRight", "ArrowDown", "+", "-", "-", "-", "-"):
        page.locator(".map").focus()
        if key:
            page.keyboard.press(key)
            at_rest(page)
        marks = page.eval_on_selector_all(
            ".map__mark",
            """(marks) => {
              const view = document.querySelector(".map").getBoundingClientRect();
              return marks.map((mark) => {
                const { x, y, width, height } = mark.getBoundingClientRect();
                const middle = [x + width / 2 - view.x, y + height / 2 - view.y];
                return [Number(mark.textContent || 1), ...middle];
              });
            }""",
        )
        assert len(marks) <= room
        assert all(
            -2 <= x <= box["width"] + 2 and -2 <= y <= box["height"] + 2 for _, x, y in marks
        )
        nearest = min(
            ((a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2 for a in marks for b in marks if a is not b),
            default=REACH**2,
        )
        assert nearest >= (REACH - 2) ** 2, "no two marks touch"
        expect(status(page)).to_contain_text(f"{sum(count for count, _, _ in marks)} boutique")
    assert not page.faults


def test_a_page_older_than_the_directory_shows_what_there_is_now(page, towns):
    page.goto("/boutiques")
    Shop.objects.filter(slug="sillon").update(name="Nouveau Sillon")
    memory.forget()
    page.locator("[data-map]").click()
    page.locator(".map__mark").first.wait_for()
    assert "Nouveau Sillon, Bordeaux" in labels(page)


def test_a_map_that_cannot_be_loaded_says_so_and_the_list_stays(page, towns):
    page.route("**/boutiques.geojson*", lambda route: route.fulfill(status=503))
    page.goto("/boutiques")
    page.locator("[data-map]").click()
    expect(status(page)).to_contain_text("n’a pas pu être chargée")
    assert page.locator(".doors a").count() == 4


def test_who_wants_no_motion_gets_none(open_page, towns):
    page = open_page(reduced_motion="reduce")
    opened(page)
    assert page.locator(".leaflet-fade-anim, .leaflet-proxy").count() == 0
    other = open_page(reduced_motion="no-preference")
    opened(other)
    assert other.locator(".leaflet-fade-anim, .leaflet-proxy").count() > 0


def test_without_javascript_the_list_is_whole_and_no_map_is_promised(plain_page, towns):
    plain_page.goto("/boutiques")
    assert plain_page.locator(".doors a").count() == 4
    expect(plain_page.locator("[data-map]")).to_be_hidden()
    expect(plain_page.locator(".map-box")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_no_state_of_the_map_has_an_axe_violation(open_page, towns, width, locale):
    page = open_page(locale=locale, viewport={"width": width, "height": 800})
    opened(page)
    for state in ("open", "card"):
        if state == "card":
            page.locator(".map__mark").last.press("Enter")
            page.locator(".map__card a").first.wait_for()
        at_rest(page)
        assert violations(page) == []
