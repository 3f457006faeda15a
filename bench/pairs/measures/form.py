"""Reservations as readers make them: the form is opened, filled in and sent, with its cookies.

A unit is an order: `GET` of the form with the basket of a reader, and `POST` of what it holds. Each
order is of a person who has confirmed their address in this browser, in a network of their own.
"""

import re
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from bench import load
from bench.crowd import KNOW, Crowd, network
from bench.pairs.measures.reserve import plenty
from bench.pairs.part import Part, Plan, Work
from bench.pairs.side import HOST, SETTINGS, Side

CLIENTS = 32
READERS = 40
ORDERS = {"small": 320, "full": 3_200}
FORM = "application/x-www-form-urlencoded"
_COOKIE = re.compile(rb"^set-cookie: *([^=]+)=([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
_FIELD = r'name="{name}" value="([^"]+)"'


class Reader(NamedTuple):
    """Somebody with one title in their basket."""

    shop: str
    cookies: str


class State(NamedTuple):
    """The readers, and how many orders they place in a turn."""

    readers: list[Reader]
    orders: int


def prepare(side: Side, plan: Plan) -> State:
    """Have readers put something into their baskets, each in another shop or title."""
    offers = plenty(side)[:READERS]
    return State([_reader(side, *offer) for offer in offers], ORDERS[plan.scale])


def run(side: Side, state: State, turn: int) -> Work:
    """Place the orders; a wait is that of a reader for the form and for its answer together."""
    waits: list[float] = []
    persons = Crowd(SETTINGS["COMPTOIR_SECRET_KEY"], f"form-{turn}")
    with side.connect() as connection:
        connection.execute(KNOW.encode(), [persons.keys(state.orders)])
    numbers = iter(range(state.orders))
    result = load.converse(
        side.port, [_client(state, numbers, persons, waits) for _ in range(CLIENTS)]
    )
    if result.statuses != {200: state.orders, 303: state.orders}:
        raise RuntimeError(f"{side.name}: the form answers {dict(result.statuses)}")
    return Work(state.orders, result.seconds, waits)


def _client(
    state: State, numbers: Iterator[int], persons: Crowd, waits: list[float]
) -> load.Conversation:
    for number in numbers:
        began = time.perf_counter()
        yield from ordered(state.readers[number % len(state.readers)], persons, number)
        waits.append(time.perf_counter() - began)


def ordered(reader: Reader, persons: Crowd, number: int) -> load.Conversation:
    """Hold the conversation by which a person orders what is in a reader's basket."""
    browser = {
        "Cookie": f"{reader.cookies}; person={persons.mark(number)}",
        "X_Forwarded_For": network(number),
    }
    page = yield load.get(f"/reserver?shop={reader.shop}", HOST, **browser)
    assert page is not None
    fields = {
        "csrfmiddlewaretoken": field_of(page, "csrfmiddlewaretoken"),
        "form": field_of(page, "form"),
        "name": "Camille Ferrand",
        "email": persons.email(number),
    }
    body = urlencode(fields).encode()
    answer = yield load.post("/reserver", body, HOST, Content_Type=FORM, **browser)
    assert answer is not None
    if b"/reservation/" not in answer.head:
        raise RuntimeError(f"no order: {answer.head.decode()}")


def _reader(side: Side, offer: int, shop: str, ean: str) -> Reader:
    page = side.ask(load.get(f"/titre/{ean}", HOST))
    cookies = cookies_of(page)
    token = field_of(page, "csrfmiddlewaretoken")
    body = urlencode({"csrfmiddlewaretoken": token, "action": "add", "offer": offer}).encode()
    added = side.ask(load.post("/panier", body, HOST, Content_Type=FORM, Cookie=in_a_line(cookies)))
    if added.status != 303:
        raise RuntimeError(f"{side.name}: the basket answers {added.status}")
    return Reader(shop, in_a_line(cookies | cookies_of(added)))


def field_of(page: load.Answer, name: str) -> str:
    """Return what a form of a page holds in a hidden field."""
    found = re.search(_FIELD.format(name=name), page.body.decode())
    if found is None:
        raise RuntimeError(f"the page has no field {name}")
    return found[1]


def cookies_of(answer: load.Answer) -> dict[str, str]:
    """Return the cookies that an answer sets."""
    return {name.decode(): value.decode() for name, value in _COOKIE.findall(answer.head)}


def in_a_line(cookies: dict[str, str]) -> str:
    """Return cookies as a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


PARTS = [Part("form", "order", prepare, run, by_jobs=True)]
