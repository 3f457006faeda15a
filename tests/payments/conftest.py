"""Providers' parts, and an order that waits for its money."""

from collections.abc import Iterator

import pytest

from comptoir.orders.models import Order
from tests.payments.mollie_part import MolliePart
from tests.payments.stripe_part import StripePart
from tests.payments.world import offers_of, paid_shop, posted_order


@pytest.fixture
def stripe_part(settings) -> Iterator[StripePart]:
    settings.OUTGOING_ANYWHERE = True
    with StripePart().serving() as part:
        settings.STRIPE_URL = part.url
        yield part


@pytest.fixture
def mollie_part(settings) -> Iterator[MolliePart]:
    settings.OUTGOING_ANYWHERE = True
    with MolliePart().serving() as part:
        settings.MOLLIE_URL = part.url
        yield part


@pytest.fixture
def order(db) -> Order:
    """An order of two titles, 34.90 € and 3.99 € of post, at a shop with both accounts."""
    return posted_order(*offers_of(paid_shop(), 1290, 2200))
