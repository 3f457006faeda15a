"""What goes wrong at a neighbour changes nothing here: a second at most, then a pause."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from django.db import connections

from comptoir.core import gate
from comptoir.core.exits import voice
from comptoir.neighbours import inquiry, memory, operations
from comptoir.neighbours.inquiry import Reply, inquire, question
from comptoir.neighbours.models import Neighbour
from tests.answering import reply
from tests.neighbours.conftest import (
    HERE,
    NOW,
    Other,
    answer_of,
    make_neighbour,
    other_site,
    says,
)
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db
PIECE = b"[" * 65_536
RELEASED = threading.Event()
"""Until then what hangs hangs: whoever waited for it would wait as long as a test waits."""
BOUND = PATIENCE_SECONDS / 2
"""However slow the machine is for a while: less than what hangs."""


@pytest.fixture(autouse=True)
def at_the_end_nothing_hangs() -> Iterator[None]:
    RELEASED.clear()
    yield
    RELEASED.set()


def ask(text: str, *neighbours: Neighbour, at: datetime = NOW) -> list[Reply]:
    return inquire(question(text, HERE), neighbours, at)


def hangs(handler: BaseHTTPRequestHandler) -> None:
    RELEASED.wait(PATIENCE_SECONDS)
    reply(handler)


def drips(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while not RELEASED.wait(0.1):
        handler.wfile.write(b" ")


def drips_its_head(handler: BaseHTTPRequestHandler) -> None:
    while not RELEASED.wait(0.1):
        handler.wfile.write(b"H")


def sends_a_gigabyte(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(2**30))
    handler.end_headers()
    for _each in range(2**30 // len(PIECE)):
        handler.wfile.write(PIECE)


def leads_elsewhere(handler: BaseHTTPRequestHandler) -> None:
    reply(handler, 302, Location=f"http://{handler.headers['Host']}/elsewhere")


BROKEN: list[Callable[[BaseHTTPRequestHandler], None]] = [
    hangs,
    drips,
    drips_its_head,
    sends_a_gigabyte,
    leads_elsewhere,
    says(b"", 500),
    says(b"", 429),
    says(b"<html>", 200),
    says(b"[]", 200),
    says(b"[" * 400_000, 200),
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_neighbour_costs_a_second_and_counts_as_a_failure(
    other: Other, broken: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    other.answer = broken
    made = make_neighbour(other.url)
    began = time.monotonic()
    (said,) = ask("rive", made)
    assert time.monotonic() - began < BOUND
    assert inquiry.SECONDS == 1
    assert said.hits is None
    made.refresh_from_db()
    assert made.failures == 1
    assert len(other.heads) == 1, "no redirect is followed, nothing is tried again"


def test_of_an_answer_no_more_is_read_than_so_much(other: Other) -> None:
    whole = answer_of(other.url)
    made = make_neighbour(other.url)
    other.answer = says(whole.ljust(inquiry.LARGEST_BYTES + 1))
    assert ask("rive", made)[0].hits is None
    other.answer = says(whole.ljust(inquiry.LARGEST_BYTES))
    assert ask("rive", made)[0].hits, "the control: as much as that is"


def test_a_neighbour_that_does_not_answer_at_all_counts_too() -> None:
    with other_site() as gone:
        made = make_neighbour(gone.url)
    assert [each.hits for each in ask("rive", made)] == [None]
    made.refresh_from_db()
    assert made.failures == 1


def test_a_name_that_nobody_can_look_up_in_time_costs_a_second(monkeypatch) -> None:
    asked = threading.Event()

    def forever(*_address: object, **_how: object) -> list[object]:
        asked.set()
        RELEASED.wait(PATIENCE_SECONDS)
        return []

    monkeypatch.setattr(gate.socket, "getaddrinfo", forever)
    made = make_neighbour("http://slow.example")
    began = time.monotonic()
    assert [each.hits for each in ask("rive", made)] == [None]
    assert time.monotonic() - began < BOUND
    assert asked.is_set()


def test_a_broken_one_takes_nothing_from_the_others(other: Other) -> None:
    with other_site() as slow:
        slow.answer = hangs
        other.answer = says(answer_of(other.url))
        listed = make_neighbour(slow.url), make_neighbour(other.url)
        began = time.monotonic()
        first, second = ask("rive", *listed)
        assert time.monotonic() - began < BOUND
    assert first.hits is None
    assert [hit.title for hit in second.hits or ()] == ["La rive d’en face"]


def test_a_question_that_it_does_not_take_is_no_failure(other: Other) -> None:
    made = make_neighbour(other.url)
    for status in (400, 414, 422):
        other.answer = says(b"", status)
        assert [each.hits for each in ask(f"rive {status}", made)] == [None]
    made.refresh_from_db()
    assert (made.failures, len(other.heads)) == (0, 3)


def test_an_answer_is_kept_a_minute_by_question_and_rounded_place(
    other: Other, monkeypatch
) -> None:
    other.answer = says(answer_of(other.url))
    made = make_neighbour(other.url)
    for _each in range(2):
        assert ask("rive", made)[0].hits
    assert len(other.heads) == 1
    ask("autre", made)
    assert len(other.heads) == 2
    monkeypatch.setattr(inquiry, "KEPT_SECONDS", 0.0)
    ask("rive", made)
    assert len(other.heads) == 3


def test_of_many_answers_the_oldest_is_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(inquiry, "MOST_KEPT", 2)
    kept = inquiry.Kept()
    first, second, third = (question(str(n), HERE) for n in range(3))
    for each in (first, second, first, third):
        kept.put(1, each, ())
    assert [kept.get(1, each) for each in (first, second, third)] == [(), None, ()]


def test_after_three_failures_it_is_asked_nothing_for_a_pause_that_grows(other: Other) -> None:
    """By a clock of the test's own."""
    other.answer = says(b"", 500)
    made = make_neighbour(other.url)
    for _each in range(5):
        ask("rive", made)
    assert len(other.heads) == 3
    assert memory.near(HERE, NOW) == [], "no page offers what is not asked"
    at, pauses = NOW, []
    for _each in range(8):
        made.refresh_from_db()
        assert made.rest_until is not None
        pauses.append((made.rest_until - at).total_seconds())
        tried = len(other.heads)
        ask("rive", made, at=made.rest_until - timedelta(seconds=1))
        assert len(other.heads) == tried
        at = made.rest_until
        assert memory.near(HERE, at) == [made]
        ask("rive", made, at=at)
        assert len(other.heads) == tried + 1, "one try after the pause"
        ask("rive", made, at=at)
        assert len(other.heads) == tried + 1
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    other.answer = says(answer_of(other.url))
    made.refresh_from_db()
    assert ask("rive", made, at=made.rest_until)[0].hits
    made.refresh_from_db()
    assert (made.failures, made.rest_until) == (0, None)


