"""How often a shop found the copies that were reserved."""

from django.db import models

from comptoir.shops.models import Shop


class ShopRecord(models.Model):
    """Of the copies promised outright in a shop in the last 90 days and looked for since: how many
    there were (`promised`), and how many of these were not on the shelf (`missing`).

    A shop without a row has had none. `as_of` is when it was counted. It makes offers surer or less
    sure (`stock.confidence`), and is told to the shop alone. `told_every` is how often its till
    usually speaks, in minutes, if that is known.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="stock_record"
    )
    promised = models.PositiveIntegerField(default=0, db_default=0)
    missing = models.PositiveIntegerField(default=0, db_default=0)
    told_every = models.PositiveIntegerField(null=True, blank=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(missing__lte=models.F("promised")), name="stock_record_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.missing} of {self.promised}"
