"""Shops placed by a real server in the form of the national geocoding service."""

import time

import pytest
from click.testing import CliRunner

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Forbidden, Invalid
from comptoir.shops import operations
from comptoir.shops.commands import shops
from comptoir.shops.models import FieldOrigin, Listing, Shop
from comptoir.shops.operations import (
    SettingsChange,
    import_shops,
    place_shops,
    placement,
    update_settings,
)
from comptoir.shops.sources import geocoder, service
from comptoir.shops.sources.geocoder import Doubt
from tests.answering import answering, reply
from tests.factories import make_shop
from tests.shops.sources.services import Geocoder, broken, busy, huge, malformed, no_json
from tests.shops.test_import import row, write

pytestmark = pytest.mark.django_db

TOWN = {"latitude": 46.58, "longitude": 0.34, "placed_in_town": True}


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch, tmp_path):
    settings.OUTGOING_ANYWHERE = True
    settings.VAR = tmp_path / "var"
    monkeypatch.setattr(service, "PAUSES", (0.01, 0.01))


@pytest.fixture
def start(settings):
    """Return what starts a service with faults, and sets its address."""
    running = []

    def begin(*faults, **more):
        server = Geocoder(faults, **more)
        context = answering(server)
        settings.GEOCODER_URL = f"{context.__enter__()}/geocodage"
        running.append(context)
        return server

    yield begin
    for each in running:
        each.__exit__(None, None, None)


def in_town(slug, street="3 rue du Pilori", **more):
    return make_shop(slug=slug, name=slug, street=street, **(TOWN | more))


def point(shop):
    shop.refresh_from_db()
    return shop.latitude, shop.longitude, shop.placed_in_town


def test_a_shop_is_placed_at_its_door_with_source_and_licence(start):
    server, shop = start(), in_town("pilori")
    done = place_shops()
    assert (done.placed, done.doubtful, done.stopped, done.left) == (1, [], "", 0)
    assert point(shop) == (46.5811, 0.3419, False)
    assert server.asked == ["/geocodage/search"]
    listing = Listing.objects.get()
    assert (listing.source, listing.licence, listing.shop) == ("ban", "etalab-2.0", shop)
    origins = FieldOrigin.objects.values_list("field", "source", "imported")
    assert set(origins) == {("latitude", "ban", True), ("longitude", "ban", True)}


@pytest.mark.parametrize(
    "street", ["3, R. du Pilori", "3 Rue du Pilory", "Place Notre Dame", "8 RUE NEUVE"]
)
def test_how_a_street_is_spelt_does_not_matter(start, monkeypatch, street):
    from tests.shops.sources import services

    known = dict(services.STREETS)
    known["3, r. du pilori"] = known["3 rue du pilory"] = known["3 rue du pilori"]
    monkeypatch.setattr(services, "STREETS", known)
    start()
    in_town("a", street)
    assert place_shops().placed == 1


DOUBTS = [
    ("12 rue Inconnue", Doubt.NOT_FOUND, 0),
    ("Zone sud", Doubt.ONLY_TOWN, 1),
    ("9 rue Haute", Doubt.OTHER_NUMBER, 1),
    ("1 rue Basse", Doubt.OTHER_TOWN, 1),
    ("7 rue Codée", Doubt.OTHER_POSTCODE, 1),
    ("Place de l'Hôtel de Ville", Doubt.OTHER_STREET, 1),
    ("2 rue Loin", Doubt.FAR, 1),
    ("5 rue Floue", Doubt.LOW_SCORE, 1),
    ("4 rue Double", Doubt.SEVERAL, 2),
]


@pytest.mark.parametrize(("street", "doubt", "candidates"), DOUBTS)
def test_what_is_doubtful_is_listed_and_moves_nothing(start, street, doubt, candidates):
    start()
    shop = in_town("a", street)
    done = place_shops()
    assert [(each.shop, each.doubt, len(each.candidates)) for each in done.doubtful] == [
        (shop, doubt, candidates)
    ]
    assert point(shop) == (46.58, 0.34, True)
    assert not FieldOrigin.objects.exists()


def test_control_without_its_doubts_the_town_would_be_the_door(start, monkeypatch):
    monkeypatch.setattr(geocoder, "doubt_about", lambda _address, _candidate: None)
    start()
    shop = in_town("a", "2 rue Loin")
    place_shops()
    assert point(shop) == (44.1, 3.1, False)


@pytest.mark.parametrize(("street", "doubt", "candidates"), DOUBTS)
def test_by_the_file_the_same_is_doubtful(start, street, doubt, candidates):
    server = start()
    sure = [in_town(f"s{n}") for n in range(12)]
    shop = in_town("a", street)
    done = place_shops()
    assert server.asked[0] == "/geocodage/search/csv"
    assert (done.placed, server.rows) == (12, 13)
    assert [(each.shop, each.doubt, len(each.candidates)) for each in done.doubtful] == [
        (shop, doubt, candidates)
    ]
    assert point(sure[0]) == (46.5811, 0.3419, False)


def test_many_go_in_pieces_and_a_service_without_files_is_asked_one_by_one(start, monkeypatch):
    monkeypatch.setattr(placement, "PIECE", 8)
    server = start()
    for n in range(20):
        in_town(f"s{n}")
    seen = []
    assert place_shops(progress=lambda count, of: seen.append((count, of))).placed == 20
    assert server.asked == ["/geocodage/search/csv"] * 3
    assert seen[-1] == (20, 20)
    Shop.objects.update(placed_in_town=True, street="8 rue Neuve")
    server = start(files=False)
    monkeypatch.setattr(geocoder, "A_SECOND", 1000)
    assert place_shops().placed == 20
    assert server.asked == ["/geocodage/search/csv"] + ["/geocodage/search"] * 20


