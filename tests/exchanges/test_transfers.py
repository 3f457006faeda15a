"""A copy is asked for, set aside, sent and arrives; no copy is promised twice on the way."""

import pytest

from comptoir.exchanges.errors import NoCopyFree
from comptoir.exchanges.models import TransferStatus
from comptoir.exchanges.operations import accept, arrive, refuse, send, withdraw
from comptoir.orders.checks import problems
from comptoir.orders.operations import place
from comptoir.stock.errors import CopiesGone
from comptoir.stock.models import Offer, Reason, StockMovement
from tests.exchanges.pair import make_pair
from tests.factories import request_for

pytestmark = pytest.mark.django_db


def stands(offer: Offer) -> tuple[int, int]:
    """Return how many copies of an offer are on hand, and how many are held."""
    offer.refresh_from_db()
    return offer.on_hand, offer.held


def reasons(offer: Offer) -> list[tuple[str, int]]:
    """Return the movements of an offer."""
    return list(offer.movements.order_by("pk").values_list("reason", "delta"))


def test_a_copy_goes_from_one_shop_to_the_other() -> None:
    pair = make_pair(on_hand=2)
    transfer = pair.ask()
    assert stands(pair.offer) == (2, 0)
    accept(transfer_id=transfer.pk, actor=pair.bob)
    assert stands(pair.offer) == (2, 1)
    send(transfer_id=transfer.pk, actor=pair.bob)
    assert stands(pair.offer) == (1, 0)
    assert reasons(pair.offer) == [("told", 2), ("sent", -1)]
    assert not Offer.objects.filter(shop=pair.a).exists()
    arrive(transfer_id=transfer.pk, actor=pair.ann)
    here = Offer.objects.get(shop=pair.a, product=pair.offer.product)
    assert stands(here) == (1, 0)
    assert reasons(here) == [("received", 1)]
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.ARRIVED
    told = [(step.status, step.actor_id) for step in transfer.steps.all()]
    bob, ann = pair.bob.id, pair.ann.id
    assert told == [("asked", ann), ("accepted", bob), ("sent", bob), ("arrived", ann)]
    assert list(problems()) == []


def test_what_was_set_aside_is_promised_to_nobody_else() -> None:
    pair = make_pair()
    transfer = pair.ask()
    accept(transfer_id=transfer.pk, actor=pair.bob)
    assert list(problems()) == []
    with pytest.raises(CopiesGone):
        place(request_for(pair.offer))
    withdraw(transfer_id=transfer.pk, actor=pair.ann)
    assert place(request_for(pair.offer)).pk


def test_what_a_reader_reserved_is_not_set_aside_for_a_colleague() -> None:
    pair = make_pair()
    transfer = pair.ask()
    place(request_for(pair.offer, verified=True))
    with pytest.raises(NoCopyFree):
        accept(transfer_id=transfer.pk, actor=pair.bob)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.ASKED
    refuse(transfer_id=transfer.pk, why="needed", actor=pair.bob)
    assert StockMovement.objects.filter(reason=Reason.NOT_FOUND).count() == 0
