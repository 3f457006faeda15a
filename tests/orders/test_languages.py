"""A refusal is decided in the gathering thread and told in the reader's language."""

import pytest
from django.utils import translation

from comptoir.orders.errors import MoveRefused, TooManyOpenOrders
from comptoir.orders.models import OrderStatus
from comptoir.orders.operations import place
from tests.factories import make_offer, persons_request_for


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "told"), [("fr", "déjà 1 réservation"), ("en", "already have 1 open")]
)
def test_the_limit_is_told_in_the_readers_language(settings, language, told):
    settings.OPEN_ORDERS_PER_PERSON = 1
    offer = make_offer(on_hand=3)
    place(persons_request_for(offer))
    with translation.override(language), pytest.raises(TooManyOpenOrders) as refusal:
        place(persons_request_for(offer))
    with translation.override(language):
        assert told in str(refusal.value)


def test_a_value_of_a_message_is_told_in_the_same_language():
    with translation.override("en"):
        refusal = MoveRefused("expired", "collected", OrderStatus.EXPIRED.label)
    with translation.override("fr"):
        assert str(OrderStatus.EXPIRED.label) in str(refusal)
    with translation.override("en"):
        assert "not collected in time" in str(refusal)
