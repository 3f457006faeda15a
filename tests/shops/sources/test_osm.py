"""Shops out of an extract of OpenStreetMap: what is taken, what is one shop, what stays."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.shops.models import FieldOrigin, Listing, Shop
from comptoir.shops.operations import Answers, ImportChoices, SettingsChange, import_shops, origins
from comptoir.shops.operations.settings import update_settings
from comptoir.shops.sources.models import Source
from tests.shops.sources.extracts import extract, node, tags, way
from tests.shops.test_import import GOOD, row, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reports_of_its_own(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def take(tmp_path, *elements, same=None, new=(), **more):
    choices = ImportChoices(answers=Answers(same or {}, frozenset(new)))
    return import_shops(path=extract(tmp_path / "osm.json", *elements, **more), choices=choices)


def take_file(tmp_path, *rows):
    return import_shops(path=write(tmp_path / "shops.csv", *rows))


def codes(notes):
    return [(each.line, each.code) for each in notes]


def source(field):
    return FieldOrigin.objects.get(field=field).source


def test_an_object_becomes_a_shop_with_its_source_and_licence(tmp_path):
    done = take(tmp_path, node(123, second_hand="yes", tags=tags() | {"second_hand": "yes"}))
    assert (done.created, done.refused, done.left_out) == (1, 0, 0)
    shop = Shop.objects.get()
    assert (shop.name, shop.kind, shop.street) == (
        "Librairie du Pilori",
        "books",
        "3 Rue du Pilori",
    )
    assert (shop.postcode, shop.city, shop.siret) == ("86000", "Poitiers", "73282932000074")
    assert (shop.latitude, shop.longitude, shop.placed_in_town) == (46.5802, 0.3404, False)
    assert (shop.phone, shop.email) == ("+33549410000", "bonjour@pilori.example")
    assert shop.opening_hours == "Tu-Sa 10:00-12:30,14:00-19:00; PH off"
    assert [each.kind for each in shop.services.all()] == ["second_hand"]
    listing = Listing.objects.get()
    assert (listing.shop, listing.source, listing.ref) == (shop, "osm", "node/123")
    assert (listing.licence, listing.gone_at) == ("ODbL-1.0", None)
    assert set(FieldOrigin.objects.values_list("source", flat=True)) == {"osm"}


def test_ways_relations_and_addresses_by_contact_are_taken_too(tmp_path):
    contact = {
        "name": "Disques du Clain",
        "shop": "music",
        "contact:housenumber": "8",
        "contact:street": "Rue Neuve",
        "contact:postcode": "86000",
        "contact:city": "Poitiers",
    }
    relation = way(7, tags=contact | {"shop": "music;books"}, lat=46.583) | {"type": "relation"}
    relation["tags"]["name"] = "Sillons et lignes"
    done = take(tmp_path, way(6, tags=contact), relation)
    assert done.created == 2
    assert sorted(Shop.objects.values_list("kind", "street")) == [
        ("both", "8 Rue Neuve"),
        ("records", "8 Rue Neuve"),
    ]
    assert sorted(Listing.objects.values_list("ref", flat=True)) == ["relation/7", "way/6"]


def test_the_same_extract_again_changes_nothing_and_a_newer_one_updates(tmp_path):
    take(tmp_path, node())
    assert take(tmp_path, node()).unchanged == 1
    done = take(tmp_path, node(opening_hours="Mo-Sa 10:00-19:00"))
    assert (done.changed, Shop.objects.get().opening_hours) == (1, "Mo-Sa 10:00-19:00")
    assert Listing.objects.count() == 1


def test_what_cannot_be_read_is_left_out_and_the_rest_is_taken(tmp_path):
    bad = node(opening_hours="Tu-Sa 10:00+", phone="call us", email="no mail", website="http://")
    done = take(tmp_path, bad)
    assert (done.created, done.refused) == (1, 0)
    assert {each.column for each in done.first_left_out} == {
        *("opening_hours", "phone", "website", "email")
    }
    assert Shop.objects.get().opening_hours == ""


NOTHING = [
    {"shop": "clothes"},
    {"shop": "musical_instrument"},
    {"shop": None, "amenity": "library"},
    {"shop": None, "disused:shop": "books"},
]


@pytest.mark.parametrize("changes", NOTHING)
def test_what_is_no_shop_of_ours_is_passed_over(tmp_path, changes):
    kept = {name: value for name, value in (tags() | changes).items() if value is not None}
    done = take(tmp_path, node(tags=kept), node(2, name="Encre noire"))
    assert list(Shop.objects.values_list("name", flat=True)) == ["Encre noire"]
    assert (done.created, done.refused) == (1, 0)


def test_odd_elements_stop_nothing(tmp_path):
    odd = ["text", None, {}, {"type": "node", "id": 5}, {"type": "node", "id": 6, "tags": None}]
    odd += [{"type": "area", "id": 7, "tags": tags()}, node(8, tags=tags() | {"phone": 12})]
    assert take(tmp_path, *odd).created == 1


def test_a_chain_goes_in_only_where_an_operator_answers(tmp_path):
    chain = node(tags=tags() | {"brand": "Fnac", "brand:wikidata": "Q676585"})
    assert codes(take(tmp_path, chain).first_refusals) == [(1, "chain")]
    assert take(tmp_path, chain, new=[1]).created == 1
    assert take(tmp_path, chain).unchanged == 1  # nobody is asked twice


# One shop from two sources.

SAME = [
    pytest.param({"name": "Le Pilori"}, {}, id="one siret"),
    pytest.param({"addr:city": None, "addr:postcode": None}, {"lat": 46.6}, id="siret, no town"),
    pytest.param({"ref:FR:SIRET": None}, {}, id="name and town"),
    pytest.param({"ref:FR:SIRET": None, "name": "Le Pilori", "phone": None}, {}, id="address"),
    pytest.param(
        {"ref:FR:SIRET": None, "name": "Le Pilori", "addr:street": None, "addr:city": None},
        {},
        id="a like name at its spot, without a town",
    ),
    pytest.param(
        {"ref:FR:SIRET": None, "name": "Le Pilori", "addr:street": "Place Neuve"},
        {"lat": 46.58025},
        id="a like name at its spot, at a corner",
    ),
    pytest.param(
        {
            "ref:FR:SIRET": None,
            "name": "Pilori",
            "addr:street": None,
            "phone": None,
            "contact:email": None,
        },
        {"lat": 46.59},
        id="a like name and one website, without a street",
    ),
]


@pytest.mark.parametrize(("changes", "where"), SAME)
def test_one_shop_from_two_sources_is_one(tmp_path, changes, where):
    take_file(tmp_path, row(opening_hours=""))
    kept = {name: value for name, value in (tags() | changes).items() if value is not None}
    done = take(tmp_path, node(tags=kept, **where))
    assert (done.created, done.refused) == (0, 0), done.first_refusals
    shop = Shop.objects.get()
    assert (shop.name, shop.street, shop.city) == (GOOD["name"], GOOD["street"], "Poitiers")
    assert shop.opening_hours == "Tu-Sa 10:00-12:30,14:00-19:00; PH off"
    assert sorted(shop.listings.values_list("source", flat=True)) == ["file", "osm"]


DOUBTFUL = [
    pytest.param({"name": "Chez Marguerite", "addr:street": None}, {}, id="at its very door"),
    pytest.param({"name": "Le Pilori", "addr:street": "Rue Haute"}, {"lat": 46.59}, id="phone"),
    pytest.param({"name": "Le Pilori", "shop": "music", "addr:street": None}, {}, id="records"),
]


@pytest.mark.parametrize(("changes", "where"), DOUBTFUL)
def test_what_is_doubtful_is_listed_and_the_answer_is_kept(tmp_path, changes, where):
    take_file(tmp_path, row(siret=""))
    given = tags() | {"ref:FR:SIRET": None} | changes
    again = node(9, tags={name: value for name, value in given.items() if value}, **where)
    done = take(tmp_path, again)
    assert codes(done.first_refusals) == [(1, "same_shop")]
    assert "--same 1=librairie-du-pilori-poitiers" in done.first_refusals[0].reason
    assert not Listing.objects.filter(source="osm").exists()
    assert take(tmp_path, again, same={1: "librairie-du-pilori-poitiers"}).refused == 0
    assert take(tmp_path, again).refused == 0  # nobody is asked twice
    assert Shop.objects.count() == 1


def test_two_shops_of_a_like_name_far_apart_are_two(tmp_path):
    take_file(tmp_path, row(siret=""))
    other = tags(name="Le Pilori", addr_street="Rue Haute", phone="+33 5 49 00 00 01")
    other |= {"contact:email": "a@b.example", "website": "https://other.example"}
    other.pop("ref:FR:SIRET")
    assert take(tmp_path, node(tags=other, lat=46.59)).created == 1


def test_an_object_without_a_town_is_refused_where_no_shop_is_known_there(tmp_path):
    bare = {"name": "Encre noire", "shop": "books", "opening_hours": "24/7"}
    done = take(tmp_path, node(tags=bare), node(2))
    assert codes(done.first_refusals) == [(1, "no_town")]
    assert done.created == 1


def test_an_object_in_which_another_shop_is_by_now_is_asked(tmp_path):
    take(tmp_path, node(5))
    other = tags(name="Bulles et cases", phone="+33 5 49 00 00 01") | {
        "website": "https://b.example"
    }
    other.pop("ref:FR:SIRET")
    done = take(tmp_path, node(5, tags=other))
    assert codes(done.first_refusals) == [(1, "same_shop")]
    assert Shop.objects.get().name == "Librairie du Pilori"
    assert take(tmp_path, node(5, tags=other), new=[1]).created == 1
    assert Listing.objects.get().shop.name == "Bulles et cases"


def test_a_shop_that_was_renamed_here_is_still_its_object(tmp_path):
    take(tmp_path, node(5))
    shop = Shop.objects.get()
    update_settings(shop=shop, change=SettingsChange(name="L'Encre noire"), actor=SYSTEM)
    done = take(tmp_path, node(5, opening_hours="Mo-Sa 10:00-19:00"))
    shop.refresh_from_db()
    assert (done.refused, shop.name, shop.opening_hours) == (
        0,
        "L'Encre noire",
        "Mo-Sa 10:00-19:00",
    )


# Whose word stands.


def test_the_file_of_the_network_counts_more_in_either_order(tmp_path):
    mapped = node(opening_hours="Mo-Sa 09:00-18:00")
    take_file(tmp_path, GOOD)
    done = take(tmp_path, mapped)
    assert "opening_hours" in {each.column for each in done.first_kept_out}
    for _again in range(2):
        take_file(tmp_path, GOOD)
        take(tmp_path, mapped)
        shop = Shop.objects.get()
        assert (shop.opening_hours, source("opening_hours")) == (GOOD["opening_hours"], "file")
    Shop.objects.all().delete()
    take(tmp_path, mapped)
    assert source("opening_hours") == "osm"
    take_file(tmp_path, GOOD)
    assert (Shop.objects.get().opening_hours, source("opening_hours")) == (
        GOOD["opening_hours"],
        "file",
    )


def test_control_without_ranks_the_map_would_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(origins, "_RANKS", dict.fromkeys(Source, 0))
    take(tmp_path, node(opening_hours="Mo-Sa 09:00-18:00"))
    take_file(tmp_path, GOOD)
    assert Shop.objects.get().opening_hours == "Mo-Sa 09:00-18:00"


def test_an_empty_cell_of_the_file_leaves_what_the_map_has(tmp_path):
    silent = row(opening_hours="", website="")
    for _again in range(3):
        take_file(tmp_path, silent)
        take(tmp_path, node(opening_hours="Mo-Sa 09:00-18:00"))
        shop = Shop.objects.get()
        assert (shop.opening_hours, source("opening_hours")) == ("Mo-Sa 09:00-18:00", "osm")
    take_file(tmp_path, silent)
    assert Shop.objects.get().opening_hours == "Mo-Sa 09:00-18:00"
    done = take(tmp_path, node(opening_hours="Mo-Sa 10:00-18:00"))
    assert (done.changed, Shop.objects.get().opening_hours) == (1, "Mo-Sa 10:00-18:00")


def test_what_the_shop_wrote_stays(tmp_path):
    take(tmp_path, node())
    shop = Shop.objects.get()
    update_settings(shop=shop, change=SettingsChange(phone="05 49 00 00 09"), actor=SYSTEM)
    done = take(tmp_path, node(phone="+33 5 49 00 00 02"))
    assert [each.column for each in done.first_kept_out] == ["phone"]
    assert Shop.objects.get().phone == "+33549000009"
    assert source("phone") == ""


def test_a_tag_that_is_gone_takes_back_what_it_said_and_nothing_else(tmp_path):
    take(tmp_path, node())
    bare = tags(phone=None, website=None)
    assert take(tmp_path, node(tags=bare)).changed == 1
    shop = Shop.objects.get()
    assert (shop.phone, shop.website, shop.email) == ("", "", "bonjour@pilori.example")
    update_settings(shop=shop, change=SettingsChange(phone="05 49 00 00 09"), actor=SYSTEM)
    take_file(tmp_path, row(siret="", phone="", opening_hours="", email=""))
    done = take(tmp_path, node(tags=bare | {"contact:email": ""}))
    assert (done.kept_out, Shop.objects.get().phone) == (0, "+33549000009")


# What is in the extract no more.


def test_what_vanished_is_listed_and_stays(tmp_path):
    around = [node(2, name="A nord", lat=46.7), node(3, name="B sud", lat=46.4, lon=0.5)]
    around = [each | {"tags": each["tags"] | {"ref:FR:SIRET": ""}} for each in around]
    around += [node(4, name="C est", lat=46.5, lon=0.2, tags=tags(name="C est"))]
    around[2]["tags"].pop("ref:FR:SIRET")
    take(tmp_path, node(1), *around)
    done = take(tmp_path, *around)
    assert [(each.shop, each.code) for each in done.first_gone] == [
        ("librairie-du-pilori-poitiers", "gone")
    ]
    since = Listing.objects.get(ref="node/1").gone_at
    assert since is not None
    assert Shop.objects.open_to_public().count() == 4
    take(tmp_path, *around)
    assert Listing.objects.get(ref="node/1").gone_at == since
    take(tmp_path, node(1), *around)
    assert Listing.objects.get(ref="node/1").gone_at is None


def test_an_extract_of_elsewhere_or_cut_short_misses_nothing(tmp_path):
    take(tmp_path, node(1))
    niort = tags(name="Encre", addr_postcode="79000", addr_city="Niort")
    niort.pop("ref:FR:SIRET")
    assert take(tmp_path, node(2, 46.32, -0.46, tags=niort)).gone == 0
    box = [node(3, 46.4, 0.2, name="A"), node(4, 46.7, 0.5, name="B")]
    for each in box:
        each["tags"].pop("ref:FR:SIRET")
    remark = 'runtime error: Query timed out in "query" at line 3 after 25 seconds.'
    done = take(tmp_path, *box, remark=remark)
    assert (done.gone, done.cut_short) == (0, remark)
    records = [each | {"tags": each["tags"] | {"shop": "music"}} for each in box]
    assert take(tmp_path, *records, same={1: "a-poitiers", 2: "b-poitiers"}).gone == 0
    assert take(tmp_path, *box).gone == 1


def test_what_is_called_closed_is_listed(tmp_path):
    take(tmp_path, node(1), node(2, 46.6, name="B"))
    closed = tags() | {"disused:shop": "books"}
    closed.pop("shop")
    done = take(tmp_path, node(1, tags=closed))
    assert done.gone == 1
    assert "closed" in done.first_gone[0].reason or "fermé" in done.first_gone[0].reason
    assert Shop.objects.filter(paused_at=None).count() >= 1
