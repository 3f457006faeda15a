"""Files that we fetch ourselves, from an address that the shop gave."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import enum_check
from comptoir.shops.models import Shop
from comptoir.stock.models.choices import TellingMode

LEAST_MINUTES = 5
MOST_MINUTES = 7 * 24 * 60


class PullKind(models.TextChoices):
    """What is at the address."""

    FILE = "file", _("a file of the till")
    PASS_CULTURE = "passculture", _("a provider of the pass Culture contract")


class FeedPull(models.Model):
    """An address that is asked for a shop's stock every so many minutes.

    `format` and `mode` are those of its files, empty where they say it themselves. `etag` and
    `last_modified` are what the server said of the last file taken, so that an unchanged one is not
    sent again. `told_at` is the last answer that was taken (or unchanged), `full_at` the last
    snapshot of a provider. `trouble` says why the last try failed, in words. The password is never
    shown again.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="pulls")
    kind = models.CharField(max_length=12, choices=PullKind, default=PullKind.FILE)
    url = models.CharField(max_length=2000)
    format = models.CharField(max_length=16, blank=True)
    mode = models.CharField(max_length=8, blank=True, choices=TellingMode)
    every_minutes = models.PositiveIntegerField(
        validators=[MinValueValidator(LEAST_MINUTES), MaxValueValidator(MOST_MINUTES)]
    )
    user = models.CharField(max_length=200, blank=True)
    password = models.CharField(max_length=200, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    full_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            enum_check("kind", PullKind, "stock_pull_kind"),
            models.UniqueConstraint(fields=["shop", "url"], name="stock_pull_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} @ {self.shop_id}"