def test_it_is_asked_modestly(start, monkeypatch):
    monkeypatch.setattr(geocoder, "A_SECOND", 20)
    start()
    for n in range(5):
        in_town(f"s{n}")
    began = time.monotonic()
    place_shops()
    assert time.monotonic() - began >= 4 / 20


def test_only_shops_in_their_town_are_asked_for_and_each_once(start):
    server = start()
    make_shop(slug="own", street="8 rue Neuve", placed_in_town=False)
    in_town("bare", street="")
    in_town("odd", street="9 rue Haute")
    done = place_shops()
    assert (done.without_street, len(done.doubtful), len(server.asked)) == (1, 1, 1)
    again = place_shops()
    assert (again.asked_before, again.doubtful, len(server.asked)) == (1, [], 1)
    assert len(place_shops(again=True).doubtful) == 1
    Shop.objects.filter(slug="odd").update(street="8 rue Neuve")
    assert place_shops().placed == 1


def test_a_shop_that_moves_is_asked_for_anew(start):
    start()
    shop = in_town("a")
    place_shops()
    update_settings(shop=shop, change=SettingsChange(street="8 rue Neuve"), actor=SYSTEM)
    assert place_shops().placed == 1
    assert point(shop) == (46.5832, 0.3377, False)


def test_a_point_of_the_networks_file_counts_more(start, tmp_path):
    start()
    import_shops(path=write(tmp_path / "a.csv", row(latitude="", longitude="")))
    place_shops()
    shop = Shop.objects.get()
    assert point(shop) == (46.5811, 0.3419, False)
    import_shops(path=write(tmp_path / "b.csv", row()))
    assert point(shop) == (46.5802, 0.3404, False)
    assert place_shops().placed == 0


# The service fails.


@pytest.mark.parametrize("fault", [busy, broken, malformed, no_json, huge])
def test_a_passing_fault_costs_a_pause(start, fault):
    server = start(fault, fault)
    in_town("a")
    assert place_shops().placed == 1
    assert len(server.asked) == 3


@pytest.mark.parametrize("fault", [busy, broken, malformed, no_json, huge])
@pytest.mark.parametrize("shop_count", [4, 14])
def test_after_three_failures_it_is_asked_no_more(start, fault, shop_count):
    server = start(*[fault] * 50)
    for n in range(shop_count):
        in_town(f"s{n}")
    done = place_shops()
    assert len(server.asked) == 3
    assert (done.placed, done.left, bool(done.stopped)) == (0, shop_count, True)
    assert Shop.objects.filter(placed_in_town=True).count() == shop_count


def test_control_without_its_patience_it_goes_on_asking(start, monkeypatch):
    monkeypatch.setattr(service, "FAILURES", 20)
    monkeypatch.setattr(service, "PAUSES", (0.0,) * 20)
    server = start(*[busy] * 20)
    in_town("a")
    place_shops()
    assert len(server.asked) == 20


def refusing(status):
    return lambda handler: reply(handler, status, b"{}")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_wrong_address_stops_at_once_and_marks_nobody(start, status):
    server = start(*[refusing(status)] * 50)
    for n in range(4):
        in_town(f"s{n}")
    done = place_shops()
    assert (len(server.asked), done.left, done.doubtful) == (1, 4, [])
    assert not Listing.objects.exists()


def test_a_question_that_is_refused_is_no_failure(start):
    server = start(*[refusing(400)] * 4)
    for n in range(5):
        in_town(f"s{n}")
    done = place_shops()
    assert (len(server.asked), done.placed, len(done.doubtful)) == (5, 1, 4)


def test_a_server_that_hangs_is_left(start, monkeypatch):
    asked = service.ask
    monkeypatch.setattr(service, "ask", lambda url, **more: asked(url, **(more | {"seconds": 0.2})))
    start(*[lambda _handler: time.sleep(0.5)] * 3)
    in_town("a")
    done = place_shops()
    assert (done.placed, done.left, bool(done.stopped)) == (0, 1, True)


def test_a_run_that_stopped_goes_on_where_it_was(start):
    server = start(None, None, *[broken] * 3)
    for n in range(5):
        in_town(f"s{n}")
    done = place_shops()
    assert (done.placed, done.left) == (2, 3)
    done = place_shops()
    assert (done.placed, done.left) == (3, 0)
    assert len(server.asked) == 2 + 3 + 3


def test_off_by_default_and_for_operators_alone(settings):
    in_town("a")
    assert settings.GEOCODER_URL == ""
    with pytest.raises(Invalid) as caught:
        place_shops()
    assert caught.value.code == "no_service"
    with pytest.raises(Forbidden):
        operations.place_shops(actor=READER)


def test_the_command_tells_what_it_did(start):
    start()
    in_town("pilori")
    in_town("odd", street="4 rue Double")
    told = CliRunner().invoke(shops, ["place"])
    assert told.exit_code == 0, told.output
    assert "4 rue Double, 86000 Poitiers" in told.output
    assert "46.570000 0.330000" in told.output
    assert Shop.objects.get(slug="pilori").latitude == 46.5811
    start(*[broken] * 3)
    assert CliRunner().invoke(shops, ["place", "odd", "--all"]).exit_code == 1