def test_the_breaker_is_one_for_all_processes(other: Other, monkeypatch) -> None:
    """What another process noted counts here, though this one has read the neighbour before."""
    other.answer = says(b"", 500)
    seen = make_neighbour(other.url)
    elsewhere = Neighbour.objects.get(pk=seen.pk)
    for _each in range(3):
        operations.note_failure(elsewhere, NOW)
        elsewhere.refresh_from_db()
    assert memory.neighbours()
    ask("rive", seen)
    assert other.heads == []
    stale = Neighbour(pk=seen.pk, address=seen.address, area=seen.area)
    monkeypatch.setattr(Neighbour.objects, "in_bulk", lambda keys: {stale.pk: stale})
    ask("rive", seen)
    assert len(other.heads) == 1, "the control: who only remembers asks"


def test_after_the_pause_one_process_tries_and_the_others_wait() -> None:
    made = make_neighbour("https://berry.example", failures=3, rest_until=NOW)
    first, second = (Neighbour.objects.get(pk=made.pk) for _each in range(2))
    assert operations.take_turn(first, NOW)
    assert not operations.take_turn(second, NOW)
    assert not operations.take_turn(Neighbour.objects.get(pk=made.pk), NOW)
    assert operations.take_turn(Neighbour.objects.get(pk=made.pk), NOW + operations.TRY), (
        "whoever tried may have died"
    )


def test_failures_that_were_under_way_make_a_pause_no_longer() -> None:
    made = make_neighbour("https://berry.example")
    under_way = [Neighbour.objects.get(pk=made.pk) for _each in range(6)]
    for each in under_way:
        operations.note_failure(each, NOW)
    made.refresh_from_db()
    assert (made.failures, made.rest_until) == (3, NOW + operations.FIRST_PAUSE)


def test_few_ask_at_once_and_who_comes_then_does_not_wait(other: Other, monkeypatch) -> None:
    other.answer = says(answer_of(other.url))
    made = make_neighbour(other.url)
    monkeypatch.setattr(inquiry, "_waiting", threading.BoundedSemaphore(1))
    with inquiry._waiting:
        began = time.monotonic()
        assert ask("rive", made)[0].hits is None
        assert time.monotonic() - began < BOUND
    assert other.heads == []
    assert ask("rive", made)[0].hits, "the control: with room it is asked"


def test_what_is_still_under_way_at_a_neighbour_keeps_its_place(other: Other, monkeypatch) -> None:
    """A thread that the system's resolver holds is one of the few, until it ends."""
    other.answer = says(answer_of(other.url))
    made = make_neighbour(other.url)
    slots = {made.pk: threading.BoundedSemaphore(1)}
    monkeypatch.setattr(inquiry, "_slots", slots)
    with slots[made.pk]:
        assert ask("rive", made)[0].hits is None
    assert other.heads == []
    made.refresh_from_db()
    assert made.failures == 0, "it was not asked, so it did not fail"
    assert ask("rive", made)[0].hits


def test_a_neighbour_is_asked_so_often_a_minute_whatever_readers_do(
    other: Other, settings, monkeypatch
) -> None:
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    monkeypatch.setattr(inquiry, "A_MINUTE", inquiry.Limit("neighbour", 2))
    other.answer = says(answer_of(other.url))
    made = make_neighbour(other.url)
    assert [bool(ask(f"rive {n}", made)[0].hits) for n in range(4)] == [True, True, False, False]


@pytest.mark.django_db(transaction=True)
def test_a_copy_of_an_installation_asks_nobody_and_takes_nobody_for_silent(other: Other) -> None:
    made = make_neighbour(other.url)
    voice.be_quiet()
    try:
        assert ask("rive", made)[0].hits is None
    finally:
        voice.speak()
    made.refresh_from_db()
    assert (other.heads, made.failures) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_neighbour_keeps_no_connection(other: Other) -> None:
    """Of the pool's few none is with a thread that waits for somebody else."""
    wrapper, seen = connections["default"], []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(wrapper.connection)
        says(answer_of(other.url))(handler)

    other.answer = answer
    made = make_neighbour(other.url)
    assert wrapper.connection is not None
    assert ask("rive", made)[0].hits
    assert seen == [None]


def test_a_private_address_is_asked_only_where_the_installation_allows_it(
    other: Other, settings
) -> None:
    settings.OUTGOING_ANYWHERE = False
    other.answer = says(answer_of(other.url))
    made = make_neighbour(other.url)
    assert ask("rive", made)[0].hits is None
    assert other.heads == []
    settings.OUTGOING_ANYWHERE = True
    assert ask("rive", made)[0].hits
