"""Release days and draws on the pages, at counters and offices, and by the API."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from comptoir.draws.commands import draws as draws_command
from comptoir.draws.fairness import commitment, faults
from comptoir.draws.models import Draw, DrawEntry, EntryState
from comptoir.draws.operations import freeze_due
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import Order
from comptoir.orders.persons.mark import word_of
from comptoir.releases.models import Release
from comptoir.shops.models import Membership, StaffRole
from tests.browsers import browser_of
from tests.factories import make_coordinator, make_network, make_offer, make_shop, make_staff
from tests.releases.made import DAY, drawn, released

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(slug="pilori", siret="73282932000074"), on_hand=4)


def at(moment) -> str:
    """Return a moment as a form sends it; clocks there show UTC or later: a day is far enough."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def read(client, path, **fields) -> str:
    return client.get(path, fields).content.decode()


def order_of(offer, key="k" * 16, **headers):
    body = {
        "shop": "pilori",
        "lines": [{"product": offer.product.ean, "offer": offer.pk, "quantity": 1}],
        "customer": {"name": "Ana", "email": "ana@example.org"},
    }
    return Client().post(
        "/api/v1/orders",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key, **headers},
    )


def test_pages_and_programs_say_from_when(offer):
    soon = timezone.now() + 2 * DAY
    announced = released(offer.shop, offer.product, at=soon)
    page = read(Client(), f"/titre/{offer.product.ref}")
    assert "à partir du " in page
    assert f'href="/sorties#release-{announced.pk}"' in page
    assert 'name="action" value="add"' not in page
    assert "4 exemplaires" not in page
    assert "Disquaire Day" in read(Client(), "/sorties")
    assert read(Client(), "/agenda").count('href="/sorties"') == 2, (
        "beside events, and in its footer"
    )
    known = Client().get(f"/api/v1/products/{offer.product.ean}/availability").json()
    (told,) = known["offers"]
    assert (told["available"], told["exact"]) == (1, False)
    assert told["not_before"][:16] == soon.isoformat()[:16]
    (item,) = Client().get("/api/v1/releases").json()["items"]
    assert (item["name"], item["titles"]) == ("Disquaire Day", [offer.product.ean])


def test_orders_and_quotes_of_programs_are_refused_with_the_moment(offer):
    soon = timezone.now() + DAY
    released(offer.shop, offer.product, at=soon)
    refused = order_of(offer)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_yet")
    assert refused.json()["not_before"][:16] == soon.isoformat()[:16]
    asked = {"shop": "pilori", "lines": [{"offer": offer.pk}], "delivery": "collect"}
    quote = Client().post("/api/v1/quotes", json.dumps(asked), content_type="application/json")
    (line,) = quote.json()["lines"]
    assert line["refused"]["code"] == "not_yet"
    assert line["refused"]["not_before"][:16] == soon.isoformat()[:16]
    assert quote.json()["total_cents"] is None


def test_a_program_with_the_mark_of_its_person_needs_no_mail_and_gets_one_copy(offer):
    released(offer.shop, offer.product)
    first = order_of(offer)
    assert first.json()["status"] == "unconfirmed"
    order = Order.objects.get()
    path = f"/api/v1/orders/{order.token}/confirm"
    wrong = Client().post(path, '{"proof":"x"}', content_type="application/json")
    assert wrong.status_code == 404
    proof = json.dumps({"proof": confirmation_proof(order)})
    confirmed = Client().post(path, proof, content_type="application/json").json()
    assert confirmed["status"] == "placed"
    again = order_of(offer, "l" * 16, Person=confirmed["person"])
    assert (again.status_code, again.json()["code"]) == (409, "one_a_person")
    other = make_offer(shop=offer.shop)
    assert order_of(other, "m" * 16, Person=confirmed["person"]).json()["status"] == "placed"
    stranger = order_of(other, "n" * 16, Person=word_of("other@example.org"))
    assert stranger.json().get("status") != "placed"


def test_an_owner_announces_changes_and_takes_back(offer):
    owner = browser_of(make_staff(offer.shop, StaffRole.MANAGER))
    base = "/comptoir/pilori/boutique/sorties"
    day = timezone.now() + 3 * DAY
    sent = {
        "name": "Disquaire Day",
        "titles": offer.product.ean,
        "holds_at": at(day),
        "one_each": "title",
    }
    assert owner.post(base, sent).status_code == 302
    release = Release.objects.get()
    assert "Disquaire Day" in read(owner, base)
    sent |= {"name": "Prix Goncourt", "titles": "rien"}
    assert "ne connaît pas" in owner.post(f"{base}/{release.pk}", sent).content.decode()
    sent["titles"] = offer.product.ean
    assert owner.post(f"{base}/{release.pk}", sent).status_code == 302
    owner.post(f"{base}/{release.pk}/fin", {"action": "withdraw"})
    assert "retirée" in read(owner, base)
    owner.post(f"{base}/{release.pk}/fin", {"action": "restore"})
    release.refresh_from_db()
    assert (release.name, release.withdrawn_at) == ("Prix Goncourt", None)
    clerk = browser_of(make_staff(offer.shop))
    assert clerk.post(base, sent).status_code == 403
    assert "Prix Goncourt" in read(clerk, base)


