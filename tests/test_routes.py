"""Every route, tried by everybody: who may, who may not, and that nothing answers 5xx.

A route that is not in `ROUTES` fails the test: say there whose it is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from comptoir.accounts.actors import READER
from comptoir.api import names
from comptoir.orders.gather import place
from comptoir.orders.models import Channel, OrderLine
from comptoir.orders.requests import Customer, LineRequest, PlaceRequest
from comptoir.search import builder
from comptoir.shops.models import Shop, StaffRole
from comptoir.stock.models import Feed, FeedRun
from tests.api.client import secret_of
from tests.factories import make_offer, make_shop, make_staff

pytestmark = pytest.mark.django_db


class Kind(StrEnum):
    """Whose a route is."""

    PUBLIC = "public"
    """Anybody's, and a customer's by the secret in the address."""
    COUNTER = "counter"
    """A shop's, for those who work there."""
    OWN = "own"
    """Whoever is signed in, about themselves."""
    API = "api"
    """Programs, anybody's."""
    API_SHOP = "api shop"
    """Programs, with the token of the shop."""


COUNTER = "comptoir/<slug:shop_slug>/"
ORDER = COUNTER + "reservations/<int:order_id>"
PRODUCT = COUNTER + "stock/<str:ref>"
RUN = COUNTER + "inventaires/<int:run_id>"
API_SHOP = "api/v1/shops/<siret>"
ROUTES = {
    Kind.API: [
        "api/v1/openapi.json",
        "api/v1/products",
        "api/v1/products/<ean>",
        "api/v1/products/<ean>/availability",
        "api/v1/shops",
        "api/v1/shops/<siret>",
        "api/v1/orders",
        "api/v1/orders/<token>",
        "api/v1/orders/<token>/cancel",
        "api/v1/",
    ],
    Kind.API_SHOP: [
        API_SHOP + "/orders",
        API_SHOP + "/orders/<code>",
        API_SHOP + "/orders/<code>/set-aside",
        API_SHOP + "/orders/<code>/collect",
        API_SHOP + "/orders/<code>/cancel",
        API_SHOP + "/orders/<code>/not-found",
        API_SHOP + "/stock",
    ],
    Kind.COUNTER: [
        COUNTER,
        COUNTER + "liste",
        COUNTER + "trouver",
        ORDER,
        ORDER + "/mettre-de-cote",
        ORDER + "/remettre",
        ORDER + "/annuler",
        ORDER + "/lignes/<int:line_id>/pas-en-rayon",
        COUNTER + "reserver",
        COUNTER + "stock",
        PRODUCT,
        PRODUCT + "/vendu",
        PRODUCT + "/recu",
        PRODUCT + "/compte",
        COUNTER + "inventaires",
        RUN,
        RUN + "/appliquer",
        RUN + "/ecarter",
        COUNTER + "boutique",
        COUNTER + "boutique/fermetures",
        COUNTER + "boutique/fermetures/<int:closure_id>",
    ],
    Kind.OWN: [
        "comptoir/",
        "compte/sortie/",
        "compte/verifier/",
        "compte/securite/",
        "compte/securite/reauthenticate/",
        "compte/securite/totp/activate/",
        "compte/securite/totp/deactivate/",
        "compte/securite/recovery-codes/",
        "compte/securite/recovery-codes/generate/",
        "compte/securite/recovery-codes/download/",
        "compte/securite/webauthn/",
        "compte/securite/webauthn/add/",
        "compte/securite/webauthn/reauthenticate/",
        "compte/securite/webauthn/keys/<int:pk>/remove/",
        "compte/securite/webauthn/keys/<int:pk>/edit/",
    ],
    Kind.PUBLIC: [
        "api/v1/docs",
        "comptoir/entrer",
        "compte/",
        "compte/code/",
        "compte/code/confirmer/",
        "compte/inactif/",
        "compte/securite/authenticate/",
        "compte/securite/webauthn/login/",
        "i18n/setlang/",
        "suggestions",
        "",
        "recherche",
        "titre/<str:ref>",
        "couverture/<str:ref>.svg",
        "boutiques",
        "boutiques/<slug:slug>",
        "panier",
        "reserver",
        "reservation/<str:token>",
        "reservation/<str:token>/confirmer",
        "reservation/<str:token>/annuler",
        "reservation/<str:token>/retrait.ics",
        "reservation/<str:token>/code.svg",
        "vie-privee",
        "accessibilite",
        "robots.txt",
        "sitemap.xml",
        "sitemap-boutiques.xml",
        "sitemap-titres-<int:page>.xml",
        "opensearch.xml",
        "manifest.webmanifest",
    ],
}
KINDS = {route: kind for kind, routes in ROUTES.items() for route in routes}
API_KINDS = {Kind.API, Kind.API_SHOP}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
RARE = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
SIRETS = {"a": "73282932000074", "b": "55210055400013"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield every route below a resolver, as its patterns write it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        full = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, full)
        elif isinstance(pattern, URLPattern):
            yield full


