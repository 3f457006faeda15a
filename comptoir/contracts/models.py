"""Contracts that outlive their orders' persons."""

from django.db import models

from comptoir.shops.models import Shop, ShopScoped


class Contract(models.Model):
    """What an order said, of those that the law has kept: who sold what to whom, when, for how
    much. `order` is the order's key. `lines` are its titles, each with `title`, `quantity`, `cents`
    a copy; `cents` is all of it, `postage_cents` of it the post; tax included.

    `seller` is the shop as it was named then. Never changed; deleted behind the day `until`.

    Personal data: name, addresses of the buyer, and the keyed hash by which they find it; kept
    because the law says so (code de la consommation, L213-1), and nothing else.
    """

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="contracts")
    order = models.BigIntegerField(unique=True)
    code = models.CharField(max_length=8)
    seller = models.CharField(max_length=400)
    buyer_name = models.CharField(max_length=120)
    buyer_email = models.EmailField(blank=True)
    buyer_address = models.CharField(max_length=500, blank=True)
    buyer_key = models.CharField(max_length=64, blank=True, db_index=True)
    lines = models.JSONField()
    postage_cents = models.PositiveIntegerField()
    cents = models.PositiveIntegerField()
    concluded_at = models.DateTimeField()
    until = models.DateField(db_index=True)

    objects = ShopScoped["Contract"].as_manager()

    def __str__(self) -> str:
        return f"{self.code} @ {self.shop_id} until {self.until}"
