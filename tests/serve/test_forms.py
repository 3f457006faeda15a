"""A reader's form waits without a thread: the same answers as with one, and none too soon."""

import asyncio
import re
import signal
import threading
from contextlib import ExitStack, nullcontext
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.config import visits
from comptoir.config.wsgi import application
from comptoir.core import limits
from comptoir.core.db import fetch
from comptoir.core.flood.gauge import Form, gauge
from comptoir.core.limits import TooMany
from comptoir.networks.portal import portal_of, shown_as
from comptoir.orders.contacts import contact_key
from comptoir.orders.errors import Busy
from comptoir.orders.models import Order
from comptoir.orders.operations import gatherer, known_contacts
from comptoir.orders.persons.mark import key_in, word_of
from comptoir.serve import forms, gateway
from comptoir.serve.gateway import Gateway
from comptoir.serve.turns import OneByOne
from comptoir.shops.choice import portals
from comptoir.shops.operations.memberships import join_network
from comptoir.site import person, reservation
from comptoir.site.answers import refusals
from comptoir.site.answers.later import Later
from comptoir.stock.models import Offer
from tests.concurrency.live import free_port
from tests.factories import make_network, make_offer, make_shop
from tests.loops import run
from tests.patience import PATIENCE_SECONDS, until
from tests.serve.test_gateway import Headers, Wire, scope
from tests.serve.test_orders import counted, held_back, risen
from tests.serve.web import ask, dial, head
from tests.served import running
from tests.site.flows import choose, hidden

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/reserver"
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"
Answer = tuple[int, list[tuple[str, str]], bytes]


class Sent(Wire):
    """A form that is sent, and all headers of its answer."""

    answer: Answer | None = None

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __call__(self) -> bytes:
        return self._body

    def response_bytes(self, status: int, headers, body: bytes) -> None:
        self.answer = status, sorted(headers), body


class Reader:
    """Somebody with a form before them, and a gateway to the site, which counts what it is
    asked."""

    def __init__(self, offer: Offer) -> None:
        self.asked = 0
        self.gateway = Gateway(self, threads=2)
        self._browser = Client()
        page = choose(self._browser, offer)
        fields = {"form": hidden(page, "form"), "name": "Camille Ferrand", "website": ""}
        token = hidden(page, "csrfmiddlewaretoken")
        self._fields = fields | {"email": "camille@example.org", "csrfmiddlewaretoken": token}

    def __call__(self, environ, start):
        self.asked += 1
        try:
            return application(environ, start)
        finally:
            connection.close()

    def filled(self, typed: dict[str, str] | None = None, **headers: str) -> tuple[Headers, bytes]:
        """Fill in the form, and return the headers and the body by which it is sent."""
        body = urlencode(self._fields | (typed or {})).encode()
        cookies = "; ".join(f"{one.key}={one.value}" for one in self._browser.cookies.values())
        told = {
            "host": "127.0.0.1",
            "content_type": "application/x-www-form-urlencoded",
            "content_length": str(len(body)),
            "cookie": cookies,
            **headers,
        }
        return Headers((name.replace("_", "-"), value) for name, value in told.items()), body

    def send(self, typed: dict[str, str] | None = None, **headers: str) -> Answer:
        """Fill in and send the form."""
        sent, body = self.filled(typed, **headers)
        wire = Sent(body)
        run(self.gateway.__rsgi__(scope(PATH, method="POST", headers=sent, query_string=""), wire))
        assert wire.answer is not None
        return wire.answer


@pytest.fixture(autouse=True)
def unlimited(settings):
    settings.RATE_LIMITS = False


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(), on_hand=5)


@pytest.fixture
def reader(offer) -> Reader:
    return Reader(offer)


def said(answer: Answer, header: str) -> list[str]:
    return [value for name, value in answer[1] if name == header]


def compared(answer: Answer) -> Answer:
    """Return an answer without what is new in each."""
    status, headers, body = answer
    new = re.compile(
        r'(?<=value=)"[^"]+"|(?<=typed=)[^;]+|(?<=expires=)[^;]+|(?<=/reservation/)\S+'
        r"|:[0-9A-Za-z]{6}:[\w-]{43}(?=;)"  # the moment of a signature, and the signature
    )
    told = [
        (
            name,
            ""
            if name in {"X-Request-ID", "Content-Length", "Expires"}
            else new.sub("", value.strip()),
        )
        for name, value in headers
    ]
    return status, told, new.sub("", body.decode())


