"""Limits by address: whose requests are counted together, and what nobody can get around."""

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from comptoir.api import reserve
from comptoir.api.routes import passculture, tills
from comptoir.core import limits
from comptoir.core.limits import Limit
from comptoir.core.models import LimitCount

HERE, BESIDE, ELSEWHERE = "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"
LINK = "/tills/square/nobody-s"


@pytest.fixture(autouse=True)
def one_attempt(db, settings, monkeypatch) -> None:
    """One attempt for each client, in each place that limits by address; the time stands still."""
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_000.0)
    cache.clear()
    places = [
        (reserve, "PER_ADDRESS"),
        (passculture, "PER_CLIENT"),
        (tills, "PER_LINK"),
        (tills, "PER_CALLER"),
    ]
    for module, name in places:
        monkeypatch.setattr(module, name, Limit(f"tests_{name}", 1))


def ask(path: str, address: str) -> HttpResponse:
    client = Client(REMOTE_ADDR=address)
    if path.startswith("/stocks"):
        return client.get(path)
    return client.post(path, b"{}", content_type="application/json")


@pytest.mark.parametrize("path", ["/api/v1/orders", "/stocks/73282932000074", LINK])
def test_an_ipv6_client_has_one_count_for_all_its_addresses(path) -> None:
    told = [ask(path, address).status_code == 429 for address in (HERE, BESIDE, ELSEWHERE)]
    assert told == [False, True, False]


def test_the_link_of_a_till_counts_each_ipv6_client_once(monkeypatch) -> None:
    monkeypatch.setattr(tills, "PER_CALLER", Limit("tests_callers", 100))
    told = [ask(LINK, address).status_code for address in (HERE, BESIDE, ELSEWHERE)]
    assert told == [404, 429, 404]


def test_invented_links_do_not_get_around_the_limit() -> None:
    told = [ask(f"{LINK}-{number}", HERE).status_code for number in range(3)]
    assert told == [404, 429, 429]
    assert LimitCount.objects.count() == 1
