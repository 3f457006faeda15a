"""That a person did not collect at a shop, and that the shop trusts them again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.shops.models import Shop


class TrustKind(models.TextChoices):
    """What happened between a shop and a person."""

    UNCOLLECTED = "uncollected", _("did not collect")
    TRUSTED = "trusted", _("trusted again")


class TrustEvent(ActedBy):
    """One line of what a shop remembers of a person: that a copy waited for them in vain, or that
    the shop trusts them again, whatever came before.

    `key` is a keyed hash of the contact together with the shop (`contacts.trust_key`): the rows of
    two shops cannot be joined, and name no order. Nobody but the shop sees them.

    Personal data: kept for `trust.demand.KEPT_FOR`.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=12, choices=TrustKind)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [enum_check("kind", TrustKind, "orders_trust_kind")]
        indexes = [
            models.Index(fields=["key"], name="orders_trust_key"),
            models.Index(fields=["shop"], name="orders_trust_shop"),
            models.Index(fields=["happened_at"], name="orders_trust_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} @ {self.shop_id}"