@dataclass
class World:
    """Two shops, and an order, a telling and a closure of the first."""

    a: Shop
    b: Shop
    things: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def path(self, route: str, shop: Shop) -> str:
        """Return the address of a route: this shop's, with the first shop's things."""
        values = self.things | {"slug:shop_slug": shop.slug, "siret": str(shop.siret)}
        for name, value in values.items():
            route = route.replace(f"<{name}>", value)
        assert "<" not in route, f"no value for {route}"
        return "/" + route

    def client(self, role: str) -> tuple[Client, dict[str, str]]:
        """Return somebody's browser or program, and its headers."""
        client = Client()
        client.raise_request_exception = False
        if role in self.people:
            client.force_login(self.people[role], backend=BACKEND)
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}
        return client, headers


@pytest.fixture(autouse=True)
def no_limits(settings, tmp_path) -> None:
    settings.RATE_LIMITS = False
    settings.VAR = tmp_path
    names.forget_all()


@pytest.fixture
def world() -> World:
    a, b = (make_shop(siret=SIRETS[name], slug=f"shop-{name}") for name in "ab")
    offer = make_offer(shop=a, on_hand=5)
    builder.rebuild()
    line = LineRequest(offer.product_id, offer.pk)
    order = place(
        PlaceRequest(a.pk, (line,), Customer("Ana", "ana@example.org"), Channel.WEB, READER)
    )
    run = FeedRun.objects.create(
        feed=Feed.objects.create(shop=a, format="csv"),
        mode="snapshot",
        as_of=order.placed_at,
        status="applied",
        actor_kind="feed",
    )
    closure = a.closures.create(first_day="2027-01-04", last_day="2027-01-05")
    ref = offer.product.ref
    return World(
        a,
        b,
        things={
            "slug:slug": a.slug,
            "str:ref": ref,
            "ean": ref,
            "str:token": order.token,
            "token": order.token,
            "code": order.code,
            "int:order_id": str(order.pk),
            "int:line_id": str(OrderLine.objects.get().pk),
            "int:run_id": str(run.pk),
            "int:closure_id": str(closure.pk),
            "int:pk": "1",
            "int:page": "1",
        },
        tokens={"token of A": secret_of(a), "token of B": secret_of(b)},
        people={
            "staff of A": make_staff(a),
            "manager of A": make_staff(a, StaffRole.MANAGER),
            "staff of B": make_staff(b),
        },
    )


def ask(client: Client, method: str, path: str, headers: dict[str, str]) -> HttpResponse:
    """Send one request and undo what it did."""
    body = json.dumps({"as_of": "2026-01-01T00:00:00Z", "lines": []}) if "/stock" in path else ""
    api = path.startswith("/api/")
    with transaction.atomic():
        response = client.generic(
            method,
            path,
            body if api and method != "GET" else "",
            content_type="application/json" if api else "application/x-www-form-urlencoded",
            headers={"Idempotency-Key": str(uuid4())} | headers,
        )
        transaction.set_rollback(True)
    return response


def assert_sound(response: HttpResponse, about: str) -> None:
    """Assert what must hold for every answer."""
    assert response.status_code < 500, about
    kind = response.get("Content-Type", "")
    if kind.startswith("text/html"):
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, about
        assert "unsafe" not in policy, about
    if response.status_code >= 400 and re.search(r" /api/(?!v1/docs$)", about):
        assert kind == "application/problem+json", about


def test_every_route_is_listed() -> None:
    found = set(routes())
    assert found - KINDS.keys() == set(), "new routes: say in ROUTES whose they are"
    assert KINDS.keys() - found == set(), "routes that are gone"


@pytest.mark.parametrize("route", KINDS)
def test_nothing_answers_5xx(route: str, world: World) -> None:
    path = world.path(route, world.a)
    for role in ("anonymous", *world.people, *world.tokens):
        client, headers = world.client(role)
        methods = ("GET", "POST", *(RARE if role in {"manager of A", "token of A"} else ()))
        for method in methods:
            assert_sound(ask(client, method, path, headers), f"{role}: {method} {path}")


