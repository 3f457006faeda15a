"""The counter on the command line."""

import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from comptoir.orders.commands import orders
from comptoir.orders.models import Order, OrderStatus
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db


def run(*arguments):
    return CliRunner().invoke(orders, arguments)


@pytest.mark.parametrize("named_by", ["slug", "siret"])
def test_a_paused_shop_is_still_served(order, named_by):
    order.shop.siret, order.shop.paused_at = "73282932000074", timezone.now()
    order.shop.save()
    name = getattr(order.shop, named_by)
    assert order.code in run("show", name, order.name).output
    assert run("set-aside", name, order.code).exit_code == 0
    assert run("collect", name, order.code).exit_code == 0
    assert Order.objects.get().status == OrderStatus.COLLECTED


def test_a_shop_that_is_not_there(order):
    result = run("show", "nowhere", order.code)
    assert result.exit_code == 1
    assert order.code not in result.output


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "fr",
            ["en préparation", "réservé", "jusqu’", "Fermeture", "n’existe pas", "expirées"],
        ),
        ("en", ["being prepared", "reserved", "until", "Closure", "no such", "expired"]),
    ],
)
def test_it_speaks_the_language_of_the_installation(order, language, told):
    slug, code = order.shop.slug, order.code
    with translation.override(language):
        shown = run("show", slug, code).output
        closed = run("close-shop", slug, "2020-01-01", "2020-01-02").output
        missing = run("collect", slug, "00000000").output
        due = run("due").output
    state, line, until, closure, nobody, expired = told
    assert all(word in shown for word in (code, state, line, until, order.token))
    assert closure in closed
    assert nobody in missing
    assert expired in due


def test_it_places_an_order_by_post(offer):
    post_from(offer.shop)
    where = ("--street", "3 rue Haute", "--postcode", "87000", "--city", "Limoges")
    who = ("--name", "Ana", "--email", "ana@example.org", "--channel", "phone")
    done = run("place", "--shop", offer.shop.slug, *who, *where, offer.product.ean)
    assert done.exit_code == 0, done.output
    order = Order.objects.get()
    assert (order.delivery, order.channel) == ("mail", "phone")
    assert order.address.lines[-1] == "87000 Limoges"
    assert "17,85" in done.output
    assert order.deadline
