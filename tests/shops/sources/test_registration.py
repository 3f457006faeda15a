"""Shops looked up by a real server in the form of the public search of companies."""

import json
import time

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Forbidden, Invalid
from comptoir.shops.commands import shops
from comptoir.shops.models import FieldOrigin, Listing, Shop
from comptoir.shops.operations import check_registry, take_siret
from comptoir.shops.operations.registration import CHECKED_FOR
from comptoir.shops.sources import registry, service
from tests.answering import answering
from tests.factories import make_shop
from tests.shops.sources.services import (
    Registry,
    broken,
    busy,
    company,
    huge,
    malformed,
    no_json,
)

pytestmark = pytest.mark.django_db

SIRET = "73282932000074"
OTHER = "44306184100047"


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.OUTGOING_ANYWHERE = True
    monkeypatch.setattr(service, "PAUSES", (0.01, 0.01))
    monkeypatch.setattr(registry, "A_SECOND", 1000)


@pytest.fixture
def start(settings):
    running = []

    def begin(*companies, faults=()):
        server = Registry(*companies, faults=faults)
        context = answering(server)
        settings.REGISTRY_URL = context.__enter__()
        running.append(context)
        return server

    yield begin
    for each in running:
        each.__exit__(None, None, None)


def shop(**changes):
    given = {"name": "Librairie du Pilori", "street": "3 rue du Pilori", "siret": None}
    return make_shop(**(given | changes))


def state(found):
    found.refresh_from_db()
    return found.siret, found.registry_state


def everything():
    """All that is kept, as text."""
    models = (Shop, FieldOrigin, Listing)
    return json.dumps([list(model.objects.values()) for model in models], default=str)


def test_a_siret_is_filled_in_where_name_and_street_agree(start):
    server, found = start(company(), company(OTHER, adresse="9 RUE X 86000 POITIERS")), shop()
    done = check_registry()
    assert (done.filled, done.doubtful, done.left) == (1, [], 0)
    assert state(found) == (SIRET, "active")
    assert server.asked == [{"q": "Librairie du Pilori", "code_postal": "86000", "per_page": "10"}]
    origin = FieldOrigin.objects.get()
    assert (origin.field, origin.source, origin.imported) == ("siret", "sirene", True)
    listing = Listing.objects.get()
    assert (listing.source, listing.shop, listing.licence) == ("sirene", found, "etalab-2.0")
    assert "DURAND" not in everything()


DOUBTFUL = [
    pytest.param([company(adresse="9 RUE HAUTE 86000 POITIERS")], id="another street"),
    pytest.param([company(state="F")], id="closed"),
    pytest.param([company(liste_enseignes=["PRESSING DU COIN"])], id="another name"),
    pytest.param([company(libelle_commune="BUXEROLLES")], id="another town"),
    pytest.param([company(), company(OTHER)], id="two"),
]


@pytest.mark.parametrize("companies", DOUBTFUL)
def test_what_is_doubtful_is_listed_and_not_filled_in(start, companies):
    changes = {"nom_complet": "LAVAGE", "nom_raison_sociale": "LAVAGE"}
    if companies[0]["matching_etablissements"][0]["liste_enseignes"] == ["PRESSING DU COIN"]:
        companies = [companies[0] | changes]
    start(*companies)
    found = shop()
    done = check_registry()
    assert (done.filled, len(done.doubtful)) == (0, 1)
    assert {each.siret for each in done.doubtful[0].candidates} == {
        each["siege"]["siret"] for each in companies
    }
    assert state(found) == (None, "")
    assert check_registry().doubtful == []  # nor asked again tomorrow


def test_a_siret_that_another_shop_has_is_not_given_twice(start):
    start(company())
    shop(slug="a", siret=SIRET, name="Other")
    found = shop(slug="b")
    assert len(check_registry(names=["b"]).doubtful) == 1
    assert state(found) == (None, "")


@pytest.mark.parametrize(
    ("companies", "expected"),
    [([company()], "active"), ([company(state="F")], "closed"), ([], "unknown")],
)
def test_the_state_of_a_known_siret_is_kept_and_changes_nothing_else(start, companies, expected):
    start(*companies)
    found = shop(siret=SIRET)
    done = check_registry()
    assert state(found) == (SIRET, expected)
    assert found.registry_checked_at is not None
    assert (found.paused_at, found.ended_at, done.left) == (None, None, 0)
    told = CliRunner().invoke(shops, ["list"]).output
    assert ("regist" in told) is (expected == "closed")
    named = {"active": [], "closed": done.closed, "unknown": done.unknown}[expected]
    assert named == ([] if expected == "active" else [found])


