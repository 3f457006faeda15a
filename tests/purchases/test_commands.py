"""The verbs of purchases on the command line and by the API, and their mails as they are sent."""

import json
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import override

from comptoir.accounts.models import User
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import render
from comptoir.purchases.commands import purchases
from comptoir.purchases.models import Purchase, PurchaseLine
from tests.api.client import secret_of
from tests.purchases.town import GLN, OWN_GLN, Town, make_town

pytestmark = pytest.mark.django_db


def run(*words: object) -> str:
    """Return what a command says; one that fails fails the test."""
    done = CliRunner().invoke(purchases, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_special_order_by_commands_alone() -> None:
    town = make_town()
    order, slug, ean = town.order(copies=2), town.shop.slug, town.book.ean
    run("supplier", slug, "Les Belles", "--way", "mail", "--email", "b@example.org")
    run("assign", slug, ean, "Les Belles")
    run("wish", slug, ean, 1)
    assert f"3 × {ean}" in run("list", slug)
    run("send", slug, "Les Belles", "--way", "other")
    assert run("show", slug, 1, "--csv") == f"{ean};3\n"
    run("supplier", slug, "Les Belles", "--gln", GLN)
    run("gln", slug, OWN_GLN)
    assert f"\nL0006{ean}000003\nQ0007\n" in run("show", slug, 1, "--message")
    line = PurchaseLine.objects.get(order_line__order=order)
    assert str(line.pk) in run("answer", slug, line.pk, "later", "--on", "2027-01-04")
    run("scan", slug, ean, "--copies", 3)
    run("put-away", slug)
    order.refresh_from_db()
    assert order.status == "set_aside"


def answered(town: Town, method: str, path: str, **body: object) -> HttpResponse:
    """Return the API's answer to the shop's program."""
    return Client(raise_request_exception=False).generic(
        method,
        f"/api/v1/shops/{town.shop.slug}/{path}",
        json.dumps(body) if body else "",
        content_type="application/json",
        headers={
            "Authorization": f"Bearer {secret_of(town.shop)}",
            "Idempotency-Key": str(uuid4()),
        },
    )


def call(town: Town, method: str, path: str, **body: object) -> dict[str, object]:
    """Return what the API says in it."""
    done = answered(town, method, path, **body)
    assert done.status_code in (200, 201), done.content
    return json.loads(done.content)


def test_a_special_order_by_the_api_alone() -> None:
    town = make_town()
    order = town.order()
    (mine,) = call(town, "GET", "purchase-lists")["items"]
    sent = call(town, "POST", "purchases", supplier=mine["supplier"], seen=mine["seen"])
    assert call(town, "GET", f"purchases/{sent['number']}") == sent
    line = sent["lines"][0]["id"]
    said = call(town, "POST", f"purchase-lines/{line}/answer", answer="later", on="2027-01-04")
    assert said["expected_on"] == "2027-01-04"
    scanned = call(town, "POST", "arrivals/scans", code=town.book.ean, key="1")
    done = call(town, "POST", f"arrivals/{scanned['arrival']}/put-away")
    assert done == {"ready": 1, "for_readers": 1, "for_shelf": 0}
    order.refresh_from_db()
    assert order.status == "set_aside"


@pytest.mark.parametrize("wrong", [{"copy": 12}, {"key": "a\0"}])
def test_what_a_program_mistypes_is_refused_and_not_ignored(wrong: dict[str, object]) -> None:
    town = make_town()
    body = {"code": town.book.ean, "key": "1"} | wrong
    assert answered(town, "POST", "arrivals/scans", **body).status_code == 422


def test_the_counter_says_which_gln_is_missing_and_where_it_is_entered() -> None:
    town = make_town()
    town.order()
    number = town.send().number
    client = Client()
    client.force_login(User.objects.get(pk=town.ann.id))
    base = f"/comptoir/{town.shop.slug}/achats"
    page = client.get(f"{base}/{number}").content.decode()
    assert f"{base}/{number}.csv" in page
    assert f"{base}/{number}/dilicom.txt" not in page
    assert f"{base}/fournisseurs#own-gln" in page
    assert f"{base}/fournisseurs/{town.supplier.pk}" in page
    assert client.get(f"{base}/{number}/dilicom.txt").url == f"{base}/{number}"
    assert "1234" in client.post(f"{base}/fournisseurs", {"own_gln": "1234"}).content.decode()
    client.post(f"{base}/fournisseurs", {"own_gln": OWN_GLN})
    client.post(
        f"{base}/fournisseurs/{town.supplier.pk}", {"name": "D", "way": "other", "gln": GLN}
    )
    assert f"{base}/{number}/dilicom.txt" in client.get(f"{base}/{number}").content.decode()
    assert client.get(f"{base}/{number}/dilicom.txt").content.startswith(f"A0001{GLN}".encode())


def letter(template: str) -> str:
    """Return the only mail of a template, its spaces that do not break as plain ones."""
    found = Message.objects.get(template=template)
    with override("fr"):
        render(found)
    return f"{found.subject}\n{found.text}".replace("\xa0", " ").replace("\u202f", " ")


def test_what_the_mails_say() -> None:
    town = make_town(way="mail", email="c@example.org", customer_number="C-77")
    town.order(copies=2)
    town.send()
    text = letter("purchase_order")
    assert f"2 × {town.book.ean}" in text
    assert "C-77" in text
    line = Purchase.objects.get().lines.get()
    call(town, "POST", f"purchase-lines/{line.pk}/answer", answer="later", on="2027-01-04")
    assert "lundi 4 janvier 2027" in letter("order_supply_news")
    town.scan()
    town.put_away()
    text = letter("order_copy_came")
    assert "est arrivé" in text
    assert "Encore attendu" in text
