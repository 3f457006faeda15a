"""What keeps each cent to one row: two jobs at once, answers that come late; and without it."""

from contextlib import nullcontext

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.db import execute
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, mark_not_found
from comptoir.payments import operations
from comptoir.payments.errors import NothingToPay, OtherPage
from comptoir.payments.kinds import Late, ProviderName, RefundStatus
from comptoir.payments.models import Capture, Refund, Session
from comptoir.payments.operations import captures, sessions, settlement
from comptoir.payments.providers.stripe import Stripe
from tests.concurrency.together import overtake, stopped_at
from tests.payments import test_every_order
from tests.payments.stripe_part import StripePart
from tests.payments.world import account_of, offers_of, paid_shop, posted_order

NOW = timezone.now


def paid(part: StripePart) -> Order:
    order = posted_order(*offers_of(paid_shop(), 1290, 2200))
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    part.pay(session.ref)
    operations.look(session, NOW())
    return order


def went_back_after_two_jobs_at_once(part: StripePart) -> int:
    """Have a second job come by while the first is about to write a refund of 12.90 €."""
    order = paid(part)
    mark_not_found(line_id=order.lines.order_by("pk")[0].pk, actor=SYSTEM)
    with stopped_at(settlement, "pay_back") as stop:
        work = [lambda: operations.settle(order_id=order.pk, now=NOW())] * 2
        raised, _waited = overtake(stop, *work)
    assert raised == []
    return sum(each["amount"] for each in part.refunds.values())


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_pay_back_once(stripe_part):
    assert went_back_after_two_jobs_at_once(stripe_part) == 1290


