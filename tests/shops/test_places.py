"""Which place a reader's words name, and how far things are."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import lru_cache

import pytest

from comptoir.core.identifiers import department
from comptoir.shops import gazetteer as towns
from comptoir.shops.gazetteer import gazetteer
from comptoir.shops.geography import DEPARTMENTS
from comptoir.shops.places import Point, find_place, metres
from tests.factories import make_shop
from tests.patience import until


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Poitiers", "Poitiers (86)"),
        ("  POITIERS ", "Poitiers (86)"),
        ("poitiers (86)", "Poitiers (86)"),
        ("86000", "Poitiers (86)"),
        ("86 000", "Poitiers (86)"),
        ("86000 Poitiers", "Poitiers (86)"),
        ("Poitiers Cedex 9", "Poitiers (86)"),
        ("86", "Poitiers (86)"),
        ("La Rochelle", "La Rochelle (17)"),
        ("rochelle", "La Rochelle (17)"),
        ("ANGOULEME", "Angoulême (16)"),
        ("st-jean de luz", "Saint-Jean-de-Luz (64)"),
        ("Ste Foy la Grande", "Sainte-Foy-la-Grande (33)"),
        ("l’isle d’espagnac", "L'Isle-d'Espagnac (16)"),
        ("Brive", "Brive-la-Gaillarde (19)"),
        ("Dunkerque", "Dunkerque (59)"),
        ("Bordaux", "Bordeaux (33)"),
        ("Limoegs", "Limoges (87)"),
        ("Niorrt", "Niort (79)"),
        ("châtelleraut", "Châtellerault (86)"),
        ("Saint-Denis", "Saint-Denis (974)"),
        ("Saint-Denis (93)", "Saint-Denis (93)"),
        ("Saint-Denis 93200", "Saint-Denis (93)"),
        ("Saint-Savin (86)", "Saint-Savin (86)"),
        ("Montreuil", "Montreuil (93)"),
        ("Montreuil, 62", "Montreuil (62)"),
        ("Paris", "Paris (75)"),
        ("75011", "Paris 11e (75)"),
        ("Paris 11", "Paris 11e (75)"),
        ("Paris 1er", "Paris 1er (75)"),
        ("lyon 3ème", "Lyon 3e (69)"),
        ("13008", "Marseille 8e (13)"),
        ("2A", "Ajaccio (2A)"),
        ("20200", "Bastia (2B)"),
        ("Mayotte", "Mamoudzou (976)"),
        ("Fort-de-France", "Fort-de-France (972)"),
        ("86999", "Poitiers (86)"),
    ],
)
@pytest.mark.django_db
def test_a_place_is_found(text, label):
    assert find_place(text).label == label


@pytest.mark.parametrize("text", ["", " ", "xyzzy", "(", "00000", "99999", "'; --", "x" * 10_000])
@pytest.mark.django_db
def test_what_is_no_place_is_none(text):
    assert find_place(text) is None


@pytest.mark.django_db
def test_an_unknown_postcode_is_that_of_a_shop_that_has_it():
    assert find_place("86190").label == "Poitiers (86)"
    make_shop(postcode="86190", city="Vouillé", latitude=46.64, longitude=0.17)
    place = find_place("86190")
    assert (place.label, place.postcode) == ("Vouillé (86)", "86190")
    assert place.point == Point(46.64, 0.17)


@pytest.mark.django_db
def test_a_label_finds_its_own_place_again():
    for text in ("poitiers", "saint-denis", "chauvigny", "la rochelle", "75011", "saint-savin"):
        place = find_place(text)
        again = find_place(place.label)
        assert (again.label, again.point) == (place.label, place.point)


def test_every_department_has_a_town_and_every_known_postcode_its_department():
    known = gazetteer()
    codes = {each.code for each in DEPARTMENTS.values() if each.region}
    assert codes <= set(known.by_department)
    for postcode, town in known.by_postcode.items():
        assert town.department == department(postcode)


def test_towns_lie_near_the_largest_of_their_department():
    known = gazetteer()
    for town in known.by_postcode.values():
        centre = known.by_department[town.department]
        away = metres(town.latitude, town.longitude, centre.latitude, centre.longitude)
        assert away < (260_000 if town.department == "973" else 135_000), town


@pytest.mark.parametrize("in_turn", [True, False])
def test_threads_that_ask_at_once_read_the_towns_once(monkeypatch, in_turn):
    """Each that reads them by itself takes a third of a second and tens of megabytes."""
    begun, go = [], threading.Event()

    def read() -> str:
        begun.append(1)
        if not in_turn:
            until(lambda: len(begun) == 2)
        go.wait()
        return "the towns"

    monkeypatch.setattr(towns, "_read", lru_cache(maxsize=1)(read))
    if not in_turn:
        monkeypatch.setattr(towns, "_reading", nullcontext())
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(towns.gazetteer) for _ in range(2)]
        until(lambda: len(begun) == (1 if in_turn else 2))
        go.set()
        assert [each.result() for each in asked] == ["the towns"] * 2
    assert len(begun) == (1 if in_turn else 2)


def test_distances():
    assert metres(46.58, 0.34, 46.58, 0.34) == 0
    paris_to_poitiers = metres(48.8566, 2.3522, 46.5802, 0.3404)
    assert paris_to_poitiers == pytest.approx(294_000, rel=0.01)
    assert metres(0, 179.9, 0, -179.9) == pytest.approx(22_239, rel=0.001)
    assert metres(0, 0, 0, 180) == pytest.approx(20_015_115, rel=0.001)
