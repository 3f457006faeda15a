"""Whether a form is flooded, the proof of work, the ticket, and guesses at secrets."""

import json
from base64 import b64decode, b64encode
from time import time

import altcha
import pytest

from comptoir.core.errors import DomainError
from comptoir.core.flood import guesses, proof, tickets
from comptoir.core.flood.gauge import CALM, MINUTE, STEP, Form, Gauge
from comptoir.core.limits import TooMany, network_of
from comptoir.core.models import LimitCount

pytestmark = pytest.mark.django_db
HERE, NEXT_DOOR, ELSEWHERE = map(network_of, ("192.0.2.7", "192.0.2.8", "198.51.100.7"))


@pytest.fixture(autouse=True)
def counted(settings):
    settings.RATE_LIMITS, settings.FLOOD_PER_MINUTE = True, 40


def attempts(gauge: Gauge, count: int, now: float, form: Form = Form.ALERT) -> None:
    for _each in range(count):
        gauge.note(form)
    gauge.look(now)


def test_attempts_of_all_processes_together_are_a_flood():
    now, first, second = time(), Gauge(), Gauge()
    attempts(first, 30, now)
    assert not first.is_flooded(Form.ALERT, now)
    attempts(second, 30, now)
    assert second.is_flooded(Form.ALERT, now)
    first.learn(now)
    assert first.is_flooded(Form.ALERT, now)
    assert not first.is_flooded(Form.RESERVATION, now)


def test_control_neither_process_alone_would_know():
    now, gauge = time(), Gauge()
    attempts(gauge, 30, now)
    LimitCount.objects.all().delete()
    attempts(gauge, 30, now)
    assert not gauge.is_flooded(Form.ALERT, now)


def test_it_ends_only_when_it_has_been_calm(monkeypatch):
    gauge, start = Gauge(), time()
    clock = [start]
    monkeypatch.setattr("comptoir.core.limits.time", lambda: clock[0])

    def at(later: float, count: int) -> bool:
        clock[0] = start + later
        attempts(gauge, count, clock[0])
        return gauge.is_flooded(Form.ALERT, clock[0])

    assert not at(0, 40)
    assert at(2 * MINUTE, 41)
    # While it lasts, more than half as many prolong it; half as many do not.
    assert at(2 * MINUTE + CALM - 10, 21)
    assert at(2 * MINUTE + CALM + 100, 20)
    assert not at(2 * MINUTE + 2 * CALM, 20)


def test_a_process_looks_rarely():
    gauge, now = Gauge(), time()
    for _each in range(STEP - 1):
        gauge.note(Form.ALERT)
    assert not gauge.is_due(now)
    gauge.note(Form.ALERT)
    assert gauge.is_due(now)
    gauge.look(now)
    for _each in range(STEP):
        gauge.note(Form.ALERT)
    assert not gauge.is_due(now + 0.5)
    assert gauge.is_due(now + 1)


def solved(challenge: dict) -> str:
    asked = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(asked, altcha.solve_challenge(asked)).to_base64()


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(proof, "ROUNDS", 10)


def test_a_proof_counts_once_and_for_its_form():
    answer = solved(proof.challenge(Form.ALERT))
    assert not proof.is_proof(Form.JOIN, answer)
    assert proof.is_proof(Form.ALERT, answer)
    assert not proof.is_proof(Form.ALERT, answer)


def test_control_uncounted_it_would_do_for_thousands():
    answer = solved(proof.challenge(Form.ALERT))
    for _each in range(3):
        assert proof.is_proof(Form.ALERT, answer)
        LimitCount.objects.all().delete()


def altered(answer: str, **parts: object) -> str:
    said = json.loads(b64decode(answer))
    said["challenge"]["parameters"] |= parts
    return b64encode(json.dumps(said).encode()).decode()


