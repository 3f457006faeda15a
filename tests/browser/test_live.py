"""A page that is open brings itself up to date within five seconds: by the feed, or without it."""

import re

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.operations import place
from comptoir.stock.shelf.ledger import receive, sell
from tests.factories import make_offer, make_product, make_shop, request_for
from tests.live.server import feeds

pytestmark = pytest.mark.django_db(transaction=True)
GONE = "vient de partir"


@pytest.fixture
def with_feed(settings, transactional_db):
    with feeds() as port:
        settings.LIVE_URL = f"http://127.0.0.1:{port}"
        yield settings.LIVE_URL


@pytest.fixture
def offers():
    """Two shops that have a title, the first of them two copies."""
    product = make_product(title="Les années")
    return [
        make_offer(product=product, shop=make_shop(name=name), on_hand=copies)
        for name, copies in (("Librairie du Pilori", 2), ("Librairie des Halles", 1))
    ]


def sold(offer) -> None:
    sell(shop=offer.shop, ean=offer.ean, actor=SYSTEM)


def row(page: Page, offer):
    return page.locator(f"li[data-key='{offer.pk}']")


def opened(page: Page, path: str) -> None:
    """Open a page and wait until it has looked for itself once."""
    with page.expect_response(re.compile("/(offres|rayons)")):
        page.goto(path)


def test_a_copy_that_goes_is_gone_on_the_open_page(page, with_feed, offers) -> None:
    opened(page, f"/titre/{offers[0].ean}")
    expect(row(page, offers[1]).get_by_role("button")).to_be_visible()
    place(request_for(offers[1]))
    expect(row(page, offers[1])).to_contain_text(GONE)
    expect(row(page, offers[1]).get_by_role("button")).to_have_count(0)
    expect(row(page, offers[0]).get_by_role("button")).to_be_visible()
    said = page.locator("[data-live-said]")
    expect(said).to_contain_text("Librairie des Halles")
    expect(said).to_contain_text("1 boutique")
    assert page.faults == []


def test_without_the_feed_the_page_asks_by_itself(page, with_feed, offers) -> None:
    page.route(f"{with_feed}/**", lambda route: route.abort())
    opened(page, f"/titre/{offers[0].ean}")
    sold(offers[1])
    expect(row(page, offers[1])).to_contain_text(GONE)
    assert page.faults == []


def test_where_there_is_no_feed_it_polls_and_mostly_hears_nothing_new(page, offers) -> None:
    answers = []
    page.on("response", lambda answer: "/offres" in answer.url and answers.append(answer.status))
    opened(page, f"/titre/{offers[0].ean}")
    with page.expect_response(re.compile("/offres")):
        pass
    assert set(answers) <= {200, 304}
    assert 304 in answers
    sold(offers[1])
    expect(row(page, offers[1])).to_contain_text(GONE)


def test_the_last_copy_leaves_the_words_that_say_so(page, with_feed, offers) -> None:
    for offer in (offers[0], offers[0]):
        sold(offer)
    opened(page, f"/titre/{offers[0].ean}")
    sold(offers[1])
    title = page.locator("#who-has-it")
    expect(title).to_have_text("Dans aucun rayon en ce moment")
    receive(shop=offers[1].shop, ean=offers[1].ean, actor=SYSTEM)
    expect(row(page, offers[1]).get_by_role("button")).to_be_visible()


def test_a_shops_page_too(page, with_feed, offers) -> None:
    shop = offers[1].shop
    other = make_offer(shop=shop)
    opened(page, f"/boutiques/{shop.slug}")
    sold(offers[1])
    expect(row(page, offers[1])).to_contain_text(GONE)
    expect(row(page, other).get_by_role("button")).to_be_visible()
    expect(page.locator(".results__count")).to_contain_text("1 titre")


def test_nothing_moves_under_a_finger(page, with_feed, offers) -> None:
    opened(page, f"/titre/{offers[0].ean}")
    row(page, offers[0]).locator(".offer__price").hover()
    page.mouse.down()
    sold(offers[1])
    page.wait_for_timeout(3000)
    expect(row(page, offers[1]).get_by_role("button")).to_be_visible()
    page.mouse.up()
    expect(row(page, offers[1])).to_contain_text(GONE)


def test_the_keyboard_stays_where_it_is(page, with_feed, offers) -> None:
    opened(page, f"/titre/{offers[0].ean}")
    row(page, offers[0]).get_by_role("button").focus()
    sold(offers[1])
    expect(row(page, offers[1])).to_contain_text(GONE)
    expect(row(page, offers[0]).locator(":focus")).to_have_count(1)


def test_a_page_one_comes_back_to_looks_again(page, with_feed, offers) -> None:
    opened(page, f"/titre/{offers[0].ean}")
    page.goto("/boutiques")
    sold(offers[1])
    page.go_back()
    here = row(page, offers[1])
    expect(page.locator("#who-has-it")).to_contain_text("1 boutique")
    expect(here.get_by_role("button")).to_have_count(0)


def test_the_button_of_a_row_brought_up_to_date_reserves(page, with_feed, offers) -> None:
    opened(page, f"/titre/{offers[0].ean}")
    sold(offers[1])
    expect(row(page, offers[1])).to_contain_text(GONE)
    row(page, offers[0]).get_by_role("button").click()
    expect(page).to_have_url(re.compile("/(panier|reserver)"))
    connection.close()


HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_hidden_page_asks_nothing_and_looks_when_it_is_seen_again(page, offers) -> None:
    opened(page, f"/titre/{offers[0].ean}")
    page.evaluate(HIDE, True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sold(offers[1])
    page.wait_for_timeout(6000)
    assert asked == []
    page.evaluate(HIDE, False)
    expect(row(page, offers[1])).to_contain_text(GONE)
