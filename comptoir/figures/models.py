"""Figures: counts by shop and day, of which nobody is the subject, and how far they come."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.networks.models import Network
from comptoir.orders.models import Channel
from comptoir.shops.models import Shop


class Tally(models.Model):
    """What became of the reservations placed at a shop on a day of its own clock, under a network's
    address or none, by a way in.

    `placed` is the sum of `unconfirmed` (ended because nobody confirmed them), `collected`,
    `not_found`, `cancelled`, `expired` and `open`. `copies` and `cents` are of what was collected.
    Of those that readers placed by themselves: `answers` and `set_asides` hold one step
    (`facts.STEPS`) for each that the shop answered, or set aside, and `unanswered` counts those
    that ended without an answer. `told` counts those of which can be told whether their reader was
    new, `newcomers` those who, for all that is on record, were.

    It outlives the orders it was counted from, and holds no personal data.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=8, choices=Channel)
    placed = models.PositiveIntegerField()
    unconfirmed = models.PositiveIntegerField()
    collected = models.PositiveIntegerField()
    not_found = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    expired = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    copies = models.PositiveIntegerField()
    cents = models.PositiveBigIntegerField()
    unanswered = models.PositiveIntegerField()
    answers = ArrayField(models.PositiveSmallIntegerField())
    set_asides = ArrayField(models.PositiveSmallIntegerField())
    told = models.PositiveIntegerField()
    newcomers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            enum_check("channel", Channel, "figures_tally_channel"),
            models.UniqueConstraint(
                fields=["shop", "day", "network", "channel"],
                nulls_distinct=False,
                name="figures_tally_once",
            ),
            models.CheckConstraint(
                condition=models.Q(newcomers__lte=models.F("told")), name="figures_tally_told"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="figures_tally_day")]

    def __str__(self) -> str:
        return f"{self.shop_id} {self.day}: {self.placed}"


class MemberSpan(models.Model):
    """From which day to which, both included, a shop belonged to a network: a membership that ended
    leaves no row of its own. `last_day` is None while it does."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["network", "shop"],
                condition=models.Q(last_day=None),
                name="figures_span_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.shop_id} @ {self.network_id}: {self.first_day} – {self.last_day}"


class YearSums(models.Model):
    """What a network's members took in in a year, added up from the tallies (`reads.Counted`), so
    that no page adds them up, and which counts are hidden (`publication.concealed`), so that none
    works it out. It goes with the first change of a tally of that year, and the job writes it
    anew."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    counted = models.JSONField()
    concealed = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "year"], name="figures_yearsums_once")
        ]

    def __str__(self) -> str:
        return f"{self.network_id} {self.year}"


class Unmet(models.Model):
    """How often, in a month (its first day), readers asked for a title that no shop within
    `UNMET_M` of the place they named had; `shop` is the public shop nearest to that place. Nothing
    about them is kept."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "month", "product"], name="figures_unmet_once")
        ]

    def __str__(self) -> str:
        return f"{self.product_id} near {self.shop_id}, {self.month:%Y-%m}: {self.count}"


class Followed(models.Model):
    """Up to where the outbox was counted: one row. `moved_at` is when that was."""

    xid = models.BigIntegerField()
    entry = models.BigIntegerField()
    moved_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.xid}:{self.entry}"