def test_no_other_answer_is_a_proof():
    fresh = solved(proof.challenge(Form.ALERT))
    wrong = json.loads(b64decode(fresh))
    wrong["solution"]["derivedKey"] = "00" * 32
    late = solved(proof.challenge(Form.ALERT, now=time() - proof.LIFETIME - 1))
    bad = ["", "x", "e30=", b64encode(b"[]").decode(), b64encode(b"\xff").decode(), "A" * 5000]
    bad += [late, b64encode(json.dumps(wrong).encode()).decode()]
    bad += [
        altered(fresh, cost=1),
        altered(fresh, expiresAt=2**40),
        altered(fresh, nonce="00" * 16),
    ]
    bad += [altered(fresh, data={"form": "join"})]
    assert not any(proof.is_proof(Form.ALERT, answer) for answer in bad)
    assert not proof.is_proof(Form.JOIN, altered(fresh, data={"form": "join"}))


def test_the_work_has_an_end_that_an_old_phone_reaches():
    """At 150,000 rounds a second (a phone of 2016) the longest search takes under three."""
    monkey = altcha.Challenge.from_dict(proof.challenge(Form.ALERT))
    assert altcha.solve_challenge(monkey).counter < proof.MOST
    assert proof.MOST * 2000 / 150_000 < 3


def test_a_ticket_lets_one_form_through_once_after_its_wait():
    now = time()
    ticket = tickets.draw(Form.ALERT, HERE, now)
    assert ticket.wait(now) == tickets.WAIT
    read = tickets.read(ticket.word, Form.ALERT, NEXT_DOOR, now)
    assert read == ticket
    assert not tickets.use(read, now)
    assert tickets.use(read, now + tickets.WAIT)
    assert not tickets.use(read, now + tickets.WAIT)


@pytest.mark.parametrize(
    ("form", "network", "later"),
    [
        (Form.JOIN, HERE, 0),
        (Form.ALERT, ELSEWHERE, 0),
        (Form.ALERT, HERE, tickets.WAIT + tickets.GOOD_FOR + 1),
    ],
)
def test_a_ticket_is_good_for_its_form_its_range_and_its_time(form, network, later):
    now = time()
    ticket = tickets.draw(Form.ALERT, HERE, now)
    assert tickets.read(ticket.word, form, network, now + later) is None
    assert tickets.read(ticket.word + "x", Form.ALERT, HERE, now) is None


def test_who_floods_queues_behind_themselves():
    now = time()
    waits = [tickets.draw(Form.ALERT, HERE, now).wait(now) for _each in range(50)]
    assert waits[:3] == [tickets.WAIT, 2 * tickets.WAIT, 3 * tickets.WAIT]
    assert waits[-1] == tickets.LONGEST
    assert tickets.draw(Form.ALERT, ELSEWHERE, now).wait(now) == tickets.WAIT


def guess(network, thing="", times=1) -> DomainError | None:
    for _each in range(times):
        try:
            guesses.check(network, thing)
        except TooMany as refusal:
            return refusal
        guesses.missed(network, thing)
    return None


def test_guesses_are_limited_by_client_range_and_thing(monkeypatch):
    assert guess(HERE, times=guesses.PER_ADDRESS) is None
    refusal = guess(HERE)
    assert 0 < refusal.data["retry_after"] <= guesses.HOUR
    assert guess(NEXT_DOOR) is None
    monkeypatch.setattr(guesses, "PER_RANGE", guesses.PER_ADDRESS + 5)
    assert guess(NEXT_DOOR, times=4) is None
    assert guess(network_of("192.0.2.9")) is not None  # another address of that range
    assert guess(ELSEWHERE) is None
    # Many ranges at one thing.
    for number in range(guesses.PER_THING):
        assert guess(network_of(f"203.{number}.113.1"), "an order") is None
    assert guess(network_of("203.200.113.1"), "an order") is not None
    assert guess(network_of("203.200.113.1"), "another") is None


def test_another_process_learns_it_by_its_next_miss():
    guess(HERE, times=guesses.PER_ADDRESS)
    guesses.forget()  # what a process that was not asked yet knows
    assert guess(HERE) is None
    assert guess(HERE) is not None


def test_control_counted_by_each_process_alone_it_could_go_on():
    guess(HERE, times=guesses.PER_ADDRESS)
    guesses.forget()
    LimitCount.objects.all().delete()
    assert guess(HERE, times=guesses.PER_ADDRESS) is None


def test_without_limits_nothing_is_counted(settings):
    settings.RATE_LIMITS = False
    assert guess(HERE, times=guesses.PER_ADDRESS + 5) is None
    assert not LimitCount.objects.exists()
