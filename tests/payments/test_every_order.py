"""Every order of notices, returns, expiry, cancels, retries, doubles, late transfers, refunds,
parcels and copies that come back.

The machine plays the reader, the shop, the bank and time against Stripe's part on this machine,
loses answers, and tells things twice, late and out of order. What the order does is done by its own
verbs. Whatever happened, once all that is
under way has come to its end, each captured cent is an order's or went back, once, the comparison
lists nothing, and invoices less credit notes are what was captured less what went back.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase
from hypothesis import settings as drawn
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import DomainError
from comptoir.orders.operations import cancel, mark_not_found, place
from comptoir.orders.operations.postal import mark_missing, mark_shipped, prepare, take_back
from comptoir.papers.content import invoiced
from comptoir.papers.operations import credit_due, issue
from comptoir.papers.sold import stays_sold
from comptoir.payments import operations
from comptoir.payments.kinds import Late, ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Refund, Session, Transfer
from comptoir.payments.operations import TransferSaid
from comptoir.payments.reads.state import state_of
from tests.factories import persons_request_for
from tests.papers.issued import stand_in
from tests.papers.orders import SIRET, selling
from tests.payments.ending import Ending
from tests.payments.stripe_part import StripePart
from tests.payments.world import offers_of, paid_shop, posted_order
from tests.trials import LENGTH, tally

PART = StripePart()
DONE: Counter[str] = Counter()
PROFILE = drawn(
    max_examples=12 * LENGTH,
    stateful_step_count=24,
    # The trials of `make test` are the same each time; a failure is not made smaller, for each try
    # is a hundred calls.
    derandomize=LENGTH == 1,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)


class Money(Ending, RuleBasedStateMachine):
    """One order of two titles, and all that may become of its money."""

    part = PART

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = datetime.now(UTC)
        PART.__init__(url=PART.url, at=self.now)  # type: ignore[misc]

    def teardown(self) -> None:
        try:
            if hasattr(self, "order"):
                self.come_to_an_end()
                self.judge()
                self.judge_papers()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @initialize(
        late=st.sampled_from(list(Late)),
        slow=st.booleans(),
        far=st.integers(0, 4),
        mistaken=st.booleans(),
    )
    def begin(self, late: Late, slow: bool, far: int, mistaken: bool) -> None:
        """Begin with an order that is new, paid, sent in part, sent, or paid by a transfer; before
        that, one in two had a transfer entered that was another's."""
        self.shop = selling(paid_shop(late, slow=slow, siret=SIRET))
        self.offers = offers_of(self.shop, 1290, 2200, on_hand=3)
        self.order = posted_order(*self.offers, copies=(2, 1))
        if mistaken:
            self.transfer_comes(cents=100, days=0, wrong=True)
        if far == 4:
            self.transfer_comes(cents=5179, days=0, wrong=False)
        elif far:
            self.pays_at_once()
        if 1 < far < 4:
            self.parcel_leaves(which=0 if far == 2 else None)

    @rule(loses=st.booleans())
    def pay_button(self, loses: bool) -> None:
        PART.fails = int(loses)
        self.tried(operations.ask_for, order=self.order, provider=ProviderName.STRIPE, now=self.now)
        PART.fails = 0

    @rule(later=st.booleans(), which=st.integers(0, 3))
    def customer_pays(self, later: bool, which: int) -> None:
        # Who was told no address cannot pay there.
        known = list(Session.objects.exclude(url="").order_by("pk").values_list("ref", flat=True))
        if known:
            PART.pay(known[which % len(known)], later=later)

    @rule()
    def pays_at_once(self) -> None:
        self.pay_button(loses=False)
        self.customer_pays(later=False, which=0)
        self.browser_returns()

    @rule(good=st.booleans())
    def debit_comes(self, good: bool) -> None:
        for ref in list(PART.sessions):
            PART.come(ref, good=good)

    @precondition(lambda self: PART.events)
    @rule(which=st.integers(0, 20), times=st.integers(1, 2))
    def notice(self, which: int, times: int) -> None:
        event = PART.events[which % len(PART.events)]
        for _time in range(times):
            self.tell(event)

    @rule()
    def browser_returns(self) -> None:
        for session in Session.objects.filter(order=self.order):
            self.tried(operations.look, session, self.now)

    @rule(minutes=st.sampled_from([1, 12, 40, 120]))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)

    @rule(loses=st.booleans())
    def sweep(self, loses: bool) -> None:
        PART.fails = 2 * loses
        operations.sweep(now=self.now)
        PART.fails = 0

    @rule(sure=st.integers(0, 3))
    def reader_cancels(self, sure: int) -> None:
        # What ends an order is drawn less often, so that more of them are paid and sent.
        if not sure:
            self.tried(cancel, token=self.order.token, actor=READER)

    @rule(which=st.integers(0, 1))
    def shop_finds_no_copy(self, which: int) -> None:
        if not Session.objects.exclude(url="").exists():
            return
        line = self.order.lines.order_by("pk")[which]
        self.tried(mark_not_found, line_id=line.pk, actor=SYSTEM)

    @rule(which=st.integers(0, 1))
    def shop_finds_one_copy_less(self, which: int) -> None:
        if not Session.objects.exclude(url="").exists():
            return
        line = self.order.lines.order_by("pk")[which]
        self.tried(mark_missing, line_id=line.pk, quantity=1, actor=SYSTEM)

    @rule()
    def shop_packs(self) -> None:
        if self.tried(prepare, order_id=self.order.pk, actor=SYSTEM):
            self.is_paid_for()

    @rule(which=st.sampled_from([0, 1, None]))
    def parcel_leaves(self, which: int | None) -> None:
        """A parcel with one copy of a line, or with all that is held."""
        parts = None if which is None else {self.order.lines.order_by("pk")[which].pk: 1}
        if self.tried(mark_shipped, order_id=self.order.pk, quantities=parts, actor=SYSTEM):
            self.is_paid_for()

    @rule(which=st.integers(0, 1))
    def a_copy_comes_back(self, which: int) -> None:
        line = self.order.lines.order_by("pk")[which]
        self.tried(take_back, line_id=line.pk, quantity=1, actor=SYSTEM)

    @rule(which=st.integers(0, 1))
    def somebody_else_buys(self, which: int) -> None:
        for _copy in range(3):
            self.tried(place, persons_request_for(self.offers[which]))

    @rule(cents=st.sampled_from([100, 5179, 6000]), days=st.integers(0, 2), wrong=st.booleans())
    def transfer_comes(self, cents: int, days: int, wrong: bool) -> None:
        dated = self.now.date() - timedelta(days=days)
        said = TransferSaid(cents=cents, dated=dated, reference="")
        self.tried(
            operations.enter_transfer, order_id=self.order.pk, said=said, actor=SYSTEM, now=self.now
        )
        # Later on most of it was paid back, and it can be taken back no more.
        if wrong and self.may_be_taken_back():
            self.transfer_was_a_mistake()

    def may_be_taken_back(self) -> bool:
        return Transfer.objects.filter(order=self.order, voided_at=None).exists()

    @precondition(lambda self: self.may_be_taken_back())
    @rule()
    def transfer_was_a_mistake(self) -> None:
        mine = Transfer.objects.filter(order=self.order, voided_at=None)
        for transfer in mine.order_by("-pk")[:1]:
            self.tried(
                operations.void_transfer, transfer_id=transfer.pk, actor=SYSTEM, now=self.now
            )

    @rule(which=st.integers(0, 1))
    def owner_refunds_a_line(self, which: int) -> None:
        line = self.order.lines.order_by("pk")[which]
        asked: dict[str, Any] = {"order_id": self.order.pk, "line_id": line.pk, "quantity": 1}
        self.tried(operations.refund_line, **asked, actor=SYSTEM, now=self.now)

    @rule(cents=st.sampled_from([1, 399, 5179]))
    def owner_refunds_an_amount(self, cents: int) -> None:
        asked = {"order_id": self.order.pk, "cents": cents}
        self.tried(operations.refund_amount, **asked, actor=SYSTEM, now=self.now)

    @rule(cents=st.sampled_from([100, 5179]))
    def owner_refunds_at_stripe(self, cents: int) -> None:
        # Only while nothing of ours is on its way: Stripe itself refuses more than is left.
        for intent in PART.intents.values():
            gone = sum(
                each["amount"]
                for each in PART.refunds.values()
                if each["payment_intent"] == intent["id"]
            )
            ours = Refund.objects.filter(status=RefundStatus.ASKED).exists()
            if not ours and gone + cents <= intent["amount_received"]:
                PART.refund_by_hand(intent["id"], cents)

    @rule(refuses=st.booleans())
    def jobs_run(self, refuses: bool) -> None:
        PART.refuses_refunds = refuses
        operations.settle(order_id=self.order.pk, now=self.now)
        PART.refuses_refunds = False

    @rule()
    def reader_asks_for_an_invoice(self) -> None:
        self.tried(issue, token=self.order.token, actor=READER, now=self.now)

    @rule()
    def credit_notes_are_issued(self) -> None:
        tally("credit notes", credit_due(now=self.now))

    def judge_papers(self) -> None:
        """What is invoiced less what is credited is what came in less what went back."""
        self.reader_asks_for_an_invoice()
        self.credit_notes_are_issued()
        papers = list(self.order.papers.order_by("serial"))
        order = type(self.order).objects.get(pk=self.order.pk)
        if not papers:
            assert state_of(order).in_hand < max(1, stays_sold(order).cents)
            return
        sums = sum(-each.cents if each.earlier else each.cents for each in papers)
        assert sums == invoiced(papers).cents == stays_sold(order).cents
        # A transfer that was entered by mistake is no refund: the order waits for its money.
        if not order.bank_transfers.exclude(voided_at=None).exists():
            assert sums == state_of(order).in_hand
        assert [each.serial for each in papers] == list(range(1, len(papers) + 1))
        tally("papers", len(papers))

    def is_paid_for(self) -> None:
        """Nothing is packed or leaves before its money is in hand, but for what was given back."""
        state = state_of(self.order)
        gifts = self.order.refunds.filter(reason__in=(RefundReason.OWNER, RefundReason.PROVIDER))
        assert state.in_hand + sum(each.cents for each in gifts) >= state.owed

    def tried(self, verb: Any, *args: Any, **named: Any) -> bool:
        try:
            with transaction.atomic() if verb in _IN_ONE else _NOTHING:
                verb(*args, **named)
        except DomainError:
            tally("refused")
            return False
        tally(verb.__name__)
        DONE[verb.__name__] += 1
        return True


class _Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_error: object) -> None: ...


_NOTHING = _Nothing()
_IN_ONE = (cancel, mark_missing, mark_not_found, mark_shipped, place, prepare, take_back)


@pytest.mark.proof
@pytest.mark.django_db
def test_each_captured_cent_is_an_orders_or_went_back_once(settings, monkeypatch):
    stand_in(monkeypatch)
    settings.OUTGOING_ANYWHERE = True
    with PART.serving():
        settings.STRIPE_URL = PART.url
        run_state_machine_as_test(Money, settings=PROFILE)
    # What is never drawn is not proved.
    assert DONE["void_transfer"] >= LENGTH
