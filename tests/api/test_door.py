"""What every answer of the API has, whatever was asked."""

import json

import pytest
from django.urls import reverse

from comptoir.api import door
from comptoir.api.door import OWN_ERRORS
from comptoir.api.routes import catalogue
from comptoir.core.flood import guesses
from comptoir.orders.operations import place
from tests.api.client import Api, assert_problem
from tests.factories import make_offer, request_for

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_a_problem(api) -> None:
    for path in ("/nothing", "/shops/a/b/c", "/docs/x"):
        assert_problem(api.get(path), 404, "not_found")
    response = api.client.get("/api/v2/products")
    assert_problem(response, 404, "not_found")


def test_no_process_remembers_an_address_that_holds_a_secret(api, monkeypatch) -> None:
    """The control: where nothing is told to be secret, it does."""
    token = place(request_for(make_offer())).token

    def remembered() -> bool:
        door._REMEMBERED.clear()
        assert api.get(f"/orders/{token}").status_code == 200
        api.get("/shops")
        assert "/api/v1/shops" in door._REMEMBERED
        return any(token in path for path in door._REMEMBERED)

    assert not remembered()
    monkeypatch.setattr(guesses, "SECRETS", frozenset())
    assert remembered()


def test_another_method_is_a_problem_that_names_those_allowed(api) -> None:
    response = api.call("DELETE", "/shops")
    assert_problem(response, 405, "method_not_allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/tills/square/token", "GET"),
        ("/api/v1/orders/token/cancel", "GET"),
        ("/api/v1/shops/73282932000074", "POST"),
    ],
)
def test_a_wrong_method_is_a_problem_everywhere(api, path, method) -> None:
    response = api.client.generic(method, path)
    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"]


@pytest.mark.parametrize("name", sorted(OWN_ERRORS))
def test_so_it_is_where_another_contract_words_the_refusals(api, name) -> None:
    siret = "73282932000074"
    path = reverse(name, args=[siret] if name == "provider_stocks" else [])
    response = api.client.delete(path)
    assert_problem(response, 405, "method_not_allowed")
    assert response["Allow"]


def test_head_is_get_without_a_body(api) -> None:
    response = api.call("HEAD", "/shops")
    assert (response.status_code, response.content) == (200, b"")


def test_an_unknown_host_is_a_problem(api) -> None:
    response = api.client.get("/api/v1/shops", headers={"Host": "evil.example"})
    assert_problem(response, 404, "not_found")


def test_what_nobody_expected_tells_nothing(api, monkeypatch, caplog) -> None:
    def broken(ref: str) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(catalogue, "find_product", broken)
    api.client.raise_request_exception = False
    response = api.get("/products/9782070612369")
    told = assert_problem(response, 500, "internal")
    assert "secret" not in json.dumps(told)
    assert "a secret" in caplog.text


@pytest.mark.parametrize("size", [64 * 1024 + 1, 10_000_000])
def test_a_large_body_is_refused_before_it_is_read(api, size) -> None:
    class Unreadable:
        def read(self, *args: int) -> bytes:
            raise AssertionError("it was read")

        readline = read

    response = api.client.generic(
        "POST", "/api/v1/orders", b"", CONTENT_LENGTH=str(size), **{"wsgi.input": Unreadable()}
    )
    assert_problem(response, 413, "too_large")


def test_a_body_without_a_length_is_refused_at_the_limit(api) -> None:
    class Endless:
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "it was read without a bound"
            self.taken += size
            return b" " * size

        readline = read

    source = Endless()
    response = api.client.generic(
        "POST",
        "/api/v1/orders",
        b"",
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": source},
    )
    assert_problem(response, 413, "too_large")
    assert source.taken < 200_000


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", '{"shop": "é"}'.encode("latin-1")])
def test_what_is_not_json_is_a_problem(api, body) -> None:
    assert_problem(api.post("/orders", body), 400, "invalid_json")


def test_every_answer_has_its_headers(api) -> None:
    for response in (api.get("/shops"), api.get("/nothing"), api.get("/openapi.json")):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in response


def test_a_problem_is_told_in_the_language_asked_for() -> None:
    french, english = Api(language="fr").get("/nothing"), Api(language="en").get("/nothing")
    assert english.json()["detail"] == "There is nothing at this address."
    assert french.json()["detail"] == "Il n’y a rien à cette adresse."
    assert (french["Content-Language"], english["Content-Language"]) == ("fr", "en")
    assert french["Vary"] == "Accept-Language"


def test_the_document_describes_every_route(api) -> None:
    told = api.get("/openapi.json").json()
    assert told["openapi"].startswith("3.")
    named = set()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert "application/problem+json" in json.dumps(operation["responses"]["default"])
            named.add(operation["operationId"])
    assert len(named) == sum(map(len, told["paths"].values()))
    assert told["paths"]["/api/v1/orders"]["post"]["requestBody"]["required"]
    _references_resolve(told, told)


def _references_resolve(document: dict, part: object) -> None:
    if isinstance(part, dict):
        if "$ref" in part:
            assert part["$ref"].rsplit("/", 1)[1] in document["components"]["schemas"]
        for value in part.values():
            _references_resolve(document, value)
    elif isinstance(part, list):
        for value in part:
            _references_resolve(document, value)


def test_the_page_of_the_document_is_a_page_like_the_others(client) -> None:
    response = client.get("/api/v1/docs")
    text = response.content.decode()
    assert response.status_code == 200
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "/api/v1/shops/{siret}/stock" in text
    assert "style=" not in text
    assert "//cdn" not in text
