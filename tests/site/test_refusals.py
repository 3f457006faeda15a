"""A form that is refused and cannot be corrected: one page for all, drawn once a second."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from comptoir.site.answers import final, refusals
from comptoir.stock.errors import CopiesGone
from tests.factories import make_offer, make_shop, request_for
from tests.releases.made import DAY, released
from tests.site.flows import choose, hidden, send, text

pytestmark = pytest.mark.django_db
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=)"[^"]*"')


@pytest.fixture(autouse=True)
def kept(nothing_is_kept, monkeypatch):
    monkeypatch.setattr(refusals, "KEPT_SECONDS", 3600.0)


@pytest.fixture
def gone(client):
    """The form for the last copy of a title that has gone meanwhile, and of which another shop has
    some."""
    offer = make_offer(shop=make_shop(), on_hand=1)
    make_offer(shop=make_shop(name="Librairie d’à côté"), product=offer.product, on_hand=2)
    form = choose(client, offer)
    place(request_for(offer, customer=Customer("Luc", "luc@example.org")))
    return form


def test_it_says_what_happened_and_what_can_be_done(client, gone):
    page = send(client, gone)
    said = text(page)
    assert page.status_code == 409
    assert "Rien n’a été réservé" in said
    assert "Librairie d’à côté" in said
    assert "/alerte" in page.content.decode()
    assert 'id="reservation"' not in page.content.decode()
    # What was typed stands in the form of the other shop.
    assert "typed" in page.cookies


def test_the_second_is_told_the_same_without_a_look(client, gone):
    """The control: forgotten, it is drawn anew, by more statements."""
    first = send(client, gone)
    with CaptureQueriesContext(connection) as looked:
        second = send(client, gone)
    refusals.pages.forget()
    with CaptureQueriesContext(connection) as drawn:
        send(client, gone)
    assert TOKEN.sub(b"", second.content) == TOKEN.sub(b"", first.content)
    assert len([x for x in looked if "stock_standing" in x["sql"] or "posts" in x["sql"]]) == 0
    assert len(looked) < len(drawn)


def test_what_a_browser_says_of_its_place_makes_no_page_of_its_own(client, gone, monkeypatch):
    """Nobody fills what is kept, or goes past it, by another place each time. The control: with the
    place in what a page is kept by, each is drawn."""
    kept = refusals.pages._kept
    for number in range(4):
        client.cookies["near"] = f"46.5{number},0.3{number},x{number}"
        send(client, gone)
    assert len(kept) == 1
    of = refusals.reader_of
    monkeypatch.setattr(
        final,
        "reader_of",
        lambda request, asked, back: of(request, asked, back + request.COOKIES["near"]),
    )
    for number in range(4):
        client.cookies["near"] = f"46.5{number},0.3{number},x{number}"
        send(client, gone)
    assert len(kept) == 5


def test_no_more_pages_are_kept_than_so_many(rf):
    pages = refusals.Pages()
    for number in range(refusals.MOST_PAGES + 3):
        reader = refusals.Reader(None, "fr", number, "/reserver", ())
        pages.keep(reader, CopiesGone([1]), rf.get("/reserver"), "said")
    assert len(pages._kept) == refusals.MOST_PAGES


def test_each_has_the_token_of_their_own(client, gone):
    tokens = [re.findall(rb'csrfmiddlewaretoken" value="([^"]+)"', send(client, gone).content)]
    tokens += [re.findall(rb'csrfmiddlewaretoken" value="([^"]+)"', send(client, gone).content)]
    assert all(len(token) == 64 for each in tokens for token in each)
    assert tokens[0] != tokens[1]


def test_other_languages_and_who_is_told_something_have_another(client, gone):
    first = send(client, gone).content
    client.cookies["django_language"] = "en"
    assert "Nothing was reserved" in text(send(client, gone))
    assert first != send(client, gone).content


def test_a_release_that_refuses_leads_back_to_the_form(client):
    offer = make_offer(shop=make_shop(), on_hand=3)
    form = choose(client, offer)
    released(offer.shop, offer.product, at=timezone.now() + DAY)
    page = send(client, form)
    assert page.status_code == 409
    assert "se réserve à partir du" in text(page)
    assert f"/reserver?shop={offer.shop.slug}" in page.content.decode()


@pytest.fixture
def several(client, street):
    """The form for two shops, in which nothing is left by now."""
    choose(client, street.offer)
    choose(client, street.record_offer)
    page = client.get("/reserver/ensemble")
    for offer in (street.offer, street.record_offer):
        for _copy in range(offer.on_hand):
            place(request_for(offer, trusted=True))
    return {"form": hidden(page, "form"), "name": "Ana", "email": "ana@example.org"}


def test_a_form_of_several_shops_of_which_nothing_is_left_is_told_so_by_one_page(client, several):
    """The control: forgotten, it is drawn anew, by more statements."""
    first = client.post("/reserver/ensemble", several)
    with CaptureQueriesContext(connection) as looked:
        second = client.post("/reserver/ensemble", several)
    refusals.pages.forget()
    with CaptureQueriesContext(connection) as drawn:
        client.post("/reserver/ensemble", several)
    assert first.status_code == second.status_code == 409
    assert TOKEN.sub(b"", second.content) == TOKEN.sub(b"", first.content)
    assert "Rien n’a été réservé" in text(second)
    assert 'id="reservation"' not in second.content.decode()
    assert "typed" in second.cookies
    assert len(looked) < len(drawn)
    whole = client.post("/reserver/ensemble", {**several, "mode": "all"})
    assert "tout ou rien" in text(whole)
