"""How the money of an order stands, reckoned from rows: no row says “paid”."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import fetch
from comptoir.orders.charges.reads import amounts
from comptoir.orders.models import Order
from comptoir.orders.postal.guards import PAID
from comptoir.payments.reads.lines import CHARGED, GIVEN_UP

IN_HAND = """
    (SELECT coalesce(sum(cents), 0) FROM payments_capture WHERE order_id = o.order_id)
    - (SELECT coalesce(sum(cents), 0) FROM payments_refund WHERE order_id = o.order_id)"""
"""What was captured of an order, the `order_id` of a row `o`, and neither went back nor is to, as
SQL: `PaymentState.in_hand`."""

# The shop's own gift: amounts, and of lines what was paid back for copies that are kept.
_SUMS = f"""
SELECT o.id, o.ended_at IS NOT NULL,
    {PAID},
    coalesce((SELECT sum(cents) FROM payments_capture WHERE order_id = o.id), 0),
    coalesce(r.gone, 0), coalesce(r.goodwill, 0) + coalesce(w.kept, 0), coalesce(r.there, 0),
    coalesce(r.done, 0), coalesce(r.failed, 0),
    EXISTS (SELECT FROM payments_session s WHERE s.order_id = o.id AND s.status = 'pending')
FROM orders_order o LEFT JOIN LATERAL (
    SELECT sum(cents) AS gone,
        sum(cents) FILTER (WHERE reason = 'owner' AND line_id IS NULL) AS goodwill,
        sum(cents) FILTER (WHERE reason = 'provider') AS there,
        sum(cents) FILTER (WHERE status = 'done') AS done,
        sum(cents) FILTER (WHERE status = 'failed') AS failed
    FROM payments_refund WHERE order_id = o.id
) r ON true LEFT JOIN LATERAL (
    SELECT sum(least(p.owner, greatest(0, p.cents - c.unit_cents * ({GIVEN_UP})))) AS kept
    {CHARGED} JOIN LATERAL (
        SELECT sum(cents) AS cents, sum(cents) FILTER (WHERE reason = 'owner') AS owner
        FROM payments_refund WHERE line_id = l.id
    ) p ON p.owner > 0
    WHERE l.order_id = o.id
) w ON true
WHERE o.id = ANY(%(orders)s)
"""  # noqa: S608
# A transfer that was taken back leaves no capture.
_PAID_BEFORE = """
SELECT order_id FROM payments_capture WHERE order_id = ANY(%(orders)s)
UNION SELECT order_id FROM orders_orderevent WHERE order_id = ANY(%(orders)s) AND kind = 'paid'
"""


class Standing(models.TextChoices):
    """How an order stands with its money, in a word."""

    NONE = "none", _("nothing to pay here")
    TO_PAY = "to_pay", _("to be paid")
    PENDING = "pending", _("the bank has not said yes yet")
    PARTLY_PAID = "partly_paid", _("paid in part")
    PAID = "paid", _("paid")
    PARTLY_REFUNDED = "partly_refunded", _("paid, refunded in part")
    REFUNDED = "refunded", _("refunded")
    UNPAID = "unpaid", _("never paid")


@dataclass(frozen=True, slots=True)
class PaymentState:
    """The money of an order, in cents: what it was `charged`, what of that is `owed` now, what was
    `captured`, what of it went back or is to (`gone`), of which as the shop's own gift (`goodwill`)
    or made on the provider's site, for whatever (`there`), what has gone back for good (`done`),
    and what a provider would not send back (`failed`). `is_settled`: it was confirmed because it
    was paid."""

    charged: int = 0
    owed: int = 0
    captured: int = 0
    gone: int = 0
    goodwill: int = 0
    there: int = 0
    done: int = 0
    failed: int = 0
    has_ended: bool = False
    is_settled: bool = False
    is_pending: bool = False

    @property
    def in_hand(self) -> int:
        """What was captured and neither went back nor is to."""
        return self.captured - self.gone

    @property
    def paid(self) -> int:
        """What counts as paid: what is in hand, and what of it its shop chose to give back."""
        return self.in_hand + self.goodwill

    @property
    def to_pay(self) -> int:
        """What the reader has still to pay, 0 where the order was paid once or has ended."""
        if self.is_settled or self.has_ended:
            return 0
        return max(0, self.owed - self.in_hand)

    @property
    def lacking(self) -> int:
        """What an open order lacks that was confirmed as paid, for a transfer was taken back. It is
        to be collected (what is posted is to be paid again), and is paid at the counter."""
        return self.missing if self.is_settled and not self.has_ended else 0

    @property
    def missing(self) -> int:
        """What of an order is not there, whatever becomes of it: what its shop paid back on the
        provider's site it asks of nobody again."""
        return max(0, self.owed - self.paid - self.there)

    @property
    def to_ring_up(self) -> int | None:
        """What the shop has still to take at its till, where money came in before (be it taken back
        since); None where none did, or where all of it was refunded."""
        missing = 0 if self.has_ended else self.missing
        came_in = self.captured or self.is_settled
        return missing if came_in and (self.paid or missing) else None

    @property
    def surplus(self) -> int:
        """What is to go back by itself. A shop's gift is no part of what is owed less: it is never
        taken off what goes back for a line, but no more goes back than came in."""
        over = self.captured - self.owed - (self.gone - self.goodwill)
        return max(0, min(self.in_hand, over))

    @property
    def standing(self) -> Standing:
        """The state in a word."""
        if self.captured and self.gone == self.captured:
            return Standing.REFUNDED
        if self.captured and self.gone:
            return Standing.PARTLY_REFUNDED
        if self.captured:
            return Standing.PAID if self.captured >= self.owed else Standing.PARTLY_PAID
        if self.is_pending:
            return Standing.PENDING
        if self.to_pay or self.lacking:
            return Standing.TO_PAY
        return Standing.UNPAID if self.charged else Standing.NONE


def states_of(keys: Collection[int]) -> dict[int, PaymentState]:
    """Return how the money of these orders stands, by their keys. Two queries."""
    if not keys:
        return {}
    asked = {"orders": list(keys)}
    due = amounts(keys)
    found = {}
    for key, has_ended, is_settled, captured, gone, goodwill, there, done, failed, pending in fetch(
        _SUMS, asked
    ):
        charged, owed = due.get(key, (0, 0))
        found[key] = PaymentState(
            charged=charged,
            owed=owed,
            captured=int(captured),
            gone=int(gone),
            goodwill=int(goodwill),
            there=int(there),
            done=int(done),
            failed=int(failed),
            has_ended=has_ended,
            is_settled=is_settled,
            is_pending=pending,
        )
    return found


def to_ring_up(keys: Collection[int]) -> dict[int, int]:
    """Return, of those of these orders that were paid beforehand, `PaymentState.to_ring_up` in
    cents, by their keys. One query where no money came in, as is usual, and three otherwise."""
    asked = {"orders": list(keys)}
    paid = [key for (key,) in fetch(_PAID_BEFORE, asked)] if keys else []
    states = states_of(paid)
    dues = {key: state.to_ring_up for key, state in states.items()}
    return {key: due for key, due in dues.items() if due is not None}


def state_of(order: Order) -> PaymentState:
    """Return how the money of one order stands."""
    return states_of([order.pk])[order.pk]
