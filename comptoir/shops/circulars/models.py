"""Circulars of a network, the copy of each that a shop has, and who read it there."""

from django.conf import settings
from django.db import models

from comptoir.accounts.models import ActedBy

LONGEST_TITLE, LONGEST_BODY = 120, 10_000


class Circular(ActedBy):
    """A message of a network to its members, in Markdown, as it was sent: never changed.
    `reminded_at` is when those who had not read it were reminded, which happens once.

    Personal data: the key of the account that sent it; kept as long as entries of the audit.
    """

    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, related_name="circulars"
    )
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField()
    sent_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class CircularCopy(models.Model):
    """That a circular went to a shop."""

    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="copies")
    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="circulars")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circular", "shop"], name="shops_circularcopy_once")
        ]

    def __str__(self) -> str:
        return f"{self.circular_id} @ {self.shop_id}"


class CircularReading(models.Model):
    """That somebody of a shop said that they had read a circular there, and when.

    Personal data: who read it, so that the network knows whom it has reached; gone with the account
    or the circular.
    """

    copy = models.ForeignKey(CircularCopy, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings"
    )
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["copy", "user"], name="shops_circularreading_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.copy_id}"
