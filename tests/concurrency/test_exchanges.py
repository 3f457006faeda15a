"""Two who act on one copy between shops at once: one wins, and the numbers stay whole."""

import pytest
from django.db import IntegrityError

from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict
from comptoir.exchanges.models import Transfer
from comptoir.exchanges.operations import accept, answers, ask, steps, withdraw
from comptoir.exchanges.operations.requests import Wanted
from comptoir.orders.checks import problems
from comptoir.orders.models import Order
from comptoir.orders.operations import place
from comptoir.stock.models import Offer
from tests.concurrency.removed import read_without_lock, take_without_condition
from tests.concurrency.together import overtake, stopped_at, together
from tests.exchanges.pair import Pair, make_pair, sharing
from tests.factories import make_staff, persons_request_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair() -> Pair:
    return make_pair()


@pytest.fixture
def no_constraints(transactional_db):
    """Have the database accept what it is there to refuse; its constraints come back."""
    kept = fetch(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conname = ANY(%s)",
        [["stock_offer_promised_once", "exchanges_transfer_ended"]],
    )
    for table, name, _definition in kept:
        execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    execute("TRUNCATE exchanges_transferstep, exchanges_transfer")
    execute("UPDATE stock_offer SET held = 0")
    for table, name, definition in kept:
        execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def reader_and_colleague(pair: Pair) -> list[BaseException]:
    """Let a reader reserve the last copy while it is set aside for a colleague."""
    transfer = pair.ask()
    with stopped_at(answers, "hold") as stop:
        raised, _waited = overtake(
            stop,
            lambda: accept(transfer_id=transfer.pk, actor=pair.bob),
            lambda: place(persons_request_for(pair.offer)),
        )
    return raised


def promised(offer: Offer) -> int:
    """Return how many copies of an offer are promised."""
    offer.refresh_from_db()
    return offer.held


def test_the_last_copy_goes_to_a_reader_or_to_a_colleague(pair: Pair) -> None:
    raised = reader_and_colleague(pair)
    assert len(raised) == 1
    assert isinstance(raised[0], Conflict)
    assert promised(pair.offer) == 1
    assert Order.objects.count() + Transfer.objects.filter(status="accepted").count() == 1
    assert list(problems()) == []


def test_control_without_the_guards_it_is_promised_to_both(
    pair: Pair, monkeypatch, no_constraints
) -> None:
    monkeypatch.setattr(answers, "lock_offers", read_without_lock)
    monkeypatch.setattr(answers, "hold", take_without_condition)
    assert reader_and_colleague(pair) == []
    assert promised(pair.offer) == 2


def withdrawn_and_accepted(pair: Pair) -> list[BaseException]:
    """Let a shop take back what its colleague sets aside at the same moment."""
    transfer = pair.ask()
    with stopped_at(answers, "check") as stop:
        raised, _waited = overtake(
            stop,
            lambda: accept(transfer_id=transfer.pk, actor=pair.bob),
            lambda: withdraw(transfer_id=transfer.pk, actor=pair.ann),
        )
    return raised


def test_what_is_taken_back_at_the_same_moment_holds_nothing(pair: Pair) -> None:
    assert withdrawn_and_accepted(pair) == []
    assert Transfer.objects.get().status == "withdrawn"
    assert promised(pair.offer) == 0
    assert list(problems()) == []


def test_control_without_the_lock_a_copy_stays_held_for_nobody(
    pair: Pair, monkeypatch, no_constraints
) -> None:
    def unlocked(transfer_id: int) -> Transfer | None:
        known = Transfer.objects.select_related("asker", "giver", "product")
        return known.filter(pk=transfer_id).first()

    monkeypatch.setattr(steps, "locked_both", unlocked)
    assert withdrawn_and_accepted(pair) == []
    transfer = Transfer.objects.get()
    assert (transfer.status, promised(pair.offer)) == ("accepted", 1)
    assert [step.status for step in transfer.steps.all()] == ["asked", "withdrawn", "accepted"]


def test_the_database_refuses_it_too(pair: Pair, monkeypatch) -> None:
    monkeypatch.setattr(
        steps, "locked_both", lambda key: Transfer.objects.select_related("giver").get(pk=key)
    )
    (raised,) = withdrawn_and_accepted(pair)
    assert isinstance(raised, IntegrityError)
    assert promised(pair.offer) == 0


def test_two_colleagues_who_accept_at_once_set_aside_once(pair: Pair) -> None:
    transfer = pair.ask()
    carol = make_staff(pair.b).actor
    raised = together(
        *(lambda who=who: accept(transfer_id=transfer.pk, actor=who) for who in (pair.bob, carol))
    )
    assert raised == []
    assert promised(pair.offer) == 1
    assert transfer.steps.filter(status="accepted").count() == 1


def test_two_shops_that_ask_for_the_last_copy_get_one(pair: Pair) -> None:
    third = sharing(pair.network)
    wanted = Wanted(pair.offer.product_id)
    other = ask(shop=third, giver_id=pair.b.pk, wanted=wanted, actor=make_staff(third).actor)
    asked = [pair.ask(), other]
    raised = together(
        *(lambda each=each: accept(transfer_id=each.pk, actor=pair.bob) for each in asked)
    )
    assert [type(error).__name__ for error in raised] == ["NoCopyFree"]
    assert promised(pair.offer) == 1
    assert list(problems()) == []