def test_it_is_asked_again_after_a_month_and_not_before(start):
    server, found = start(company()), shop(siret=SIRET)
    check_registry()
    check_registry()
    assert len(server.asked) == 1
    Shop.objects.update(registry_checked_at=timezone.now() - CHECKED_FOR * 1.1)
    check_registry()
    check_registry(names=[found.slug])
    assert len(server.asked) == 3


# Who chose not to be shown.

HIDDEN = [
    pytest.param(
        company(
            shown="P",
            adresse="[ND] 86000 POITIERS",
            nom_complet="[ND]",
            nom_raison_sociale=None,
            liste_enseignes=["[ND]"],
        ),
        id="partly shown",
    ),
    pytest.param(company(nom_complet="[ND] [ND] (LIBRAIRIE DU PILORI)"), id="a field alone"),
    pytest.param(company(shown="P"), id="the mark alone"),
    pytest.param(company(adresse="[NON-DIFFUSIBLE]"), id="the older word"),
]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_who_chose_not_to_be_shown_is_never_the_answer(start, hidden):
    server, found = start(hidden), shop()
    done = check_registry()
    assert [each.candidates for each in done.doubtful] == [()]
    assert state(found) == (None, "")
    assert "[N" not in everything()
    assert SIRET not in everything()
    told = CliRunner().invoke(shops, ["registry", found.slug])
    assert "[N" not in told.output
    assert SIRET not in told.output
    assert {each["q"] for each in server.asked} == {"Librairie du Pilori"}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_of_a_known_siret_its_state_alone_is_taken(start, hidden):
    start(hidden)
    found = shop(siret=SIRET)
    check_registry()
    assert state(found) == (SIRET, "active")
    assert "[N" not in everything()


def test_control_without_the_rule_they_would_be_filled_in(start, monkeypatch):
    monkeypatch.setattr(registry, "_is_hidden", lambda _company, _row: False)
    start(company(shown="P"))
    found = shop()
    check_registry()
    assert state(found) == (SIRET, "active")


def test_a_name_of_a_person_is_neither_matched_nor_shown(start):
    person = company(nom_complet="ANNE DURAND", nature_juridique="1000", liste_enseignes=None)
    start(person | {"nom_raison_sociale": None})
    found = shop(name="Anne Durand")
    done = check_registry()
    assert done.filled == 0
    assert [each.names for each in done.doubtful[0].candidates] == [()]
    assert "DURAND" not in CliRunner().invoke(shops, ["registry", found.slug]).output


# The operator's answer.


def test_an_operator_answers_what_was_doubtful(start):
    start(company())
    found = shop(street="")
    check_registry()
    told = CliRunner().invoke(shops, ["registry", found.slug, "--take", "732 829 320 00074"])
    assert told.exit_code == 0, told.output
    assert state(found) == (SIRET, "")
    assert FieldOrigin.objects.get().imported is False
    check_registry()
    assert state(found) == (SIRET, "active")
    other = shop(slug="other")
    with pytest.raises(Conflict):
        take_siret(shop=other, siret=SIRET, actor=SYSTEM)
    with pytest.raises(Invalid):
        take_siret(shop=other, siret="123", actor=SYSTEM)
    assert CliRunner().invoke(shops, ["registry", "--take", SIRET]).exit_code == 2


# The registry fails.


@pytest.mark.parametrize("fault", [busy, broken, malformed, no_json, huge])
def test_after_three_failures_it_is_asked_no_more_and_goes_on_later(start, fault):
    server = start(company(), faults=[None, *[fault] * 3])
    shop(slug="a", siret=SIRET)
    for slug in "bc":
        shop(slug=slug, name=slug)
    done = check_registry()
    assert (done.active, done.left, bool(done.stopped)) == (1, 2, True)
    assert len(server.asked) == 4
    assert check_registry().left == 0
    assert len(server.asked) == 6


def test_its_rate_is_kept(start, monkeypatch):
    monkeypatch.setattr(registry, "A_SECOND", 20)
    start()
    for slug in "abcde":
        shop(slug=slug)
    began = time.monotonic()
    check_registry()
    assert time.monotonic() - began >= 4 / 20


def test_off_by_default_and_for_operators_alone(settings):
    assert settings.REGISTRY_URL == ""
    with pytest.raises(Invalid) as caught:
        check_registry()
    assert caught.value.code == "no_service"
    with pytest.raises(Forbidden):
        check_registry(actor=READER)
