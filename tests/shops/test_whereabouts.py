"""Coordinates that are not where a shop's postcode and town are."""

import pytest

from comptoir.core.errors import Invalid
from comptoir.shops.whereabouts import check_whereabouts

RIGHT = [
    ("17000", "La Rochelle", 46.16, -1.15),
    ("17999", "La Rochelle", 46.16, -1.15),
    ("86010", "Poitiers Cedex", 46.58, 0.34),
    ("65000", "Tarbes", 43.23, 0.07),
    ("65000", "Tarbes", 43.25, 0.02),
    ("86200", "Un hameau", 47.01, -0.07),
    ("20200", "Bastia", 42.70, 9.45),
    ("97400", "Saint-Denis", -20.88, 55.45),
    ("97370", "Maripasoula", 3.64, -54.03),
    ("98800", "Nouméa", -22.27, 166.45),
    ("98714", "Papeete", -17.54, -149.57),
    ("98742", "Taiohae", -8.91, -140.10),
    ("97500", "Saint-Pierre", 46.78, -56.18),
    ("98000", "Monaco", 43.73, 7.42),
    ("29990", "Un hameau", 48.04, -4.85),
]

WRONG = [
    pytest.param("17000", "La Rochelle", 46.16, 1.15, "longitude", "-1.15", id="minus lost"),
    pytest.param("17999", "La Rochelle", 46.16, 1.15, "longitude", "-1.15", id="by its town"),
    pytest.param("17999", "Un hameau", 46.16, 1.15, "longitude", "-1.15", id="by its department"),
    pytest.param("86000", "Poitiers", 46.58, -0.34, "longitude", "0.34", id="minus added"),
    pytest.param("65000", "Tarbes", 43.23, -0.07, "longitude", "0.07", id="near Greenwich"),
    pytest.param("86200", "Loudun", 47.01, -0.08, "longitude", "0.08", id="near it, by its name"),
    pytest.param("79000", "Niort", 46.32, 0.46, "longitude", "-0.46", id="a little inland"),
    pytest.param("97400", "Saint-Denis", 20.88, 55.45, "latitude", "-20.88", id="latitude"),
    pytest.param("98800", "Nouméa", 22.27, 166.45, "latitude", "-22.27", id="the Pacific"),
    pytest.param("98714", "Papeete", 17.54, 149.57, "latitude", "-17.54", id="both lost"),
    pytest.param("86000", "Poitiers", 0.34, 46.58, "latitude", "Poitiers", id="swapped"),
    pytest.param("17000", "La Rochelle", -1.15, 46.16, "latitude", "Rochelle", id="swapped, west"),
    pytest.param("86000", "Poitiers", 48.86, 2.35, "latitude", "Poitiers", id="another town"),
    pytest.param("86000", "Poitiers", 0.0, 0.0, "latitude", "Poitiers", id="nowhere"),
]


@pytest.mark.parametrize(("postcode", "city", "latitude", "longitude"), RIGHT)
def test_what_is_near_its_town_passes(postcode, city, latitude, longitude):
    assert check_whereabouts(postcode, city, latitude, longitude) is None


@pytest.mark.parametrize(("postcode", "city", "latitude", "longitude", "column", "told"), WRONG)
def test_what_is_far_from_its_town_is_told(postcode, city, latitude, longitude, column, told):
    with pytest.raises(Invalid) as caught:
        check_whereabouts(postcode, city, latitude, longitude)
    assert (caught.value.code, caught.value.data["field"]) == ("far_coordinates", column)
    assert told in str(caught.value)
