"""A form that is flooded asks whom nobody vouches for to prove some work, or to wait."""

import json
import re
from datetime import timedelta
from html import unescape

import altcha
import pytest
from django.test import Client
from django.utils import timezone

from comptoir.core.flood import gauge as gauges
from comptoir.core.flood import guesses, proof, tickets
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import key_of
from comptoir.core.models import LimitCount
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import Order, OrderStatus
from tests.factories import confirm_by_mail
from tests.site.flows import choose, send, text

pytestmark = pytest.mark.django_db
MOST = 4


@pytest.fixture(autouse=True)
def counted(settings, monkeypatch):
    settings.RATE_LIMITS, settings.FLOOD_PER_MINUTE = True, MOST
    monkeypatch.setattr(gauges, "STEP", 1)
    monkeypatch.setattr(gauges, "PAUSE", -1.0)
    monkeypatch.setattr(proof, "ROUNDS", 10)


def reserve(offer, number: int, **typed: str):
    """Fill in and send the form of one invented reader, from a network of their own."""
    client = Client(REMOTE_ADDR=f"203.{number}.113.7")
    answer = send(client, choose(client, offer), email=f"i{number}@example.org", **typed)
    return client, answer


def flood(offer) -> None:
    for number in range(MOST):
        _client, answer = reserve(offer, number)
        assert answer.status_code == 303


def solved(page) -> str:
    (told,) = re.findall(r'data-challenge="([^"]*)"', page.content.decode())
    asked = altcha.Challenge.from_dict(json.loads(unescape(told)))
    return altcha.Payload(asked, altcha.solve_challenge(asked)).to_base64()


def fields(page) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found}


def mark(form: Form) -> None:
    """Have this form flooded, and no other."""
    LimitCount.objects.all().delete()
    until = timezone.now() + timedelta(minutes=10)
    LimitCount.objects.create(key=key_of("flooded", form), ends_at=until, spent=1)
    gauges.gauge.learn(gauges.time())


@pytest.fixture
def stock(street):
    street.offer.on_hand = street.offer.counted = 500
    street.offer.save()
    return street.offer


def test_the_flood_is_asked_for_a_proof_and_a_reader_gets_through(stock):
    flood(stock)
    client, page = reserve(stock, 90)
    assert page.status_code == 429
    assert int(page["Retry-After"]) == tickets.WAIT
    assert "no-store" in page["Cache-Control"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert Order.objects.count() == MOST
    typed = fields(page)
    assert typed["name"] == "Camille Ferrand"
    answer = client.post("/reserver", {**typed, "proof": solved(page)})
    assert answer.status_code == 303
    assert Order.objects.count() == MOST + 1
    # The same proof again is none, and what was asked already is not asked twice.
    assert client.post("/reserver", {**typed, "proof": solved(page)}).status_code == 429


def test_control_where_no_proof_is_asked_the_flood_goes_on(stock, settings):
    settings.FLOOD_PER_MINUTE = 0
    for number in range(3 * MOST):
        assert reserve(stock, number)[1].status_code == 303
    assert Order.objects.count() == 3 * MOST


def test_without_javascript_one_waits_and_keeps_the_place(stock, monkeypatch):
    flood(stock)
    client, page = reserve(stock, 90)
    typed = fields(page)
    early = client.post("/reserver", typed)
    assert early.status_code == 429
    assert fields(early)["ticket"] == typed["ticket"]
    real = tickets.time
    monkeypatch.setattr(tickets, "time", lambda: real() + tickets.WAIT)
    assert client.post("/reserver", typed).status_code == 303
    assert client.post("/reserver", typed).status_code == 429


def test_a_long_wait_is_told_in_minutes(stock, monkeypatch):
    flood(stock)
    _client, page = reserve(stock, 90)
    assert "Attendez 15 secondes, puis" in text(page)
    monkeypatch.setattr(tickets, "WAIT", 121)
    client, page = reserve(stock, 91)
    assert "Attendez 3 minutes, puis" in text(page)
    typed = fields(page)
    assert "Attendez encore 3 minutes, puis" in text(client.post("/reserver", typed))


def test_who_confirmed_the_address_in_this_browser_is_asked_nothing(stock, settings):
    client = Client(REMOTE_ADDR="198.51.100.9")
    send(client, choose(client, stock), email="ana@example.org")
    order = Order.objects.get()
    client.post(f"/reservation/{order.token}/confirmer/{confirmation_proof(order)}")
    flood_from = [reserve(stock, number) for number in range(MOST + 1)]
    assert flood_from[-1][1].status_code == 429
    assert send(client, choose(client, stock), email="ana@example.org").status_code == 303
    # The mark vouches for its own address alone.
    assert send(client, choose(client, stock), email="other@example.org").status_code == 429
    assert Order.objects.filter(status=OrderStatus.PLACED).count() == 2


@pytest.mark.parametrize(
    ("form", "path", "data"),
    [
        (Form.ALERT, "/reserver/alerte/{nowhere}", {"near": "Poitiers", "email": "a@example.org"}),
        (Form.JOIN, "/rejoindre", {"name": "Le Quai", "email": "a@example.org"}),
        (Form.SIGN_IN, "/compte/", {"email": "a@example.org"}),
        (Form.RESERVATION, "/reserver/ensemble", {"form": "x"}),
    ],
)
def test_each_form_asks_and_shows_what_was_typed_again(street, form, path, data):
    mark(form)
    client = Client()
    address = path.format(nowhere=street.nowhere.ref)
    page = client.post(address, {**data, "note": "a <b>"})
    assert page.status_code == 429
    typed = fields(page)
    assert typed.items() >= (data | {"note": "a <b>"}).items()
    assert client.post(address, {**typed, "proof": solved(page)}).status_code != 429
    other = next(each for each in Form if each != form)
    mark(other)
    assert client.post(address, data).status_code != 429


def test_guesses_at_links_are_refused_and_a_readers_page_is_not(stock):
    client, _page = reserve(stock, 90)
    order = Order.objects.get()
    guesser = Client(REMOTE_ADDR="192.0.2.7")
    paths = [f"/reservation/x{n}" for n in range(10)]
    paths += [f"/reservation/groupe/x{n}" for n in range(10)]
    paths += [f"/alerte/x{n}" for n in range(5)] + [f"/api/v1/orders/x{n}" for n in range(5)]
    assert [guesser.get(path).status_code for path in paths] == [404] * guesses.PER_ADDRESS
    for path in ("/reservation/y", "/api/v1/orders/y", f"/reservation/{order.token}"):
        refused = guesser.get(path)
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
    assert guesser.get("/").status_code == 200
    assert client.get(f"/reservation/{order.token}").status_code == 200


def test_guesses_at_the_proof_of_one_order_are_counted_whoever_guesses(stock):
    reserve(stock, 90)
    order = Order.objects.get()
    for number in range(guesses.PER_THING):
        guesser = Client(REMOTE_ADDR=f"203.{number}.113.9")
        assert guesser.get(f"/reservation/{order.token}/confirmer/x{number}").status_code == 404
    assert Client().get(f"/reservation/{order.token}/confirmer/y").status_code == 429
    # The link itself may be pressed from the mail an hour later, or the shop taps; the page stays.
    assert Client().get(f"/reservation/{order.token}").status_code == 200
    confirm_by_mail(order)
