"""The counter in a real browser: a scanner on AZERTY, a list that keeps itself up to date."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.shops.models import StaffRole
from comptoir.stock.models import Feed, Report, ReportStatus
from tests.browser.axe import violations
from tests.factories import make_offer, make_product, make_shop, make_staff, request_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AZERTY = dict(zip("1234567890", "&é\"'(-è_çà", strict=True))
PAGES = [
    "",
    "trouver?q=ana",
    "reservations/{order}",
    "reserver",
    "reserver?q={ean}",
    "stock",
    "stock/{ean}",
    "occasions",
    "occasions?q={ean}",
    "stock/{ean}/pourquoi",
    "inventaires",
    "inventaires/{report}",
    "comptages",
    "comptages/caisse",
    "comptages/demandes",
    "caisses",
    "page",
    "page/historique",
    "boutique",
    "boutique/webhooks",
]


@pytest.fixture
def shop():
    return make_shop(slug="pilori", name="Librairie du Pilori")


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=9)


@pytest.fixture
def reserve(offer):
    """Return the function that reserves one copy for somebody."""

    def reserve(name: str = "Ana Neuve", **fields) -> Order:
        asked = {"customer": Customer(name, "ana@example.org"), "trusted": True} | fields
        return place(request_for(offer, **asked))

    return reserve


@pytest.fixture
def open_counter(browser, live_server, shop):
    """Return the function that opens a page of the counter, signed in as a manager of the shop."""
    contexts = []

    def open_counter(path: str = "", **options):
        client = Client()
        client.force_login(
            make_staff(shop, StaffRole.MANAGER),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        context = browser.new_context(locale="fr-FR", **options)
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/comptoir/pilori/{path}")
        return page

    yield open_counter
    for context in contexts:
        context.close()


SYMBOLOGY = [["BracketRight", "$"], ["KeyE", "E"], ["Digit0", AZERTY["0"]]]
"""`]E0`, by which a scanner says that what follows is an EAN-13."""


def scan(page, digits: str, pause_ms: int = 0, before=()) -> None:
    """Type as a scanner set to QWERTY does on a computer set to AZERTY: the physical digit keys,
    unshifted, `pause_ms` apart, then Enter. (A made event is dated when it is sent: a busy machine
    must not spread the burst.)"""
    page.evaluate(
        """async ([keys, pause]) => {
            const wait = () => new Promise((resolve) => setTimeout(resolve, pause));
            for (const [code, key] of keys) {
                const target = document.activeElement ?? document.body;
                const options = {code, key, bubbles: true, cancelable: true};
                const taken = !target.dispatchEvent(new KeyboardEvent("keydown", options));
                if (!taken && "value" in target && key.length === 1) target.value += key;
                if (pause) await wait();
            }
        }""",
        [[*before, *([f"Digit{d}", AZERTY[d]] for d in digits), ["Enter", "Enter"]], pause_ms],
    )


@pytest.mark.parametrize("path", ["", "boutique", "stock", "inventaires"])
def test_a_code_scanned_on_azerty_opens_its_order_from_any_page(open_counter, reserve, path):
    order = reserve()
    page = open_counter(path)
    scan(page, order.code)
    page.wait_for_url(f"**/reservations/{order.pk}")


def test_an_ean_scanned_with_the_focus_nowhere_opens_its_shelf(open_counter, offer):
    page = open_counter()
    page.evaluate("document.activeElement.blur()")
    scan(page, offer.product.ean)
    page.wait_for_url(f"**/stock/{offer.product.ean}")


@pytest.mark.parametrize("add_on", ["", "51895"])
def test_an_ean_is_scanned_with_its_symbology_and_its_add_on(open_counter, offer, add_on):
    page = open_counter()
    page.fill("[name=q]", "Ana")
    scan(page, offer.product.ean + add_on, before=SYMBOLOGY)
    page.wait_for_url(f"**/stock/{offer.product.ean}")


def test_a_scan_into_a_half_typed_field_leaves_what_was_typed(open_counter, offer):
    page = open_counter(f"reserver?q={offer.product.ean}")
    page.fill("#who", "Ana Neuve")
    other = make_offer(shop=offer.shop)
    scan(page, other.product.ean)
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator("#who")).to_have_value("Ana Neuve")


def test_what_a_person_types_is_not_taken_for_a_scan(open_counter):
    page = open_counter("boutique")
    page.focus("#find")
    scan(page, "48291370", pause_ms=120)
    assert page.input_value("#find") == "'_éç&\"èà"
    assert page.url.endswith("/boutique")


def test_without_a_script_the_field_waits_for_the_scanner(open_counter, reserve):
    order = reserve()
    page = open_counter("inventaires", java_script_enabled=False)
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.insert_text("".join(AZERTY[digit] for digit in order.code))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reservations/{order.pk}")


def test_a_new_reservation_shows_by_itself_and_disturbs_nothing(open_counter, reserve):
    first = reserve("Ana Neuve")
    page = open_counter()
    page.fill("#find", "je tape enc")
    page.locator(f"#task-{first.pk} .sure summary").click()
    second = reserve("Bea Vieille")
    expect(page.locator(f"#task-{second.pk}")).to_be_visible()
    expect(page.locator("#find")).to_have_value("je tape enc")
    expect(page.locator(f"#task-{first.pk} .sure")).to_have_attribute("open", "")
    expect(page.locator(f"#task-{first.pk} .sure summary")).to_be_focused()
    expect(page).to_have_title("(2) À faire – Librairie du Pilori")
    expect(page.locator("#news")).not_to_be_empty()


def test_one_tap_sets_aside_and_the_next_task_has_the_focus(open_counter, reserve):
    first, second = reserve("Ana Neuve"), reserve("Bea Vieille")
    page = open_counter()
    page.locator(f"#aside-{first.pk}").click()
    expect(page.locator(f"#ready-{first.pk}")).to_be_visible()
    expect(page.locator(f"#task-{first.pk}")).to_have_count(0)
    expect(page.locator("#notices")).to_contain_text("Ana Neuve")
    expect(page.locator(f"li#task-{second.pk} :focus")).to_have_count(1)
    first.refresh_from_db()
    assert first.status == OrderStatus.SET_ASIDE


def test_the_second_tap_of_a_double_tap_is_not_for_the_next_task(open_counter, reserve):
    first, second = reserve("Ana Neuve"), reserve("Bea Vieille")
    page = open_counter()
    page.evaluate(
        """([next]) => document.getElementById("board").addEventListener(
            "htmx:afterSwap", () => document.getElementById(next).click(), {once: true})""",
        [f"aside-{second.pk}"],
    )
    page.locator(f"#aside-{first.pk}").click()
    expect(page.locator(f"#ready-{first.pk}")).to_be_visible()
    page.wait_for_timeout(500)
    second.refresh_from_db()
    assert second.status == OrderStatus.PLACED
    page.locator(f"#aside-{second.pk}").click()
    expect(page.locator(f"#ready-{second.pk}")).to_be_visible()


def test_not_on_the_shelf_asks_once_more(open_counter, reserve):
    order = reserve()
    page = open_counter()
    page.locator(f"#task-{order.pk} .sure summary").click()
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED
    page.locator(f"#task-{order.pk} .sure__box button").click()
    expect(page.locator(f"#task-{order.pk}")).to_have_count(0)
    order.refresh_from_db()
    assert order.status == OrderStatus.NOT_FOUND


def test_on_a_phone_the_buttons_of_a_task_say_what_they_do(open_counter, reserve):
    order = reserve()
    page = open_counter(viewport={"width": 360, "height": 740})
    for part, words in ((".sure summary", "Pas en rayon"), (".task__do button", "Mis de côté")):
        button = page.locator(f"#task-{order.pk} {part}")
        shown = button.locator("span").first
        assert shown.inner_text() == words
        assert shown.bounding_box()["width"] > 20, "the words are there to be seen"
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44


def test_on_a_phone_names_and_titles_are_whole(open_counter, shop):
    """One files by name: two people of the name of Tom are told apart."""
    title = "Le grand livre du froid et des glaces"
    product = make_product(title=title)
    name = "Tom Pérignon de Villeneuve"
    asked = {"customer": Customer(name, "tom@example.org"), "trusted": True}
    order = place(request_for(make_offer(shop=shop, product=product), **asked))
    page = open_counter(viewport={"width": 360, "height": 740})
    for part, words in ((".task__who strong", name), (".task__title a", title)):
        shown = page.locator(f"#task-{order.pk} {part}")
        assert shown.inner_text() == words
        assert shown.evaluate(
            "each => each.scrollWidth <= each.clientWidth && each.scrollHeight <= each.clientHeight"
        ), part
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_whole_way_works_without_a_script(open_counter, reserve):
    order = reserve()
    page = open_counter(java_script_enabled=False)
    page.locator(f"#aside-{order.pk}").click()
    page.locator(f"#ready-{order.pk} .sure summary").click()
    page.locator(f"#collect-{order.pk}").click()
    expect(page.locator(f"#ready-{order.pk}")).to_have_count(0)
    order.refresh_from_db()
    assert order.status == OrderStatus.COLLECTED


def test_a_cut_line_is_told_and_mended(open_counter, reserve):
    order = reserve()
    page = open_counter()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text("Hors ligne")
    expect(page.locator(f"#task-{order.pk}")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()


def test_no_page_of_the_counter_breaks_accessibility(open_counter, reserve, shop, offer):
    order = reserve()
    reserve("Bea Vieille", lines=(LineRequest(make_product().pk),))
    reserve("Cléo Prête", customer=Customer("Cléo", phone="0612345678"), trusted=False)
    feed = Feed.objects.create(shop=shop, format="csv")
    report = Report.objects.create(
        feed=feed,
        mode="snapshot",
        as_of=order.placed_at,
        status=ReportStatus.QUARANTINED,
        refusals=[[3, "bad_ean", "not an EAN", "97820"]],
        actor_kind="feed",
    )
    page = open_counter()
    base = page.url
    for path in PAGES:
        page.goto(base + path.format(order=order.pk, ean=offer.product.ean, report=report.pk))
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == [], f"{path} {width}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (820, 1180)])
def test_ten_tasks_need_no_scrolling(open_counter, reserve, width, height):
    orders = [reserve(f"Client {number}") for number in range(9)]
    page = open_counter(viewport={"width": width, "height": height})
    box = page.locator(f"#task-{orders[0].pk}").bounding_box()
    top = box["y"]
    assert top + 10 * box["height"] <= height
