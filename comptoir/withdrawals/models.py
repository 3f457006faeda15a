"""What readers withdrew from, and what became of it."""

from django.db import models
from django.db.models import F, Q

from comptoir.orders.models import Order, OrderLine
from comptoir.shops.models import ShopScoped
from comptoir.terms.models import TermsVersion


class WithdrawalQuerySet(ShopScoped["Withdrawal"]):
    """Reads of withdrawals."""

    shop_path = "order__shop"


class Withdrawal(models.Model):
    """That a reader withdrew from an order, in whole or in part.

    `declared_at` is the moment of the declaration, to the second as the receipt says it: where it
    began by a link that was asked for, that of asking, and `confirmed_at` when it was confirmed
    (UTC). `last_day` is when the period ends, None while nothing was delivered. `proof` is what the
    reader says of how they sent it back, at `proof_at`; `ended_at`: of each copy the shop has said
    what became of it; `reminded_at`: it was reminded.

    Personal data: `proof`, by which a parcel is followed.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="withdrawals")
    declared_at = models.DateTimeField()
    confirmed_at = models.DateTimeField()
    last_day = models.DateField(null=True, blank=True)
    proof = models.CharField(max_length=120, blank=True)
    proof_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        ordering = ["declared_at", "pk"]
        indexes = [
            models.Index(
                fields=["declared_at"], condition=Q(ended_at=None), name="withdrawals_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} @ order {self.order_id}"

    @property
    def left(self) -> int:
        """Of how many copies the shop has still to say what became of them."""
        return sum(each.left for each in self.lines.all())

    @property
    def unsent(self) -> int:
        """How many of those left have never left the shop: nothing is to be sent back."""
        return sum(each.unsent for each in self.lines.all())


class WithdrawnLine(models.Model):
    """So many copies of a line that a reader withdrew from: of them so many are `back`, and paid
    back, and so many were `kept` by the shop's word that the law excepts them (unsealed)."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="withdrawn")
    quantity = models.PositiveSmallIntegerField()
    back = models.PositiveSmallIntegerField(default=0)
    kept = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "line"], name="withdrawals_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__gte=F("back") + F("kept")),
                name="withdrawals_line_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × line {self.line_id}"

    @property
    def left(self) -> int:
        """Of how many copies the shop has still to say what became of them."""
        return self.quantity - self.back - self.kept

    @property
    def unsent(self) -> int:
        """How many of those left have never left the shop: it has to pay back, and waits for
        nothing."""
        return min(self.left, self.line.held)

    @property
    def at_once(self) -> int:
        """Of how many copies it is said at once: of those that are here first, of others then."""
        return self.unsent or self.left


class LaterNotice(models.Model):
    """That the reader of an order, who was not told of the right to withdraw as it was made, was
    told later, by a mail with the conditions of a version. The period ends by it sooner (code de la
    consommation, article L221-20)."""

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="later_notice"
    )
    version = models.ForeignKey(TermsVersion, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField()

    objects = models.Manager()

    def __str__(self) -> str:
        return f"notice of version {self.version_id} @ order {self.order_id}"