def test_a_draw_from_its_screen_to_the_copy(offer, tmp_path):
    owner = browser_of(make_staff(offer.shop, StaffRole.MANAGER))
    base, now = "/comptoir/pilori/boutique/tirages", timezone.now()
    sent = {
        "title": offer.product.ean,
        "copies": "9",
        "closes_at": at(now + DAY),
        "known_at": at(now + 2 * DAY),
        "until": at(now + 9 * DAY),
        "source": "drand",
        "days": "3",
    }
    assert "pas tant" in owner.post(base, sent).content.decode()
    assert owner.post(base, sent | {"copies": "1"}).status_code == 302
    draw = Draw.objects.get()
    page = read(Client(), f"/tirages/{draw.pk}")
    assert draw.commitment in page
    assert "L320-1" in page
    assert draw.product.title in read(Client(), "/sorties")
    ana, luc = (_enters(draw, name) for name in ("ana", "luc"))
    assert DrawEntry.objects.filter(state=EntryState.IN).count() == 2
    assert 'value="draw"' not in read(owner, base)
    _as_if_opened_before(draw, now)
    assert 'value="draw"' in read(owner, base)
    owner.post(f"{base}/{draw.pk}", {"action": "draw", "value": "0a1b2c"})
    told = Client().get(f"/tirages/{draw.pk}.json").json()
    assert faults(told) == []
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    assert CliRunner().invoke(draws_command, ["verify", str(file)]).exit_code == 0
    file.write_text(json.dumps(told | {"list_hash": "0" * 64}), encoding="utf-8")
    assert CliRunner().invoke(draws_command, ["verify", str(file)]).exit_code == 1
    winner = draw.entries.get(place=1)
    browser = ana if winner.email.startswith("ana") else luc
    taken = browser.post(f"/tirages/entree/{winner.token}", {"action": "take"})
    assert taken.status_code == 303
    assert "/reservation/" in taken["Location"]
    second = draw.entries.get(place=2)
    page = read(Client(), f"/tirages/entree/{second.token}")
    assert "rang 2" in page
    refused = Client().post(f"/tirages/entree/{second.token}", {"action": "take"})
    assert refused.status_code == 409


def _as_if_opened_before(draw, now):
    """Have a draw be one whose entries closed, whose list was frozen, and whose value is known."""
    draw.closes_at, draw.known_at = now - 3 * MINUTE, now - MINUTE
    draw.commitment = commitment(bytes(draw.seed), draw.source, draw.known_at.isoformat())
    draw.save()
    freeze_due(now=now - 2 * MINUTE)


def _enters(draw, name):
    """Return the browser of somebody who entered, and pressed the link of the mail."""
    client, lot = Client(), draw.lots.get()
    sent = {"name": name.title(), "email": f"{name}@example.org", "lot": str(lot.pk)}
    said = client.post(f"/reserver/tirage/{draw.pk}", sent).content.decode()
    assert "Un courriel part" in said
    entry = draw.entries.get(email=sent["email"])
    assert entry.state == EntryState.ASKED
    confirmed = client.post(f"/reserver/tirage/entree/{entry.token}")
    assert confirmed["Location"] == f"/tirages/entree/{entry.token}"
    # Ten more tabs of the same browser lead to the same entry.
    for _tab in range(10):
        again = client.post(f"/reserver/tirage/{draw.pk}", sent)
        assert again["Location"] == f"/tirages/entree/{entry.token}"
    return client


def test_what_is_wrong_in_the_form_of_a_draw_is_said_beside_its_field(offer):
    draw = drawn(offer.shop, offer.product)
    sent = {"name": "", "email": "ana", "lot": "x"}
    answer = Client().post(f"/reserver/tirage/{draw.pk}", sent)
    assert answer.status_code == 400
    assert answer.content.decode().count("field__error") == 2
    assert Client().get("/tirages/999999").status_code == 404
    assert Client().get("/tirages/entree/nobody").status_code == 404


def test_a_coordinator_announces_and_opens_and_a_shop_puts_copies_in(offer):
    network = make_network(slug="reseau")
    Membership.objects.create(shop=offer.shop, network=network, actor_kind="system")
    office, now = browser_of(make_coordinator(network)), timezone.now()
    sent = {
        "name": "Disquaire Day",
        "titles": offer.product.ean,
        "holds_at": at(now + 3 * DAY),
        "one_each": "release",
    }
    assert office.post("/bureau/reseau/sorties", sent).status_code == 302
    asked = {
        "title": offer.product.ean,
        "closes_at": at(now + 2 * DAY),
        "known_at": at(now + 3 * DAY),
        "until": at(now + 9 * DAY),
        "source": "drand",
        "days": "3",
    }
    assert office.post("/bureau/reseau/tirages", asked).status_code == 302
    draw = Draw.objects.get()
    owner = browser_of(make_staff(offer.shop, StaffRole.MANAGER))
    base = "/comptoir/pilori/boutique/tirages"
    assert "Les mettre en jeu" in read(owner, base)
    owner.post(f"{base}/{draw.pk}", {"action": "join", "copies": "2"})
    assert draw.lots.get().held == 2
    (told,) = Client().get("/api/v1/draws").json()["items"]
    assert (told["phase"], told["lots"][0]["copies"]) == ("open", 2)
    office.post(f"/bureau/reseau/tirages/{draw.pk}", {"action": "cancel"})
    offer.refresh_from_db()
    assert offer.held == 0
