"""Copies that are not promised outright: held all the same, confirmed by the shop's tap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.test import override_settings
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.notifications.models import Message
from comptoir.notifications.operations import deliver
from comptoir.orders import operations
from comptoir.orders.errors import CopiesGone
from comptoir.orders.models import EventKind, LineStatus, Order, OrderStatus
from comptoir.orders.operations import count_track_record, count_track_records, deadlines, place
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.requests import Customer, LineRequest, check
from comptoir.shops.models import Closure
from comptoir.stock.models import Offer, TrackRecord
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.holds import LockedOffer
from comptoir.stock.shelf.standing import who_has
from tests.factories import confirm_by_mail, make_offer, make_shop, request_for

pytestmark = pytest.mark.django_db

# The shop opens Tuesday to Saturday, 10:00 to 19:00 (`factories.WEEK`).
HOURS = "Tu-Sa 10:00-19:00; PH off"
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 7, 16, 0, tzinfo=UTC)


def old(hours: int = 50) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def placed_at(now: datetime, *, shop=None, age: timedelta = timedelta(days=3), **fields) -> Order:
    """Place an order of one copy whose figure is so old, at a moment."""
    offer = make_offer(shop=shop or make_shop(opening_hours=HOURS), as_of=now - age)
    return place_batch([check(request_for(offer, trusted=True, **fields))], now=now)[0]


def sent(template: str) -> list[Message]:
    return list(Message.objects.filter(template=template))


def body_of(message: Message) -> str:
    deliver(message_id=message.pk)
    return outbox.outbox[-1].body


@pytest.mark.parametrize(
    ("hours", "missing", "expected"),
    [
        pytest.param(0, 0, Confidence.SURE, id="fresh"),
        pytest.param(0, 12, Confidence.LIKELY, id="a shop that often does not find its copies"),
        pytest.param(75, 0, Confidence.TO_CONFIRM, id="too old"),
    ],
)
def test_a_line_keeps_the_grade_of_its_moment(hours, missing, expected):
    shop = make_shop()
    TrackRecord.objects.create(shop=shop, promised=100, missing=missing, as_of=timezone.now())
    offer = make_offer(shop=shop, on_hand=3, as_of=old(hours))
    shown = who_has([offer.product_id])[offer.product_id][0].confidence
    order = place(request_for(offer, trusted=True))
    (line,) = order.lines.all()
    assert line.confidence == shown == expected
    offer.refresh_from_db()
    offer.as_of = timezone.now()
    offer.save()
    line = Order.objects.get(pk=order.pk).lines.get()
    assert line.confidence == expected
    offer.refresh_from_db()
    assert offer.held == 1


def test_it_is_what_the_lock_knows_and_not_what_a_page_said(monkeypatch):
    offer = make_offer(on_hand=2)
    assert who_has([offer.product_id])[offer.product_id][0].confidence == "sure"
    offer.as_of = old()
    offer.save()
    assert place(request_for(offer, trusted=True)).lines.all()[0].to_confirm
    # The control: were the page believed, the reader would be promised a copy outright.
    monkeypatch.setattr(LockedOffer, "confidence", lambda *_: "sure")
    assert not place(request_for(offer, trusted=True)).lines.all()[0].to_confirm


def test_the_last_of_several_copies_is_what_is_graded():
    shop = make_shop(confirm_after=60_000)
    offer = make_offer(shop=shop, on_hand=4, as_of=old(75), pace=0.015)
    for copies, expected in ((1, Confidence.SURE), (3, Confidence.LIKELY)):
        lines = (LineRequest(offer.product_id, offer.pk, copies),)
        order = place(request_for(offer, trusted=True, lines=lines))
        assert order.lines.all()[0].confidence == expected
    offer.refresh_from_db()
    assert offer.held == 4


def test_what_is_to_be_confirmed_is_promised_once():
    offer = make_offer(on_hand=1, as_of=old())
    assert place(request_for(offer, trusted=True)).to_confirm
    with pytest.raises(CopiesGone):
        place(request_for(offer, trusted=True))


def test_a_special_order_has_no_grade():
    shop = make_shop()
    offer = make_offer(shop=shop)
    order = place(request_for(offer, trusted=True, lines=(LineRequest(offer.product_id),)))
    assert order.lines.all()[0].confidence == ""
    assert (order.to_confirm, order.answer_by) == (False, None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(TUESDAY, datetime(2026, 3, 3, 13, 0, tzinfo=UTC), id="the same day"),
        pytest.param(SATURDAY, datetime(2026, 3, 10, 11, 0, tzinfo=UTC), id="over the weekend"),
        pytest.param(
            datetime(2026, 3, 28, 16, 0, tzinfo=UTC),
            datetime(2026, 3, 31, 10, 0, tzinfo=UTC),
            id="over the change of clocks",
        ),
    ],
)
def test_the_shop_has_some_opening_hours_to_answer(now, expected):
    assert placed_at(now).answer_by == expected
    sure = placed_at(now, age=timedelta(minutes=1))
    assert sure.answer_by is None


def test_the_hours_count_from_the_readers_confirmation():
    offer = make_offer(shop=make_shop(opening_hours="24/7"), as_of=old())
    order = place(request_for(offer))
    assert (order.status, order.answer_by) == (OrderStatus.UNCONFIRMED, None)
    before = timezone.now()
    order = confirm_by_mail(order)
    assert order.answer_by is not None
    assert order.answer_by >= before + timedelta(hours=4)


def test_the_mails_say_it_and_the_tap_confirms():
    order = placed_at(timezone.now())
    said = body_of(*sent("order_placed"))
    assert "la boutique vérifie d’abord" in said
    assert "à confirmer par la boutique" in said
    operations.set_aside(order_id=order.pk, actor=SYSTEM)
    ready = body_of(*sent("order_ready"))
    assert "a vérifié" in ready
    assert "Trouvé" in outbox.outbox[-1].subject
    assert not Order.objects.get(pk=order.pk).to_confirm


def test_the_mails_of_a_copy_promised_outright_do_not_worry():
    order = placed_at(timezone.now(), age=timedelta(minutes=1))
    operations.set_aside(order_id=order.pk, actor=SYSTEM)
    for template in ("order_placed", "order_ready"):
        said = body_of(*sent(template))
        assert "vérifi" not in said
        assert "à confirmer" not in said


def test_a_shop_that_does_not_answer_is_asked_once_and_its_reader_told():
    shop = make_shop(opening_hours=HOURS, email="shop@example.org")
    order = placed_at(TUESDAY, shop=shop)
    other = placed_at(TUESDAY, shop=shop, customer=Customer("B", "b@example.org"))
    due = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
    assert operations.chase_due(now=due - timedelta(minutes=1)) == 0
    assert [operations.chase_due(now=due) for _ in range(2)] == [2, 0]
    readers = {message.to for message in sent("order_chased")}
    assert readers == {"camille@example.org", "b@example.org"}
    (asked,) = sent("shop_chased")
    assert asked.to == "shop@example.org"
    said = body_of(asked)
    for each in (order, other):
        assert each.lines.all()[0].title in said
        assert each.events.filter(kind=EventKind.CHASED).count() == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.PLACED
    assert order.lines.get().held == 1


CHASES = [
    datetime(2026, 3, 3, hour, minute, tzinfo=UTC)
    for hour, minute in ((10, 0), (11, 30), (13, 0), (14, 30))
]


def written_to_at(shop) -> list[int]:
    """Have an order of a shop fall due at each of `CHASES`; return after which it was written to.

    The orders are counted from 0.
    """
    answers, counts = [], []
    for number, due in enumerate(CHASES):
        customer = Customer(f"N{number}", f"n{number}@example.org")
        order = placed_at(due - timedelta(hours=1), shop=shop, customer=customer)
        assert order.answer_by == due
    for due in CHASES:
        answers.append(operations.chase_due(now=due))
        counts.append(len(sent("shop_chased")))
    assert answers == [1] * len(CHASES)
    return [n for n, count in enumerate(counts) if count > (counts[n - 1] if n else 0)]


@override_settings(ANSWER_HOURS=1)
def test_a_shop_is_left_in_peace_since_its_last_mail_and_not_since_the_last_order():
    assert written_to_at(make_shop(opening_hours=HOURS, email="shop@example.org")) == [0, 2]


@override_settings(ANSWER_HOURS=1)
def test_without_knowing_which_mails_were_sent_it_would_stay_silent(monkeypatch):
    """The control: every order that waited counts as a mail, and renews the silence."""
    note = deadlines.note

    def always(order, kind, *, shop_told=None, **data):
        told = {} if shop_told is None else {"shop_told": True}
        note(order, kind, **told, **data)

    monkeypatch.setattr(deadlines, "note", always)
    assert written_to_at(make_shop(opening_hours=HOURS, email="shop@example.org")) == [0]


def test_without_its_mark_a_reader_would_be_told_again(monkeypatch):
    placed_at(TUESDAY)
    due = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
    save = Order.save
    forgetful = {"chased_at"}
    monkeypatch.setattr(
        Order,
        "save",
        lambda self, update_fields=(), **kw: (
            None if set(update_fields) == forgetful else save(self, update_fields=update_fields)
        ),
    )
    assert [operations.chase_due(now=due) for _ in range(2)] == [1, 1]
    assert len(sent("order_chased")) == 2


def test_a_shop_that_answered_is_not_asked():
    order = placed_at(TUESDAY)
    operations.set_aside(order_id=order.pk, actor=SYSTEM)
    assert operations.chase_due(now=TUESDAY + timedelta(days=1)) == 0


def test_a_closure_entered_meanwhile_gives_it_more_time():
    order = placed_at(TUESDAY)
    Closure.objects.create(shop=order.shop, first_day=date(2026, 3, 3), last_day=date(2026, 3, 4))
    assert operations.chase_due(now=TUESDAY + timedelta(hours=5)) == 0
    order.refresh_from_db()
    assert order.answer_by == datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
    # Readers hear of their deadline, which moved too, but not twice, and not of the shop's hours.
    assert len(sent("order_deadline_moved")) <= 1
    assert operations.chase_due(now=datetime(2026, 3, 5, 13, 0, tzinfo=UTC)) == 1


@override_settings(ANSWER_HOURS=1)
def test_the_network_sets_the_hours():
    assert placed_at(TUESDAY).answer_by == TUESDAY + timedelta(hours=1)


def record(shop) -> tuple[int, int]:
    return TrackRecord.objects.values_list("promised", "missing").get(shop=shop)


def test_the_record_counts_what_was_looked_for():
    shop = make_shop()
    offer = make_offer(shop=shop, on_hand=20)
    orders = [
        place(request_for(offer, trusted=True, customer=Customer(f"N{n}", f"n{n}@example.org")))
        for n in range(6)
    ]
    operations.set_aside(order_id=orders[0].pk, actor=SYSTEM)
    operations.collect(order_id=orders[1].pk, actor=SYSTEM)
    operations.set_aside(order_id=orders[2].pk, actor=SYSTEM)
    operations.cancel(order_id=orders[2].pk, actor=SYSTEM)
    operations.cancel(order_id=orders[3].pk, actor=SYSTEM)
    # The write-off counts at once, and with it what was found before.
    operations.mark_not_found(line_id=orders[4].lines.order_by("pk")[0].pk, actor=SYSTEM)
    assert record(shop) == (4, 1)
    assert count_track_records(now=timezone.now()) == 1
    assert record(shop) == (4, 1)
    count_track_record(shop_id=shop.pk, now=timezone.now() + timedelta(days=91))
    assert record(shop) == (0, 0)


def test_what_was_to_be_confirmed_is_no_broken_promise():
    shop = make_shop()
    order = place(request_for(make_offer(shop=shop, as_of=old()), trusted=True))
    operations.mark_not_found(line_id=order.lines.order_by("pk")[0].pk, actor=SYSTEM)
    assert record(shop) == (0, 0)


def test_the_record_counts_copies_and_not_special_orders():
    shop = make_shop()
    offer = make_offer(shop=shop, on_hand=5)
    lines = (LineRequest(offer.product_id, offer.pk, 3), LineRequest(offer.product_id, None))
    order = place(request_for(offer, trusted=True, lines=lines))
    for line in order.lines.order_by("pk"):
        operations.mark_not_found(line_id=line.pk, actor=SYSTEM)
    assert {line.status for line in order.lines.order_by("pk")} == {LineStatus.NOT_FOUND}
    assert record(shop) == (3, 3)


def test_a_poor_record_makes_the_next_copy_less_sure():
    shop = make_shop()
    offer, other = make_offer(shop=shop, on_hand=9), make_offer(shop=shop, on_hand=2)
    assert who_has([other.product_id])[other.product_id][0].confidence == "sure"
    for n in range(6):
        order = place(
            request_for(offer, trusted=True, customer=Customer(f"N{n}", f"n{n}@example.org"))
        )
        operations.mark_not_found(line_id=order.lines.order_by("pk")[0].pk, actor=SYSTEM)
        # Each was looked for in vain: told fresh again, it is promised outright again.
        Offer.objects.filter(pk=offer.pk).update(doubtful=0, unseen=0)
    assert record(shop) == (6, 6)
    assert who_has([other.product_id])[other.product_id][0].confidence == "likely"


def test_what_a_reader_cancels_leaves_nothing_to_answer():
    order = placed_at(TUESDAY)
    operations.cancel(token=order.token, actor=READER)
    order.refresh_from_db()
    assert not order.to_confirm
    assert operations.chase_due(now=TUESDAY + timedelta(days=1)) == 0
