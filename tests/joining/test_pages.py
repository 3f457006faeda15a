"""Joining by pages and by commands: what strangers learn, and the whole story typed."""

import pytest
from click.testing import CliRunner
from django.core.cache import cache

from comptoir.accounts.models import User
from comptoir.networks.models import Network
from comptoir.notifications.models import Message
from comptoir.shops.commands import networks, shops
from comptoir.shops.models import Invitation, JoinRequest, Shop, StaffRole
from comptoir.shops.operations.requests import proof
from tests.factories import make_network, make_shop, make_staff
from tests.joining.test_requests import GIVEN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pages_are_kept():
    cache.clear()


def test_an_empty_installation_asks_for_its_first_shop(client):
    page = client.get("/").text
    assert page.count('href="/rejoindre"') == 2, "in its middle, and in its footer"
    make_shop()
    assert client.get("/").text.count('href="/rejoindre"') == 1
    assert 'href="/rejoindre"' in client.get("/boutiques").text


def test_a_listing_without_a_team_can_be_claimed(client):
    listed, served = make_shop(slug="listed"), make_shop(slug="served")
    make_staff(served)
    assert "/rejoindre?shop=listed" in client.get("/boutiques/listed").text
    assert "/rejoindre?shop=" not in client.get("/boutiques/served").text
    page = client.get("/rejoindre?shop=listed")
    assert (page.status_code, listed.email in page.text) == (200, False)
    assert f"{listed.email[0]}…@example.org" in page.text
    assert client.get("/rejoindre?shop=served").status_code == 409


def test_a_stranger_learns_of_no_account(client):
    User.objects.create_user("known@example.org")
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        done = client.post("/rejoindre", GIVEN | {"email": email})
        answers.append((done.status_code, done["Location"], done.cookies.output()))
    assert answers[0] == answers[1]
    assert answers[0][:2] == (303, "/rejoindre/envoyee")
    assert JoinRequest.objects.count() == 2


def test_what_fills_the_field_that_nobody_sees_is_no_person(client):
    done = client.post("/rejoindre", GIVEN | {"surname": "x"})
    assert (done.status_code, JoinRequest.objects.count()) == (303, 0)


def test_what_was_typed_stays_and_each_fault_stands_at_its_field(client):
    make_network()
    page = client.post("/rejoindre", GIVEN | {"siret": "1"})
    assert (page.status_code, "Le Merle moqueur" in page.text) == (400, True)
    assert 'id="f-network-error"' in page.text
    assert 'id="f-siret-error"' in page.text, "all that is wrong is said at once"
    page = client.post("/rejoindre", GIVEN | {"siret": "1", "network": "-"})
    assert 'id="f-siret-error"' in page.text
    assert not Message.objects.exists()


def test_to_look_at_a_link_is_no_tap(client):
    client.post("/rejoindre", GIVEN)
    request = JoinRequest.objects.get()
    path = f"/rejoindre/confirmer/{proof.link_of_asker(request)}"
    assert client.get(path).status_code == 200
    request.refresh_from_db()
    assert request.state == "asked"
    assert client.post(path).status_code == 200
    request.refresh_from_db()
    assert request.state == "confirmed"
    assert client.get("/rejoindre/confirmer/x").status_code == 410


def test_the_whole_story_by_commands(client):
    def run(group, *words):
        done = CliRunner().invoke(group, words)
        assert done.exit_code == 0, done.output
        return done.output.strip()

    run(networks, "create", "L’Association", "--slug", "aln")
    client.post("/rejoindre", GIVEN | {"network": "aln"})
    client.post("/rejoindre", GIVEN | {"network": "aln", "email": "b@example.org"})
    assert run(shops, "requests", "list") == ""
    for asked in JoinRequest.objects.all():
        client.post(f"/rejoindre/confirmer/{proof.link_of_asker(asked)}")
    first, second = (line.split("\t") for line in run(shops, "requests", "list").splitlines())
    assert first[1:5] == ["aln", "Le Merle moqueur", "Poitiers", "73282932000074"]
    slug = run(shops, "requests", "open", first[0])
    run(shops, "requests", "decline", second[0], "Déjà là.")
    assert run(shops, "requests", "list") == ""
    shop = Shop.objects.get(slug=slug)
    assert shop.memberships.get().network == Network.objects.get(slug="aln")
    invited = Invitation.objects.get(shop=shop)
    assert (invited.email, invited.role) == ("ana@merle.example.org", StaffRole.MANAGER)
    run(shops, "invite", slug, "lea@example.org", "--owner")
    assert Invitation.objects.filter(shop=shop, role=StaffRole.MANAGER).count() == 2
    run(networks, "leave", "aln", slug)
    assert not shop.memberships.exists()
