"""The switch in a network's office, at the counter and on the command line."""

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.orders.commands import networks, shops
from comptoir.orders.operations import place
from comptoir.shops.doors.models import Doors
from comptoir.shops.memory import directory
from comptoir.shops.models import Membership
from tests.factories import (
    ALWAYS_OPEN,
    make_coordinator,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    request_for,
)

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def shop():
    return make_shop(opening_hours=ALWAYS_OPEN)


def test_an_office_looks_first_closes_and_opens(client, shop):
    network = make_network(slug="reseau")
    Membership.objects.create(shop=shop, network=network, actor_kind="system")
    client.force_login(make_coordinator(network), backend=BACKEND)
    sent = {"mode": "no_holds", "text": "Grève", "begins_at": "", "ends_at": ""}
    seen = client.post("/bureau/reseau/portes", sent | {"preview": "1"}).content.decode()
    assert "Grève" in seen
    assert not Doors.objects.exists()
    wrong = client.post("/bureau/reseau/portes", sent | {"ends_at": "2001-01-01T10:00"})
    assert "déjà passée" in wrong.content.decode()
    assert client.post("/bureau/reseau/portes", sent).status_code == 302
    assert directory().door(shop.pk, timezone.now()).text == "Grève"
    (doors,) = Doors.objects.all()
    assert client.post(f"/bureau/reseau/portes/{doors.pk}/ouvrir").status_code == 302
    assert not directory().doors(shop.pk)


def test_the_counter_writes_its_week_and_shows_who_comes(client, shop):
    client.force_login(make_staff(shop), backend=BACKEND)
    address = f"/comptoir/{shop.slug}/boutique/porte"
    refused = client.post(f"{address}/semaine", {"door_0_0_from": "15:00"})
    assert "il manque un début ou une fin" in refused.content.decode()
    every_day = {
        f"door_{day}_0_{name}": value
        for day in range(7)
        for name, value in (("from", "00:00"), ("to", "00:00"), ("every", "60"), ("places", "1"))
    }
    assert client.post(f"{address}/semaine", every_day).status_code == 302
    assert shop.door_spans.count() == 7
    assert client.post(address, {"mode": "slots"}).status_code == 302
    offer = make_offer(shop=shop, on_hand=2)
    order = place(request_for(offer, trusted=True))
    slip = f"/comptoir/{shop.slug}/reservations/{order.pk}"
    page = client.get(slip).content.decode()
    slot = page.split('<option value="')[1].split('"')[0]
    assert client.post(f"{slip}/creneau", {"slot": slot}).status_code == 302
    order.refresh_from_db()
    day = timezone.localtime(order.slot_at).date()
    shown = client.get(f"/comptoir/{shop.slug}/porte?jour={day}").content.decode()
    assert order.name in shown
    assert "qui vient à la porte" in client.get(f"/comptoir/{shop.slug}/").content.decode()


def test_the_command_line_closes_lists_and_opens(shop):
    network = make_network(slug="reseau")
    run = CliRunner().invoke
    told = run(shops, ["doors", shop.slug, "--close", "slots", "--until", "2098-01-01"])
    assert (told.exit_code, "slots" in told.output) == (1, False)
    told = run(shops, ["doors", shop.slug, "--close", "slots", "--text", "Travaux"])
    key = told.output.split("\t")[0]
    assert run(shops, ["doors", shop.slug]).output == told.output
    assert run(networks, ["doors", "reseau", "--open", key]).exit_code == 1
    assert run(shops, ["doors", shop.slug, "--open", key]).exit_code == 0
    assert run(networks, ["doors", "reseau", "--close", "no_holds"]).exit_code == 0
    assert Doors.objects.filter(network=network, ended_at=None).count() == 1
