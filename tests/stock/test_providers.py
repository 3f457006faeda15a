"""Asking a provider of the pass Culture contract, over real HTTP."""

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.cli import main
from comptoir.core.errors import DomainError, Invalid
from comptoir.stock.arrivals import passculture
from comptoir.stock.arrivals.passculture import pull_provider
from comptoir.stock.models import Offer, Report, ReportStatus
from tests import factories
from tests.answering import answering, reply
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"
Stock = dict[str, object]


def ean(number: int) -> str:
    """Return an EAN that no other product of the tests has."""
    return factories.ean(90_000_000 + number)


@pytest.fixture(autouse=True)
def small(settings, monkeypatch) -> None:
    settings.OUTGOING_ANYWHERE = True
    monkeypatch.setattr(passculture, "PAGE_ENTRIES", 2)


@pytest.fixture
def shop(db):
    shop = make_shop(siret=SIRET)
    for number in (11, 12, 13):
        make_offer(shop=shop, product=make_product(ean=ean(number)), on_hand=5, as_of=long_ago())
    return shop


def long_ago():
    return timezone.now() - timedelta(hours=3)


def stock(number: int, available: object = 1, **more: object) -> Stock:
    return {"ref": ean(number), "available": available} | more


class Provider:
    """Answers as the contract says, from a list of entries; remembers what was asked."""

    def __init__(self, *stocks: Stock) -> None:
        self.stocks = list(stocks)
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.authorization: str | None = None

    def __call__(self, handler) -> None:
        url = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(query)
        self.paths.append(url.path)
        self.authorization = handler.headers.get("Authorization")
        left = [each for each in self.stocks if str(each["ref"]) > query.get("after", "")]
        self.reply(handler, left[: int(query["limit"])])

    def reply(self, handler, page: list[Stock]) -> None:
        body = {"total": len(self.stocks), "limit": 2, "offset": 0, "stocks": page}
        reply(handler, body=json.dumps(body).encode())


def on_hand() -> dict[str, int]:
    return dict(Offer.objects.values_list("ean", "on_hand"))


def pull(shop, answer: Callable, **values: object) -> Report:
    with answering(answer) as url:
        return pull_provider(shop=shop, url=url + "/stocks/", actor=SYSTEM, **values)


def test_a_whole_stock_is_a_snapshot(shop) -> None:
    provider = Provider(stock(11, 2, price=12.9), stock(12, 1), stock(14, 3, price=22.99))
    report = pull(shop, provider, authorization="Basic abc")
    assert (report.status, report.mode) == (ReportStatus.APPLIED, "snapshot")
    assert on_hand() == {ean(11): 2, ean(12): 1, ean(13): 0, ean(14): 3}
    assert Offer.objects.get(ean=ean(14)).price_cents == 2299
    assert [query.get("after") for query in provider.asked] == [None, ean(12), ean(14)]
    assert set(provider.paths) == {f"/stocks/{SIRET}"}
    assert provider.authorization == "Basic abc"


def test_what_was_modified_is_a_delta(shop) -> None:
    provider = Provider(stock(12, 0))
    report = pull(shop, provider, since=timezone.now())
    assert report.mode == "delta"
    assert on_hand() == {ean(11): 5, ean(12): 0, ean(13): 5}
    assert provider.asked[0]["modifiedSince"].endswith("Z")


def test_a_reference_at_two_prices_adds_up_at_the_higher_price(shop) -> None:
    provider = Provider(stock(11, 10, price=10), stock(11, 2, price=12))
    for since in (None, timezone.now()):
        pull(shop, provider, since=since)
        offer = Offer.objects.get(ean=ean(11))
        assert (offer.on_hand, offer.price_cents) == (12, 1200)


def test_what_is_no_longer_valid_is_none(shop) -> None:
    soon, over = (f"{timezone.now() + timedelta(days=n):%Y-%m-%dT%H:%M:%S.000Z}" for n in (1, -1))
    pull(shop, Provider(stock(11, 4, validUntil=soon), stock(12, 4, validUntil=over)))
    assert on_hand() == {ean(11): 4, ean(12): 0, ean(13): 0}


