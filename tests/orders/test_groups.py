"""Orders of several shops in one act: each by itself, or all or nothing."""

import pytest

from comptoir.notifications.models import Message
from comptoir.orders import checks
from comptoir.orders.group import GroupMode
from comptoir.orders.models import Order
from comptoir.orders.operations import place_group
from tests.factories import group_for, make_offer, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers():
    """An offer of two copies in each of three shops."""
    return [make_offer(shop=make_shop(), on_hand=2) for _ in range(3)]


@pytest.mark.parametrize("mode", GroupMode)
def test_each_shop_gets_its_order_and_the_reader_one_mail(offers, mode):
    group = place_group(group_for(*offers, mode=mode))
    orders = list(group.orders.all())
    assert [order.shop for order in orders] == [offer.shop for offer in offers]
    assert Order.objects.filter(group=group).count() == 3
    assert [order.lines.all()[0].offer_id for order in orders] == [offer.pk for offer in offers]
    (mail,) = Message.objects.all()
    assert (mail.template, mail.about) == ("group_confirm", f"group:{group.pk}")
    assert list(checks.problems()) == []
