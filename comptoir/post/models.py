"""Parcels of posted orders: what was fetched from the shelf for them, what is in each, and where
each is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.orders.models import Order, OrderLine
from comptoir.post.carriers import LONGEST, Carrier
from comptoir.shops.models import ShopScoped


class ParcelQuerySet(ShopScoped["Parcel"]):
    """Reads of parcels."""

    shop_path = "order__shop"


class Fetched(ActedBy):
    """So many copies of a line that were fetched from the shelf and wait to be packed, or were
    packed since: never more than the line holds or has sent. Who fetched them last, and when."""

    line = models.OneToOneField(
        OrderLine, on_delete=models.CASCADE, primary_key=True, related_name="fetched"
    )
    quantity = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.quantity} @ line {self.line_id}"


class Parcel(models.Model):
    """One parcel of an order that is posted. What it cost is the order's postage, however many
    parcels there are.

    It is packed, then handed to its carrier (`handed_at`, with which its copies leave the shop),
    then delivered, if anybody says so (`delivered_at`; UTC). `grams` is what it was weighed at;
    None: as its contents are reckoned. `tracking` is the carrier's number, without what stands
    between its signs.

    Personal data: `tracking`, by which the carrier tells where its addressee is; erased with the
    order's contact.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    carrier = models.CharField(max_length=16, choices=Carrier, blank=True)
    tracking = models.CharField(max_length=LONGEST, blank=True)
    grams = models.PositiveIntegerField(null=True, blank=True)
    packed_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = ParcelQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(carrier__in=["", *Carrier.values]), name="post_parcel_carrier"
            ),
            models.CheckConstraint(
                condition=models.Q(delivered_at=None) | ~models.Q(handed_at=None),
                name="post_parcel_in_turn",
            ),
        ]
        indexes = [
            models.Index(
                fields=["order"],
                condition=models.Q(delivered_at=None),
                name="post_parcel_on_its_way",
            ),
        ]

    def __str__(self) -> str:
        return f"parcel {self.pk} @ order {self.order_id}"


class ParcelLine(models.Model):
    """So many copies of a line of its order in a parcel. All parcels together never hold more of a
    line than it has: whoever packs has locked the order (`post.operations.contents`)."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="contents")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="packed")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="post_parcelline_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="post_parcelline_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × line {self.line_id}"


class StepKind(models.TextChoices):
    """What happened to a parcel."""

    PACKED = "packed", _("packed")
    NUMBERED = "numbered", _("number noted")
    HANDED = "handed", _("handed to the carrier")
    DELIVERED = "delivered", _("delivered")


class ParcelStep(ActedBy):
    """A line of a parcel's history: what happened, when, by whom. Append-only.

    Personal data: the key of the account that acted, so that colleagues know who did it; kept until
    the account is deleted, then the history says “somebody”.
    """

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [enum_check("kind", StepKind, "post_step_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"
