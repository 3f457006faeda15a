"""The crowd of the measures is believed by the site: what it signs is what the site signs."""

from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.test import Client

from bench.crowd import KNOW, Crowd, Stocked
from comptoir.core.db import execute
from comptoir.orders.models import Order, OrderStatus
from tests.factories import make_offer

pytestmark = pytest.mark.django_db


def send(request: bytes) -> int:
    """Send a request of the crowd as it is; return the status."""
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(headers["Cookie"])
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    return client.post("/reserver", fields, headers={"Host": "testserver"}).status_code


def test_its_persons_are_verified_and_the_next_ones_are_not() -> None:
    offer = make_offer(on_hand=90)
    crowd = Crowd(settings.SECRET_KEY, "crowd")
    first, second = crowd.requests([Stocked(offer.pk, offer.shop_id, offer.product_id)], 2)
    execute(KNOW, [crowd.keys(1)])
    assert [send(first), send(second)] == [303, 303]
    known, unknown = Order.objects.order_by("pk")
    assert (known.status, known.verified) == (OrderStatus.PLACED, True)
    assert (unknown.status, unknown.verified) == (OrderStatus.UNCONFIRMED, False)
