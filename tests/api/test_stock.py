"""What a till tells by API: taken whole or refused, and never half."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.stock.arrivals.articles import name_article, unknown_articles
from comptoir.stock.models import Offer, Report, StockMovement
from tests.api.client import assert_problem, order_body
from tests.factories import make_offer, make_product, make_shop

pytestmark = pytest.mark.django_db


def ago(minutes: float) -> str:
    return (timezone.now() - timedelta(minutes=minutes)).isoformat()


def reckoning(*lines: dict, minutes: float = 1) -> dict:
    return {"as_of": ago(minutes), "lines": list(lines)}


def state() -> tuple[int, int, int, list[tuple[int, int]]]:
    """Everything a refused telling must leave as it was."""
    return (
        Report.objects.count(),
        StockMovement.objects.count(),
        Offer.objects.count(),
        sorted(Offer.objects.values_list("pk", "on_hand")),
    )


def test_a_snapshot_is_applied(till, shop) -> None:
    first, second = make_product(), make_product()
    path = f"/shops/{shop.siret}/stock"
    body = reckoning(
        {"ean": first.ean, "quantity": 3, "price_cents": 1250},
        {"ean": second.ean, "quantity": 1, "condition": "VG+"},
        minutes=10,
    )
    told = till.call("PUT", path, body).json()
    assert (told["status"], told["accepted"], told["refused"]) == ("applied", 2, 0)
    assert dict(Offer.objects.values_list("product__ean", "on_hand")) == {
        first.ean: 3,
        second.ean: 1,
    }
    assert Offer.objects.get(product=second).condition == "VG+"
    body = reckoning({"ean": first.ean, "quantity": 2, "condition": "new"})
    assert till.call("PUT", path, body).json()["emptied"] == 1
    assert dict(Offer.objects.values_list("product__ean", "on_hand")) == {
        first.ean: 2,
        second.ean: 0,
    }


def test_a_delta_leaves_the_rest(till, shop, offer) -> None:
    other = make_product()
    told = till.call(
        "PATCH",
        f"/shops/{shop.siret}/stock",
        reckoning({"ean": other.ean, "quantity": 5}, minutes=0),
    ).json()
    assert (told["mode"], told["status"]) == ("delta", "applied")
    assert Offer.objects.get(product=other).on_hand == 5
    offer.refresh_from_db()
    assert offer.on_hand == 3


def test_the_moment_may_stand_in_the_address(till, shop) -> None:
    body = {"lines": [{"ean": make_product().ean, "quantity": 5}]}
    path = f"/shops/{shop.siret}/stock"
    assert_problem(till.call("PUT", path, body), 422, "as_of_missing")
    moment = ago(1).replace("+", "%2B")
    assert till.call("PUT", f"{path}?as_of={moment}", body).json()["status"] == "applied"


def test_a_bad_line_is_refused_alone(till, shop) -> None:
    good = [{"ean": make_product().ean, "quantity": 1} for _number in range(60)]
    bad = [
        {"ean": "9782070612368", "quantity": 1},
        {"ean": make_product().ean, "quantity": -100_001},
        {"ean": make_product().ean, "quantity": "many"},
    ]
    told = till.call("PUT", f"/shops/{shop.siret}/stock", reckoning(*good, *bad)).json()
    assert (told["status"], told["accepted"], told["refused"]) == ("applied", 60, 3)
    assert [(line["line"], line["code"]) for line in told["refusals"]] == [
        (61, "bad_ean"),
        (62, "bad_quantity"),
        (63, "bad_line"),
    ]


def test_what_is_no_book_is_an_article_that_nobody_knows(till, shop, offer) -> None:
    goods = ["40170725", "DIV001", "CHQCADEAU20"]
    lines = [{"ean": offer.product.ean, "quantity": 2}, {"ean": "DIV002", "quantity": -1}]
    lines += [{"ean": code, "quantity": 1} for code in goods] + [{"ean": "-", "quantity": 4}]
    path = f"/shops/{shop.siret}/stock"
    told = till.call("PUT", path, reckoning(*lines)).json()
    assert (told["status"], told["accepted"], told["refused"]) == ("applied", 1, 0)
    assert [(each["line"], each["code"]) for each in told["remarks"]] == [
        (number, "unknown_item") for number in (3, 4, 5, 6)
    ]
    assert {article.item for article in unknown_articles(shop, "api")} == set(goods)
    named = make_product()
    name_article(shop=shop, format="api", item="DIV001", ean=named.ean, actor=SYSTEM)
    rows = f"ean;quantity\n{offer.product.ean};2\nDIV001;5\nTotal;7\n;;\n"
    moment = ago(0).replace("+", "%2B")
    told = till.call(
        "PATCH", f"{path}?as_of={moment}", rows.encode(), content_type="text/csv"
    ).json()
    assert (told["status"], told["accepted"], told["refused"]) == ("applied", 2, 0)
    assert Offer.objects.get(product=named).on_hand == 5


def test_too_many_bad_lines_hold_the_snapshot_back(till, shop, offer) -> None:
    bad = {"ean": "9782070612368", "quantity": 1}
    body = reckoning({"ean": offer.product.ean, "quantity": 9}, bad)
    told = till.call("PUT", f"/shops/{shop.siret}/stock", body).json()
    assert told["status"] == "quarantined"
    offer.refresh_from_db()
    assert offer.on_hand == 3


def test_an_older_snapshot_changes_nothing(till, shop) -> None:
    ean = make_product().ean
    path = f"/shops/{shop.siret}/stock"
    till.call("PUT", path, reckoning({"ean": ean, "quantity": 3}, minutes=10))
    told = till.call("PUT", path, reckoning({"ean": ean, "quantity": 8}, minutes=20)).json()
    assert told["status"] == "outdated"
    assert Offer.objects.get().on_hand == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b" ", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b'{"as_of": "2026-01-01T00:00:00Z", "lines": [{"ean":', 400, "invalid_json"),
        (b'{"as_of": "2026-01-01T00:00:00Z", "lines": []} and more', 400, "invalid_json"),
        ('{"as_of": "été", "lines": []}'.encode("latin-1"), 400, "invalid_json"),
        ('{"lines": []}'.encode("utf-16"), 400, "invalid_json"),
        (b'{"as_of": "2026-01-01T00:00:00Z"}', 422, "lines_missing"),
        (b'{"as_of": "2026-01-01T00:00:00Z", "lines": {}}', 422, "lines_missing"),
        (b'{"as_of": "2026-01-01T00:00:00Z", "lines": null}', 422, "lines_missing"),
        (b"[]", 422, "lines_missing"),
        (b'{"lines": []}', 422, "as_of_missing"),
        (b'{"as_of": "yesterday", "lines": []}', 422, "bad_as_of"),
        (b'{"as_of": 12, "lines": []}', 422, "bad_as_of"),
        (b'{"as_of": "2126-01-01T00:00:00Z", "lines": []}', 422, "future_moment"),
    ],
)
def test_a_broken_body_changes_nothing(till, shop, offer, body, status, code) -> None:
    before = state()
    for method in ("PUT", "PATCH"):
        response = till.call(method, f"/shops/{shop.siret}/stock", body)
        assert_problem(response, status, code)
    assert state() == before


def test_too_many_lines_are_refused_before_any_is_applied(till, shop, offer, monkeypatch) -> None:
    monkeypatch.setattr("comptoir.api.routes.stock.MAX_LINES", 3)
    before = state()
    lines = [{"ean": make_product().ean, "quantity": 1} for _number in range(4)]
    response = till.call("PUT", f"/shops/{shop.siret}/stock", reckoning(*lines))
    assert_problem(response, 413, "too_many_lines")
    assert state() == before


def test_only_the_shops_own_token_may_tell(api, till, rival, shop, offer) -> None:
    before = state()
    path, body = f"/shops/{shop.siret}/stock", reckoning({"ean": offer.product.ean, "quantity": 0})
    for method in ("PUT", "PATCH"):
        assert_problem(rival.call(method, path, body), 404, "unknown_shop")
        assert_problem(api.call(method, path, body), 401, "unauthorized")
        unknown = f"/shops/{'0' * 14}/stock"
        assert_problem(till.call(method, unknown, body), 404, "unknown_shop")
    assert state() == before


def test_another_format_is_refused(till, shop) -> None:
    response = till.call("PUT", f"/shops/{shop.siret}/stock", b"x", content_type="application/xml")
    assert_problem(response, 415, "unknown_format")


def test_a_csv_is_read_as_a_file_is(till, shop) -> None:
    product = make_product()
    body = f"ean;quantity;price\n{product.ean};4;12,90\n".encode()
    moment = ago(1).replace("+", "%2B")
    path = f"/shops/{shop.siret}/stock?as_of={moment}"
    told = till.call("PUT", path, body, content_type="text/csv; charset=utf-8").json()
    assert (told["status"], told["accepted"]) == ("applied", 1)
    offer = Offer.objects.get(shop=shop)
    assert (offer.on_hand, offer.price_cents) == (4, 1290)


def test_a_doubtful_price_takes_the_copies_and_is_told(till, shop) -> None:
    one, two = make_product(), make_product()
    body = f"ean;quantity;price\n{one.ean};4;8,3978\n{two.ean};2; -   € \n".encode()
    path = f"/shops/{shop.siret}/stock?as_of={ago(1).replace('+', '%2B')}"
    told = till.call("PUT", path, body, content_type="text/csv; charset=utf-8").json()
    assert (told["accepted"], told["refused"], told["refusals"]) == (2, 0, [])
    assert told["remarked"] == 2
    assert [(each["line"], each["code"]) for each in told["remarks"]] == [
        (2, "rounded_price"),
        (3, "bad_price"),
    ]
    assert {o.ean: (o.on_hand, o.price_cents) for o in Offer.objects.filter(shop=shop)} == {
        one.ean: (4, 840),
        two.ean: (2, None),
    }


def test_a_price_out_of_bounds_takes_the_copies_and_is_told(till, shop) -> None:
    offer = make_offer(shop=shop, as_of=timezone.now() - timedelta(hours=1))
    lines = [{"ean": offer.product.ean, "quantity": 9, "price_cents": -1}]
    body = {"as_of": ago(1), "lines": lines}
    told = till.call("PATCH", f"/shops/{shop.siret}/stock", body).json()
    assert (told["accepted"], told["remarked"]) == (1, 1)
    before = offer.price_cents
    offer.refresh_from_db()
    assert (offer.on_hand, offer.price_cents) == (9, before)


def test_a_csv_in_a_wrong_encoding_or_without_columns_changes_nothing(till, shop, offer) -> None:
    before = state()
    path = f"/shops/{shop.siret}/stock?as_of={ago(1).replace('+', '%2B')}"
    for body in (b"", b"titre;prix\nx;y\n", b"\x00\x01\x02\xff\xfe"):
        response = till.call("PUT", path, body, content_type="text/csv")
        assert 400 <= response.status_code < 500, response.content
        assert response["Content-Type"] == "application/problem+json"
    assert state() == before


@pytest.mark.parametrize(
    "quantity", ["1e999999", "9" * 5000, "-" + "9" * 5000, '"\\u0000"', "[" * 5000 + "]" * 5000]
)
def test_a_monstrous_value_harms_nothing(till, shop, offer, quantity) -> None:
    ean = offer.product.ean
    body = f'{{"as_of": "{ago(1)}", "lines": [{{"ean": "{ean}", "quantity": {quantity}}}]}}'
    response = till.call("PATCH", f"/shops/{shop.siret}/stock", body.encode())
    assert response.status_code in {200, 400}
    offer.refresh_from_db()
    assert offer.on_hand == 3


def test_a_nul_is_refused_wherever_it_stands(api, till, shop, offer) -> None:
    line = {"ean": "\0", "quantity": 1}
    told = till.call("PATCH", f"/shops/{shop.siret}/stock", reckoning(line)).json()
    assert told["refused"] == 1
    for path in ("/shops?q=%00", "/shops/%00", "/orders/%00", "/products?q=%00"):
        assert_problem(api.get(path), 400, "bad_request")
    for change in ({"shop": "\0"}, {"lines": [{"product": "\0"}]}):
        assert api.post("/orders", order_body(offer, **change)).status_code == 422


def test_a_rate_is_limited_by_token(till, rival, shop, settings, monkeypatch) -> None:
    from comptoir.api.routes import stock
    from comptoir.core.limits import Limit

    settings.RATE_LIMITS = True
    monkeypatch.setattr(stock, "PER_TOKEN", Limit("test_stock", 2, 3600))
    path = f"/shops/{shop.siret}/stock"
    answers = [till.call("PATCH", path, reckoning()) for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_problem(answers[-1], 429, "too_many_requests")
    assert int(answers[-1]["Retry-After"]) > 0
    make_shop()
    assert rival.call("PATCH", path, reckoning()).status_code == 404
