"""Networks: created, changed, joined and left, from the command line and by their verbs."""

import pytest
from click.testing import CliRunner

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Forbidden, Invalid, NotFound
from comptoir.networks.models import Network
from comptoir.networks.operations import NetworkChange, change_network, create_network
from comptoir.networks.settings import NetworkSettings
from comptoir.shops.choice import portals
from comptoir.shops.commands import networks
from comptoir.shops.memory import directory
from comptoir.shops.models import SpecialityKind
from comptoir.shops.operations.memberships import join_network, leave_network
from tests.factories import make_network, make_shop, make_staff

pytestmark = pytest.mark.django_db


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(networks, words)
    assert done.exit_code == code, done.output
    return done.output


def test_a_network_is_created_joined_changed_and_left():
    shop = make_shop(siret="73282932000074")
    assert run("create", "Libraires de l’Ouest", "--host", "Ouest.example.org.").strip()
    slug = Network.objects.get().slug
    assert Network.objects.get().host == "ouest.example.org"
    assert run("join", slug, "73282932000074").strip() == shop.name
    run("change", slug, "--about", " Cent boutiques.\n ", "--website", "example.org")
    assert Network.objects.get().decides == NetworkSettings(
        "Cent boutiques.", "https://example.org"
    )
    assert run("list").split("\t")[:3] == [slug, "Libraires de l’Ouest", "ouest.example.org"]
    assert [each.network.slug for each in directory().shops[shop.pk].memberships.all()] == [slug]
    run("leave", slug, shop.slug)
    assert not directory().shops[shop.pk].memberships.all()


def test_who_took_a_shop_in_is_kept_and_stays():
    shop, network = make_shop(), make_network()
    first = join_network(shop=shop, network=network, actor=SYSTEM)
    assert first.actor_kind == "system"
    assert join_network(shop=shop, network=network, actor=SYSTEM).pk == first.pk
    leave_network(shop=shop, network=network, actor=SYSTEM)
    assert not shop.memberships.exists()


@pytest.mark.parametrize("actor", ["reader", "manager"])
def test_others_neither_create_nor_change_networks(actor):
    who = READER if actor == "reader" else make_staff(make_shop()).actor
    with pytest.raises(Forbidden):
        create_network(name="A", change=NetworkChange(), actor=who)
    with pytest.raises(NotFound):
        change_network(network=make_network(), change=NetworkChange(name="A"), actor=who)
    assert not Network.objects.filter(name="A").exists()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "bad_slug"),
        ({"name": "A", "slug": "Été"}, "bad_slug"),
        ({"name": "a" * 121, "slug": "a"}, "too_long"),
        ({"name": "A", "host": "https://a.example.org"}, "bad_host"),
        ({"name": "A", "host": "a.example.org:80"}, "bad_host"),
        ({"name": "A", "website": "javascript:alert(1)"}, "bad_website"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(values, code):
    named = {key: values[key] for key in ("name", "slug") if key in values}
    rest = {key: value for key, value in values.items() if key not in named}
    with pytest.raises(Invalid) as refused:
        create_network(**named, change=NetworkChange(**rest), actor=SYSTEM)
    assert refused.value.code == code
    assert not Network.objects.exists()


def test_a_word_and_a_host_are_one_networks():
    create_network(name="A", change=NetworkChange(host="a.example.org"), actor=SYSTEM)
    with pytest.raises(Conflict) as word:
        create_network(name="A", change=NetworkChange(), actor=SYSTEM)
    other = create_network(name="B", change=NetworkChange(), actor=SYSTEM)
    with pytest.raises(Conflict) as host:
        change_network(network=other, change=NetworkChange(host="A.example.org"), actor=SYSTEM)
    assert (word.value.code, host.value.code) == ("slug_taken", "host_taken")


def test_a_host_leads_to_its_network():
    network = make_network(host="a.example.org")
    assert portals.portal_at(portals.name_of("A.example.org:8000")).network == network
    assert portals.portal_at("b.example.org") is None


def test_what_the_directory_keeps_of_a_shop_follows_what_is_written():
    shop, network = make_shop(), make_network()
    assert not directory().shops[shop.pk].specialities.all()
    shop.specialities.create(kind=SpecialityKind.JAZZ)
    assert [each.kind for each in directory().shops[shop.pk].specialities.all()] == ["jazz"]
    join_network(shop=shop, network=network, actor=SYSTEM)
    Network.objects.filter(pk=network.pk).update(name="Autre")
    (found,) = directory().shops[shop.pk].memberships.all()
    assert found.network.name == "Autre"


def test_a_service_tells_how_it_is_used():
    shop = make_shop()
    shop.services.create(kind="phone_orders", how="9:30–18:00")
    assert directory().shops[shop.pk].services.all()[0].how == "9:30–18:00"
