"""Endpoints, the messages to them, and how each try went."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.core.gate import shown
from comptoir.shops.models import Shop, ShopScoped


class Event(models.TextChoices):
    """What a message may be about; names as in Standard Webhooks: dotted, in the past tense."""

    STOCK_CHANGED = "stock.changed", _("stock changed")
    ORDER_PLACED = "order.placed", _("order placed")
    ORDER_CONFIRMED = "order.confirmed", _("order confirmed")
    ORDER_SET_ASIDE = "order.set_aside", _("order set aside")
    ORDER_NOT_FOUND = "order.not_found", _("copy not on the shelf")
    ORDER_COLLECTED = "order.collected", _("order collected")
    ORDER_PAID = "order.paid", _("order paid")
    ORDER_PREPARED = "order.prepared", _("order ready to be posted")
    ORDER_SENT_IN_PART = "order.sent_in_part", _("order posted in part")
    ORDER_SHIPPED = "order.shipped", _("order posted")
    ORDER_DELIVERED = "order.delivered", _("order delivered")
    ORDER_TAKEN_BACK = "order.taken_back", _("copies taken back")
    ORDER_REVIVED = "order.revived", _("order taken up again")
    ORDER_CANCELLED = "order.cancelled", _("order cancelled")
    ORDER_EXPIRED = "order.expired", _("order expired")
    ORDER_DEADLINE_MOVED = "order.deadline_moved", _("deadline moved")
    TEST = "webhook.test", _("test")


class OfShops(ShopScoped["Endpoint"]):
    """Reads of endpoints."""


class Endpoint(ActedBy):
    """An address to which a shop has messages sent. The columns of `ActedBy` name who entered it.

    No secret is kept: it is derived from the installation's key, `nonce` and `generation`
    (`signature`). After a rotation the one before signs too until `previous_until`. `failures` are
    tries that failed in a row, since `failing_since`; until `rest_until` nothing is sent. While a
    sender is at it, `busy_until` keeps the others away.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=2000)
    events = ArrayField(models.CharField(max_length=30, choices=Event))
    nonce = models.CharField(max_length=32)
    generation = models.PositiveSmallIntegerField(default=1)
    previous_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    paused_at = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    objects = OfShops.as_manager()

    def __str__(self) -> str:
        return f"{self.shop_id} → {self.address}"

    @property
    def address(self) -> str:
        """The address as it may be shown: its query often holds a secret."""
        return shown(self.url)


class Message(models.Model):
    """One event, the same for every endpoint and at every try.

    `data` holds no personal data: keys, codes and figures. `id` grows in the order of commits, and
    is sent as `sequence`: a receiver drops what is older than what it has.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="webhook_messages")
    key = models.UUIDField(default=uuid4)
    event = models.CharField(max_length=30, choices=Event)
    data = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [enum_check("event", Event, "webhooks_message_event")]
        indexes = [models.Index(fields=["created_at"], name="webhooks_message_age")]

    def __str__(self) -> str:
        return f"{self.event} {self.ref}"

    @property
    def ref(self) -> str:
        """The message's `webhook-id`: the same at every try and every replay."""
        return f"msg_{self.key.hex}"


class DeliveryStatus(models.TextChoices):
    """Where a message is on its way to one endpoint."""

    PENDING = "pending", _("waiting")
    DELIVERED = "delivered", _("received")
    FAILED = "failed", _("given up")


class DeliveryQuerySet(ShopScoped["Delivery"]):
    """Reads of deliveries."""

    shop_path = "endpoint__shop"


class Delivery(models.Model):
    """One message on its way to one endpoint; tried at `next_at`, after `tries` that failed."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("status", DeliveryStatus, "webhooks_delivery_status"),
            models.UniqueConstraint(fields=["endpoint", "message"], name="webhooks_delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "next_at"],
                condition=models.Q(status=DeliveryStatus.PENDING),
                name="webhooks_delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.endpoint_id}: {self.status}"


class Attempt(models.Model):
    """One try: what the endpoint answered (`status`, none if nothing), or `note`: what went wrong,
    or the beginning of its answer."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(db_default=Now())
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status}"


class Followed(models.Model):
    """How far the outbox has become messages (`core.outbox.Position`): one row."""

    xid = models.BigIntegerField()
    entry = models.BigIntegerField()
    moved_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.xid}/{self.entry}"
