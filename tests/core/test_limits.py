"""Whose address counts, behind proxies and without; how often one may, and where it is counted."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.crypto import salted_hmac

from comptoir.core import limits
from comptoir.core.db import fetch
from comptoir.core.limits import (
    Limit,
    Network,
    TooMany,
    client_address,
    client_network,
    count,
    count_read,
    network_of,
    tally,
)
from comptoir.core.models import LimitCount

NOW = 1_800_000_000.0
TWICE = Limit("tests", 2, 60)

SPOOFED = "203.0.113.9, 198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, SPOOFED, "127.0.0.1"),
        (1, SPOOFED, "198.51.100.7"),
        (2, SPOOFED, "203.0.113.9"),
        (3, SPOOFED, "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_only_what_a_trusted_proxy_wrote_is_believed(settings, proxies, header, address) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header})
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("2001:db8::8", "2001:db8::/64"),
        ("", ""),
    ],
)
def test_of_ipv6_a_client_is_a_whole_64(sender, address) -> None:
    request = RequestFactory(REMOTE_ADDR=sender).get("/")
    assert client_network(request).address == address


@pytest.fixture
def clock(monkeypatch, settings):
    """A clock that the test sets, and limits that count."""
    settings.RATE_LIMITS, settings.WORKERS = True, 2
    moment = {"now": NOW}
    monkeypatch.setattr(limits, "time", lambda: moment["now"])
    return moment


@pytest.mark.django_db
def test_what_writes_counts_in_the_database_by_one_statement(clock) -> None:
    with CaptureQueriesContext(connection) as captured:
        count(TWICE, "Somebody")
    assert len(captured) == 1
    count(TWICE, " somebody ")
    count(TWICE, "somebody else")
    count(Limit("another", 2, 60), "somebody")
    clock["now"] += 45
    with pytest.raises(TooMany) as refused:
        count(TWICE, "somebody")
    assert refused.value.data["retry_after"] == 15
    assert LimitCount.objects.count() == 3
    assert "somebody" not in str(list(LimitCount.objects.values_list()))
    clock["now"] += 15
    count(TWICE, "somebody")


@pytest.mark.django_db
def test_who_has_the_table_alone_cannot_try_addresses_out_on_it(clock, settings) -> None:
    """The key of the same attempt is another with another secret, and the same with the same."""
    for secret in ("a", "b", "a"):
        settings.SECRET_KEY = secret
        count(TWICE, "203.0.113.9")
    assert sorted(LimitCount.objects.values_list("spent", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_another_process_counts_on(clock) -> None:
    """The control: in the memory of a process, the next one would begin anew."""
    for _each in range(2):
        count(TWICE, "somebody")
        count_read(TWICE, "reader")
        limits.reads.clear()
    count_read(TWICE, "reader")
    with pytest.raises(TooMany):
        count(TWICE, "somebody")


@pytest.mark.django_db
def test_the_table_is_not_journalled() -> None:
    rows = fetch("SELECT relpersistence::text FROM pg_class WHERE relname = 'core_limit'")
    assert rows == [("u",)]


@pytest.mark.django_db
def test_many_are_counted_at_once(clock) -> None:
    spent = tally({(TWICE, "a"): 3, (TWICE, "b"): 1})
    assert {who: found.count for (_limit, who), found in spent.items()} == {"a": 3, "b": 1}
    assert tally({(TWICE, "a"): 1})[TWICE, "a"].count == 4


def test_a_process_grants_its_share_of_what_only_reads(clock) -> None:
    three = Limit("tests", 3, 60)
    for _each in range(2):
        count_read(three, "reader")
    with pytest.raises(TooMany) as refused:
        count_read(three, "reader")
    assert refused.value.data["retry_after"] == 60 - NOW % 60
    clock["now"] += 60
    count_read(three, "reader")


def test_what_costs_more_counts_as_several_and_is_never_refused_at_first(clock, settings) -> None:
    settings.WORKERS = 1
    ten = Limit("tests", 10, 60)
    count_read(ten, "reader", 6)
    for _each in range(4):
        count_read(ten, "reader")
    with pytest.raises(TooMany):
        count_read(ten, "reader")
    count_read(Limit("tests of little", 2, 60), "reader", 6)
    with pytest.raises(TooMany):
        count_read(Limit("tests of little", 2, 60), "reader", 6)


def test_of_very_many_readers_the_first_are_forgotten(clock, monkeypatch) -> None:
    """Before them those whose window has ended, so that nobody's count is lost without need."""
    monkeypatch.setattr(limits, "MOST_READERS", 6)
    for number in range(3):
        count_read(TWICE, f"early {number}")
    clock["now"] += 60
    for number in range(4):
        count_read(TWICE, f"late {number}")
    assert [limits.reads.another(key, 0, 0) for key in list(limits.reads._spent)] == [2] * 4
    for number in range(4, 7):
        count_read(TWICE, f"late {number}")
    with pytest.raises(TooMany):
        count_read(TWICE, "late 3")
    count_read(TWICE, "late 0")


@pytest.mark.django_db
def test_nothing_is_counted_without_the_limits_or_for_nobody(clock, settings) -> None:
    for _each in range(3):
        count(TWICE, "")
        count_read(TWICE, "")
    settings.RATE_LIMITS = False
    for _each in range(3):
        count(TWICE, "somebody")
        count_read(TWICE, "somebody")
    assert not LimitCount.objects.exists()


@pytest.mark.django_db
def test_counts_that_ended_are_forgotten(clock) -> None:
    count(TWICE, "a")
    clock["now"] += 600
    count(TWICE, "b")
    assert limits.forget_ended(datetime.fromtimestamp(clock["now"], UTC)) == 1
    assert LimitCount.objects.count() == 1


@pytest.mark.parametrize("said", ["", "203.0.113.9", "é"])
def test_a_keyed_hash_is_that_of_django(settings, said) -> None:
    """What is kept under it was perhaps written by an older version."""
    for secret in ("a", "b"):
        settings.SECRET_KEY = secret
        theirs = salted_hmac("a salt", said, algorithm="sha256").digest()
        assert limits.keyed_hash("a salt", said, secret) == theirs
        assert limits.keyed_hash("another salt", said, secret) != theirs


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", Network("203.0.113.9", "203.0.113.0/24")),
        ("2001:db8::7", Network("2001:db8::/64", "2001:db8::/48")),
        ("[2001:db8::7]", Network("2001:db8::/64", "2001:db8::/48")),
        ("fe80::1%eth0", Network("fe80::/64", "fe80::/48")),
        ("::ffff:203.0.113.9", Network("203.0.113.9", "203.0.113.0/24")),
        ("unknown", Network("unknown", "unknown")),
        ("", Network()),
    ],
)
def test_the_network_of_an_address(address, expected):
    assert network_of(address) == expected
