"""What mails about orders by post say, in both languages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations.letters import render
from comptoir.orders import operations
from comptoir.orders.operations import place, postal
from comptoir.orders.operations.requests import Customer
from comptoir.orders.postal.address import Address
from comptoir.orders.postal.mails import TEMPLATES
from tests.factories import make_offer, make_product, persons_request_for
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db
SAYS = {"fr": ("Total", "17,85"), "en": ("Total", "17")}
NOTHING_LEFT = {
    "post_not_found": {"fr": ("Vous revient", "17,85"), "en": ("Goes back to you", "17")},
    "post_cancelled": {"fr": ("Vous revient", "17,85"), "en": ("Goes back to you", "17")},
    "post_expired": {"fr": ("plus rien",), "en": ("Nothing is owed",)},
}


def all_mails(language):
    """Have every mail written once."""
    offer = make_offer(on_hand=9, product=make_product(title="Préludes"))
    post_from(offer.shop)
    customer = Customer("Camille Ferrand", "camille@example.org", language=language)
    home = Address("3 rue Haute", "Limoges", "87000")
    first, second, third, fourth = (
        place(persons_request_for(offer, customer=customer, posted_to=home)) for _ in range(4)
    )
    for each in (first, second, third):
        postal.settle_payment(order_id=each.pk, actor=SYSTEM)
    postal.prepare(order_id=first.pk, actor=SYSTEM)
    gone = postal.mark_shipped(order_id=first.pk, actor=SYSTEM)
    postal.arrive(gone, actor=SYSTEM, at=timezone.now())
    operations.mark_not_found(line_id=second.lines.get().pk, actor=SYSTEM)
    operations.cancel(order_id=third.pk, actor=SYSTEM)
    operations.expire_due(now=fourth.deadline + timedelta(minutes=1))
    # Of several the first.
    found = Message.objects.filter(template__startswith="post_").order_by("-pk")
    return {each.template: each for each in found}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_mail_names_the_order_and_what_it_costs(language, settings):
    settings.OPEN_ORDERS_PER_PERSON = 9
    found = all_mails(language)
    assert set(found) == set(TEMPLATES)
    for message in found.values():
        render(message)
        for text in (message.text, message.html):
            says = NOTHING_LEFT.get(message.template, SAYS)[language]
            assert all(word in text for word in says), message.template
            assert ("Total" in text) is (message.template not in NOTHING_LEFT)
            assert "3 rue Haute" in text
        assert "{" not in message.subject
    assert "#parcels" in found["post_shipped"].text
