"""The page of a reservation that has ended says nothing that is untrue of what only asked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import READER
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders import operations
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer
from tests.factories import make_offer, make_shop, request_for
from tests.site.flows import text

pytestmark = pytest.mark.django_db
UNTRUE = ("rendus au rayon", "remis en rayon", "en rayon pour d’autres", "sont rendus")


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(opening_hours="24/7"), on_hand=4)


@pytest.fixture
def asking(offer) -> Order:
    """A reservation that never held a copy: those before it hold what may be held unconfirmed."""
    for number in range(3):
        place(request_for(offer, customer=Customer(f"N{number}", f"n{number}@example.org")))
    found = place(request_for(offer, customer=Customer("Ana", "ana@example.org")))
    assert [line.held for line in found.lines.all()] == [0]
    return found


def page(order: Order, more: str = "") -> str:
    return text(Client().get(f"/reservation/{order.token}{more}"))


def test_what_only_asked_and_expired_gives_nothing_back(asking):
    operations.expire_due(now=timezone.now() + timedelta(days=1))
    said = page(asking)
    assert "Cette réservation est terminée" in said
    assert "Plus rien n’est gardé pour vous" in said
    assert not any(words in said for words in UNTRUE)


def test_what_only_asked_and_was_cancelled_gives_nothing_back(asking):
    question = page(asking, "/annuler")
    assert "aucun exemplaire n’est encore gardé" in question
    assert "remettra" not in question
    operations.cancel(token=asking.token, actor=READER)
    said = page(asking)
    assert "Plus rien n’est gardé pour vous" in said
    assert not any(words in said for words in UNTRUE)
    for message in Message.objects.filter(template="order_cancelled"):
        render(message)
        assert not any(words in message.text for words in UNTRUE)


def test_what_held_copies_is_told_that_the_shop_puts_them_back(offer):
    held = place(request_for(offer, customer=Customer("Bea", "bea@example.org"), trusted=True))
    assert [line.held for line in held.lines.all()] == [1]
    assert "remettra les exemplaires en rayon" in page(held, "/annuler")
