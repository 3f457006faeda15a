"""The jobs of figures with a real outbox: what is committed is counted, what is late not lost."""

import pytest

from comptoir.figures import tasks
from comptoir.figures.models import Followed, Tally
from comptoir.orders.operations import place, set_aside
from comptoir.orders.operations.requests import Customer
from tests.factories import make_offer, make_shop, persons_request_for, staff_of
from tests.late import committing_late

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reservation_that_commits_late_is_counted():
    shop = make_shop()
    other = Customer("Dominique", "dominique@example.org")
    first, second = (make_offer(shop=shop, on_hand=5) for _ in range(2))
    tasks.follow(0)
    with committing_late(lambda: place(persons_request_for(first))):
        order = place(persons_request_for(second, customer=other))
        tasks.follow(0)
        before = Followed.objects.get()
    tasks.follow(0)
    row = Tally.objects.get()
    assert (row.placed, row.open, row.told, row.newcomers) == (2, 2, 2, 0)
    assert (before.xid, before.entry) < (Followed.objects.get().xid, Followed.objects.get().entry)
    set_aside(order_id=order.pk, actor=staff_of(shop))
    tasks.follow(0)
    tasks.settle(0)
    assert len(Tally.objects.get().set_asides) == 1
