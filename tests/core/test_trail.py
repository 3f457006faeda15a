"""The trail of a request: its number in the answer, the lines of the log, those of its mails."""

import json
import logging
import re
import sys

import pytest
from django.test import Client

from comptoir.core.watch import trail
from comptoir.notifications.models import Message
from comptoir.notifications.operations import Draft, deliver, queue
from tests.factories import make_shop

pytestmark = pytest.mark.django_db


def line_of(formatter: logging.Formatter, said: str, **extra: object) -> str:
    record = logging.makeLogRecord({"msg": said, "levelname": "INFO", "name": "x", **extra})
    trail.Numbered().filter(record)
    return formatter.format(record)


def test_each_answer_has_a_number_of_its_own() -> None:
    numbers = [Client().get("/boutiques").headers["X-Request-ID"] for _each in range(2)]
    assert all(re.fullmatch(r"[0-9a-f]{12}", number) for number in numbers)
    assert len(set(numbers)) == 2
    assert Client().get("/api/v1/shops").headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (1, "proxy-4711-abc", True),
        (0, "proxy-4711-abc", False),
        (1, "short", False),
        (1, "a\nb" * 8, False),
        (1, "x" * 65, False),
    ],
)
def test_a_trusted_proxys_number_is_kept(settings, proxies, given, kept) -> None:
    settings.PROXIES = proxies
    answer = Client().get("/boutiques", headers={"X-Request-ID": given, "X-Forwarded-For": "::1"})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_the_access_log_says_the_route_and_nothing_of_who_asks(caplog) -> None:
    shop = make_shop(slug="pilori")
    with caplog.at_level(logging.INFO, "comptoir.access"):
        number = Client().get(f"/boutiques/{shop.slug}?q=secret").headers["X-Request-ID"]
        Client().get("/reservation/a-secret-token")
    first, second = (r for r in caplog.records if r.name == "comptoir.access")
    assert (first.method, first.route, first.status) == ("GET", "boutiques/<slug:slug>", 200)
    assert first.milliseconds > 0
    lines = line_of(trail.JsonFormatter(), "x", **vars(first)) + first.getMessage()
    lines += second.getMessage()
    for secret in ("secret", "127.0.0.1", "pilori"):
        assert secret not in lines
    assert number


def test_without_being_asked_for_it_is_not_written(caplog) -> None:
    Client().get("/boutiques")
    assert not [r for r in caplog.records if r.name == "comptoir.access"]


def test_lines_bear_the_number() -> None:
    plain = trail.LineFormatter("{name}{at}: {message}", style="{")
    with trail.following("abc123def456"):
        told = json.loads(line_of(trail.JsonFormatter(), "it broke", shop="pilori"))
        assert line_of(plain, "it broke") == "x [abc123def456]: it broke"
    assert (told["request"], told["message"], told["shop"]) == (
        "abc123def456",
        "it broke",
        "pilori",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["time"])
    assert line_of(plain, "it broke") == "x: it broke"


def test_json_lines_are_whole_and_discreet() -> None:
    try:
        raise ValueError("/reservation/a-secret-token")
    except ValueError:
        told = json.loads(line_of(trail.JsonFormatter(), "a\nb", exc_info=sys.exc_info()))
    assert told["message"] == "a\nb"
    assert "ValueError" in told["exception"]
    assert "a-secret-token" not in told["exception"]


def test_a_mails_lines_bear_the_number_of_its_request(caplog) -> None:
    with trail.following("abc123def456"):
        (key,) = queue([Draft("ana@example.org", "fr", "sign_in_code", {"code": "KX4T9B"})])
    seen = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record)  # type: ignore[method-assign]
    handler.addFilter(trail.Numbered())
    log = logging.getLogger("comptoir.notifications.operations")
    log.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, log.name):
            deliver(message_id=key)
    finally:
        log.removeHandler(handler)
    assert [record.trail for record in seen] == ["abc123def456"]
    assert Message.objects.get().status == "sent"
