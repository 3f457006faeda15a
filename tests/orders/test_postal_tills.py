"""What a till says after a copy was posted counts as after one was collected, in each habit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.operations import collect, place, postal
from comptoir.shops.kinds import RingsUp
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import checks
from tests.factories import HOME, make_offer, make_shop, persons_request_for
from tests.quotes.conftest import post_from

pytestmark = pytest.mark.django_db


def left(habit: str, *, by_post: bool) -> tuple[int, int]:
    """Have one of four copies leave, of which the till says four before and after; return what is
    on hand then, and what is unseen."""
    shop = make_shop(rings_up=habit)
    post_from(shop)
    offer = make_offer(shop=shop, on_hand=4, as_of=timezone.now() - timedelta(hours=5))
    told = {"shop": shop, "format": "asc", "mode": "snapshot", "actor": SYSTEM}
    told["lines"] = [StockLine(1, offer.product.ean, 4, 1290)]
    take_report(Incoming(as_of=timezone.now(), **told))
    order = place(persons_request_for(offer, posted_to=HOME if by_post else None))
    if by_post:
        postal.settle_payment(order_id=order.pk, actor=SYSTEM)
        postal.mark_shipped(order_id=order.pk, actor=SYSTEM)
    else:
        collect(order_id=order.pk, actor=SYSTEM)
    take_report(Incoming(as_of=timezone.now(), **told))
    offer.refresh_from_db()
    assert list(checks.problems()) == []
    return offer.on_hand, offer.unseen


@pytest.mark.parametrize("habit", list(RingsUp))
def test_a_till_hears_of_posted_copies_as_of_collected_ones(habit):
    posted = left(habit, by_post=True)
    assert posted == left(habit, by_post=False)
    # Whoever never rings up leaves the till at four; three stand there.
    assert habit != RingsUp.NEVER or posted[0] == 3
