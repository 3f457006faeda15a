"""A reader's form waits without a thread: the same answers as with one, and none too soon."""

import signal
import threading
from contextlib import ExitStack
from html import unescape

import pytest
from django.db import OperationalError, transaction

from comptoir.config import visits
from comptoir.core import limits
from comptoir.core.db import fetch
from comptoir.core.limits import TooMany
from comptoir.orders.errors import Busy
from comptoir.orders.models import Order
from comptoir.orders.operations import gatherer
from comptoir.serve import gateway
from comptoir.site import reservation
from comptoir.site.answers.later import Later
from comptoir.stock.models import Offer
from tests.concurrency.live import free_port
from tests.patience import PATIENCE_SECONDS, until
from tests.serve.reader import PATH, Answer, Sent, compared, said, sold
from tests.serve.test_orders import counted, held_back, risen
from tests.serve.web import ask, dial, head
from tests.served import running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unlimited")]
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"


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

    monkeypatch.setattr("tests.serve.reader.Sent", Wire)
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
