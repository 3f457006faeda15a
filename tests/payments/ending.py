"""How all that is under way of an order's money comes to its end, and what must be true then."""

from datetime import datetime, timedelta
from typing import Any

from comptoir.accounts.actors import SYSTEM
from comptoir.orders.models import EventKind, LineStatus, Order, OrderEvent
from comptoir.orders.operations import expire_due
from comptoir.payments import operations
from comptoir.payments.kinds import ProviderName, RefundReason, RefundStatus
from comptoir.payments.models import Capture, Refund
from comptoir.payments.reads.state import state_of
from comptoir.shops.models import Shop
from tests.payments.stripe_part import StripePart
from tests.trials import tally


class Ending:
    """An order of a shop that Stripe's part pays, and the clock of both."""

    order: Order
    shop: Shop
    now: datetime
    part: StripePart

    def pass_time(self, minutes: int) -> None:
        """Let time pass, and what it does to orders."""
        self.now += timedelta(minutes=minutes)
        self.part.at = self.now
        expire_due(now=self.now)

    def tell(self, event: dict[str, Any]) -> None:
        body, signed = self.part.signed(event)
        account = self.shop.payment_accounts.get(provider=ProviderName.STRIPE)
        notice = operations.take_notice(
            provider="stripe",
            token=account.token,
            headers={"stripe-signature": signed},
            body=body,
            now=self.now,
        )
        operations.settle_notice(notice_id=notice.pk, now=self.now)

    def come_to_an_end(self) -> None:
        """Have all that is under way come: debits, time, notices, jobs; the owner tries refused
        refunds again and pays transfers back by hand."""
        for ref in list(self.part.sessions):
            self.part.come(ref, good=True)
        for round in range(6):
            # Once past the days for which copies are kept for a debit.
            self.pass_time(45 if round != 1 else 8 * 24 * 60)
            for event in list(self.part.events):
                self.tell(event)
            operations.sweep(now=self.now)
            operations.settle(order_id=self.order.pk, now=self.now)
            for refund in Refund.objects.filter(order=self.order):
                if refund.status == RefundStatus.FAILED:
                    operations.refund_again(refund_id=refund.pk, actor=SYSTEM, now=self.now)
                elif refund.status == RefundStatus.ASKED and refund.capture.transfer_id:
                    operations.note_paid_back(refund_id=refund.pk, actor=SYSTEM, now=self.now)

    def judge(self) -> None:
        order = Order.objects.get(pk=self.order.pk)
        state = state_of(order)
        theirs = sum(each["amount_received"] for each in self.part.intents.values())
        by_stripe = Capture.objects.filter(order=order, session__isnull=False)
        assert sum(each.cents for each in by_stripe) == theirs
        back = sum(each["amount"] for each in self.part.refunds.values())
        ours = Refund.objects.filter(order=order, capture__session__isnull=False)
        assert sum(each.cents for each in ours) == back
        assert all(each.status == RefundStatus.DONE for each in order.refunds.all())
        for intent in self.part.intents.values():
            gone = [
                x["amount"]
                for x in self.part.refunds.values()
                if x["payment_intent"] == intent["id"]
            ]
            assert sum(gone) <= intent["amount_received"]
        assert state.surplus == 0
        assert state.in_hand >= 0
        settled = OrderEvent.objects.filter(order=order, kind=EventKind.PAID).exists()
        # What the order keeps is what it owes, but for what its shop chose to give back.
        assert state.in_hand <= state.owed
        gifts = order.refunds.filter(reason__in=(RefundReason.OWNER, RefundReason.PROVIDER))
        given = sum(each.cents for each in gifts)
        void = order.bank_transfers.exclude(voided_at=None)
        if settled:
            assert state.in_hand + given + sum(each.cents for each in void) >= state.owed
        assert state.in_hand < state.owed or settled or not state.owed
        # What is packed, and whose transfer was taken back, waits for its shop.
        assert order.ended_at is not None or settled
        held = order.lines.filter(status=LineStatus.HELD)
        assert order.ended_at is None or not held.exists()
        assert not order.payment_sessions.filter(ended_at=None).exists()
        for account in self.shop.payment_accounts.all():
            found = operations.reconcile(account=account, now=self.now)
            told = {x["what"] for x in found.differences}
            assert told == set() or (told == {"unpaid"} and void and state.paid < state.owed)
        tally("orders brought to their end")
        tally("cents captured", state.captured)
        tally("refunds", order.refunds.count())
        tally("cents refunded", sum(each.cents for each in order.refunds.all()))
