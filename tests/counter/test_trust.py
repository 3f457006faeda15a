"""Staff see in words who did not collect, and trust them again by one tap."""

from datetime import timedelta

import pytest
from django.test import Client

from comptoir.orders.models import TrustEvent
from comptoir.orders.operations import expire_due, set_aside
from tests.counter.conftest import browser_of
from tests.factories import make_coordinator, make_network, make_shop, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def missed(reserve, staff):
    """An order by telephone that its customer did not collect, and their next one."""
    contact = {"email": "", "phone": "05 49 11 22 33"}
    for _time in range(2):
        order = reserve(contact=contact)
        set_aside(order_id=order.pk, actor=staff.actor)
        order.refresh_from_db()
        expire_due(now=order.deadline + timedelta(minutes=1))
    return reserve(contact=contact)


def page_of(shop, order) -> str:
    return f"/comptoir/{shop.slug}/reservations/{order.pk}"


def test_staff_see_it_and_trust_again(desk: Client, shop, missed):
    desk.cookies["django_language"] = "en"
    shown = desk.get(page_of(shop, missed)).content.decode()
    assert "Did not collect 2 times." in shown
    answer = desk.post(page_of(shop, missed) + "/confiance", follow=True).content.decode()
    assert "Did not collect" not in answer
    assert "is trusted again" in answer
    assert "trusted again, " in answer.split("This customer, at your shop")[1]
    assert TrustEvent.objects.filter(kind="trusted").count() == 1


def test_who_has_collected_is_shown_nothing(desk: Client, shop, reserve):
    desk.cookies["django_language"] = "en"
    assert "Did not collect" not in desk.get(page_of(shop, reserve())).content.decode()


def test_no_other_shop_and_no_network_sees_or_does_it(shop, missed):
    other = make_shop()
    elsewhere = browser_of(make_staff(other))
    network = make_network()
    shop.memberships.create(network=network, actor_kind="system")
    coordinator = browser_of(make_coordinator(network))
    for browser in (elsewhere, coordinator):
        for path in (page_of(shop, missed), page_of(other, missed)):
            assert browser.get(path).status_code in (403, 404)
            assert browser.post(path + "/confiance").status_code in (403, 404)
    assert not TrustEvent.objects.filter(kind="trusted").exists()
