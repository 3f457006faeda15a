"""Closed doors on public pages and in the API: what is said, what can be done, and the forms."""

import json
import re

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import Order
from comptoir.orders.operations import close_doors, place
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import Membership
from comptoir.shops.operations import DoorsRequest
from tests.factories import ALWAYS_OPEN, make_network, make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop(opening_hours=ALWAYS_OPEN, name="Librairie des Halles", siret="73282932000074")


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=5)


def close(of, mode=DoorsMode.SLOTS, **fields):
    request = DoorsRequest(mode=mode, **fields)
    return close_doors(of=of, request=request, actor=SYSTEM, now=timezone.now())


def page(client, address, status=200):
    answer = client.get(address, headers={"Accept-Language": "fr"})
    assert answer.status_code == status
    return answer.content.decode()


def test_every_page_of_the_shop_says_it_and_search_engines_hear_that_it_can_be_reached(
    client, shop, offer
):
    close(shop, DoorsMode.NO_HOLDS, text="Travaux <rue>")
    shown = page(client, f"/boutiques/{shop.slug}")
    assert "La porte est close au public jusqu’à nouvel ordre" in shown
    assert "Travaux &lt;rue&gt;" in shown
    assert "Pas de réservation en ce moment" in shown
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown)
    data = json.loads(found)
    assert data["subjectOf"]["@type"] == "SpecialAnnouncement"
    assert data["openingHoursSpecification"]
    assert "porte close jusqu’à nouvel ordre" in page(client, "/boutiques")
    title = page(client, f"/titre/{offer.product.ref}")
    assert "Pas de réservation en ce moment" in title
    assert "/alerte" in title
    told = client.get(f"/api/v1/shops/{shop.siret}").json()
    assert (told["doors"]["mode"], told["doors"]["until"]) == ("no_holds", None)
    assert (told["open_now"], told["phone"]) == (False, shop.phone)
    assert client.get(f"/api/v1/shops/{shop.siret}/slots").json() == {"items": []}


def test_a_networks_banner_stands_on_the_first_page(client, shop):
    network = make_network(name="Les Libraires réunis")
    Membership.objects.create(shop=shop, network=network, actor_kind="system")
    assert "Les Libraires réunis" not in page(client, "/")
    close(network, text="Confinement")
    for address in ("/", "/boutiques"):
        assert "Les Libraires réunis" in page(client, address)
    close(shop)
    assert "Les Libraires réunis" in page(client, "/")


def test_a_program_reserves_with_a_slot_and_is_told_the_next_free_ones(client, shop, offer):
    close(shop)
    body = {
        "shop": shop.slug,
        "lines": [{"product": offer.product.ean}],
        "customer": {"name": "Ana", "email": "ana@example.org"},
    }

    def ask(**more):
        headers = {"Idempotency-Key": f"a-key-that-nobody-guesses-{Order.objects.count()}-{more}"}
        return client.post(
            "/api/v1/orders", json.dumps(body | more), "application/json", headers=headers
        )

    refused = ask()
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_needed")
    slots = client.get(f"/api/v1/shops/{shop.slug}/slots").json()["items"]
    assert slots[0]["free"] == 2
    assert refused.json()["next"][0]["start"][:16] == slots[0]["start"][:16]
    placed = ask(slot=slots[1]["start"])
    assert placed.status_code == 201
    assert placed.json()["slot"] == {name: slots[1][name] for name in ("start", "end")}
    moved = client.post(
        f"/api/v1/orders/{placed.json()['token']}/slot",
        json.dumps({"slot": slots[5]["start"]}),
        "application/json",
    )
    assert moved.json()["slot"]["start"] == slots[5]["start"]
    assert ask(slot="2001-01-01T10:00:00Z").json()["code"] == "no_such_slot"
    assert ask(slot="2001-01-01T10:00:00").status_code == 422


def test_a_reader_chooses_a_slot_in_a_form_of_several_shops(client, shop, offer):
    other = make_offer(shop=make_shop(), on_hand=2)
    close(shop)
    for each in (offer, other):
        client.post("/panier", {"action": "add", "offer": each.pk})
    form = page(client, "/reserver/ensemble")
    (token,) = re.findall(r'name="form" value="([^"]+)"', form)
    assert form.count('<select class="input" id="slot_') == 1
    slot = free_slots(shop, timezone.now())[4][0].start
    sent = {
        "form": token,
        "mode": "all",
        "name": "Ana",
        "email": "ana@example.org",
        f"slot_{shop.pk}": slot.isoformat(),
    }
    assert client.post("/reserver/ensemble", sent).status_code == 303
    assert {x.shop_id: x.slot_at for x in Order.objects.all()} == {
        shop.pk: slot,
        other.shop_id: None,
    }


def test_a_slot_that_went_meanwhile_is_said_beside_the_form(client, shop, offer):
    order = place(request_for(offer))
    close(shop)
    address = f"/reservation/{order.token}/creneau"
    assert "Votre créneau à la porte" in page(client, address)
    assert client.post(address, {"slot": "nonsense"}).status_code == 400
    refused = client.post(address, {"slot": "2001-01-01T10:00:00+00:00"})
    assert refused.status_code == 409
    slot = free_slots(shop, timezone.now())[0][0].start
    assert client.post(address, {"slot": slot.isoformat()}).status_code == 303
    order.refresh_from_db()
    assert order.slot_at == slot
    assert page(client, "/reservation/wrong/creneau", 404)
