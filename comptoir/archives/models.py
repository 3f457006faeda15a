"""A shop's export at the counter, that it leaves, and that it came from another installation."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.networks.models import Network
from comptoir.shops.models import Shop, ShopScoped


class BundleState(models.TextChoices):
    """How far the making of an export has come."""

    WAITING = "waiting", _("waits to be made")
    WORKING = "working", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")


class Bundle(ActedBy):
    """A shop's export as one ZIP, made by a job for an owner; a shop has one at a time.

    `done` of `total` rows are written; `size` in bytes once it is ready. Personal data: it holds
    what the shop holds, its people and its readers' orders too. It goes a day after it was asked
    for, with its pieces.
    """

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="bundle")
    state = models.CharField(max_length=8, choices=BundleState, default=BundleState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())

    objects = ShopScoped["Bundle"].as_manager()

    class Meta:
        constraints = [enum_check("state", BundleState, "archives_bundle_state")]

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.state}"

    @property
    def percent(self) -> int:
        """How much of it is written, of a hundred."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_under_way(self) -> bool:
        """Whether a job has still to end."""
        return self.state in (BundleState.WAITING, BundleState.WORKING)


class BundlePiece(models.Model):
    """A piece of an export's ZIP, in the order of its number."""

    bundle = models.ForeignKey(
        Bundle, on_delete=models.CASCADE, related_name="pieces", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "number"], name="archives_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.number}"


class Farewell(ActedBy):
    """That an owner ended their shop: hidden `since` then, and erased when its time is over.

    It leaves the network when a day has passed and no reservation is open (`Shop.ended_at`); its
    things go `COMPTOIR_ERASE_AFTER_DAYS` later, at `erased_at`. Personal data: the key of the
    account of who ended it, until that account is deleted.
    """

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="farewell")
    since = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.shop_id} since {self.since:%Y-%m-%d}"


class Draft(ActedBy):
    """A file of a network's directory that a coordinator looks at before it is applied.

    A network has one at a time; it goes as it is applied, or a day later. Personal data: addresses
    and numbers of shops as the file has them.
    """

    network = models.OneToOneField(Network, on_delete=models.CASCADE, related_name="draft")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    sent_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.file_name


class Arrival(models.Model):
    """That a shop came from another installation: by which export (the SHA-256 of its manifest)."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="arrival")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.digest[:8]}"
