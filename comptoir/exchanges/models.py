"""Transfers: copies that one shop asks another for, until they have arrived."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.orders.models import Order
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition, Offer


class TransferStatus(models.TextChoices):
    """Where a transfer is. The allowed moves are `exchanges.lifecycle.MOVES`."""

    ASKED = "asked", _("asked for")
    ACCEPTED = "accepted", _("set aside, to be sent")
    SENT = "sent", _("on its way")
    ARRIVED = "arrived", _("arrived")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("not answered or not sent in time")
    LOST = "lost", _("lost on the way")


OPEN = (TransferStatus.ASKED, TransferStatus.ACCEPTED, TransferStatus.SENT)
"""The statuses of which something may still become."""


class Refusal(models.TextChoices):
    """Why a shop does not send a copy."""

    NOT_FOUND = "not_found", _("not on the shelf")
    NEEDED = "needed", _("we need it ourselves")
    CONDITION = "condition", _("in no state to be sent")
    NO_WAY = "no_way", _("nobody can bring it over")


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Reads of transfers."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the transfers of which one side is a shop whose counter this actor may use."""
        shops = Shop.objects.visible_to(actor).values("pk")
        return self.filter(models.Q(asker__in=shops) | models.Q(giver__in=shops))

    def of(self, shop: Shop) -> Self:
        """Return the transfers of which a shop is one side."""
        return self.filter(models.Q(asker=shop) | models.Q(giver=shop))

    def open(self) -> Self:
        """Return the transfers of which something may still become."""
        return self.filter(status__in=OPEN)

    def on_the_way(self) -> Self:
        """Return the transfers whose copies are set aside, or have left and are not there yet."""
        return self.filter(status__in=(TransferStatus.ACCEPTED, TransferStatus.SENT))


class Transfer(models.Model):
    """So many alike copies of a product that the shop `asker` wants from the shop `giver`.

    `held` copies are promised out of `offer` from the moment the giver accepts until it sends them.
    `due_at` (UTC) is by when the giver answers, has sent what it accepted, or the copies are there:
    then it ends by itself. `order` is the asker's, if the copies are for one. The names are those
    that the shops had when it was asked: a side is None where its shop is on another installation
    by now.
    """

    asker = models.ForeignKey(
        Shop, on_delete=models.SET_NULL, null=True, related_name="copies_asked", db_index=False
    )
    giver = models.ForeignKey(
        Shop, on_delete=models.SET_NULL, null=True, related_name="copies_lent", db_index=False
    )
    asking_shop = models.CharField(max_length=120)
    giving_shop = models.CharField(max_length=120)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="transfers")
    condition = models.CharField(max_length=3, choices=Condition, default=Condition.NEW)
    quantity = models.PositiveSmallIntegerField(default=1)
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="transfers"
    )
    status = models.CharField(max_length=10, choices=TransferStatus)
    offer = models.ForeignKey(
        Offer, on_delete=models.SET_NULL, null=True, blank=True, related_name="transfers"
    )
    held = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=10, choices=Refusal, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("status", TransferStatus, "exchanges_transfer_status"),
            enum_check("condition", Condition, "exchanges_transfer_condition"),
            models.CheckConstraint(
                condition=models.Q(refusal__in=["", *Refusal.values]),
                name="exchanges_transfer_refusal",
            ),
            models.CheckConstraint(
                condition=~models.Q(asker=None) | ~models.Q(giver=None),
                name="exchanges_transfer_side",
            ),
            models.CheckConstraint(
                condition=models.Q(asker=None)
                | models.Q(giver=None)
                | ~models.Q(asker=models.F("giver")),
                name="exchanges_transfer_two_shops",
            ),
            models.CheckConstraint(
                condition=models.Q(status=TransferStatus.ACCEPTED, held=models.F("quantity"))
                | (~models.Q(status=TransferStatus.ACCEPTED) & models.Q(held=0)),
                name="exchanges_transfer_held",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=OPEN, ended_at=None)
                | (~models.Q(status__in=OPEN) & ~models.Q(ended_at=None)),
                name="exchanges_transfer_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="exchanges_transfer_quantity"
            ),
            # A double tap asks once.
            models.UniqueConstraint(
                fields=["asker", "giver", "product", "condition", "order"],
                condition=models.Q(status__in=(TransferStatus.ASKED, TransferStatus.ACCEPTED)),
                nulls_distinct=False,
                name="exchanges_transfer_once",
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "ended_at"], name="exchanges_transfer_asker"),
            models.Index(fields=["giver", "ended_at"], name="exchanges_transfer_giver"),
            models.Index(
                fields=["due_at"], condition=models.Q(ended_at=None), name="exchanges_transfer_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}: {self.giving_shop} → {self.asking_shop}"


class TransferStep(ActedBy):
    """A line of a transfer's history: what it became, when, by whom. Append-only.

    Personal data: the key of the account that acted, so that colleagues know who did it; kept until
    the account is deleted, then the history says “somebody”.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="steps")
    status = models.CharField(max_length=10, choices=TransferStatus, help_text="after the step")
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [enum_check("status", TransferStatus, "exchanges_step_status")]

    def __str__(self) -> str:
        return f"{self.status} {self.happened_at:%Y-%m-%d %H:%M}"
