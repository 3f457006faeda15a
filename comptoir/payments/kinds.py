"""Who moves money, how a payment and a refund stand, and why money goes back."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderName(models.TextChoices):
    """Who moves the money of an account."""

    STRIPE = "stripe", "Stripe"
    MOLLIE = "mollie", "Mollie"
    TRANSFER = "transfer", _("bank transfer")
    TRIAL = "trial", _("trial, no money")


class Late(models.TextChoices):
    """What becomes of money that comes after the copies went."""

    HONOUR = "honour", _("send the order after all if the copies are still free, else pay back")
    REFUND = "refund", _("always pay back")


class SessionStatus(models.TextChoices):
    """How a payment at a provider stands."""

    ASKED = "asked", _("being prepared")
    OPEN = "open", _("waiting for the reader")
    PENDING = "pending", _("the bank has not said yes yet")
    PAID = "paid", _("paid")
    ENDED = "ended", _("not paid")


UNENDED = (SessionStatus.ASKED, SessionStatus.OPEN, SessionStatus.PENDING)
"""The statuses of which money may still come."""


class RefundReason(models.TextChoices):
    """Why money goes back."""

    ENDED = "ended", _("something of the order was not sent")
    LATE = "late", _("it came after the copies had gone")
    OWNER = "owner", _("the shop’s decision")
    PROVIDER = "provider", _("made at the provider")


class RefundStatus(models.TextChoices):
    """How a refund stands."""

    ASKED = "asked", _("to be sent")
    SENT = "sent", _("on its way")
    DONE = "done", _("paid back")
    FAILED = "failed", _("refused by the provider")


STALE = timedelta(hours=24)
"""After so long what a provider should have done by itself is told to the owner."""


class Otherwise(models.TextChoices):
    """How an owner paid back what its provider does not."""

    TRANSFER = "transfer", _("by a bank transfer")
    CASH = "cash", _("in cash")
    CHEQUE = "cheque", _("by a cheque")
    SITE = "site", _("on the provider’s site")
    OTHER = "other", _("in another way")