def sold(monkeypatch, offer) -> None:
    Offer.objects.filter(pk=offer.pk).update(on_hand=F("held"))


def meets(error: Exception):
    """Return what has a batch meet an error."""

    def have(monkeypatch, _offer) -> None:
        def broken(*_batch, **_facts):
            raise error

        monkeypatch.setattr(gatherer, "place_batch", broken)
        monkeypatch.setattr(gatherer, "GONE_SECONDS", 0.0)

    return have


def refuses(error: Exception):
    """Return what has the next order refused."""

    def have(monkeypatch, _offer) -> None:
        monkeypatch.setattr(gatherer, "place_batch", lambda batch, **_: [error for _one in batch])

    return have


def gone() -> OperationalError:
    from psycopg import OperationalError as Cause

    error = OperationalError("the connection is lost")
    error.__cause__ = Cause("the connection is lost")
    return error


def surprises(monkeypatch, _offer) -> None:
    monkeypatch.setattr(reservation, "surprises", lambda **_facts: ["Bel-Ami"])


CASES = {
    # What happens, what is typed, headers: the status, and how often the site is asked.
    "taken": (None, {}, {}, 303, 1),
    "by telephone": (None, {"email": "", "phone": "0549010101"}, {}, 303, 1),
    "less sure by now": (surprises, {}, {}, 303, 2),
    "copy gone": (sold, {}, {}, 409, 2),
    "copy gone, in English": (sold, {}, {"accept_language": "en"}, 409, 2),
    "too many": (refuses(TooMany("A little slower.", 60)), {}, {}, 429, 2),
    "busy": (refuses(Busy()), {}, {}, 503, 2),
    "database gone": (meets(gone()), {}, {}, 503, 2),
    "something broken": (meets(RuntimeError("a secret")), {}, {}, 500, 2),
    "invalid": (None, {"name": ""}, {}, 400, 1),
    "a robot": (None, {"website": "x"}, {}, 302, 1),
    "altered": (None, {"form": "x"}, {}, 302, 1),
    "CSRF refused": (None, {"csrfmiddlewaretoken": "x" * 64}, {}, 403, 1),
    "a foreign host": (None, {}, {"host": "evil.example"}, 404, 1),
    "NUL": (None, {"name": "\0"}, {}, 400, 1),
}


@pytest.mark.parametrize("case", CASES)
def test_the_answer_and_what_is_counted_are_those_of_a_thread_that_waits(
    reader, offer, monkeypatch, caplog, case
) -> None:
    happens, typed, headers, status, asked = CASES[case]
    if happens:
        happens(monkeypatch, offer)
    told = []
    for waits in (False, True):
        with monkeypatch.context() as without:
            if waits:
                without.setattr(Later, "of", staticmethod(lambda _request: None))
            caplog.clear()
            start, before = counted(), reader.asked
            # Sent by somebody else, or it would be the same order.
            name = {"name": f"Camille {'AB'[waits]}"} | typed
            answer = compared(reader.send(name, **headers))
            lines = [(each.name, each.getMessage()) for each in caplog.records]
            told.append((answer, risen(start), lines))
            assert answer[0] == status
            assert reader.asked - before == (1 if waits else asked)
            assert b"a secret" not in answer[2].encode()
    (answer, *rest), (waited_for, *other) = told
    assert rest == other
    assert answer[:2] == waited_for[:2]
    assert answer[2].replace("Camille A", "Camille B") == waited_for[2]


@pytest.fixture
def refused(reader, offer, monkeypatch) -> Reader:
    """A reader of a form that two others have just been refused: one saw the page drawn, one was
    told by it."""
    monkeypatch.setattr(refusals, "KEPT_SECONDS", 3600.0)
    monkeypatch.setattr(refusals, "WORN_SECONDS", 3600.0)
    monkeypatch.setattr(portals, "KEPT_SECONDS", 3600.0)
    sold(monkeypatch, offer)
    reader.send({"name": "Who was there first"})
    reader.send({"name": "Who was there before"})
    return reader


