"""What tills call their articles."""

from django.db import models

from comptoir.accounts.models import ActedBy
from comptoir.shops.models import Shop


class TillItem(ActedBy):
    """An article by the reference that a shop's till gives it, and the title that it is.

    `format` is the way in which that till tells. Without an `ean` the article was seen and nobody
    has said yet what it is; with one, the actor is who said so last, at `named_at`. `name` is what
    the till calls it.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    format = models.CharField(max_length=16)
    item = models.CharField(max_length=100)
    ean = models.CharField(max_length=13, blank=True)
    name = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()
    actor_kind = models.CharField(
        max_length=8, choices=ActedBy._meta.get_field("actor_kind").choices, blank=True
    )
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "format", "item"], name="stock_till_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.ean}"
