"""Orders that the event loop answers: the same answers as the site's, and none too soon."""

import asyncio
import json
import threading
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction

from comptoir.accounts.actors import SYSTEM
from comptoir.api import names, reserve
from comptoir.api.schemas import OrderIn
from comptoir.config import visits
from comptoir.config.wsgi import application
from comptoir.core import limits
from comptoir.core.limits import Limit
from comptoir.core.pictures.photo import Photo
from comptoir.core.watch.numbers import PLACED, REFUSED, REQUESTS
from comptoir.orders.models import Order
from comptoir.orders.operations import gatherer
from comptoir.orders.operations.outcomes import Home
from comptoir.serve import orders
from comptoir.serve.gateway import Gateway
from comptoir.stock.copies.operations import CopyDetails, enter_copy
from tests.api.client import order_body
from tests.factories import make_offer, make_shop
from tests.loops import run
from tests.patience import PATIENCE_SECONDS
from tests.serve.test_gateway import Headers, Wire, scope

pytestmark = pytest.mark.django_db(transaction=True)


Answer = tuple[int, dict[str, str], bytes]


class Site:
    """The site behind a gateway, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.gateway = Gateway(self, threads=2)

    def __call__(self, environ, start):
        self.asked += 1
        parts = application(environ, start)
        connection.close()
        return parts

    def ask(self, body: bytes, query: str = "", **headers: str) -> Answer:
        """Return status, headers and body of the answer to an order; a header that is "" is left
        out."""
        told = {
            "host": "127.0.0.1",
            "content_type": "application/json",
            "content_length": str(len(body)),
            "idempotency_key": str(uuid4()),
            **headers,
        }

        class Sent(Wire):
            async def __call__(self) -> bytes:
                return body

        wire = Sent()
        sent = Headers((name.replace("_", "-"), value) for name, value in told.items() if value)
        asked = scope(reserve.PATH, method="POST", headers=sent, query_string=query)
        run(self.gateway.__rsgi__(asked, wire))
        return wire.answer


@pytest.fixture(autouse=True)
def nothing_remembered(settings):
    names.forget_all()
    settings.RATE_LIMITS = False


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(siret="73282932000074"), on_hand=50)


@pytest.fixture
def site(offer) -> Site:
    """A site whose process has never heard of the offer."""
    return Site()


def limit_tries(settings, monkeypatch, tries: int) -> None:
    """Let an address try so often, in a minute that never ends."""
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    monkeypatch.setattr(reserve, "PER_ADDRESS", Limit(f"tests_{uuid4()}", tries))


def body_of(offer, **fields) -> bytes:
    return json.dumps(order_body(offer, **fields)).encode()


def line(offer, **fields) -> dict:
    return {"product": offer.product.ref, "quantity": 1, **fields}


def compared(answer: Answer) -> Answer:
    """Return an answer without what is new in each."""
    status, headers, body = answer
    told = json.loads(body)
    assert len(headers.pop("X-Request-ID")) == 12
    if status == 201:
        for name in ("token", "code", "placed_at", "confirm_by", "url"):
            assert told.pop(name)
        assert headers.pop("Location").startswith("/api/v1/orders/")
        assert int(headers.pop("Content-Length")) == len(body)
    return status, headers, told


def counted() -> dict[tuple, float]:
    """Return what is counted, without how long it took."""
    families = [family for one in (PLACED, REFUSED, REQUESTS) for family in one.collect()]
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name.endswith(("_total", "_count"))
    }


def risen(before: dict[tuple, float]) -> dict[tuple, float]:
    """Return what rose since, and by how much."""
    now = counted()
    return {key: now[key] - before.get(key, 0) for key in now if now[key] != before.get(key, 0)}


ROBOT = {"name": "www.example.org", "email": "robot@example.org"}
ORDINARY = {
    "as it is": ({}, {}),
    "in English": ({}, {"accept_language": "en"}),
    "in the language of a cookie": ({}, {"cookie": "django_language=en"}),
    "a bad name": ({"customer": ROBOT}, {}),
    "a bad name in English": ({"customer": ROBOT}, {"accept_language": "en"}),
    "no contact": ({"customer": {"name": "Jeanne"}}, {}),
    "more than there is": ({"lines": lambda offer: [line(offer, quantity=10)] * 6}, {}),
    "a special order": ({"lines": lambda offer: [line(offer, special_order=True)]}, {}),
}
UNUSUAL = {
    "no key": ({}, {"idempotency_key": ""}),
    "a key that can be guessed": ({}, {"idempotency_key": "short"}),
    "a foreign host": ({}, {"host": "evil.example"}),
    "a token": ({}, {"authorization": "Bearer of nothing"}),
    "a query": ({}, {"query": "a=1"}),
    "an unknown shop": ({"shop": "nobody"}, {}),
    "a telephone": ({"customer": {"name": "Jeanne", "phone": "0612345678"}}, {}),
    "a channel": ({"channel": "counter"}, {}),
    "an unknown field": ({"more": 1}, {}),
    "another's offer": ({"lines": lambda offer: [line(offer) | {"offer": offer.pk + 1}]}, {}),
    "a long body": ({"customer": {"name": "J" * 4096}}, {}),
}


@pytest.mark.parametrize("case", [*ORDINARY, *UNUSUAL])
def test_the_loop_answers_and_counts_as_the_site_does(site, offer, monkeypatch, case) -> None:
    fields, headers = {**ORDINARY, **UNUSUAL}[case]
    body = body_of(
        offer,
        **{name: value(offer) if callable(value) else value for name, value in fields.items()},
    )
    start = counted()
    here = compared(site.ask(body, **headers))
    rose, asked = risen(start), site.asked
    assert rose
    assert asked == (case in UNUSUAL)
    monkeypatch.setattr(orders, "is_one", lambda environ: False)
    start = counted()
    assert compared(site.ask(body, **headers)) == here
    assert site.asked == asked + 1
    assert risen(start) == rose


def test_the_same_key_and_body_give_the_same_order(site, offer) -> None:
    body, key = body_of(offer), str(uuid4())
    first, second = (site.ask(body, idempotency_key=key) for _time in range(2))
    assert first[2] == second[2]
    other = body_of(offer, customer={"name": "Jeanne", "email": "other@example.org"})
    assert site.ask(other, idempotency_key=key)[0] == 422
    assert site.asked == 0
    assert Order.objects.count() == 1


def test_a_used_copy_is_told_with_its_photo(site, offer, monkeypatch) -> None:
    """Whether a photo is still shown is known with the copy: the loop asks the database nothing."""
    photo = Photo("p" * 32, b"large", b"small", 8, 8)
    details = CopyDetails("VG", 800, "", "signed")
    copy = enter_copy(
        shop=offer.shop,
        product_id=offer.product_id,
        details=details,
        actor=SYSTEM,
        ref="U1",
        photo=photo,
    )
    body, key = body_of(offer, lines=[{"product": offer.product.ref, "offer": copy.pk}]), "k" * 20
    first, again = (site.ask(body, idempotency_key=key) for _time in range(2))
    assert (first[0], again[2]) == (201, first[2])
    shown = json.loads(first[2])["lines"][0]["copy"]
    assert (shown["note"], site.asked) == ("signed", 0)
    assert photo.digest in shown["photo"]
    monkeypatch.setattr(orders, "is_one", lambda environ: False)
    assert site.ask(body, idempotency_key=key)[2] == first[2]


def test_an_order_that_cannot_be_told_from_memory_is_told_by_the_site(
    site, offer, monkeypatch
) -> None:
    """It is placed: its answer must not be an error, nor its copy held for nobody."""
    told = reserve.told
    failures = iter([RuntimeError()])

    def fails_once(*args):
        for failure in failures:
            raise failure
        return told(*args)

    monkeypatch.setattr(reserve, "told", fails_once)
    assert site.ask(body_of(offer))[0] == 201
    assert (site.asked, Order.objects.count()) == (1, 1)


def test_an_address_that_tries_too_often_is_told_so(site, offer, settings, monkeypatch) -> None:
    limit_tries(settings, monkeypatch, 2)
    # What the site answers counts as well, once.
    assert site.ask(body_of(offer), authorization="Basic of-nobody")[0] == 201
    assert site.ask(body_of(offer))[0] == 201
    status, headers, body = site.ask(body_of(offer))
    assert (status, json.loads(body)["code"]) == (429, "too_many_requests")
    assert int(headers["Retry-After"]) >= 1
    assert site.asked == 1


def test_beyond_its_limit_nothing_is_looked_up_for_an_address(
    site, offer, settings, monkeypatch
) -> None:
    limit_tries(settings, monkeypatch, 2)
    looked_up, learn = [], names.learn
    monkeypatch.setattr(
        names, "learn", lambda asked: learn(looked_up.append(one.shop) or one for one in asked)
    )
    told = [site.ask(body_of(offer, shop=f"nobody-{number}"))[0] for number in range(5)]
    # What the site answers after all counts once.
    assert (told, site.asked) == ([404, 404, 429, 429, 429], 2)
    assert looked_up == ["nobody-0", "nobody-1"]


def test_a_name_that_means_something_else_by_now_is_looked_up_again(
    site, offer, settings, monkeypatch
) -> None:
    """Here its number is another shop's by now. The site answers, and counts it no second time."""
    limit_tries(settings, monkeypatch, 3)
    assert site.ask(body_of(offer))[0] == 201
    offer.shop.slug, offer.shop.siret = "renamed", None
    offer.shop.paused_at = offer.as_of
    offer.shop.save()
    other = make_offer(shop=make_shop(siret="73282932000074"), product=offer.product, on_hand=5)
    offer.shop.siret = "73282932000074"
    status, _headers, body = site.ask(body_of(offer))
    assert (status, json.loads(body)["shop"]["slug"]) == (201, other.shop.slug)
    assert site.asked == 1
    status, _headers, body = site.ask(body_of(offer))
    assert (status, json.loads(body)["shop"]["slug"], site.asked) == (201, other.shop.slug, 1)