def test_the_moment_is_that_of_the_first_page(shop) -> None:
    before = timezone.now()
    report = pull(shop, Provider(stock(11), stock(12), stock(13)))
    assert before <= report.as_of <= report.received_at


class Broken(Provider):
    """Fails on its second page, one way or another."""

    def __init__(self, how: str) -> None:
        super().__init__(stock(11, 0), stock(12, 0), stock(13, 0))
        self.how = how

    def reply(self, handler, page: list[Stock]) -> None:
        if len(self.asked) == 1:
            super().reply(handler, page)
        elif self.how == "same":
            super().reply(handler, self.stocks[:2])
        elif self.how == "order":
            super().reply(handler, [self.stocks[2], self.stocks[0]])
        elif self.how == "status":
            reply(handler, 500)
        elif self.how == "gone":
            reply(handler, 404)
        elif self.how == "moved":
            reply(handler, 302, Location="http://127.0.0.1:9/")
        elif self.how == "html":
            reply(handler, body=b"<html>")
        elif self.how == "shape":
            reply(handler, body=b'{"stocks": [1]}')
        elif self.how == "large":
            reply(handler, body=b" " * (5 * 1024 * 1024))
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("same", "unstable_order"),
        ("order", "unstable_order"),
        ("status", "refused"),
        ("gone", "unknown_to_provider"),
        ("moved", "refused"),
        ("html", "bad_call"),
        ("shape", "bad_call"),
        ("large", "answer_too_large"),
        ("cut", "no_answer"),
    ],
)
def test_a_page_that_fails_midway_changes_nothing(how, code, shop) -> None:
    with pytest.raises(DomainError) as refusal:
        pull(shop, Broken(how))
    assert refusal.value.code == code
    assert on_hand() == {ean(11): 5, ean(12): 5, ean(13): 5}
    assert not Report.objects.exists()


def test_a_provider_that_never_ends_is_given_up(shop, monkeypatch) -> None:
    monkeypatch.setattr(passculture, "MOST_ENTRIES", 5)
    with pytest.raises(Invalid) as refusal:
        pull(shop, Provider(*(stock(number) for number in range(100, 110))))
    assert refusal.value.code == "too_many_entries"


def test_a_bad_entry_is_refused_alone_and_told(shop) -> None:
    bad = [
        {"ref": "1978212345680", "available": 1},
        stock(12, -100_001),
        stock(13, 1.5),
        stock(14, True),
        stock(17, None),
    ]
    doubtful = [stock(15, 1, price=-2), stock(16, 1, price="12"), stock(18, 1, price=8.3978)]
    good = [stock(number) for number in range(100, 300)]
    report = pull(
        shop, Provider(*sorted([*bad, *doubtful, *good], key=lambda each: str(each["ref"])))
    )
    assert report.refused_count == len(bad)
    assert on_hand()[ean(100)] == 1
    assert [code for _line, code, *_rest in report.remarks] == [
        "bad_price",
        "bad_price",
        "rounded_price",
    ]
    assert Offer.objects.get(ean=ean(15)).price_cents is None
    assert Offer.objects.get(ean=ean(18)).price_cents == 840


def test_a_private_address_is_not_asked(shop, settings) -> None:
    settings.OUTGOING_ANYWHERE = False
    with pytest.raises(Invalid) as refusal:
        pull_provider(shop=shop, url="https://127.0.0.1/stocks", actor=SYSTEM)
    assert refusal.value.code == "bad_url"


def test_a_shop_without_a_siret_is_told_so(db) -> None:
    with pytest.raises(Invalid) as refusal:
        pull_provider(shop=make_shop(), url="https://example.org", actor=SYSTEM)
    assert refusal.value.code == "no_siret"


def test_the_command(shop) -> None:
    provider = Provider(stock(11, 2))
    with answering(provider) as url:
        done = CliRunner().invoke(
            main,
            ["stock", "pull-passculture", "--shop", SIRET, "--url", url],
            env={"COMPTOIR_PROVIDER_AUTHORIZATION": "Basic abc"},
        )
    assert done.exit_code == 0, done.output
    assert provider.authorization == "Basic abc"
    assert on_hand()[ean(11)] == 2
