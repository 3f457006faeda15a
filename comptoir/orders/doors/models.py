"""What closed doors do to orders: how far the deadlines of a closing, or an opening, are moved."""

from django.db import models
from django.db.models.functions import Now

from comptoir.shops.models import Doors


class DoorsRun(models.Model):
    """That the orders of shops are gone through because their doors were closed or opened: of how
    many (`total`) how many are `done`. What the public sees of the doors does not wait for it."""

    doors = models.ForeignKey(Doors, on_delete=models.CASCADE, related_name="runs")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.done}/{self.total} @ {self.doors_id}"

    @property
    def percent(self) -> int:
        """How far it is, in hundredths."""
        return 100 * self.done // self.total if self.total else 100