def held_back(monkeypatch) -> tuple[threading.Event, threading.Event]:
    """Have the next batch, decided and not committed, wait; return when it does, and what frees
    it."""
    decided, free = threading.Event(), threading.Event()
    original = gatherer.place_batch

    def place_batch(batch, **facts):
        with transaction.atomic():
            outcomes = original(batch, **facts)
            decided.set()
            assert free.wait(PATIENCE_SECONDS)
        return outcomes

    monkeypatch.setattr(gatherer, "place_batch", place_batch)
    return decided, free


def test_an_answer_leaves_after_its_commit(site, offer, monkeypatch) -> None:
    """While the batch is decided and not committed, nothing is answered and no thread is held."""
    decided, free = held_back(monkeypatch)
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(site.ask(body_of(offer))))
    asking.start()
    assert decided.wait(PATIENCE_SECONDS)
    assert answers == []
    assert site.gateway._turns._free == 2
    assert Order.objects.count() == 0
    free.set()
    asking.join(PATIENCE_SECONDS)
    assert answers[0][0] == 201
    assert Order.objects.count() == 1


def test_whoever_waits_too_long_is_told_that_it_is_busy(site, offer, monkeypatch) -> None:
    """What was given up before its batch began is not placed."""
    begun, free = threading.Event(), threading.Event()
    original = gatherer.place_batch

    def place_batch(batch, **facts):
        begun.set()
        assert free.wait(PATIENCE_SECONDS)
        return original(batch, **facts)

    monkeypatch.setattr(gatherer, "place_batch", place_batch)
    first = threading.Thread(target=site.ask, args=[body_of(offer)])
    first.start()
    assert begun.wait(PATIENCE_SECONDS)
    monkeypatch.setattr(gatherer, "PATIENCE_SECONDS", 0.05)
    status, headers, body = site.ask(body_of(offer))
    assert (status, json.loads(body)["code"]) == (503, "busy")
    assert headers["Retry-After"]
    free.set()
    first.join(PATIENCE_SECONDS)
    assert Order.objects.count() == 1
    monkeypatch.setattr(gatherer, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    assert site.ask(body_of(offer))[0] == 201
    assert Order.objects.count() == 2
    assert site.asked == 0


def test_the_names_of_all_that_wait_are_looked_up_at_once(offer, monkeypatch) -> None:
    begun, free, rounds = threading.Event(), threading.Event(), []

    def learn(asked):
        rounds.append([order.shop for order in asked])
        begun.set()
        assert free.wait(PATIENCE_SECONDS)

    async def play() -> None:
        looked_up, home = orders.Names(), Home(asyncio.get_running_loop())
        asked = [
            OrderIn.model_validate_json(body_of(offer, shop=f"shop-{number}"))
            for number in range(4)
        ]
        waiting = [asyncio.create_task(looked_up.learn(asked[0], home))]
        assert await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
        waiting += [asyncio.create_task(looked_up.learn(one, home)) for one in asked[1:]]
        await asyncio.sleep(0)
        free.set()
        await asyncio.gather(*waiting)

    monkeypatch.setattr(names, "learn", learn)
    run(play())
    assert rounds == [["shop-0"], ["shop-1", "shop-2", "shop-3"]]


def test_where_names_cannot_be_looked_up_the_site_answers(site, offer, monkeypatch) -> None:
    def learn(asked):
        raise OperationalError("gone")

    monkeypatch.setattr(names, "learn", learn)
    assert site.ask(body_of(offer))[0] == 201
    assert site.asked == 1


@pytest.mark.parametrize(
    ("where", "asked"), [((gatherer, "place_batch"), 0), ((reserve, "told"), 1)]
)
def test_what_nobody_expected_is_told_as_elsewhere(
    site, offer, monkeypatch, caplog, where, asked
) -> None:
    def broken(*what, **facts):
        raise RuntimeError("a secret")

    monkeypatch.setattr(*where, broken)
    status, _headers, body = site.ask(body_of(offer))
    assert (status, json.loads(body)["code"]) == (500, "internal")
    assert b"secret" not in body
    assert "POST /api/v1/orders failed" in caplog.text
    assert "Internal Server Error: /api/v1/orders" in caplog.text
    assert site.asked == asked


def test_where_even_that_breaks_it_is_logged_and_the_loop_goes_on(
    site, offer, monkeypatch, caplog
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(visits.numbers, "REQUESTS", None)
        assert site.ask(body_of(offer)) == (500, {}, b"")
    assert "AttributeError" in caplog.text
    assert site.ask(body_of(offer))[0] == 201
    assert site.asked == 0
