"""An hour in which invented contacts ask for all they can, and honest readers for a copy each.

A shop of books of which there is one, two or a few. The invented ones come from many networks and
never confirm; they ask for as much as a form takes, some by telephone alone. The honest ones come
from an address of their own, for a title that no other reader has, and confirm by their mail some
minutes later. Never is more than a tenth of the free copies held for whom nobody confirmed, and
95 of 100 honest readers get their copy.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from django.utils import timezone

from comptoir.core.db import fetch
from comptoir.core.errors import DomainError
from comptoir.orders import checks
from comptoir.orders.models import LineStatus, Order
from comptoir.orders.operations import bounds, expire_due
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest, check
from comptoir.stock.models import Offer
from tests.factories import confirm_by_mail, make_offer, make_shop, request_for
from tests.trials import LENGTH, dice, seeds, tally

pytestmark = pytest.mark.django_db

SIZE = min(LENGTH, 10)
"""In `make test` an hour of 100 contacts from 20 addresses and 20 readers; in `make proof` of 1,000
from 200, and 100."""
CONTACTS, ADDRESSES = 100 * SIZE, 20 * SIZE
READERS = 20 if SIZE < 5 else 100
TITLES = 100 * SIZE
LEFT = """
SELECT o.id FROM stock_offer o WHERE o.on_hand > (
    SELECT coalesce(sum(l.held), 0) FROM orders_orderline l JOIN orders_order r
    ON r.id = l.order_id WHERE l.offer_id = o.id AND r.status <> 'unconfirmed')
"""
FREE = """
SELECT coalesce(sum(greatest(o.on_hand - o.held, 0)), 0),
       (SELECT coalesce(sum(l.held), 0) FROM orders_orderline l JOIN orders_order r
        ON r.id = l.order_id WHERE r.status = 'unconfirmed')
FROM stock_offer o
"""


@dataclass
class Hour:
    """What came of it: at most which share of the free copies was held unconfirmed, and how many
    readers got their copy."""

    largest_share: float = 0.0
    served: int = 0
    waiting: list[tuple[datetime, Order]] = field(default_factory=list)


def play(draw: Random) -> Hour:
    """Live through the hour, minute by minute and in the order of the draws."""
    shop = make_shop(opening_hours="24/7")
    for _each in range(TITLES):
        make_offer(shop=shop, on_hand=draw.choice((1, 1, 1, 2, 2, 3, 8)))
    start, hour = timezone.now(), Hour()
    coming = [(draw.uniform(0, 60), number, True) for number in range(CONTACTS)]
    coming += [(draw.uniform(5, 60), number, False) for number in range(READERS)]
    minute = 0
    for at, number, invented in sorted(coming):
        while minute < at:
            pass_time(hour, start + timedelta(minutes=minute))
            minute += 1
        offers = list(Offer.objects.filter(shop=shop).order_by("pk"))
        if invented and all(offer.held >= offer.on_hand for offer in offers):
            continue
        wanted = flood(draw, offers, number) if invented else visit(draw, offers, number)
        now = start + timedelta(minutes=at)
        (outcome,) = place_batch([check(wanted)], now=now)
        if not invented and isinstance(outcome, Order):
            hour.waiting.append((now + timedelta(minutes=draw.uniform(1, 9)), outcome))
        look(hour)
    for minute in range(60, 75):
        pass_time(hour, start + timedelta(minutes=minute))
    return hour


def pass_time(hour: Hour, now: datetime) -> None:
    """Let what is due expire, and the readers whose time has come confirm."""
    expire_due(now=now)
    for moment, order in [each for each in hour.waiting if each[0] <= now]:
        hour.waiting.remove((moment, order))
        try:
            confirmed = confirm_by_mail(order)
        except DomainError:
            continue
        statuses = set(confirmed.lines.values_list("status", flat=True))
        hour.served += statuses == {LineStatus.HELD}
    look(hour)


def look(hour: Hour) -> None:
    ((free, unconfirmed),) = fetch(FREE)
    hour.largest_share = max(hour.largest_share, unconfirmed / (free + unconfirmed))


def flood(draw: Random, offers: list[Offer], number: int) -> PlaceRequest:
    """Return the request of an invented contact: as many copies as there are, of twenty titles."""
    there = [offer for offer in offers if offer.on_hand > offer.held]
    chosen = draw.sample(there, min(20, len(there)))
    lines = tuple(
        LineRequest(offer.product_id, offer.pk, min(10, offer.on_hand - offer.held))
        for offer in chosen
    )
    customer = Customer(f"I{number}", f"i{number}@example.org")
    if number % 4 == 0:
        customer = Customer(f"I{number}", phone=f"+336{number:08d}")
    at = number % ADDRESSES
    address = f"203.{at // 4}.113.{at % 4 + 1}"
    return request_for(chosen[0], lines=lines, customer=customer, address=address)


def visit(draw: Random, offers: list[Offer], number: int) -> PlaceRequest:
    """Return the request of a reader who wants a title that no other reader has taken."""
    left = {key for (key,) in fetch(LEFT)}
    offer = draw.choice([offer for offer in offers if offer.pk in left])
    return request_for(
        offer,
        customer=Customer(f"R{number}", f"r{number}@example.org"),
        address=f"198.51.{number}.17",
    )


@pytest.mark.proof
@pytest.mark.parametrize("seed", seeds(1)[: max(1, LENGTH // 80)])
def test_invented_contacts_hold_a_tenth_at_most_and_readers_get_their_copy(seed):
    hour = play(Random(f"{seed} flood"))
    tally("invented contacts", CONTACTS)
    tally("honest readers", READERS)
    tally("readers who got their copy", hour.served)
    assert hour.largest_share <= 0.1
    assert hour.served >= READERS * 95 // 100
    assert list(checks.problems()) == []


def test_without_the_bounds_they_hold_everything_and_readers_get_nothing(monkeypatch):
    """The control: what is asked for is held at once."""
    monkeypatch.setattr(bounds.Bounds, "keep_within", lambda _s, _c, lines, _o: (lines, False))
    hour = play(dice("flood without bounds"))
    assert hour.largest_share > 0.5
    assert hour.served < READERS / 2


@pytest.mark.parametrize(
    ("networks", "by_mail", "by_phone"),
    [pytest.param(1, 5, 0, id="one client"), pytest.param(95, 146, 0, id="many networks")],
)
def test_what_held_a_whole_shop_holds_a_handful(networks, by_mail, by_phone):
    """57 contacts by mail, then 38 by telephone alone, each for three copies of twenty titles, in a
    shop of 1,606 copies: all of these were held once, for half an hour and for three days."""
    shop = make_shop()
    offers = [make_offer(shop=shop, on_hand=copies) for copies in (8,) * 200 + (6,)]
    held = []
    for first, last, phone in ((0, 57, False), (57, 95, True)):
        for number in range(first, last):
            chosen = [offers[(number * 7 + each) % len(offers)] for each in range(20)]
            customer = Customer(f"I{number}", f"i{number}@example.org")
            if phone:
                customer = Customer(f"I{number}", phone=f"+336{number:08d}")
            wanted = request_for(
                *chosen,
                lines=tuple(LineRequest(offer.product_id, offer.pk, 3) for offer in chosen),
                customer=customer,
                address=f"203.{number % networks}.113.1",
            )
            place_batch([check(wanted)], now=timezone.now())
        ((_free, unconfirmed),) = fetch(FREE)
        held.append(unconfirmed)
    assert held == [by_mail, by_mail + by_phone]
