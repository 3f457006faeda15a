"""How well a shop's figures have held so far."""

from django.db import models

from comptoir.shops.models import Shop


class ShopRecord(models.Model):
    """A shop's record of "not on the shelf", worked out again by a job.

    Of the copies that readers were promised and that the shop looked for in the last 90 days,
    `kept` were on the shelf and `missed` were not. `told_every` is how often its till usually
    speaks, in minutes, if that is known. `stock.confidence` grades the shop's offers by it.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="stock_record"
    )
    kept = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    told_every = models.PositiveIntegerField(null=True, blank=True)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.kept} kept, {self.missed} missed"
