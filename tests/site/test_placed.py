"""How far shops are said to be: from one point on all pages; one of which no more than its town is
known is about so far, and pinned nowhere."""

import json
import re

import pytest

from tests.factories import make_shop

pytestmark = pytest.mark.django_db

NEAR = {"near": "Poitiers"}


def page(client, address, **more):
    return client.get(address, NEAR | more).content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize(("placed", "said"), [(True, "≈ 1,0 km"), (False, "1,0 km")])
def test_its_distance_is_said_about(client, placed, said):
    make_shop(slug="pilori", latitude=46.5892, longitude=0.3404, placed_in_town=placed)
    for address in ("/boutiques", "/boutiques/pilori"):
        text = page(client, address).replace("\u202f", " ")
        assert ("≈" in text) is placed, address


def test_it_is_as_far_from_the_place_that_was_typed_as_from_the_remembered_one(client):
    """290 m from the middle of Poitiers, 240 m from where a cookie puts that."""
    make_shop(slug="pilori", latitude=46.5842, longitude=0.3404)
    typed, later = page(client, "/boutiques"), client.get("/boutiques/pilori").content.decode()
    found = [re.findall(r"\d+\s+m\b", text) for text in (typed, later)]
    assert found[0] == [each.replace("\u00a0", " ") for each in found[1]] == ["240 m"]


def test_machines_and_the_map_are_given_its_address_and_no_point(client):
    make_shop(slug="pilori", street="3 rue du Pilori", placed_in_town=True)
    text = page(client, "/boutiques/pilori")
    data = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert "geo" not in json.loads(data)
    assert "#map=" not in text
    assert "3%20rue%20du%20Pilori" in text
    assert client.get("/api/v1/shops/pilori").json()["placed_in_town"] is True
