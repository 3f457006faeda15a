"""Stock counts by scanning, and the corrections of the till that were made."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.shops.models import Shop, ShopScoped
from comptoir.stock.shelf.models import StockMovement


class CountStatus(models.TextChoices):
    """How far a count has come."""

    OPEN = "open", _("being counted")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    DISCARDED = "discarded", _("given up")


class CountOutcome(models.TextChoices):
    """What became of one title of a count."""

    SAME = "same", _("as expected")
    APPLIED = "applied", _("corrected")
    WRITTEN_OFF = "written_off", _("the till has told since: what was missing is taken off")
    OVERTAKEN = "overtaken", _("the till has told since: left as it says")
    REFUSED = "refused", _("could not be applied: count it again")


class StockCountQuerySet(ShopScoped["StockCount"]):
    """Reads of counts."""


class StockCount(ActedBy):
    """One count: of a shelf by its name, or `whole`, of everything the shop has.

    `actor_…` is who began it. `zero_rest`: what was not scanned is not there.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="counts")
    name = models.CharField(max_length=80)
    whole = models.BooleanField(default=False)
    zero_rest = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=CountStatus, default=CountStatus.OPEN)
    started_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_kind = models.CharField(max_length=8, blank=True)
    closed_id = models.BigIntegerField(null=True, blank=True)

    objects = StockCountQuerySet.as_manager()

    class Meta:
        db_table = "stock_countsession"
        constraints = [enum_check("status", CountStatus, "stock_count_status")]

    def __str__(self) -> str:
        return self.name


class CountedTitle(models.Model):
    """One title of a count: so many new copies, and the moments of its first and its last scan.

    `expected` is how many we had on hand at the last scan. `scanned` is false for what a count of
    the whole shop did not find. `outcome` is empty until it is applied.
    """

    session = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="titles")
    ean = models.CharField(max_length=13)
    copies = models.PositiveIntegerField()
    expected = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    scanned = models.BooleanField(default=True)
    outcome = models.CharField(max_length=12, choices=CountOutcome, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "ean"], name="stock_counted_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *CountOutcome.values]),
                name="stock_counted_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copies} × {self.ean}"


class CountScan(ActedBy):
    """One scan, by the key that the screen gave it: sent twice, it counts once.

    It adds `change` copies, or states that there are `number` of them. `issue` is that of a
    magazine.
    """

    session = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="scans")
    key = models.CharField(max_length=40)
    ean = models.CharField(max_length=13)
    issue = models.CharField(max_length=5, blank=True, default="", db_default="")
    change = models.SmallIntegerField(default=0)
    number = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "key"], name="stock_scan_once"),
        ]
        indexes = [models.Index(fields=["session", "ean"], name="stock_scan_title")]

    def __str__(self) -> str:
        return f"{self.change:+d} {self.ean}"


class TillCorrection(ActedBy):
    """The note that somebody corrected the shop's till for a movement that it did not know of."""

    movement = models.OneToOneField(
        StockMovement, on_delete=models.CASCADE, primary_key=True, related_name="correction"
    )
    done_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.movement_id}"
