"""One-off copies: what is told of each, and its photo."""

from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.stock.models.choices import Condition, Sleeve
from comptoir.stock.models.offers import Offer

NOTE_LENGTH = 500


class CopyPhoto(models.Model):
    """A photo of a copy as it is served: WebP, made anew from what was sent, and a small one.

    `digest` names it by what it shows (SHA-256 of the large one, the first 32 hexadecimal digits),
    so that its address never changes what it means and may be cached for ever. Sizes in pixels.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    large = models.BinaryField()
    small = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.digest


class UsedCopy(models.Model):
    """What tells a one-off copy from its like: its sleeve, its photo, what the shop notes of it."""

    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="copy"
    )
    sleeve = models.CharField(max_length=3, choices=Sleeve, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    photo = models.ForeignKey(
        CopyPhoto, on_delete=models.SET_NULL, null=True, blank=True, related_name="copies"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sleeve__in=["", *Sleeve.values]), name="stock_copy_sleeve"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.note}"


class CopyChange(ActedBy):
    """One correction of a copy's grade or price (cents) at the counter: what it was before."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="changes")
    condition = models.CharField(max_length=3, choices=Condition)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.condition}"