@pytest.mark.django_db(transaction=True)
def test_control_without_the_orders_lock_it_goes_back_twice(stripe_part, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    assert went_back_after_two_jobs_at_once(stripe_part) == 2580


def lost_answer(order: Order, part: StripePart) -> Refund:
    """Have Stripe pay a line back and its answer be lost on the way; then the job run again."""
    mark_not_found(line_id=order.lines.order_by("pk")[0].pk, actor=SYSTEM)
    with transaction.atomic():
        settlement.decide(Order.objects.select_for_update().get(pk=order.pk), now=NOW())
    part.fails = 1
    operations.send_refunds(order_id=order.pk, now=NOW())
    assert len(part.refunds) == 1
    assert Refund.objects.get().status == RefundStatus.ASKED
    operations.send_refunds(order_id=order.pk, now=NOW())
    return Refund.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("looks", [True, False])
def test_a_refund_whose_answer_was_lost_is_one_by_its_key(stripe_part, monkeypatch, looks):
    """By the provider's list; and where that does not have it yet, by the key alone."""
    order = paid(stripe_part)
    if not looks:
        _list_is_empty(monkeypatch)
    refund = lost_answer(order, stripe_part)
    (theirs,) = stripe_part.refunds.values()
    assert (refund.status, refund.ref) == (RefundStatus.DONE, theirs["id"])


@pytest.mark.django_db
def test_control_by_another_key_and_without_looking_it_goes_back_twice(stripe_part, monkeypatch):
    order = paid(stripe_part)
    _list_is_empty(monkeypatch)
    keys = iter("abc")
    monkeypatch.setattr(Refund, "key", property(lambda self: f"{self.token}-{next(keys)}"))
    lost_answer(order, stripe_part)
    assert [each["amount"] for each in stripe_part.refunds.values()] == [1290, 1290]


def _list_is_empty(monkeypatch) -> None:
    read = Stripe._all

    def without_refunds(self, path, **asked):
        return iter(()) if path == "refunds" else read(self, path, **asked)

    monkeypatch.setattr(Stripe, "_all", without_refunds)


def captures_not_unique(monkeypatch):
    """Let the same money be written each time that it is told."""
    execute("ALTER TABLE payments_capture DROP CONSTRAINT payments_capture_once")
    create = Capture.objects.create
    monkeypatch.setattr(
        captures.Capture.objects,
        "get_or_create",
        lambda defaults, **named: (create(**named, **defaults), True),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("removed", [False, True])
def test_control_what_the_walk_asks_is_not_so_where_money_is_written_twice(
    settings, monkeypatch, removed
):
    """One order of `test_every_order`, paid, with Stripe's notice twice: well ended; and not so
    where a capture is not unique."""
    settings.OUTGOING_ANYWHERE = True
    with test_every_order.PART.serving() as part:
        settings.STRIPE_URL = part.url
        if removed:
            captures_not_unique(monkeypatch)
        walked = test_every_order.Money()
        walked.begin(late=Late.HONOUR, slow=False, far=1, mistaken=False)
        walked.notice(which=0, times=2)
        with pytest.raises(AssertionError) if removed else nullcontext() as found:
            walked.teardown()
    assert not removed or "by_stripe" in str(found.traceback[-1].statement)


@pytest.mark.django_db
@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("removed", [False, True])
def test_who_paid_by_the_page_that_is_closed_is_led_to_no_other(
    stripe_part, mollie_part, monkeypatch, later, removed
):
    order = posted_order(*offers_of(paid_shop(slow=True), 1290, 2200))
    account_of(order.shop, ProviderName.MOLLIE)
    first = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    stripe_part.pay(first.ref, later=later)
    if removed:
        monkeypatch.setattr(sessions, "_is_still_wanted", lambda _session: True)
    with nullcontext() if removed else pytest.raises(NothingToPay):
        operations.ask_for(order=order, provider=ProviderName.MOLLIE, now=NOW())
    assert len(mollie_part.payments) == removed
    other = order.payment_sessions.get(account__provider=ProviderName.MOLLIE)
    assert (other.ended_at is None) == removed


def pressed_twice_at_once(part: StripePart) -> list[str]:
    """Have a reader press the button while a first press is about to write its session; return how
    what stands at Stripe by then stands."""
    order = posted_order(*offers_of(paid_shop(), 1290, 2200))
    with stopped_at(sessions, "provider_of") as stop:
        press = [lambda: operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())]
        raised, _waited = overtake(stop, *press * 2)
    assert raised == []
    return [each["status"] for each in part.sessions.values()]


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_open_one_page(stripe_part):
    assert pressed_twice_at_once(stripe_part) == ["open"]
    assert Session.objects.get().url


@pytest.mark.django_db(transaction=True)
def test_control_without_the_orders_lock_they_open_two(stripe_part, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    assert pressed_twice_at_once(stripe_part) == ["open", "open"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("removed", [False, True])
def test_of_two_providers_at_once_the_last_stays_and_the_first_is_ended(
    stripe_part, mollie_part, monkeypatch, removed
):
    """Whoever asked Stripe hears of its page only when that was given up for Mollie's."""
    order = posted_order(*offers_of(paid_shop(), 1290, 2200))
    account_of(order.shop, ProviderName.MOLLIE)
    if removed:
        monkeypatch.setattr(sessions, "_close_late", lambda *_given: None)

    def press(provider: ProviderName) -> None:
        operations.ask_for(order=order, provider=provider, now=NOW())

    with stopped_at(sessions, "_wanted") as stop:
        raised, _waited = overtake(
            stop, lambda: press(ProviderName.STRIPE), lambda: press(ProviderName.MOLLIE)
        )
    assert [type(each) for each in raised] == [OtherPage]
    (theirs,) = stripe_part.sessions.values()
    assert (theirs["status"] == "open") == removed
    assert [each["status"] for each in mollie_part.payments.values()] == ["open"]
    assert order.payment_sessions.get(ended_at=None).account.provider == ProviderName.MOLLIE


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["paid", "under way", "ended"])
def test_no_page_is_opened_beside_money_or_for_what_has_ended(stripe_part, mollie_part, how):
    order = posted_order(*offers_of(paid_shop(slow=True), 1290, 2200))
    account_of(order.shop, ProviderName.MOLLIE)
    session = operations.ask_for(order=order, provider=ProviderName.STRIPE, now=NOW())
    if how == "ended":
        cancel(token=order.token, actor=READER)
    else:
        stripe_part.pay(session.ref, later=how == "under way")
        operations.look(session, NOW())
    with pytest.raises(NothingToPay):
        operations.ask_for(order=order, provider=ProviderName.MOLLIE, now=NOW())
    # Refused before anything was written, not after the first page was read once more.
    assert (len(mollie_part.payments), Session.objects.count()) == (0, 1)
