"""Two jobs that tell a shop of the same reservations at once write to it once."""

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.notifications.models import Message
from comptoir.orders.models import ShopAlert
from comptoir.orders.operations import Wish, alerts, place, set_alert, tell_new
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db(transaction=True)


def mails_of_two_jobs_at_once() -> int:
    """Have a second job come by while the first is about to write; return how many mails leave."""
    shop = make_shop(email="shop@example.org")
    set_alert(shop=shop, wish=Wish(at_once=True), actor=SYSTEM)
    place(request_for(make_offer(shop=shop), trusted=True))
    now = timezone.now()
    with stopped_at(alerts, "write_to") as stop:
        raised, _waited = overtake(stop, *[lambda: tell_new(now=now)] * 2)
    assert raised == []
    return Message.objects.filter(template="shop_new").count()


def test_two_jobs_at_once_write_to_the_shop_once():
    assert mails_of_two_jobs_at_once() == 1


def test_without_the_lock_the_shop_would_get_two_mails(monkeypatch):
    def read(shop_id: int) -> ShopAlert:
        return ShopAlert.objects.select_related("shop").get(pk=shop_id)

    monkeypatch.setattr(alerts, "_lock", read)
    assert mails_of_two_jobs_at_once() == 2
