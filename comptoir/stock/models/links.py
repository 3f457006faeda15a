"""By what a provider's calls for a shop are known."""

from django.db import models
from django.db.models.functions import Now

from comptoir.core.errors import Message
from comptoir.shops.models import Shop


class TillLink(models.Model):
    """The address that a till's provider calls for a shop, and the secret by which it signs.

    `provider` is the code of one of `stock.feeds.CALLS`. `token` stands in the address, so that a
    call is known before it is read; it proves nothing. `secret` is what the provider gave the shop:
    it must be kept as it is, for signatures are computed with it; empty, it is still to be entered.
    `location` is what the provider calls the shop's place, empty until the shop says so (then that
    of the first call applied counts: `Feed.shop_code`). `heard_at` is when the last genuine call
    came, `refused_at` when the last one that was not.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="till_links")
    provider = models.CharField(max_length=16)
    token = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "provider"], name="stock_till_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} @ {self.shop_id}"

    @property
    def provider_name(self) -> Message:
        """What people call the provider."""
        from comptoir.stock.feeds import CALLS

        return CALLS[self.provider].name if self.provider in CALLS else self.provider
