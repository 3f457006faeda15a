"""Large bodies of tills are read beside the web processes, within bounds; small ones in them."""

import gzip
import os

import pytest
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from comptoir.api import aside
from comptoir.api import weight as weights
from comptoir.core import limits
from comptoir.core.errors import DomainError
from comptoir.stock.models import Offer, Report
from tests.api.client import assert_problem
from tests.factories import make_product

BINARY = "application/octet-stream"


@pytest.fixture
def beside(monkeypatch, transactional_db):
    """Have the other process work on the tests' own database; note what it was given."""
    facts = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    values = {key: facts[name] for key, name in names.items() if facts[name]}
    options = {key: value for key, value in facts["OPTIONS"].items() if isinstance(value, str)}
    monkeypatch.setitem(os.environ, "DATABASE_URL", make_conninfo(**values, **options))
    given: list[str] = []
    real = aside._beside

    def noted(task, file, who):
        given.append(task.kind)
        return real(task, file, who)

    monkeypatch.setattr(aside, "_beside", noted)
    return given


@pytest.fixture
def nowhere(monkeypatch) -> None:
    """Let no other process be started."""
    monkeypatch.setattr(aside, "_beside", None)


def send(till, shop, content: bytes, key: str = "k1", **query: str):
    path = f"/shops/{shop.siret}/files?format={query.get('format', 'csv')}"
    headers = {"Idempotency-Key": key, "Content-Encoding": "gzip", "Accept-Language": "en"}
    return till.post(path, gzip.compress(content), content_type=BINARY, **headers)


def padded(ean: str, quantity: int) -> bytes:
    """Return a table that is large because of its empty lines."""
    return f"ean;quantity\n{ean};{quantity}\n".encode() + b"\n" * weights.LARGE_PIECES


def test_a_large_file_is_read_beside_and_answered_as_ever(beside, till, shop) -> None:
    book = make_product()
    told = send(till, shop, padded(book.ean, 3))
    assert told.status_code == 200, told.content
    assert (told.json()["status"], told.json()["lines"]) == ("applied", 1)
    assert beside == ["file"]
    assert Offer.objects.get().on_hand == 3
    assert Report.objects.get().key
    assert send(till, shop, padded(book.ean, 3)).json() == told.json()


def test_a_large_body_of_json_is_read_beside(beside, till, shop) -> None:
    book = make_product()
    lines = [{"ean": book.ean, "quantity": 2}]
    now = timezone.now().isoformat()
    body = {"as_of": now, "lines": lines, "x": [{}] * weights.LARGE_PIECES}
    told = till.call("PUT", f"/shops/{shop.siret}/stock", body)
    assert told.status_code == 200, told.content
    assert beside == ["stock"]
    assert Offer.objects.get().on_hand == 2


@pytest.mark.parametrize(
    ("format", "status", "code", "said"),
    [
        ("asc", 422, "bad_header", ""),
        ("nothing", 422, "bad_format", "There are no files of this format."),
    ],
)
def test_what_the_other_process_refuses_is_refused_in_the_senders_words(
    beside, till, shop, format, status, code, said
) -> None:
    told = send(till, shop, padded("9782070360024", 1), format=format)
    assert_problem(told, status, code)
    assert said in told.json()["detail"]
    assert beside == ["file"]
    assert not Report.objects.exists()


def test_what_takes_too_long_is_ended_and_refused(beside, till, shop, monkeypatch) -> None:
    monkeypatch.setattr(aside, "PATIENCE_SECONDS", 0.0)
    told = send(till, shop, padded("9782070360024", 1))
    assert_problem(told, 413, "too_long_to_read")
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_more_lines_than_any_till_has_are_refused_before_they_are_read(
    nowhere, till, shop, monkeypatch
) -> None:
    monkeypatch.setattr("comptoir.api.routes.files.MOST_LINES", 1000)
    told = send(till, shop, b"1\n" * 100_000)
    assert_problem(told, 422, "file_too_large")


@pytest.mark.django_db
def test_a_token_that_costs_too_much_waits(nowhere, till, shop, settings, monkeypatch) -> None:
    settings.RATE_LIMITS = True
    book = make_product()
    content = f"ean;quantity\n{book.ean};1\n".encode()
    assert send(till, shop, content).status_code == 200
    cost = limits.Limit(aside.COST.name, 0, aside.COST.seconds)
    monkeypatch.setattr(aside, "COST", cost)
    token = Report.objects.get().actor_id
    limits.tally({(cost, f"token:{token}"): 1})
    told = send(till, shop, content, key="k2")
    assert_problem(told, 429, "too_many_requests")
    assert int(told["Retry-After"]) >= 1


def test_few_are_read_at_once_and_one_of_a_token() -> None:
    with aside._place("token:1"):
        with pytest.raises(DomainError) as refusal, aside._place("token:1"):
            pass
        assert refusal.value.code == "reading_busy"
        with (
            aside._place("token:2"),
            pytest.raises(DomainError),
            aside._place("token:3"),
        ):
            pass
        with aside._place("token:3"):
            pass


@pytest.mark.parametrize(
    ("content", "large"),
    [
        (b"ean;quantity\n" * 100, False),
        (b"\n" * 20_001, True),
        (b"9782070360024;3;12,90\n" * 20_001, False),
        (b'"9782070360024";"3"\r\n' * 79_990, False),
        (b"9782070360024;3;12,90\n" * 80_010, True),
        (b"9782070360024;3;douze\n" * 20_001, True),
        (b"SHOP9782070360024000300000012\r\n" * 20_001, True),
        (b"SHOP978207036002400030000001290\r\n" * 20_001, False),
        (b"{}" * 20_001, True),
        (b"LIN+1'" * 20_001, True),
        (b"x" * (4 * 1024 * 1024 + 1), True),
        (b"PK\3\4", True),
        (b"aPK\3\4", False),
    ],
)
def test_a_body_is_weighed_by_what_costs_time(content, large) -> None:
    weight = weights.Weight()
    halves = content[: len(content) // 2 + 2], content[len(content) // 2 + 2 :]
    assert b"".join(weight.seen(halves, 1_000_000)) == content
    assert weight.is_large is large


def test_bodies_of_many_lines_take_turns_and_none_waits_for_ever(monkeypatch) -> None:
    monkeypatch.setattr(weights.os, "sched_getaffinity", lambda _process: {0, 1})
    waited: list[float] = []
    monkeypatch.setattr(weights.time, "sleep", waited.append)
    with weights.turn():
        # Control: the place is free.
        assert not waited
        monkeypatch.setattr(weights, "LONGEST_WAIT", 0.0)
        with weights.turn():
            assert not waited
        monkeypatch.setattr(weights, "LONGEST_WAIT", 60.0)
        monkeypatch.setattr(weights.time, "sleep", _leave)
        with pytest.raises(_WouldWaitError), weights.turn():
            pass
    with weights.turn():
        pass


class _WouldWaitError(Exception):
    """Raised in place of waiting."""


def _leave(_seconds: float) -> None:
    raise _WouldWaitError


@pytest.mark.django_db
def test_what_is_small_waits_for_nobody(till, shop, monkeypatch) -> None:
    monkeypatch.setattr(weights.time, "sleep", _leave)
    monkeypatch.setattr(weights.os, "sched_getaffinity", lambda _process: {0, 1})
    few = f"ean;quantity\n{make_product().ean};1\n".encode()
    with weights.turn():
        assert send(till, shop, few).status_code == 200
        # Control: what is not small would.
        with pytest.raises(_WouldWaitError):
            send(till, shop, few + b"\n" * weights.SMALL_LINES, key="k2")
