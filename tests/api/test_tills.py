"""Calls of tills: signed, once, in order, by real requests."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.api.routes import tills
from comptoir.core.limits import Limit
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import name_article
from comptoir.stock.arrivals.calls import link_till, unlink_till, url_of
from comptoir.stock.models import Offer, Report, ReportStatus, TillLink
from tests.api.client import assert_problem
from tests.factories import ean, make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db

SECRET = "a-secret-of-the-provider"
ARTICLE = "article-1"
EAN = ean(90_000_001)


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Till:
    """A provider that calls for a shop, which has said which title `article-1` is."""

    location = "L1"
    provider = ""

    def __init__(self, shop: Shop, **values: str) -> None:
        values = {"secret": SECRET, "location": self.location} | values
        self.link = link_till(shop=shop, provider=self.provider, actor=SYSTEM, **values)
        name_article(shop=shop, format=self.provider, item=ARTICLE, ean=EAN, actor=SYSTEM)
        self.client = Client()

    def post(self, body: bytes, **headers: str) -> HttpResponse:
        path = f"/tills/{self.provider}/{self.link.token}"
        return self.client.generic(
            "POST", path, body, content_type=self.content_type, headers=headers
        )

    content_type = "application/json"

    def tell(self, count: object, *, key: str = "e1", at: datetime | None = None, **more: Any):
        body = self.body(count, key, at or timezone.now(), **more)
        return self.post(body, **self.signed(body))


class Square(Till):
    provider = "square"

    def body(self, count, key, at, *, location="L1", item=ARTICLE, state="IN_STOCK") -> bytes:
        counted = {
            "calculated_at": iso(at),
            "catalog_object_id": item,
            "location_id": location,
            "quantity": count,
            "state": state,
        }
        data = {"object": {"inventory_counts": [counted]}}
        event = {"event_id": key, "type": "inventory.count.updated", "data": data}
        return json.dumps(event).encode()

    def signed(self, body: bytes, secret: str = SECRET, url: str = "") -> dict[str, str]:
        whole = (url or url_of(self.link)).encode() + body
        digest = hmac.new(secret.encode(), whole, hashlib.sha256).digest()
        return {"x-square-hmacsha256-signature": base64.b64encode(digest).decode()}


class Zettle(Till):
    provider = "zettle"

    def body(self, count, key, at, *, location="L1", item=ARTICLE) -> bytes:
        payload = {
            "balanceAfter": [
                {
                    "locationUuid": location,
                    "productUuid": "p",
                    "variantUuid": item,
                    "balance": count,
                },
                {"locationUuid": "SOLD", "productUuid": "p", "variantUuid": item, "balance": "900"},
            ],
            "updated": {"timestamp": iso(at).replace("Z", "+0000"), "uuid": key},
        }
        event = {
            "eventName": "InventoryBalanceChanged",
            "messageUuid": key,
            "payload": json.dumps(payload),
            "timestamp": iso(at),
        }
        return json.dumps(event).encode()

    def signed(self, body: bytes, secret: str = SECRET, url: str = "") -> dict[str, str]:
        event = json.loads(body)
        whole = f"{event['timestamp']}.{event['payload']}".encode()
        return {"X-iZettle-Signature": hmac.new(secret.encode(), whole, hashlib.sha256).hexdigest()}


class Lightspeed(Till):
    provider = "lightspeed"
    content_type = "application/x-www-form-urlencoded"

    def body(self, count, key, at, *, location="L1", item=ARTICLE, sku="") -> bytes:
        record = {
            "id": "record-1",
            "product_id": item,
            "outlet_id": location,
            "count": count,
            "version": int(key.removeprefix("e")),
            "product": {"sku": sku, "name": "Un titre"},
        }
        return urlencode({"payload": json.dumps(record), "environment": "prod"}).encode()

    def signed(self, body: bytes, secret: str = SECRET, url: str = "") -> dict[str, str]:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Signature": f"signature={digest},algorithm=HMAC-SHA256"}


TILLS = (Square, Zettle, Lightspeed)


@pytest.fixture
def shop(settings) -> Shop:
    settings.RATE_LIMITS = False
    shop = make_shop()
    make_offer(
        shop=shop,
        product=make_product(ean=EAN),
        on_hand=5,
        as_of=timezone.now() - timedelta(hours=1),
    )
    return shop


def on_hand() -> int:
    return Offer.objects.get(ean=EAN).on_hand


@pytest.mark.parametrize("kind", TILLS)
@pytest.mark.parametrize("count", ["2", "2.0", "2.00000", 2])
def test_a_count_is_held_true(kind, count, shop) -> None:
    assert kind(shop).tell(count).status_code == 200
    assert on_hand() == 2
    report = Report.objects.get()
    assert (report.status, report.mode, report.feed.format) == (
        ReportStatus.APPLIED,
        "delta",
        kind.provider,
    )


@pytest.mark.parametrize("kind", TILLS)
def test_less_than_none_is_none(kind, shop) -> None:
    kind(shop).tell("-1")
    assert on_hand() == 0


@pytest.mark.parametrize("kind", TILLS)
def test_a_forged_call_changes_nothing_and_is_told_nothing(kind, shop) -> None:
    till = kind(shop)
    body = till.body("2", "e1", timezone.now())
    right = till.signed(body)
    name, value = next(iter(right.items()))
    wrong = [
        {},
        {name: ""},
        {name: "é"},
        {name: value[:-2]},
        {name: value.upper() + "x"},
        till.signed(body, secret="another"),
        till.signed(body, secret=""),
    ]
    for headers in wrong:
        told = assert_problem(till.post(body, **headers), 403, "not_genuine")
        assert "secret" not in json.dumps(told)
    tampered = till.body("0", "e1", timezone.now())
    assert_problem(till.post(tampered, **right), 403, "not_genuine")
    assert on_hand() == 5
    assert not Report.objects.exists()
    assert TillLink.objects.get().refused_at is not None


def test_the_address_that_square_signs_is_ours_whatever_the_request_says(shop, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    settings.BASE_URL = "https://comptoir.example"
    till = Square(shop)
    body = till.body("2", "e1", timezone.now())
    path = f"/tills/square/{till.link.token}"
    forged = till.signed(body, url="http://evil.example" + path)
    assert till.post(body, Host="evil.example", **forged).status_code == 403
    good = till.signed(body, url="https://comptoir.example" + path)
    assert till.post(body, Host="evil.example", **good).status_code == 200
    assert on_hand() == 2


@pytest.mark.parametrize("kind", TILLS)
def test_the_same_event_twice_is_once(kind, shop) -> None:
    till = kind(shop)
    at = timezone.now()
    assert till.tell("2", at=at).status_code == 200
    assert till.tell("4", key="e2", at=at + timedelta(milliseconds=5)).status_code == 200
    assert on_hand() == 4
    assert till.tell("2", at=at).status_code == 200
    assert on_hand() == 4
    assert Report.objects.filter(status=ReportStatus.APPLIED).count() == 2


@pytest.mark.parametrize("kind", TILLS)
def test_an_older_event_that_comes_late_changes_nothing(kind, shop) -> None:
    till = kind(shop)
    now = timezone.now()
    till.tell("2", key="e7", at=now)
    assert till.tell("9", key="e6", at=now - timedelta(minutes=1)).status_code == 200
    assert on_hand() == 2


@pytest.mark.parametrize("kind", [Square, Zettle])
def test_a_call_signed_long_ago_is_not_heard(kind, shop) -> None:
    Offer.objects.update(as_of=timezone.now() - timedelta(days=9))
    response = kind(shop).tell("2", at=timezone.now() - timedelta(days=3))
    assert_problem(response, 403, "not_genuine")
    assert on_hand() == 5


@pytest.mark.parametrize("kind", [Square, Zettle])
def test_a_moment_to_come_is_refused_where_the_shop_sees_it(kind, shop) -> None:
    assert kind(shop).tell("2", at=timezone.now() + timedelta(hours=1)).status_code == 200
    report = Report.objects.get()
    assert report.status == ReportStatus.REFUSED
    assert report.refusals[0][1] == "future_moment"
    assert on_hand() == 5


@pytest.mark.parametrize("kind", TILLS)
def test_another_locations_counts_are_not_ours(kind, shop) -> None:
    till = kind(shop)
    assert till.tell("2", location="L2").status_code == 200
    assert on_hand() == 5
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", [Square, Lightspeed])
def test_the_first_call_applied_teaches_the_location(kind, shop) -> None:
    till = kind(shop, location="")
    till.tell("2", location="L2")
    till.tell("7", key="e2", location="L1")
    assert on_hand() == 2
    assert Report.objects.get().feed.shop_code == "L2"


def test_several_locations_at_once_must_be_told_apart_by_the_shop(shop) -> None:
    till = Zettle(shop, location="")
    assert till.tell("2").status_code == 200
    report = Report.objects.get()
    assert (report.status, report.refusals[0][1]) == (ReportStatus.REFUSED, "which_location")
    assert "L1" in report.refusals[0][2]
    link_till(shop=shop, provider="zettle", actor=SYSTEM, location="L1")
    till.tell("2", key="e2")
    assert on_hand() == 2


@pytest.mark.parametrize("kind", TILLS)
@pytest.mark.parametrize("count", ["0.5", "many", "", None, True, "1e999", "NaN", [], "9" * 5000])
def test_a_quantity_that_is_none_is_refused_and_shown(kind, count, shop) -> None:
    assert kind(shop).tell(count).status_code == 200
    report = Report.objects.get()
    assert (report.status, report.refusals[0][1]) == (ReportStatus.REFUSED, "bad_quantity")
    assert on_hand() == 5


@pytest.mark.parametrize("kind", TILLS)
def test_an_article_nobody_named_yet_is_kept_in_sight(kind, shop) -> None:
    till = kind(shop)
    assert till.tell("2", item="article-2").status_code == 200
    report = Report.objects.get()
    assert report.status == ReportStatus.REFUSED
    assert report.refusals[0][1] == "unknown_item"
    assert report.refusals[0][3] in {"article-2", "Un titre"}
    name_article(shop=shop, format=kind.provider, item="article-2", ean=EAN, actor=SYSTEM)
    till.tell("3", key="e2", item="article-2")
    assert on_hand() == 3


def test_lightspeed_names_the_title_where_its_sku_is_an_ean(shop) -> None:
    Lightspeed(shop).tell("3", item="article-3", sku=EAN)
    assert on_hand() == 3


def test_squares_other_states_and_events_are_no_copies(shop) -> None:
    till = Square(shop)
    assert till.tell("9", state="SOLD").status_code == 200
    body = json.dumps({"event_id": "e", "type": "payment.updated", "data": {}}).encode()
    assert till.post(body, **till.signed(body)).status_code == 200
    assert on_hand() == 5
    assert not Report.objects.exists()


def test_squares_older_shape_is_understood(shop) -> None:
    till = Square(shop)
    event = json.loads(till.body("2", "e1", timezone.now()))
    event["data"] = event["data"]["object"]
    body = json.dumps(event).encode()
    assert till.post(body, **till.signed(body)).status_code == 200
    assert on_hand() == 2


@pytest.mark.parametrize("kind", TILLS)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"a": NaN}', b"payload=%7B"]
)
def test_a_body_that_is_none_breaks_nothing(kind, body, shop) -> None:
    till = kind(shop)
    try:
        headers = till.signed(body)
    except (ValueError, TypeError, KeyError, RecursionError):
        headers = {"X-iZettle-Signature": "0" * 64}
    assert till.post(body, **headers).status_code in {200, 403}
    assert on_hand() == 5


def test_an_oversize_body_is_refused_unread(shop) -> None:
    till = Square(shop)
    assert_problem(till.post(b" " * (1024 * 1024 + 1)), 413, "too_large")


def test_a_link_without_its_secret_answers_and_changes_nothing(shop) -> None:
    """Zettle tries an address, and Square asks for one, before they give the secret."""
    till = Zettle(shop, secret="")
    assert till.post(b'{"eventName": "TestMessage"}').status_code == 200
    assert till.tell("2").status_code == 200
    assert on_hand() == 5
    link_till(shop=shop, provider="zettle", actor=SYSTEM, secret=SECRET)
    assert till.tell("2", key="e2").status_code == 200
    assert on_hand() == 2


def test_only_the_links_own_address_is_there(shop) -> None:
    till = Square(shop)
    client = Client()
    for path in (f"/tills/zettle/{till.link.token}", "/tills/square/x", "/tills/none/x"):
        assert_problem(
            client.post(path, b"{}", content_type="application/json"), 404, "no_such_link"
        )
    assert client.get(f"/tills/square/{till.link.token}").status_code == 405
    unlink_till(shop=shop, provider="square", actor=SYSTEM)
    assert till.tell("2").status_code == 404
    assert on_hand() == 5


def test_another_shops_link_moves_another_shops_stock(shop) -> None:
    Square(make_shop()).tell("2")
    assert Offer.objects.get(shop=shop).on_hand == 5


def test_a_flood_is_slowed_down_for_its_sender_only(shop, settings, monkeypatch) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setattr(tills, "PER_LINK", Limit("till_calls", 5))
    till = Square(shop)
    statuses = {till.post(b"{}").status_code for _each in range(6)}
    assert statuses == {403, 429}
    till.client = Client(REMOTE_ADDR="203.0.113.9")
    assert till.tell("2").status_code == 200
