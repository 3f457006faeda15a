"""What a shop asks for a parcel, and which of two prices of a book it has decided on."""

from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.quotes.places import Zone
from comptoir.shops.models import Shop, ShopScoped


class Tariff(models.Model):
    """What a shop asks for parcels from a day on, until the day of its next one; of one without
    bands the shop posts nothing. No carrier is known here.

    `box_grams` and `box_mm` are what a parcel weighs and how thick it is without goods.
    `till_discounts`: whether prices of its till up to 5 % below the publisher's are its discount
    for those who collect, and no conflict.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="tariffs")
    since = models.DateField()
    box_grams = models.PositiveIntegerField()
    box_mm = models.PositiveSmallIntegerField()
    till_discounts = models.BooleanField(default=False)

    objects = ShopScoped.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "since"], name="quotes_tariff_once")]

    def __str__(self) -> str:
        return f"{self.shop_id} since {self.since}"


class Band(models.Model):
    """One price of a tariff: of a parcel to a group of countries that weighs up to so many grams
    and is up to so many millimetres thick (None: however thick). Cents, tax included."""

    tariff = models.ForeignKey(Tariff, on_delete=models.CASCADE, related_name="bands")
    zone = models.CharField(max_length=8, choices=Zone)
    max_grams = models.PositiveIntegerField()
    max_mm = models.PositiveSmallIntegerField(null=True, blank=True)
    price_cents = models.PositiveIntegerField()
    tracked = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [enum_check("zone", Zone, "quotes_band_zone")]

    def __str__(self) -> str:
        return f"{self.zone} ≤ {self.max_grams} g"


class PriceDecision(ActedBy):
    """That a shop decided what a new book costs posted, whose price at its till (`till_cents`) is
    not the publisher's (`publisher_cents`): `price_cents` is one of both. It holds while both are
    as they were then. Cents.

    Personal data: the key of the account that decided, until that is deleted.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="price_decisions")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    publisher_cents = models.PositiveIntegerField()
    till_cents = models.PositiveIntegerField()
    price_cents = models.PositiveIntegerField()
    decided_at = models.DateTimeField(db_default=Now())

    objects = ShopScoped.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "product"], name="quotes_decision_once"),
            models.CheckConstraint(
                condition=models.Q(price_cents=models.F("publisher_cents"))
                | models.Q(price_cents=models.F("till_cents")),
                name="quotes_decision_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.shop_id}: {self.price_cents}"
