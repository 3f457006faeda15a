"""The directory as open data: who is in it, the same in three formats, under which licence."""

import csv
import json
from io import StringIO

import pytest
from django.conf import settings
from django.utils import timezone
from geojson_pydantic import FeatureCollection
from jsonschema import Draft202012Validator

from comptoir.core import limits
from comptoir.core.sheet import written
from comptoir.shops.kinds import SpecialityKind
from comptoir.shops.models import Service, ServiceKind, Shop, Speciality
from comptoir.shops.open_data import COLUMNS
from comptoir.shops.sources.models import Source
from comptoir.site.machines import open_data
from tests.factories import make_network, make_shop

pytestmark = pytest.mark.django_db
FILES = {name: f"/donnees/boutiques.{name}" for name in ("csv", "geojson", "json")}
SECRET = "secrete@example.org"
# What docs/open-data.md says of each column.
SHOP = {
    "type": "object",
    "additionalProperties": False,
    "required": list(COLUMNS),
    "properties": {
        **{name: {"type": "string"} for name in COLUMNS},
        "kind": {"enum": ["books", "records", "both"]},
        "postcode": {"pattern": "^[0-9]{5}$"},
        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
        "about": {"type": "boolean"},
        "phone": {"pattern": r"^(tel:\+[0-9]+)?$"},
        "wheelchair": {"enum": ["", "yes", "limited", "no"]},
        "licence": {"enum": ["etalab-2.0", "ODbL-1.0"]},
        "services": {"type": "array", "items": {"enum": ServiceKind.values}},
        "specialities": {"type": "array", "items": {"enum": SpecialityKind.values}},
        "networks": {"type": "array", "items": {"type": "string"}},
        "sources": {"type": "array", "items": {"enum": ["osm", "ban", "sirene"]}},
    },
}


@pytest.fixture
def given() -> Shop:
    """Make a shop that gives its entry away, one that does not, one that does and is hidden."""
    shop = make_shop(
        slug="donnee",
        name="=1+1 La Librairie",
        longitude=-0.34041234,
        email=SECRET,
        description="Demandez Mme Secrète",
        open_data=True,
    )
    Service.objects.create(shop=shop, kind=ServiceKind.MAIL_ORDER, how="Mme Secrète, le matin")
    Speciality.objects.create(shop=shop, kind=SpecialityKind.JAZZ)
    Speciality.objects.create(shop=shop, kind=SpecialityKind.COMICS)
    shop.memberships.create(network=make_network(slug="reseau"), actor_kind="system")
    make_shop(slug="gardee")
    make_shop(slug="cachee", open_data=True, paused_at=timezone.now())
    return shop


def rows_of(client) -> dict[str, list[dict]]:
    """Return the rows of the three files, each read by another reader."""
    text = client.get(FILES["csv"]).content.decode("utf-8-sig")
    table = list(csv.DictReader(StringIO(text), delimiter=";"))
    features = FeatureCollection.model_validate_json(client.get(FILES["geojson"]).content)
    listed = json.loads(client.get(FILES["json"]).content)["shops"]
    for shop in listed:
        Draft202012Validator(SHOP).validate(shop)
    return {
        "csv": table,
        "geojson": [dict(feature.properties) for feature in features.features],
        "json": listed,
    }


def test_only_who_agreed_and_is_open_to_the_public_is_in_it(client, given):
    assert {name: [row["slug"] for row in rows] for name, rows in rows_of(client).items()} == {
        key: [given.slug] for key in FILES
    }
    Shop.objects.filter(pk=given.pk).update(open_data=False)
    assert rows_of(client) == {key: [] for key in FILES}


def test_the_three_say_the_same(client, given):
    rows = rows_of(client)
    (entry,) = rows["json"]
    assert rows["geojson"] == [entry]
    (line,) = rows["csv"]
    assert list(line) == list(COLUMNS) == list(entry)
    for name, value in entry.items():
        cell = written(line[name])
        if isinstance(value, list):
            assert cell.split() == value
        elif isinstance(value, bool):
            assert cell == str(value).lower()
        elif isinstance(value, float):
            assert float(line[name]) == value
        else:
            assert cell == value
    assert entry["specialities"] == ["comics", "jazz"]
    assert entry["phone"] == "tel:+33549000000"
    assert entry["longitude"] == -0.34041


def test_no_cell_is_a_formula(client, given):
    text = client.get(FILES["csv"]).content.decode("utf-8-sig")
    assert ";'=1+1 La Librairie;" in text


def test_nobody_s_name_or_mailbox_is_in_it(client, given):
    for path in FILES.values():
        text = client.get(path).content.decode()
        assert given.slug in text
        assert SECRET not in text
        assert "Secrète" not in text


def test_what_owes_something_to_a_map_has_the_map_s_licence(client, given):
    (entry,) = rows_of(client)["json"]
    assert (entry["licence"], entry["sources"]) == ("etalab-2.0", [])
    for source in (Source.BAN, Source.OSM):
        given.origins.create(field=f"street-{source}", imported=True, source=source)
    given.save()
    whole = client.get(FILES["json"]).json()
    (entry,) = whole["shops"]
    assert (entry["licence"], entry["sources"]) == ("ODbL-1.0", ["osm", "ban"])
    assert [each["source"] for each in whole["attributions"]] == ["osm", "ban"]
    assert "openstreetmap.org/copyright" in client.get("/donnees").content.decode()


def test_the_licence_is_stated_and_caches_may_keep_it(client, given):
    for path in FILES.values():
        first = client.get(path)
        assert f'<{open_data.LICENCE_ADDRESS}>; rel="license"' in first["Link"]
        assert f'<{settings.BASE_URL}/donnees>; rel="describedby"' in first["Link"]
        assert first["Access-Control-Allow-Origin"] == "*"
        assert first["Cache-Control"] == "public, max-age=3600"
        assert not first.cookies
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
    for name in ("json", "geojson"):
        assert client.get(FILES[name]).json()["licence"] == "etalab-2.0"
    Shop.objects.filter(pk=given.pk).update(name="Autre nom")
    assert client.get(FILES["csv"])["ETag"] != first["ETag"]
    assert client.get(FILES["json"], headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_asked_for_again_it_costs_no_more_than_to_see_whether_a_shop_changed(
    client, given, django_assert_num_queries
):
    client.get(FILES["csv"])
    with django_assert_num_queries(1):
        client.get(FILES["csv"])


def test_it_is_limited(client, given, settings, monkeypatch):
    settings.RATE_LIMITS, settings.WORKERS = True, 1
    limits.reads.clear()
    monkeypatch.setattr(open_data, "LIMIT", limits.Limit("open-data-tried", 2))
    assert [client.get(FILES["json"]).status_code for _ in range(3)] == [200, 200, 429]
    limits.reads.clear()


def test_the_page_explains_each_column(client, given):
    page = client.get("/donnees").content.decode()
    for name in COLUMNS:
        assert f"<code>{name}</code>" in page
    for path in FILES.values():
        assert f'href="{path}"' in page
    assert open_data.ABOUT.keys() == set(COLUMNS)
