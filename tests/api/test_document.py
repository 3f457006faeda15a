"""The OpenAPI document: what it says of answers and bodies, and that answers are held to it."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from jsonschema import Draft202012Validator

from comptoir.api.v1 import document
from tests.documented import wrong_in

WITH_COPY = ("OfferOut", "OrderLineOut", "ShopOrderLineOut", "ShopCopyOut")
NEEDED = [("POST", "copies", "CopyIn"), ("POST", "webhooks", "WebhookIn")]
NEEDED += [("PUT", "stock", "StockIn"), ("PATCH", "stock", "StockIn")]


def schemas() -> dict:
    return document("en")["components"]["schemas"]


def test_the_document_is_sound() -> None:
    for described in schemas().values():
        Draft202012Validator.check_schema(described)
    for path, methods in document("en")["paths"].items():
        for operation in methods.values():
            given = [(each["in"], each["name"]) for each in operation["parameters"]]
            assert len(set(given)) == len(given), path
            named = {name for where, name in given if where == "path"}
            assert named == set(re.findall("{([^}]+)}", path)), path


@pytest.mark.parametrize("name", WITH_COPY)
def test_the_document_names_a_copy_as_answers_do(name) -> None:
    assert "copy" in schemas()[name]["required"]
    assert "copy" in schemas()[name]["properties"]


def test_no_property_of_the_document_has_a_name_that_is_only_our_codes() -> None:
    for name, described in schemas().items():
        assert not [each for each in described.get("properties", {}) if each.endswith("_")], name


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "model"), NEEDED)
def test_a_body_that_is_needed_is_required(till, shop, method, path, model) -> None:
    operation = document("en")["paths"][f"/api/v1/shops/{{siret}}/{path}"][method.lower()]
    assert operation["requestBody"]["required"]
    content = operation["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": f"#/components/schemas/{model}"}
    assert till.call(method, f"/shops/{shop.siret}/{path}").status_code in {400, 415, 422}


def test_a_body_that_may_be_left_out_is_optional() -> None:
    operation = document("en")["paths"]["/api/v1/shops/{siret}/orders/{code}/not-found"]["post"]
    assert not operation["requestBody"]["required"]


def wrong(path: str, told: object, status: int = 200, kind: str = "application/json") -> list[str]:
    """Return what is wrong with an answer that nobody gave."""
    method = "POST" if status == 201 else "GET"
    request = RequestFactory().generic(method, f"/api/v1{path}")
    return wrong_in(request, HttpResponse(json.dumps(told), status=status, content_type=kind))


@pytest.mark.django_db
def test_an_answer_that_is_not_as_documented_is_found(api, offer) -> None:
    """The control of what `tests.conftest` does in every test."""
    path = f"/products/{offer.product.ean}/availability"
    told = api.get(path).json()
    (right,) = told["offers"]
    assert wrong(path, told) == []
    without_copy = {name: value for name, value in right.items() if name != "copy"}
    for offers in (
        [without_copy],
        [without_copy | {"copy_": None}],
        [right | {"available": "3"}],
        [right | {"shop": right["shop"] | {"secret": 1}}],
    ):
        assert wrong(path, told | {"offers": offers})
    assert wrong(path, told, status=203)
    assert wrong(path, told, kind="text/html")
    assert wrong(path, told, status=404, kind="application/problem+json")
    assert wrong("/nothing", {"detail": "?"}, status=404, kind="application/problem+json")


@pytest.mark.django_db
def test_a_missing_body_that_was_not_needed_is_found(shop) -> None:
    told = {"offer": 1, "product": "p1", "ref": "a"}
    (found,) = wrong(f"/shops/{shop.siret}/copies", told, status=201)
    assert "body" in found
