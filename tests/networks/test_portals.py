"""What a portal shows: under the host of a network, nothing of what others' members say."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from unittest import mock
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client

from comptoir.api import names
from comptoir.search import builder, reader
from tests.factories import make_product
from tests.networks.portals import MARKS, NORTH, SOUTH, Member, make_region
from tests.routes import of
from tests.routes.kinds import Kind

pytestmark = pytest.mark.django_db

SHARED = "Le livre commun"
ASKED = {
    "recherche": (
        f"q={quote(SHARED)}",
        "q=Velmontref",
        f"q={quote(SHARED)}&near=Plouzivrac",
        "q=Zyxquarb",
        f"q={quote(SHARED)}&in_stock=1&lat=48.1&lon=-4.1",
    ),
    "suggestions": ("q=Velm", "q=Le+livre"),
    "boutiques": (
        "q=Zyx",
        "reseau=sud",
        "departement=29",
        "lat=48.1&lon=-4.1",
        "ville=Plouzivrac",
    ),
    "boutiques.geojson": ("q=Zyx", "reseau=sud"),
    "agenda": ("departement=29", "ville=Plouzivrac", "lat=48.1&lon=-4.1"),
    "api/v1/products": (f"q={quote(SHARED)}", "q=Velmontref", f"q={quote(SHARED)}&near=48.1,-4.1"),
    "api/v1/shops": ("network=sud", "department=29", "near=48.1,-4.1"),
    "api/v1/events": ("shop=zyxquarb", "department=29"),
    "api/v1/picks": ("shop=zyxquarb",),
    "tournee": ("t={ref}&lat=48.1&lon=-4.1",),
    "ou-trouver/liste": ("titres={ref}&lat=48.1&lon=-4.1",),
    "public/offers/v1/products/ean": ("venueId=1",),
}
"""What is asked of a route besides its bare address."""


@pytest.fixture
def region(settings, tmp_path, monkeypatch) -> Iterator[dict[str, Member]]:
    settings.RATE_LIMITS, settings.DEMO, settings.VAR = False, False, tmp_path
    names.forget_all()
    cache.clear()
    monkeypatch.setattr(reader, "_LOOK_AGAIN_SECONDS", -1.0)
    reader.READER.forget()
    made = make_region(make_product(title=SHARED))
    builder.rebuild()
    yield made
    reader.READER.forget()


def addresses(region: dict[str, Member]) -> Iterator[str]:
    """Yield every public address with the things of either shop, bare and asked of."""
    for member in region.values():
        things = member.things | {"str:ref": member.things["str:ref"]}
        for route in of(Kind.PUBLIC, Kind.API):
            variants = [things]
            if "<str:ref>" in route or "<ean>" in route:
                variants.append(things | {"str:ref": member.own.ref, "ean": member.own.ref})
            if "<slug:slug>" in route:
                variants.append(things | {"slug:slug": things["former"]})
            for values in variants:
                path = route
                for name, value in values.items():
                    path = path.replace(f"<{name}>", value)
                assert "<" not in path, path
                yield f"/{path}"
                for query in ASKED.get(route, ()):
                    yield f"/{path}?{query.replace('{ref}', member.offer.product.ref)}"


def leaks(
    region: dict[str, Member], host: str, paths: Iterable[str] | None = None
) -> dict[str, list[str]]:
    """Return what the answers under a host say that the southern shop alone says, by address; of
    all public ones, or of these."""
    client = Client(SERVER_NAME=host, headers={"Accept-Encoding": "identity"})
    client.raise_request_exception = False
    found = {}
    for path in dict.fromkeys(addresses(region) if paths is None else paths):
        response = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        if response.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        assert response.status_code != 500, path
        said = (body.decode("utf-8", "replace") + response.get("Location", "")).lower()
        # What was asked is said back by pages that found nothing.
        said = said.replace(path.lower(), "")
        if marks := [mark for mark in MARKS if mark in said and mark not in path.lower()]:
            found[path] = marks
    ref = region[NORTH].offer.product.ref
    asked = {"titles": [ref], "near": "48.1,-4.1"}
    told = client.post("/api/v1/rounds", asked, content_type="application/json")
    assert told.status_code == 200, told.content
    if marks := [mark for mark in MARKS if mark in told.content.decode().lower()]:
        found["POST /api/v1/rounds"] = marks
    return found


def test_a_networks_host_tells_nothing_of_anothers_members(region):
    assert leaks(region, NORTH) == {}
    for path in ("/", "/boutiques", "/agenda", f"/titre/{region[NORTH].offer.product.ref}"):
        assert "Nadir" in Client(SERVER_NAME=NORTH).get(path).content.decode(), path


def test_without_the_filter_it_would(region):
    known = (
        *("/", "/boutiques", "/boutiques.geojson", "/agenda.ics", "/sitemap-boutiques.xml"),
        *("/boutiques/zyxquarb", f"/titre/{region[SOUTH].own.ref}", "/api/v1/shops"),
    )
    with ExitStack() as stack:
        for module in ("shops.memory", "shops.models", "orders.reads"):
            stack.enter_context(mock.patch(f"comptoir.{module}.portal", return_value=None))
        told = leaks(region, NORTH, known)
    assert set(MARKS) == {mark for marks in told.values() for mark in marks}
    assert set(told) == {*known, "POST /api/v1/rounds"}


def test_what_is_of_another_networks_shop_is_not_there(region):
    other = region[SOUTH].things
    north = Client(SERVER_NAME=NORTH)
    for path in (
        f"/boutiques/{other['slug:slug']}",
        f"/boutiques/{other['slug:slug']}/affiche.pdf",
        f"/boutiques/{other['slug:slug']}/ecrire",
        f"/carte/boutique/{other['slug:slug']}.png",
        f"/inventaire/{other['str:inventory']}.tsv",
        f"/agenda/{other['int:event_id']}",
        f"/reservation/{other['str:token']}",
        f"/reservation/{other['str:token']}/retractation/{other['int:withdrawal_id']}",
        f"/boutiques/{other['slug:slug']}/conditions/{other['int:number']}",
        f"/tirages/{other['int:draw_id']}",
        f"/tirages/entree/{other['str:entry_token']}",
        f"/api/v1/shops/{other['siret']}",
        f"/titre/{region[SOUTH].own.ref}",
    ):
        assert north.get(path).status_code == 404, path
        assert Client().get(path).status_code == 200, path