def by_a_thread(monkeypatch) -> None:
    monkeypatch.setattr(forms, "leaves", lambda _environ, _later: False)


def test_who_is_refused_as_others_just_were_is_told_so_without_a_second_look(
    refused, monkeypatch, caplog
) -> None:
    """The page was drawn for somebody else; the third like this is read by the loop, and the site
    is not asked. The controls: read by a thread, and by one that waits, it is told the same."""
    told = []
    for asked, thread, waits in ((0, False, False), (1, True, False), (1, True, True)):
        with monkeypatch.context() as without:
            if thread:
                by_a_thread(without)
            if waits:
                without.setattr(Later, "of", staticmethod(lambda _request: None))
            caplog.clear()
            start, before = counted(), refused.asked
            answer = refused.send({"name": f"Camille {'AB'[waits]}"})
            lines = [(each.name, each.getMessage()) for each in caplog.records]
            status, headers, body = compared(answer)
            # A page that is drawn renews the browser's CSRF cookie, which it has.
            headers = [x for x in headers if x[0] != "Vary" and "csrftoken" not in x[1]]
            told.append((status, headers, body, risen(start), lines))
            assert refused.asked == before + asked
            (length,) = said(answer, "Content-Length")
            assert int(length) == len(answer[2]) > 5_000
            assert len(said(answer, "X-Request-ID")) == 1
    assert told[0] == told[1] == told[2]
    assert told[0][0] == 409
    assert "basket" not in str(told[0][1])


EXCEPTIONS = {
    # What somebody sends just after others were refused: what is typed, headers, the status.
    "nothing in the name": ({"name": ""}, {}, 400),
    "a robot": ({"website": "x"}, {}, 302),
    "altered": ({"form": "x"}, {}, 302),
    "CSRF refused": ({"csrfmiddlewaretoken": "x" * 64}, {}, 403),
    "a foreign host": ({}, {"host": "evil.example"}, 404),
    "NUL": ({"name": "\0"}, {}, 400),
    "too long": ({"note": "x" * 4096}, {}, 409),
    "another language": ({}, {"accept_language": "en"}, 409),
    "a cookie of a session": ({}, {"cookie": "sessionid=x; csrftoken={token}"}, 409),
}


@pytest.mark.parametrize("case", EXCEPTIONS)
def test_whatever_else_may_have_to_be_said_the_site_says(refused, monkeypatch, caplog, case):
    typed, headers, status = EXCEPTIONS[case]
    if "cookie" in headers:
        token = refused._browser.cookies["csrftoken"].value
        headers = {"cookie": headers["cookie"].format(token=token)}
    told = []
    for way in ("loop", "thread"):
        with monkeypatch.context() as without:
            if way == "thread":
                by_a_thread(without)
            refusals.pages._kept.clear()
            caplog.clear()
            start, before = counted(), refused.asked
            answer = compared(refused.send(typed, **headers))
            lines = [(each.name, each.getMessage()) for each in caplog.records]
            told.append((answer, risen(start), lines))
            assert refused.asked > before
    assert told[0] == told[1]
    assert told[0][0][0] == status


def test_who_comes_after_refusals_and_finds_a_copy_is_led_to_the_order(refused, offer):
    Offer.objects.filter(pk=offer.pk).update(on_hand=F("held") + 1)
    before = refused.asked
    answer = refused.send({"name": "Who was lucky"})
    order = Order.objects.get()
    assert (answer[0], said(answer, "Location")) == (303, [f"/reservation/{order.token}"])
    assert refused.asked == before + 1
    assert said(refused.send({"name": "Who was lucky"}), "Location") == said(answer, "Location")


