"""What an order was reckoned to cost when it was placed, and what became of parts of its lines.

An order that was reckoned by a quote (posted ones always, those to collect that are paid beforehand
too) has a `PostageCharge` and a `LineCharge` for each of its lines. They are written in the same
transaction as the order, and never changed. What is owed now is reckoned from them and from what
became of the copies (`charges.reads`).
"""

from django.db import models

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.quotes.basket import PostageRule, PriceRule, Scheme
from comptoir.quotes.places import Zone


def _words(values: type[Scheme] | type[PriceRule] | type[PostageRule], name: str) -> models.Q:
    return models.Q(**{f"{name}__in": [each.value for each in values]})


class LineCharge(models.Model):
    """What the copies of one line cost, in cents and tax included: `unit_cents` a copy, by which
    `rule` of price. `scheme` says how they are taxed, `rate` is in hundredths of a per cent (0
    where the scheme is not by rate), `vat_cents` the VAT within all copies of the line as placed.
    """

    line = models.OneToOneField(
        "orders.OrderLine", on_delete=models.CASCADE, primary_key=True, related_name="charge"
    )
    scheme = models.CharField(max_length=8)
    rate = models.PositiveSmallIntegerField(default=0)
    unit_cents = models.PositiveIntegerField()
    vat_cents = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_words(Scheme, "scheme"), name="orders_charge_scheme"),
            models.CheckConstraint(condition=_words(PriceRule, "rule"), name="orders_charge_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_cents} c @ line {self.line_id}"


class PostageCharge(models.Model):
    """What the post of an order costs, in cents and tax included, by which `rule`, on which `day`
    of the shop it was reckoned. The parcel as it was reckoned, box included: `grams`, `mm` thick;
    `zone` is where it goes. 0 cents for what is collected for nothing."""

    order = models.OneToOneField(
        "orders.Order", on_delete=models.CASCADE, primary_key=True, related_name="postage"
    )
    cents = models.PositiveIntegerField()
    rule = models.CharField(max_length=40)
    grams = models.PositiveIntegerField(default=0)
    mm = models.PositiveIntegerField(default=0)
    zone = models.CharField(max_length=8, choices=Zone)
    tracked = models.BooleanField(default=False)
    day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_words(PostageRule, "rule"), name="orders_postage_rule"
            ),
            enum_check("zone", Zone, "orders_postage_zone"),
        ]

    def __str__(self) -> str:
        return f"{self.cents} c @ order {self.order_id}"


class PostageShare(models.Model):
    """A part of an order's postage by how it is taxed, in cents: with VAT, and the VAT within."""

    postage = models.ForeignKey(PostageCharge, on_delete=models.CASCADE, related_name="shares")
    scheme = models.CharField(max_length=8)
    rate = models.PositiveSmallIntegerField(default=0)
    cents = models.PositiveIntegerField()
    vat_cents = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_words(Scheme, "scheme"), name="orders_share_scheme"),
            models.UniqueConstraint(
                fields=["postage", "scheme", "rate"], name="orders_share_of_tax"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} c {self.scheme} @ order {self.postage_id}"


class Fate(models.TextChoices):
    """What became of some copies of a line."""

    SENT = "sent"
    NOT_FOUND = "not_found"
    TAKEN_BACK = "taken_back"


class Portion(ActedBy):
    """So many copies of a line that went their own way: sent in a parcel, not on the shelf, or
    taken back after they had been sent or collected. Append-only. The columns of `ActedBy` say who
    wrote it."""

    line = models.ForeignKey("orders.OrderLine", on_delete=models.CASCADE, related_name="portions")
    fate = models.CharField(max_length=10, choices=Fate)
    quantity = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            enum_check("fate", Fate, "orders_portion_fate"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="orders_portion_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.fate} @ line {self.line_id}"
