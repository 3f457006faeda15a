"""Files that a shop tries out at its counter."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.shops.models import Shop
from comptoir.stock.models.feeds import FeedRun


class TrialState(models.TextChoices):
    """How far the reading of a trial has come."""

    WAITING = "waiting", _("waits to be read")
    READING = "reading", _("being read")
    ASKING = "asking", _("its columns are to be named")
    READY = "ready", _("read")
    FAILED = "failed", _("could not be read")


class TrialQuerySet(models.QuerySet["Trial"]):
    """Reads of trials."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the trials of the shops whose counter this actor may use."""
        return self.filter(shop__in=Shop.objects.visible_to(actor))


class Trial(ActedBy):
    """A till's file on its way to a preview: a job reads it from its pieces and makes the run.

    `format` is empty until it is recognised; `mode`, `as_of` and `written` are what the shop said
    or its browser knew. `read_bytes` of `size` are read. `columns` are the guessed ones while the
    shop is asked (`stock.feeds.table`). `problem` says why it failed, in `language`.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="trials")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(default=0)
    format = models.CharField(max_length=16, blank=True)
    mode = models.CharField(max_length=8, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    written = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=8, default="fr")
    state = models.CharField(max_length=8, choices=TrialState, default=TrialState.WAITING)
    read_bytes = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=1000, blank=True)
    run = models.OneToOneField(
        FeedRun, on_delete=models.CASCADE, null=True, blank=True, related_name="trial"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = TrialQuerySet.as_manager()

    class Meta:
        constraints = [enum_check("state", TrialState, "stock_trial_state")]
        indexes = [models.Index(fields=["created_at"], name="stock_trial_age")]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"


class TrialPiece(models.Model):
    """A piece of a trial's file, in the order of its number."""

    trial = models.ForeignKey(
        Trial, on_delete=models.CASCADE, related_name="pieces", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trial", "number"], name="stock_trial_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.number}"
