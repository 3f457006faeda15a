"""A count in a real browser: a scanner, a bad line, two phones."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comptoir.stock.models import CountedTitle, Offer, StockCount
from tests.browser.test_counter import open_counter, scan, shop
from tests.factories import make_offer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["open_counter", "shop"]


@pytest.fixture
def offer(shop) -> Offer:
    return make_offer(shop=shop, on_hand=3)


def begin(open_counter, **options):
    page = open_counter("comptages", **options)
    page.get_by_label("Nom du rayon").fill("Poésie")
    page.get_by_role("button", name="Commencer", exact=True).click()
    page.wait_for_url("**/comptages/*")
    return page


def count_of(page):
    return page.locator(".count__sum .big")


def test_a_scan_session_from_the_first_scan_to_the_till(open_counter, offer) -> None:
    page = begin(open_counter, viewport={"width": 360, "height": 740})
    for _each in range(2):
        scan(page, offer.ean)
    expect(count_of(page)).to_have_text("2")
    expect(page.locator("#counted")).to_contain_text(offer.product.title)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#counted").get_by_label("Il y en a").fill("1")
    page.keyboard.press("Enter")
    expect(count_of(page)).to_have_text("1")
    scan(page, offer.ean)
    expect(count_of(page)).to_have_text("2")
    page.get_by_role("link", name="Voir les écarts").click()
    expect(page.locator("main")).to_contain_text("au lieu de 3")
    page.get_by_role("button", name="Appliquer ce comptage").click()
    page.get_by_role("link", name="À corriger dans la caisse").click()
    expect(page.locator("main")).to_contain_text("-1")
    page.get_by_role("button", name="Corrigé").click()
    expect(page.locator("main")).to_contain_text("sont d’accord")
    assert Offer.objects.get().on_hand == 2


def test_scans_wait_for_the_line_and_count_once(open_counter, offer) -> None:
    """The line goes; an answer is lost; the page is closed and opened: each scan counts once."""
    page = begin(open_counter)
    lost = []

    def lose_the_answer(route) -> None:
        lost.append(route.fetch().status)
        # Before the page tries again.
        page.context.set_offline(True)
        route.abort()

    page.route("**/scans", lose_the_answer, times=1)
    scan(page, offer.ean)
    expect(page.locator("#count-line")).to_contain_text("Pas de réseau")
    for _each in range(3):
        scan(page, offer.ean)
    expect(page.locator("#count-line")).to_contain_text("4")
    assert (lost, CountedTitle.objects.get().copies) == ([200], 1)
    page.context.set_offline(False)
    page.reload()
    expect(count_of(page)).to_have_text("4")
    assert CountedTitle.objects.get().copies == 4


def test_two_phones_see_each_other(open_counter, offer) -> None:
    one = begin(open_counter)
    two = open_counter(f"comptages/{StockCount.objects.get().pk}")
    scan(one, offer.ean)
    scan(two, offer.ean)
    expect(count_of(one)).to_have_text("2")
    expect(count_of(two)).to_have_text("2")


def test_what_was_scanned_too_late_is_named_until_it_is_noted(open_counter, offer) -> None:
    """A phone is offline while the count is applied: it says what it scanned for nothing."""
    page = begin(open_counter)
    scan(page, offer.ean)
    expect(count_of(page)).to_have_text("1")
    late = make_offer(shop=offer.shop)
    page.context.set_offline(True)
    for _each in range(2):
        scan(page, late.ean)
    expect(page.locator("#count-line")).to_contain_text("Pas de réseau")
    StockCount.objects.update(status="applied", closed_at=timezone.now())
    page.context.set_offline(False)
    said = page.get_by_role("alert")
    expect(said).to_contain_text("ne comptent pas : 2")
    assert said.inner_text().count(late.ean) == 2
    page.reload()
    expect(said).to_contain_text(late.ean)
    page.get_by_role("button", name="C’est noté").click()
    expect(said).to_be_empty()
    page.reload()
    expect(said).to_be_empty()


def test_a_refused_scan_stays_named_while_others_are_taken(open_counter, offer) -> None:
    page = begin(open_counter)
    for code in ("9782000000111", "9782000000222", offer.ean):
        scan(page, code)
    expect(count_of(page)).to_have_text("1")
    said = page.get_by_role("alert")
    expect(said).to_contain_text("9782000000111")
    expect(said).to_contain_text("9782000000222")


def test_a_batch_that_nobody_can_read_is_named_and_the_rest_is_sent(open_counter, offer) -> None:
    page = begin(open_counter)
    page.evaluate(
        """() => localStorage.setItem(
            `count-${document.getElementById("said").dataset.count}`,
            JSON.stringify(Array(50).fill({key: "k", code: "777", number: "?"})))"""
    )
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("777")
    scan(page, offer.ean)
    expect(count_of(page)).to_have_text("1")
