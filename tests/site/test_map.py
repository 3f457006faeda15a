"""What the map is given: every public shop, once for each version of the directory, and of a page
which of them its list shows."""

import gzip
import json
from base64 import b64decode
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from comptoir.shops import memory
from comptoir.shops.models import Shop, ShopKind
from tests.factories import make_shop

pytestmark = pytest.mark.django_db

# RFC 7946, for what we write: points with a name.
GEOJSON = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string"},
                    "geometry": {
                        "type": "object",
                        "required": ["type", "coordinates"],
                        "additionalProperties": False,
                        "properties": {
                            "type": {"const": "Point"},
                            "coordinates": {
                                "prefixItems": [
                                    {"type": "number", "minimum": -180, "maximum": 180},
                                    {"type": "number", "minimum": -90, "maximum": 90},
                                ],
                                "minItems": 2,
                                "maxItems": 2,
                            },
                        },
                    },
                    "properties": {
                        "type": "object",
                        "required": ["name", "town", "kind"],
                        "additionalProperties": False,
                        "properties": {
                            "name": {"type": "string"},
                            "town": {"type": "string"},
                            "kind": {"enum": ShopKind.values},
                            "about": {"const": True},
                        },
                    },
                },
            },
        },
    },
}
MOST_PACKED_BYTES = 250_000
MOST_PAGE_BYTES = 100_000


@pytest.fixture(autouse=True)
def afresh(db):
    memory.forget()
    yield
    memory.forget()


def given(client, query: str = "") -> dict:
    """Return what the page gives the map."""
    page = client.get(f"/boutiques{query}").content.decode()
    return json.loads(page.split('<script id="map-data" type="application/json">')[1].split("<")[0])


def shown(client, query: str = "") -> list[str]:
    """Return the shops that the map shows, as its script reads them: a bit for each line."""
    data = given(client, query)
    lines = client.get(data["source"]).content.decode().split("\n")
    assert json.loads(lines[0] + "]}")["version"] == data["version"]
    bits = b64decode(data["shown"])
    return [
        json.loads(lines[at + 1].removesuffix(","))["id"]
        for at in range(len(bits) * 8)
        if bits[at >> 3] & 1 << (at & 7)
    ]


def many(count: int) -> None:
    """Make a directory of shops with names, towns and places that do not repeat."""
    Shop.objects.bulk_create(
        Shop(
            slug=f"librairie-{number * 7919 % 100_003}-des-{number % 3571}-chemins",
            name=f"Librairie {number * 7919 % 100_003} des {number % 3571} chemins",
            kind=(ShopKind.BOOKS, ShopKind.RECORDS)[number % 5 == 0],
            postcode="86000",
            city=f"Ville-sur-{number % 997}",
            latitude=42.5 + (number * 48_271 % 100_003) / 100_003 * 8,
            longitude=-4.5 + (number * 16_807 % 100_019) / 100_019 * 12,
        )
        for number in range(count)
    )


def test_all_shops_are_valid_geojson_and_those_of_nobody_are_not_in_it(client):
    make_shop(slug="pilori", name="Librairie du « Pilori »\n", latitude=46.5812345, longitude=0.34)
    make_shop(slug="about", placed_in_town=True)
    make_shop(slug="hidden", paused_at="2026-01-01T00:00Z")
    answer = client.get("/boutiques.geojson")
    assert answer["Content-Type"] == "application/geo+json"
    Draft202012Validator(GEOJSON).validate(answer.json())
    first, about = answer.json()["features"]
    assert first["id"] == "pilori"
    assert first["geometry"]["coordinates"] == [0.34, 46.58123]
    assert (first["properties"].get("about"), about["properties"]["about"]) == (None, True)


def test_the_file_is_kept_by_its_version(client):
    shop = make_shop(slug="pilori")
    address = given(client)["source"]
    named, plain = client.get(address), client.get("/boutiques.geojson")
    assert "immutable" in named["Cache-Control"]
    assert plain["Cache-Control"] == "public, max-age=60"
    again = client.get(address, headers={"If-None-Match": named["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Shop.objects.filter(pk=shop.pk).update(hold_days=5)
    memory.forget()
    assert given(client)["source"] == address, "what the map does not show makes no new version"
    Shop.objects.filter(pk=shop.pk).update(name="Librairie de la Halle")
    memory.forget()
    assert given(client)["source"] != address
    assert client.get(address)["Cache-Control"] == "public, max-age=60"
    assert "Halle" in client.get(address).content.decode()


def test_four_thousand_shops_are_a_small_file_and_a_small_page(client):
    many(4000)
    packed = client.get("/boutiques.geojson", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) <= MOST_PACKED_BYTES
    assert len(json.loads(gzip.decompress(packed.content))["features"]) == 4000
    assert len(client.get("/boutiques").content) <= MOST_PAGE_BYTES
    assert len(shown(client)) == 4000


def test_the_map_shows_what_the_filters_left(client):
    make_shop(slug="books", kind=ShopKind.BOOKS)
    make_shop(slug="records", kind=ShopKind.RECORDS)
    make_shop(slug="both", kind=ShopKind.BOTH, postcode="33000")
    assert shown(client) == ["books", "records", "both"]
    assert shown(client, "?kind=records") == ["records", "both"]
    assert shown(client, "?department=33") == ["both"]


def test_the_pages_of_a_list_have_one_map(client):
    many(100)
    assert len(shown(client, "?page=2")) == 100


def test_a_chosen_point_tells_where_and_whether_it_is_open(client):
    make_shop(slug="day", name="Jour", street="1 rue Haute", opening_hours="24/7")
    make_shop(slug="never", opening_hours="off")
    make_shop(slug="hidden", paused_at="2026-01-01T00:00Z")
    answer = client.get("/boutiques.horaires?de=never&de=day&de=hidden&de=none")
    never, day = answer.json()["shops"]
    assert (never["slug"], never["open"]) == ("never", False)
    assert (day["slug"], day["open"], day["street"]) == ("day", True, "1 rue Haute")
    page = client.get("/boutiques").content.decode()
    assert day["opening"] in page, "the words are those of the list"
    assert client.get("/boutiques.horaires?de=hidden").status_code == 404
    assert client.get("/boutiques.horaires").status_code == 404


def test_no_more_shops_are_told_at_once_than_a_card_lists(client):
    many(40)
    slugs = Shop.objects.values_list("slug", flat=True)
    asked = "&".join(f"de={slug}" for slug in slugs)
    assert len(client.get(f"/boutiques.horaires?{asked}").json()["shops"]) == 30


def test_nothing_of_the_map_leads_elsewhere_or_sets_a_cookie(client):
    shop = make_shop()
    data = given(client)
    own = ("source", "openings", "shop", "leaflet", "points", "ground", "style", "outlines")
    assert [urlsplit(data[name]).netloc for name in own] == [""] * len(own)
    assert data["background"] == {"tiles": ""}
    for address in (data["source"], f"{data['openings']}?de={shop.slug}"):
        assert not client.get(address).cookies