@pytest.mark.parametrize("route", [r for r, kind in KINDS.items() if kind is Kind.COUNTER])
def test_a_counter_is_the_shops_own(route: str, world: World) -> None:
    path = world.path(route, world.a)
    for role in ("anonymous", *world.tokens):
        client, headers = world.client(role)
        for method in ("GET", "POST"):
            response = ask(client, method, path, headers)
            assert response.status_code == 302 or response.status_code == 405, (role, method)
            assert response.get("Location", "/compte/").startswith("/compte/")
    stranger, _headers = world.client("staff of B")
    assert {ask(stranger, method, path, {}).status_code for method in ("GET", "POST")} <= {404, 405}
    for role in ("staff of A", "manager of A"):
        client, _headers = world.client(role)
        answers = [ask(client, method, path, {}).status_code for method in ("GET", "POST")]
        assert min(answers) < 400, (role, answers)
        assert 404 not in answers


@pytest.mark.parametrize(
    "route",
    [
        route
        for route, kind in KINDS.items()
        if (kind is Kind.COUNTER and "<int:" in route) or "<code>" in route
    ],
)
def test_another_shops_things_are_not_found_at_ones_own_counter(route: str, world: World) -> None:
    path = world.path(route, world.b)
    role = "token of B" if KINDS[route] is Kind.API_SHOP else "staff of B"
    client, headers = world.client(role)
    for method in ("GET", "POST"):
        assert ask(client, method, path, headers).status_code in {404, 405}, (method, path)
    assert 404 in {ask(client, method, path, headers).status_code for method in ("GET", "POST")}


@pytest.mark.parametrize("route", [r for r, kind in KINDS.items() if kind is Kind.API_SHOP])
def test_a_shops_api_needs_the_shops_token(route: str, world: World) -> None:
    path = world.path(route, world.a)
    for role in ("anonymous", *world.people):
        client, _headers = world.client(role)
        answers = {ask(client, method, path, {}).status_code for method in ("GET", *UNSAFE)}
        assert answers == {401, 405}, role
    rival, headers = world.client("token of B")
    answers = {ask(rival, method, path, headers).status_code for method in ("GET", *UNSAFE)}
    assert answers == {404, 405}
    till, headers = world.client("token of A")
    answers = {ask(till, method, path, headers).status_code for method in ("GET", *UNSAFE)}
    assert 200 in answers
    assert not answers & {401, 403, 404}


@pytest.mark.parametrize("route", [r for r, kind in KINDS.items() if kind is Kind.OWN])
def test_what_is_ones_own_needs_signing_in(route: str, world: World) -> None:
    path = world.path(route, world.a)
    for role in ("anonymous", *world.tokens):
        client, headers = world.client(role)
        response = ask(client, "GET", path, headers)
        assert response.status_code == 302, role
    insider, _headers = world.client("staff of A")
    assert ask(insider, "GET", path, {}).status_code in {200, 302, 403, 404}


@pytest.mark.parametrize("route", [r for r, kind in KINDS.items() if kind not in API_KINDS])
def test_nothing_changes_without_a_csrf_token(route: str, world: World) -> None:
    path = world.path(route, world.a)
    for role in ("anonymous", "manager of A"):
        client, headers = world.client(role)
        client.handler.enforce_csrf_checks = True
        for method in UNSAFE:
            assert ask(client, method, path, headers).status_code == 403, (role, method)


def test_a_session_gives_nothing_to_a_program(world: World) -> None:
    """The API reads no cookie: a page elsewhere cannot make a signed-in browser act through it."""
    client, _headers = world.client("manager of A")
    assert ask(client, "GET", world.path(API_SHOP + "/orders", world.a), {}).status_code == 401
    response = ask(client, "GET", "/api/v1/shops", {})
    assert "Cookie" not in response.get("Vary", "")


def test_only_a_manager_changes_the_shop(world: World) -> None:
    path = world.path(COUNTER + "boutique", world.a)
    values = {"hold_days": "7", "safety_stock": "1", "rings_up": "never"}
    for role, days in (("staff of B", 3), ("staff of A", 3), ("manager of A", 7)):
        client, _headers = world.client(role)
        client.post(path, values)
        world.a.refresh_from_db()
        assert world.a.hold_days == days, role
