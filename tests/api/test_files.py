"""A till's file sent by a program: taken whole and once, or refused."""

import gzip
from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from comptoir.api.routes import files
from comptoir.stock.models import Offer, Report
from comptoir.stock.reports import operations
from tests.api.client import assert_problem
from tests.factories import make_product

pytestmark = pytest.mark.django_db
BINARY = "application/octet-stream"


def path(shop, **query: str) -> str:
    return f"/shops/{shop.siret}/files?{urlencode(query)}"


def ago(minutes: float) -> str:
    return (timezone.now() - timedelta(minutes=minutes)).isoformat()


def table(**copies: int) -> bytes:
    lines = [f"{ean};{quantity}" for ean, quantity in copies.items()]
    return "\r\n".join(["ean;quantity", *lines, ""]).encode()


def send(till, shop, content: bytes, key: str = "k1", **query: str):
    headers = {"Idempotency-Key": key}
    if query.pop("packed", ""):
        content, headers["Content-Encoding"] = gzip.compress(content), "gzip"
    return till.post(path(shop, **query), content, content_type=BINARY, **headers)


def copies() -> dict[str, int]:
    return dict(Offer.objects.values_list("product__ean", "on_hand"))


def test_a_file_is_taken_with_the_moment_at_which_it_was_written(till, shop) -> None:
    book, written = make_product(), ago(90)
    told = send(till, shop, table(**{book.ean: 3}), name="STOCK.CSV", written=written)
    assert told.status_code == 200, told.content
    assert told.json()["status"] == "applied"
    assert copies() == {book.ean: 3}
    report = Report.objects.get()
    assert (report.as_of.isoformat(), report.file_name) == (written, "STOCK.CSV")
    assert abs(float(told["Comptoir-Now"]) - timezone.now().timestamp()) < 5


def test_a_moment_without_an_offset_is_in_the_shops_time_zone(till, shop) -> None:
    shop.time_zone = "Indian/Reunion"
    shop.save()
    moment = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    there = moment.astimezone(ZoneInfo(shop.time_zone)).replace(tzinfo=None).isoformat()
    for told in ({"written": there}, {"as_of": there}):
        content = table(**{make_product().ean: 3})
        assert send(till, shop, content, format="csv", key=str(told), **told).status_code == 200
        assert Report.objects.latest("pk").as_of == moment


def test_a_gzipped_file_is_unpacked(till, shop) -> None:
    book = make_product()
    assert send(till, shop, table(**{book.ean: 2}), format="csv", packed="1").status_code == 200
    assert copies() == {book.ean: 2}


def test_what_is_recognised_needs_no_name(till, shop) -> None:
    book, today = make_product(), timezone.localdate()
    file = f"EXTRACTION STOCK DU {today:%d/%m/%Y}\r\n1234{book.ean}00040000000840\r\n".encode()
    assert send(till, shop, file).json()["status"] == "applied"
    assert copies() == {book.ean: 4}


def test_the_same_key_is_the_same_run(till, shop) -> None:
    book = make_product()
    content = table(**{book.ean: 3})
    first = send(till, shop, content, format="csv").json()
    Offer.objects.update(on_hand=1)
    again = send(till, shop, content, format="csv", packed="1", written=ago(0)).json()
    assert again == first
    assert Report.objects.count() == 1
    assert copies() == {book.ean: 1}


def test_without_the_key_it_would_be_taken_twice(till, shop, monkeypatch) -> None:
    monkeypatch.setattr(files, "_key", lambda request: "")
    content = table(**{make_product().ean: 3})
    for _time in range(2):
        assert send(till, shop, content, format="csv").status_code == 200
    assert Report.objects.count() == 2


def test_the_same_key_with_another_file_is_refused(till, shop) -> None:
    book = make_product()
    send(till, shop, table(**{book.ean: 3}), format="csv")
    told = send(till, shop, table(**{book.ean: 2}), format="csv")
    assert_problem(told, 422, "idempotency_key_reused")
    assert copies() == {book.ean: 3}


def test_without_the_digest_the_other_file_would_be_lost(till, shop, monkeypatch) -> None:
    monkeypatch.setattr(operations, "_same", lambda heard, report: heard)
    book = make_product()
    send(till, shop, table(**{book.ean: 3}), format="csv")
    told = send(till, shop, table(**{book.ean: 2}), format="csv")
    assert told.status_code == 200
    assert copies() == {book.ean: 3}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"Idempotency-Key": ""}, 400, "idempotency_key_missing"),
        ({"Idempotency-Key": "k" * 201}, 400, "idempotency_key_missing"),
        ({"Content-Encoding": "br"}, 415, "unknown_encoding"),
        ({"Content-Encoding": "gzip"}, 422, "bad_gzip"),
        ({"format": "nothing"}, 422, "bad_format"),
        ({"format": "asc"}, 422, "bad_header"),
        ({"format": "asc", "mode": "delta"}, 422, "bad_mode"),
        ({"mode": "often"}, 422, "invalid_request"),
        ({"written": "yesterday"}, 422, "bad_moment"),
        ({"written": "2100-01-01T00:00:00Z"}, 422, "future_moment"),
        ({"as_of": "1990-01-01T00:00:00Z"}, 422, "old_moment"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(till, shop, change, status, code) -> None:
    headers = {"Idempotency-Key": "k1"}
    headers |= {name: value for name, value in change.items() if "-" in name}
    query = {"format": "csv"} | {name: value for name, value in change.items() if "-" not in name}
    content = table(**{make_product().ean: 3})
    told = till.post(path(shop, **query), content, content_type=BINARY, **headers)
    assert_problem(told, status, code)
    assert not Report.objects.exists()
    assert not copies()


@pytest.mark.parametrize("cut", [5, 30, -4])
def test_a_gzip_that_was_cut_is_refused(till, shop, cut) -> None:
    packed = gzip.compress(table(**{make_product().ean: 3}))[:cut]
    told = till.post(path(shop, format="csv"), packed, **{"Content-Encoding": "gzip"})
    assert_problem(told, 422, "bad_gzip")


def test_a_gzip_that_grows_without_end_is_refused(till, shop) -> None:
    bomb = gzip.compress(bytes(101_000_000), compresslevel=9)
    assert len(bomb) < 200_000
    told = till.post(path(shop, format="csv"), bomb, **{"Content-Encoding": "gzip"})
    assert_problem(told, 422, "file_too_large")


def test_a_program_asks_which_shop_its_token_is_for(till, shop, rival) -> None:
    assert till.get(path(shop)).json() == {"shop": shop.name, "last": None}
    report = send(till, shop, table(**{make_product().ean: 3}), format="csv").json()
    assert till.get(path(shop)).json()["last"] == report
    assert_problem(rival.get(path(shop)), 404, "unknown_shop")
    assert_problem(send(rival, shop, b"ean;quantity"), 404, "unknown_shop")