@pytest.mark.parametrize(
    ("turns", "order"),
    [(OneByOne, "search form form form"), (nullcontext, "form form form search")],
)
def test_who_looks_something_up_is_not_behind_all_forms(reader, monkeypatch, turns, order):
    """The control: without turns, whoever comes last is last."""
    done: list[str] = []

    async def asked(*_environ_and_who):
        done.append("search")
        return 200, [], b""

    def leaves(_environ, _later) -> bool:
        done.append("form")
        raise RuntimeError("that will do")

    monkeypatch.setattr(forms, "leaves", leaves)
    monkeypatch.setattr(Gateway, "_in_thread", asked)
    reader.gateway._orders.forms = turns()

    async def all_at_once():
        headers, body = reader.filled()
        more = {"method": "POST", "headers": headers, "query_string": ""}
        search = scope("/recherche", method="GET", headers=Headers([]), query_string="q=mer")
        sent = [
            reader.gateway.__rsgi__(scope(PATH, f"198.51.100.{n}:99", **more), Sent(body))
            for n in range(3)
        ]
        await asyncio.gather(
            *sent, reader.gateway.__rsgi__(search, Sent(b"")), return_exceptions=True
        )

    run(all_at_once())
    assert " ".join(done) == order


@pytest.mark.parametrize(
    ("senders", "read", "threads"), [("1112", "12", 2), ("1234, the control", "1234", 0)]
)
def test_who_sends_many_forms_has_one_at_a_time_before_everybody_elses(
    reader, monkeypatch, senders, read, threads
):
    """The others wait in the sender's own line for a thread (`serve.turns`)."""
    done: list[str] = []

    def leaves(environ, _later) -> bool:
        done.append(environ["REMOTE_ADDR"][-1])
        raise RuntimeError("that will do")

    async def in_thread(*_environ_and_who):
        done.append("thread")
        return 200, [], b""

    monkeypatch.setattr(forms, "leaves", leaves)
    monkeypatch.setattr(Gateway, "_in_thread", in_thread)

    async def all_at_once():
        headers, body = reader.filled()
        more = {"method": "POST", "headers": headers, "query_string": ""}
        sent = [
            reader.gateway.__rsgi__(scope(PATH, f"198.51.100.{n}:99", **more), Sent(body))
            for n in senders.partition(",")[0]
        ]
        await asyncio.gather(*sent, return_exceptions=True)

    run(all_at_once())
    assert sorted(done) == [*read, *["thread"] * threads]


def test_a_flooded_form_is_asked_for_a_proof_by_the_site_and_counted_once(refused, settings):
    settings.RATE_LIMITS, settings.FLOOD_PER_MINUTE = True, 1000
    gauge.forget()
    assert refused.send({"name": "Who is counted"})[0] == 409
    assert gauge._counted == {Form.RESERVATION: 1}
    gauge._until = {Form.RESERVATION: 4_000_000_000.0}
    assert refused.send({"name": "Who is asked"})[0] == 429
    gauge.forget()


def test_what_breaks_the_loops_reading_is_logged_and_answered_by_the_site(
    refused, monkeypatch, caplog
):
    def broken(*_request_and_later):
        raise RuntimeError("unheard of")

    monkeypatch.setattr(forms, "_leaves", broken)
    before = refused.asked
    assert refused.send({"name": "Who is answered"})[0] == 409
    assert refused.asked == before + 1
    assert "unheard of" in caplog.text


@pytest.mark.parametrize("waits", ["the loop", "a thread, the control"])
def test_the_mark_that_an_order_under_a_portal_renews_is_good_there(
    reader, offer, monkeypatch, waits
):
    """Written once the order is placed, where no request is under way any more."""
    if waits != "the loop":
        monkeypatch.setattr(Later, "of", staticmethod(lambda _request: None))
    network = make_network(host="nord.example")
    join_network(shop=offer.shop, network=network, actor=SYSTEM)
    portals.forget()
    known_contacts.remember(contact_key("camille@example.org"), timezone.now())
    with shown_as(portal_of(network)):
        reader._browser.cookies[person.COOKIE] = word_of("camille@example.org")
        answer = reader.send(host="nord.example")
        (mark,) = (x for x in said(answer, "Set-Cookie") if person.COOKIE in x)
        word = mark.partition("=")[2].partition(";")[0]
        assert key_in(word) == contact_key("camille@example.org")
    assert Order.objects.get().verified


def test_a_form_sent_twice_reserves_once(reader) -> None:
    first, second = reader.send(), reader.send()
    assert said(first, "Location") == said(second, "Location")
    assert Order.objects.count() == 1
    assert said(first, "X-Request-ID") != said(second, "X-Request-ID")
    assert reader.asked == 2


