"""A list sent from two tabs, an arrival put away by two: each once, by the lock of the shop."""

import pytest

from comptoir.notifications.models import Message
from comptoir.purchases.models import Arrival, Purchase
from comptoir.purchases.operations import purchases, send, shelves
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer
from tests.concurrency.together import overtake, stopped_at
from tests.purchases.town import Town, make_town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town() -> Town:
    return make_town(way="mail", email="commandes@example.org")


def unguarded(shop: Shop, *_args: object, **_more: object) -> Shop:
    """Stand in for `in_scope`: no lock, no look."""
    return shop


def two_tabs(town: Town) -> list[BaseException]:
    """Send one list from a second tab while the first is at the making of its lines."""
    town.order()
    said = {"shop": town.shop, "supplier_id": town.supplier.pk, "seen": town.seen()}
    with stopped_at(purchases, "_write_lines") as stop:
        raised, _waited = overtake(
            stop,
            lambda: send(actor=town.ann, **said),
            lambda: send(actor=town.ann, **said),
        )
    return raised


def mails() -> int:
    return Message.objects.filter(template="purchase_order").count()


def test_a_list_sent_from_two_tabs_is_one_purchase(town: Town) -> None:
    assert two_tabs(town) == []
    assert (Purchase.objects.count(), mails()) == (1, 1)


def test_control_without_the_lock_the_second_tab_does_not_see_the_first(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchases, "in_scope", unguarded)
    # What the code forgets, the constraint on the numbers refuses: an error in place of an answer.
    assert len(two_tabs(town)) == 1


def two_who_put_away(town: Town) -> None:
    """Put one arrival away twice at once."""
    town.order()
    town.scan(copies=2)
    arrival = Arrival.objects.get()
    with stopped_at(shelves, "_receive") as stop:
        overtake(stop, lambda: town.put_away(arrival), lambda: town.put_away(arrival))


def test_the_last_awaited_copy_is_received_and_told_once(town: Town) -> None:
    two_who_put_away(town)
    offer = Offer.objects.get(shop=town.shop)
    assert (offer.on_hand, offer.held) == (2, 1)
    assert Message.objects.filter(template="order_ready").count() == 1


def test_control_without_the_lock_it_is_received_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "in_scope", unguarded)
    two_who_put_away(town)
    assert Offer.objects.get(shop=town.shop).on_hand == 4
