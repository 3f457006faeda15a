"""The page of a list: put together without a script, and the rounds on which it is fetched."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest
from django.utils import timezone

from comptoir.core import limits
from comptoir.orders.models import Order
from comptoir.rounds.errors import MOST_TITLES
from comptoir.site.rounds import proposals, titles
from comptoir.stock.models import Offer
from tests import factories
from tests.site.flows import text

pytestmark = pytest.mark.django_db

ENGLISH = {"Accept-Language": "en"}


def said(client, address: str) -> str:
    return text(client.get(address, headers=ENGLISH))


@pytest.fixture
def at_noon(monkeypatch) -> None:
    """Have readers set out in the middle of a day: an hour before midnight nobody fetches all of a
    list today."""
    ask, noon = proposals.rounds_for, (timezone.now() + timedelta(days=1)).replace(hour=11)

    def rounds_for(products, start, metres, _now, means):
        return ask(products, start, metres, noon, means)

    monkeypatch.setattr(proposals, "rounds_for", rounds_for)


def test_a_list_is_fetched_in_the_fewest_stops(client, street, at_noon):
    both = f"/tournee?t={street.book.ref},{street.record.ref}&near=Poitiers"
    page = said(client, both)
    assert "2 titles to fetch" in page
    assert "2 stops," in page
    assert "Librairie du Pilori" in page
    assert "Sillon" in page
    assert "All today" in page
    factories.make_offer(shop=street.near, product=street.record)
    page = said(client, both)
    assert "1 stop," in page
    assert "Sillon" not in page


def test_a_title_that_nobody_has_is_named_and_so_is_one_that_is_far(client, street):
    Offer.objects.filter(product=street.book, shop=street.near).delete()
    address = f"/tournee?t={street.book.ref},{street.record.ref},{street.nowhere.ref}&near=Poitiers"
    page = said(client, f"{address}&within=10")
    assert "2 titles are in no shop within 10 km" in page
    assert re.search(rf"{street.book.title} – the nearest is at Librairie du Donjon, Niort", page)
    assert re.search(rf"{street.nowhere.title} – no shop has it just now", page)
    assert "1 stop," in page
    assert "1 title is in no shop" not in said(client, f"{address}&within=100")


def test_what_keeps_a_list_from_being_fetched_today_is_named(client, street):
    street.records.opening_hours = "Mo 00:00-00:01"
    street.records.save()
    page = said(client, f"/tournee?t={street.book.ref},{street.record.ref}&near=Poitiers")
    assert "Not everything can be fetched today" in page
    assert f"{street.record.title} – the first shop that has it opens" in page


def test_a_list_grows_by_buttons_and_is_the_browser_s_own(client, street):
    added = client.post("/tournee", {"add": street.book.ref})
    assert (added.status_code, added["Location"]) == (303, f"/tournee?t={street.book.ref}")
    client.post("/tournee", {"add": street.record.ref, "within": "10", "by": "foot"})
    page = said(client, "/tournee")
    assert street.book.title in page
    assert street.record.title in page
    # A list that somebody shares is shown, and is not the reader's own.
    shared = said(client, f"/tournee?t={street.nowhere.ref}")
    assert "1 title to fetch" in shared
    assert "2 titles to fetch" in said(client, "/tournee")
    own = f"{street.book.ref},{street.record.ref}"
    client.post("/tournee", {"t": own, "remove": street.book.ref})
    client.post("/tournee", {"t": street.record.ref, "remove": street.record.ref})
    assert not client.cookies[titles.COOKIE].value
    assert "Nothing on the list yet" in said(client, "/tournee")


def test_the_choices_stay_when_the_list_changes(client, street):
    answer = client.post(
        "/tournee", {"t": "", "add": street.book.ref, "within": "10", "by": "foot"}
    )
    assert answer["Location"] == f"/tournee?t={street.book.ref}&within=10&by=foot"


def test_pasted_lines_are_numbers_or_questions(client, street, index):
    index()
    unknown = factories.ean()
    lines = f"ISBN {street.book.ean} (poche)\n\n{street.record.title}\n{unknown}\nxqzzkwv\n"
    answer = client.post("/tournee", {"lines": lines}, headers=ENGLISH)
    page = text(answer)
    assert answer.status_code == 200
    assert "1 title to fetch" in page
    assert "No title is known by this number, so it is not on the list: " + unknown in page
    assert "These lines hold no number" in page
    assert f'name="add" value="{street.record.ref}"' in answer.content.decode()
    assert "Nothing is found for this line" in page
    assert client.cookies[titles.COOKIE].value == street.book.ref


def test_titles_are_found_by_a_search(client, street, index):
    index()
    answer = client.get(f"/tournee?t={street.book.ref}&q=flaubert", headers=ENGLISH)
    assert "on the list" in text(answer)
    answer = client.get(f"/tournee?q={street.record.title}", headers=ENGLISH)
    assert f'name="add" value="{street.record.ref}"' in answer.content.decode()


def test_the_basket_goes_onto_the_list(client, street):
    client.post("/panier", {"action": "add", "offer": street.offer.pk})
    client.post("/panier", {"action": "add", "offer": street.record_offer.pk})
    answer = client.post("/tournee", {"action": "basket"})
    assert answer["Location"] == f"/tournee?t={street.book.ref},{street.record.ref}"


def test_a_list_that_is_too_long_says_so_and_loses_nothing(client, street):
    made = [factories.make_product().ref for _title in range(MOST_TITLES + 1)]
    answer = client.get(f"/tournee?t={','.join(made)}&near=Poitiers", headers=ENGLISH)
    page = text(answer)
    assert f"at most {MOST_TITLES} titles: this list has {MOST_TITLES + 1}." in page
    assert answer.content.decode().count('name="remove"') == MOST_TITLES + 1


@pytest.mark.parametrize(
    "address",
    [
        "/tournee?t=%27;--,p0,p99999999999999999999,978",
        "/tournee?t=<script>alert(1)</script>&near=<b>&within=9e9&by=rocket&q=%27",
        "/tournee?near=Xyzzy&t=" + "9" * 9000,
    ],
)
def test_nonsense_in_the_address_is_no_error(client, street, index, address):
    index()
    answer = client.get(address)
    assert answer.status_code == 200
    assert "<script>alert" not in unquote(answer.content.decode())


def test_a_form_of_another_site_changes_nothing(street):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/tournee", {"add": street.book.ref}).status_code == 403
    assert titles.COOKIE not in strict.cookies


def test_an_address_has_so_many_worked_out_and_no_more(client, street, settings, monkeypatch):
    settings.RATE_LIMITS = True
    settings.WORKERS = 1
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr("comptoir.rounds.reads.PER_ADDRESS", limits.Limit("rounds", 2))
    address = f"/tournee?t={street.book.ref}&near=Poitiers"
    assert [client.get(address).status_code for _time in range(3)] == [200, 200, 429]
    assert client.get(f"/tournee?t={street.book.ref}&near=").status_code == 200


@pytest.mark.usefixtures("shops_are_kept")
def test_the_queries_do_not_grow_with_the_list(client, street, django_assert_max_num_queries):
    made = [factories.make_offer(shop=street.near).product.ref for _title in range(12)]
    address = f"/tournee?t={','.join(made)}&near=Poitiers"
    client.get(address)
    with django_assert_max_num_queries(4):
        assert "12 titles to fetch" in said(client, address)


def test_a_round_is_reserved_in_one_go_and_all_or_nothing_if_asked(client, street):
    address = f"/tournee?t={street.book.ref},{street.record.ref}&near=Poitiers"
    form = reserve_link(client, address)
    page = client.get(form, headers=ENGLISH)
    assert street.book.title in text(page)
    assert street.record.title in text(page)
    sent = sent_form(page, mode="all")
    Offer.objects.filter(pk=street.record_offer.pk).update(on_hand=0)
    assert client.post("/reserver/ensemble", sent).status_code == 409
    assert not Order.objects.exists()
    Offer.objects.filter(pk=street.record_offer.pk).update(on_hand=1)
    sent = sent_form(client.get(form), mode="all")
    placed = client.post("/reserver/ensemble", sent)
    assert placed.status_code == 303
    made = Order.objects.all()
    assert {order.shop_id for order in made} == {street.near.pk, street.records.pk}
    assert len({order.group_id for order in made}) == 1


def reserve_link(client, address: str) -> str:
    page = client.get(address).content.decode()
    return unescape(re.search(r'href="(/reserver/ensemble[^"]+)"', page)[1])


def sent_form(page, **fields: str) -> dict[str, str]:
    """Return what the form sends, filled in."""
    token = re.search(r'name="form" value="([^"]+)"', page.content.decode())[1]
    typed = {"name": "Jeanne Doe", "email": "jeanne@example.org", "phone": ""}
    return {"form": unescape(token), **typed, **fields}


def test_more_than_may_be_reserved_at_once_is_said(client, street):
    made = [factories.make_offer(shop=street.near).product.ref for _title in range(21)]
    page = said(client, f"/tournee?t={','.join(made)}&near=Poitiers")
    assert "At most 20 titles are reserved at once" in page