def test_a_proxys_number_is_said_once_whichever_way_it_goes(
    reader, offer, settings, monkeypatch
) -> None:
    settings.PROXIES = 1
    assert said(reader.send(x_request_id="proxy-1234"), "X-Request-ID") == ["proxy-1234"]
    sold(monkeypatch, offer)
    refused = reader.send({"name": "Another"}, x_request_id="proxy-5678")
    assert said(refused, "X-Request-ID") == ["proxy-5678"]


def test_the_access_log_has_one_line_whose_time_is_all_of_the_wait(
    reader, offer, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(visits.log, "isEnabledFor", lambda _level: True)
    caplog.set_level("INFO", "comptoir.access")
    clock = iter(range(100))
    monkeypatch.setattr(visits.time, "perf_counter", lambda: next(clock))
    reader.send()
    sold(monkeypatch, offer)
    reader.send({"name": "Another"})
    lines = [each for each in caplog.records if each.name == "comptoir.access"]
    assert [(each.status, each.milliseconds) for each in lines] == [(303, 1000), (409, 1000)]


@pytest.mark.parametrize("threads", ["none", "one, the control"])
def test_an_answer_leaves_after_its_commit_and_no_thread_waits_for_it(
    reader, monkeypatch, threads
) -> None:
    if threads != "none":
        monkeypatch.setattr(Later, "of", staticmethod(lambda _request: None))
    decided, free = held_back(monkeypatch)
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(reader.send()))
    asking.start()
    assert decided.wait(PATIENCE_SECONDS)
    if threads == "none":
        until(lambda: reader.gateway._turns._free == 2)
    else:
        assert reader.gateway._turns._free == 1
    assert answers == []
    assert Order.objects.count() == 0
    free.set()
    asking.join(PATIENCE_SECONDS)
    order = Order.objects.get()
    assert (answers[0][0], said(answers[0], "Location")) == (303, [f"/reservation/{order.token}"])


def test_a_long_form_waits_in_its_thread(reader, monkeypatch) -> None:
    """The site could not read it a second time."""
    monkeypatch.setattr(gateway, "SMALL_BYTES", 10)
    kept = []
    monkeypatch.setattr(Later, "leave", lambda *_what: kept.append("left"))

    class Wire(Sent):
        def __aiter__(self):
            async def pieces():
                yield self._body
                yield b""

            return pieces()

    monkeypatch.setattr("tests.serve.test_forms.Sent", Wire)
    assert reader.send()[0] == 303
    assert kept == []


def test_a_limit_of_the_door_is_counted_once(reader, settings, monkeypatch) -> None:
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    settings.ORDERS_PER_HOUR = 2
    statuses = [reader.send({"name": f"Camille {letter}"})[0] for letter in "ABC"]
    assert statuses[:2] == [303, 303]
    assert Order.objects.count() == statuses.count(303)


def test_where_even_counting_breaks_it_is_logged_and_the_next_is_answered(
    reader, monkeypatch, caplog
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(visits.numbers, "REQUESTS", None)
        assert reader.send() == (500, [], b"")
    assert "AttributeError" in caplog.text
    assert reader.send()[0] == 303
    assert unescape(said(reader.send(), "Location")[0]).startswith("/reservation/")


def test_a_server_that_is_told_to_end_answers_the_form_that_waits(reader, offer) -> None:
    """The shelf is locked until the server has been told, and takes nobody any more."""
    port, told = free_port(), {"COMPTOIR_WORKERS": "1", "COMPTOIR_LOG": "ERROR"}
    with running("-m", "comptoir.serve.web", "127.0.0.1", str(port), **told) as server:
        until(lambda: ask(port, "/healthz"))
        with ExitStack() as stack:
            with transaction.atomic():
                Offer.objects.select_for_update().get(pk=offer.pk)
                wire = stack.enter_context(dial(port))
                headers, body = reader.filled()
                lines = [f"{name}: {value}" for name, value in headers if name != "host"]
                wire.sendall(head("POST", PATH, *lines) + body)
                until(lambda: fetch(WAITS))
                server.send_signal(signal.SIGTERM)
                until(lambda: not ask(port, "/healthz"))
                assert Order.objects.count() == 0
            answer = wire.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 303 ")
    assert f"/reservation/{Order.objects.get().token}".encode() in answer
