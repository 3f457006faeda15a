"""A client of the API for tests: JSON in, JSON out."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from comptoir.accounts.tokens import issue
from comptoir.shops.models import Shop, ShopToken
from comptoir.stock.models import Offer

PREFIX = "/api/v1"


def secret_of(shop: Shop) -> str:
    """Return a new secret for one shop."""
    token, secret = issue("test")
    ShopToken.objects.create(shop=shop, token=token)
    return secret


class Api:
    """Calls the API, with a token or without, in French unless said otherwise."""

    def __init__(self, token: str | None = None, language: str = "fr") -> None:
        self.client = Client()
        self.headers = {"Accept-Language": language}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send a request; a body that is not bytes goes as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        content_type = headers.pop("content_type", "application/json")
        return self.client.generic(
            method, PREFIX + path, data, content_type=content_type, headers=self.headers | headers
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """GET."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """POST, with a new idempotency key unless one is given."""
        key = {} if "Idempotency-Key" in headers else {"Idempotency-Key": str(uuid4())}
        return self.call("POST", path, body, **(key | headers))


def order_body(offer: Offer, **fields: Any) -> dict[str, Any]:
    """Return the body of an order of one copy of this offer."""
    body = {
        "shop": offer.shop.siret or offer.shop.slug,
        "lines": [{"product": offer.product.ref, "quantity": 1}],
        "customer": {"name": "Jeanne Doe", "email": "jeanne@example.org"},
    }
    return body | fields


def assert_problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """Assert that an answer is this problem, whole, and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(response.content)
    assert {"type", "title", "status", "detail", "code"} <= set(told)
    assert told["status"] == status
    assert told["code"] == code
    assert "Traceback" not in response.content.decode()
    return told
