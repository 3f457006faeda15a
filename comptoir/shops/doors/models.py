"""Closed doors as rows of their own: nothing of a shop is written by them, or put back after."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.networks.models import Network

DAY = 24 * 60


class DoorsMode(models.TextChoices):
    """What is still possible while nobody may enter."""

    NO_HOLDS = "no_holds", _("No reservation; search, lists and alerts go on")
    SLOTS = "slots", _("Collection at the door, by slots")


class Doors(ActedBy):
    """That the public may not enter one shop, or any shop of a network, from `begins_at` to
    `ends_at` (UTC, whole minutes; None: until further notice), why in somebody's words (`text`,
    perhaps none), and who said so. `ended_at` is when it was taken back: it holds no more then.

    Personal data: the key of the account that closed; kept as long as the row.
    """

    shop = models.ForeignKey(
        "shops.Shop", on_delete=models.CASCADE, null=True, blank=True, related_name="doors"
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, null=True, blank=True, related_name="doors"
    )
    mode = models.CharField(max_length=8, choices=DoorsMode)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    text = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("mode", DoorsMode, "shops_doors_mode"),
            models.CheckConstraint(
                condition=models.Q(shop=None, network__isnull=False)
                | models.Q(shop__isnull=False, network=None),
                name="shops_doors_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("begins_at")),
                name="shops_doors_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.begins_at:%Y-%m-%d %H:%M}"


class DoorSpan(models.Model):
    """Hours on a weekday (0: Monday) at which a shop hands over at its door, on its own clock, in
    minutes from midnight: a slot `every` so many minutes, for so many readers (`places`)."""

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="door_spans")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()
    every = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    weekday__lte=6,
                    closes__lte=DAY,
                    closes__gt=models.F("opens"),
                    every__range=(5, 240),
                    places__range=(1, 50),
                ),
                name="shops_doorspan_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}–{self.closes} @ {self.shop_id}"
