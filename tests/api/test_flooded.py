"""A program without a token proves its work, or waits, while its way is flooded."""

import altcha
import pytest

from comptoir.core.flood import gauge as gauges
from comptoir.core.flood import proof, tickets
from comptoir.core.flood.gauge import Form
from comptoir.orders.models import Order
from comptoir.orders.persons.mark import word_of
from tests.api.client import assert_problem, order_body

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def flooded(settings, monkeypatch):
    settings.RATE_LIMITS = True
    gauges.gauge._until = {Form.ORDER: gauges.time() + 600}
    monkeypatch.setattr(proof, "ROUNDS", 10)


def solved(told: dict) -> str:
    asked = altcha.Challenge.from_dict(told)
    return altcha.Payload(asked, altcha.solve_challenge(asked)).to_base64()


def test_a_program_proves_its_work_once(api, offer):
    refused = api.post("/orders", order_body(offer))
    assert_problem(refused, 429, "proof_needed")
    told = refused.json()
    assert int(refused["Retry-After"]) == told["retry_after"] == tickets.WAIT
    answer = solved(told["challenge"])
    headers = {"Comptoir-Proof": answer}
    assert api.post("/orders", order_body(offer), **headers).status_code == 201
    assert_problem(api.post("/orders", order_body(offer), **headers), 429, "proof_needed")
    assert Order.objects.count() == 1


def test_or_it_waits(api, offer, monkeypatch):
    ticket = api.post("/orders", order_body(offer)).json()["ticket"]
    early = api.post("/orders", order_body(offer), **{"Comptoir-Proof": ticket})
    assert early.json()["ticket"] == ticket
    real = tickets.time
    monkeypatch.setattr(tickets, "time", lambda: real() + tickets.WAIT)
    done = api.post("/orders", order_body(offer), **{"Comptoir-Proof": ticket})
    assert done.status_code == 201


def test_who_confirmed_the_address_is_asked_nothing_and_counts_for_nothing(api, offer):
    body = order_body(offer)
    person = {"Person": word_of(body["customer"]["email"])}
    other = api.post("/orders", body, Person=word_of("other@example.org"))
    assert_problem(other, 429, "proof_needed")
    counted = gauges.gauge._counted.total()
    assert api.post("/orders", body, **person).status_code == 201
    assert gauges.gauge._counted.total() == counted


def test_a_shops_own_program_is_asked_nothing(till, offer):
    assert till.post("/orders", order_body(offer)).status_code == 201
