"""Whatever is sent, the API answers, and never with a 5xx."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.api.schemas import OrderIn, OrderLineIn
from comptoir.search import builder
from tests.api.client import Api
from tests.trials import tally, times

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

few = settings(
    max_examples=times(30),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
words = st.text(max_size=60)


def sent(api: Api, method: str, path: str, body: object = None) -> int:
    """Send something, undo what it did, and return the status of a sound answer."""
    tally("requests")
    with transaction.atomic():
        headers = {"Idempotency-Key": "fuzzed-by-hypothesis"}
        response = api.call(method, path, body, **headers)
        transaction.set_rollback(True)
    assert response.status_code < 500, (method, path, body)
    if response.status_code >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert json.loads(response.content)["status"] == response.status_code
    return response.status_code


@few
@given(body=anything)
def test_any_json_as_an_order(api, body) -> None:
    assert sent(api, "POST", "/orders", body) >= 400


@few
@given(data=st.data())
def test_any_field_of_an_order(api, offer, data) -> None:
    line = {"product": offer.product.ref} | data.draw(
        st.dictionaries(st.sampled_from(list(OrderLineIn.model_fields)), anything | words)
    )
    body = {
        "shop": offer.shop.siret,
        "lines": [line],
        "customer": {"name": data.draw(words), "email": data.draw(st.emails() | words)},
    } | data.draw(st.dictionaries(st.sampled_from(list(OrderIn.model_fields)), anything))
    sent(api, "POST", "/orders", body)


@few
@given(data=st.data())
def test_any_stock_line(till, shop, offer, data) -> None:
    line = st.fixed_dictionaries(
        {"ean": st.just(offer.product.ean) | anything, "quantity": st.integers() | anything},
        optional={"price_cents": st.integers() | anything, "condition": words | anything},
    )
    as_of = (timezone.now() - timedelta(minutes=1)).isoformat()
    body = {"as_of": as_of, "lines": data.draw(st.lists(line | anything, max_size=4))}
    method = data.draw(st.sampled_from(["PUT", "PATCH"]))
    sent(till, method, f"/shops/{shop.siret}/stock", body)


@few
@given(body=st.binary(max_size=200))
def test_any_bytes(api, till, shop, body) -> None:
    assert sent(api, "POST", "/orders", body) >= 400
    assert sent(till, "PUT", f"/shops/{shop.siret}/stock", body) >= 400


@few
@given(
    values=st.dictionaries(
        st.sampled_from(
            ["q", "near", "radius_km", "in_stock", "kind", "format", "limit", "cursor"]
        ),
        words | st.integers().map(str) | st.floats().map(str),
    )
)
def test_any_question(api, values, tmp_path, settings) -> None:
    from urllib.parse import urlencode

    settings.VAR = tmp_path
    if not any(tmp_path.iterdir()):
        builder.rebuild()
    for path in ("/products", "/shops", "/products/9782070612369/availability"):
        sent(api, "GET", f"{path}?{urlencode(values)}")


@few
@given(word=st.text(min_size=1, max_size=60))
def test_any_name_in_an_address(api, till, shop, word) -> None:
    from urllib.parse import quote

    name = quote(word, safe="")
    for path in (f"/products/{name}", f"/shops/{name}", f"/orders/{name}"):
        sent(api, "GET", path)
    sent(till, "GET", f"/shops/{shop.siret}/orders/{name}")
    sent(till, "POST", f"/shops/{shop.siret}/orders/{name}/collect")
