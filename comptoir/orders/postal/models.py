"""To where an order is posted."""

from django.db import models


class PostalAddress(models.Model):
    """The address to which an order is posted, as its reader wrote it; `country` by ISO 3166-1
    (two letters), as `quotes.places` knows it.

    Personal data: all but the country. It is erased on a date of
    its own, `COMPTOIR_ERASE_POSTED_AFTER_DAYS` after the order has ended (`erased_at`): until then
    a parcel that was lost or came back is looked for by it. The country stays: VAT depends on it.
    """

    order = models.OneToOneField(
        "orders.Order", on_delete=models.CASCADE, primary_key=True, related_name="address"
    )
    name = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=120, blank=True)
    extra = models.CharField(max_length=120, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"address @ order {self.order_id}"

    @property
    def lines(self) -> list[str]:
        """The address as it stands on a label, but for the country; nothing once it is erased."""
        town = f"{self.postcode} {self.city}".strip()
        return [line for line in (self.name, self.extra, self.street, town) if line]
