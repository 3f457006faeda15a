"""Accounts at providers, and every cent that came in or went back. No row says “paid”."""

import secrets
from typing import Self, TypeVar

from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.orders.models import Order, OrderLine
from comptoir.payments.kinds import (
    Late,
    Otherwise,
    ProviderName,
    RefundReason,
    RefundStatus,
    SessionStatus,
)
from comptoir.shops.models import Shop, ShopScoped

Row = TypeVar("Row", bound=models.Model)


class Marked:
    """What a provider knows by a name that is ours."""

    @staticmethod
    def new_token() -> str:
        """Return a new such name: by its beginning one sees there whose it is."""
        return "cpt_" + secrets.token_urlsafe(32)


class AccountQuerySet(ShopScoped["Account"]):
    """Reads of accounts."""

    def open(self) -> Self:
        """Return the accounts by which a shop still takes money."""
        return self.filter(closed_at=None)


class Account(ActedBy):
    """By what a shop takes money, one a provider. The columns of `ActedBy` name who wrote it.

    `token` is the secret word in the address to which the provider sends its notices; `secrets`
    what the provider gave the shop, encrypted (`payments.vault`), `label` the part of it that may
    be shown. `late` is what becomes of money that comes after the copies went; `days`, of a bank
    transfer and of what a bank is slow with, for how many the copies are kept. `slow` is whether a
    provider may offer ways to pay by which the money takes days. `live` is whether its money is
    real. An account that is closed stays, for what was paid by it is paid back by it.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="payment_accounts")
    provider = models.CharField(max_length=8, choices=ProviderName)
    token = models.CharField(max_length=43)
    secrets = models.TextField(blank=True)
    label = models.CharField(max_length=120, blank=True)
    late = models.CharField(max_length=6, choices=Late, default=Late.HONOUR)
    days = models.PositiveSmallIntegerField(default=7)
    slow = models.BooleanField(default=False, db_default=False)
    live = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("provider", ProviderName, "payments_account_provider"),
            enum_check("late", Late, "payments_account_late"),
            models.UniqueConstraint(fields=["token"], name="payments_account_token"),
            models.UniqueConstraint(
                fields=["shop", "provider"],
                condition=models.Q(closed_at=None),
                name="payments_account_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} @ {self.shop_id}"


class OfOrders(ShopScoped[Row]):
    """Reads of what belongs to an order."""

    shop_path = "order__shop"


class Session(Marked, models.Model):
    """That somebody was led to a provider to pay so many cents of an order.

    It is written before the provider is asked, and `token` is by what the provider knows it: its
    idempotency key, and the mark on the money. `ref` is the provider's own name for it. With `slow`
    its page may offer ways by which the money takes days. A provider is asked again how it stands
    at `look_at` (UTC), after `looks` times.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payment_sessions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="sessions")
    token = models.CharField(max_length=47)
    cents = models.PositiveIntegerField()
    slow = models.BooleanField(default=False, db_default=False)
    status = models.CharField(max_length=8, choices=SessionStatus, default=SessionStatus.ASKED)
    ref = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfOrders.as_manager()

    class Meta:
        constraints = [
            enum_check("status", SessionStatus, "payments_session_status"),
            models.UniqueConstraint(fields=["token"], name="payments_session_token"),
            models.UniqueConstraint(
                fields=["account", "ref"],
                condition=~models.Q(ref=""),
                name="payments_session_ref",
            ),
            models.CheckConstraint(condition=models.Q(cents__gte=1), name="payments_session_cents"),
        ]
        indexes = [
            models.Index(
                fields=["look_at"],
                condition=models.Q(ended_at=None),
                name="payments_session_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.token}: {self.status}"


class Transfer(ActedBy):
    """A bank transfer that the owner found on the shop's account: cents, the day that the bank
    gives it, what it says. The columns of `ActedBy` name who entered it.

    Personal data: `reference`, which may name who paid.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="bank_transfers")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="transfers")
    cents = models.PositiveIntegerField()
    dated = models.DateField()
    reference = models.CharField(max_length=140, blank=True)
    entered_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = OfOrders.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cents__gte=1), name="payments_transfer_cents"
            ),
            # A double tap enters it once.
            models.UniqueConstraint(
                fields=["order", "cents", "dated", "reference"],
                condition=models.Q(voided_at=None),
                name="payments_transfer_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} {self.dated}"


class Capture(models.Model):
    """So many cents of an order that have come in, by a session or a bank transfer.

    `ref` is the provider's name for the money: one capture each, however often it is told. `late`:
    it came when the order had ended already, and its shop's choice was asked.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="captures")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="captures")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="captures"
    )
    transfer = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="capture"
    )
    ref = models.CharField(max_length=120)
    cents = models.PositiveIntegerField()
    captured_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    late = models.BooleanField(default=False)

    objects = OfOrders.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "ref"], name="payments_capture_once"),
            models.CheckConstraint(condition=models.Q(cents__gte=1), name="payments_capture_cents"),
            models.CheckConstraint(
                condition=models.Q(session=None) ^ models.Q(transfer=None),
                name="payments_capture_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.cents}"


class Refund(Marked, ActedBy):
    """So many cents of a capture that go back. The columns of `ActedBy` name who asked for it.

    `line` and `quantity` say for what, where it is for copies; without a line it is for postage or
    an amount. `token` and `tries` are its idempotency key; `began_at` is when the provider was
    asked first, `ref` the provider's name for it, `why` what it said when it failed; `done_at` when
    it went back, or noon of the day on which its owner says that they paid it.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="refunds")
    line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    quantity = models.PositiveSmallIntegerField(null=True, blank=True)
    cents = models.PositiveIntegerField()
    reason = models.CharField(max_length=8, choices=RefundReason)
    status = models.CharField(max_length=8, choices=RefundStatus, default=RefundStatus.ASKED)
    token = models.CharField(max_length=47)
    tries = models.PositiveSmallIntegerField(default=0)
    ref = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OfOrders.as_manager()

    class Meta:
        constraints = [
            enum_check("status", RefundStatus, "payments_refund_status"),
            enum_check("reason", RefundReason, "payments_refund_reason"),
            models.UniqueConstraint(fields=["token"], name="payments_refund_token"),
            models.UniqueConstraint(
                fields=["capture", "ref"], condition=~models.Q(ref=""), name="payments_refund_once"
            ),
            models.CheckConstraint(condition=models.Q(cents__gte=1), name="payments_refund_cents"),
        ]
        indexes = [
            models.Index(
                fields=["look_at"],
                condition=models.Q(status__in=["asked", "sent"]),
                name="payments_refund_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.token}: {self.status}"

    @property
    def key(self) -> str:
        """The idempotency key of the try that is on: a refund that failed is tried by another."""
        return f"{self.token}-{self.tries}"


class PaidOtherwise(ActedBy):
    """That the owner has paid a refund back in another way than by what it was paid, for that does
    it no more: cents, the day, how. The columns of `ActedBy` name who entered it."""

    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, primary_key=True, related_name="otherwise"
    )
    cents = models.PositiveIntegerField()
    dated = models.DateField()
    how = models.CharField(max_length=8, choices=Otherwise)
    entered_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [
            enum_check("how", Otherwise, "payments_otherwise_how"),
            models.CheckConstraint(
                condition=models.Q(cents__gte=1), name="payments_otherwise_cents"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} {self.dated}: {self.how}"


class Notice(models.Model):
    """That a provider said something happened: what, of which session, by which event of its own.

    Its text is not kept, for it holds personal data; `digest` is its SHA-256. What it is about is
    read again at the provider. `settled_at` is when that was done: until then it is tried again at
    `next_at`. One of a session that nobody knows here is never settled, and is listed.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    ref = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=47, blank=True)
    digest = models.CharField(max_length=64)
    times = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "event"], name="payments_notice_once")
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(settled_at=None),
                name="payments_notice_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.kind}"


class Reconciliation(models.Model):
    """A day's comparison of what a provider lists with what is written here: `seen` sums, and what
    differs, each as `{"what", "ref", "theirs", "ours", "at", "order"}` (cents; when the money came,
    UTC; the order's digits, where they are known). Nothing listed is right."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="reconciliations")
    day = models.DateField()
    at = models.DateTimeField()
    seen = models.PositiveIntegerField(default=0)
    differences = models.JSONField(default=list)

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="payments_reconciled_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}: {len(self.differences)}"


class TrialPayment(models.Model):
    """What the test provider, which plays a bank in this database, knows of a session: no money.

    `state` is `open`, `pending`, `paid`, `failed` or `expired`; `settles_at` is when what is
    pending is paid; `refunds` maps the key of each refund to its cents and state.
    """

    key = models.CharField(max_length=47)
    cents = models.PositiveIntegerField()
    state = models.CharField(max_length=8, default="open")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    settles_at = models.DateTimeField(null=True, blank=True)
    refuses_refunds = models.BooleanField(default=False)
    refunds = models.JSONField(default=dict)

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="payments_trial_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"
