"""What shops say of themselves by law, the versions of it, which one an order was made under; who
made what they post."""

from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.orders.models import Order
from comptoir.shops.models import Shop, ShopScoped


class Conditions(models.Model):
    """What a shop fills into its conditions, legal notice and privacy page, beside its name,
    address and identity (`Shop`, `papers.LegalIdentity`).

    `director` answers for what it publishes; `packaging_number` is the one that ADEME gave (IDU);
    `return_address` is where goods come back, empty for the shop's own; `pays_return`: the shop
    pays what sending back costs; `claims_exemption`: it is a micro-business, and its service needs
    not be accessible by law; `own_words` stand in the conditions as they are.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="conditions"
    )
    director = models.CharField(max_length=120, blank=True)
    mediator_name = models.CharField(max_length=120, blank=True)
    mediator_address = models.CharField(max_length=200, blank=True)
    mediator_site = models.URLField(max_length=200, blank=True)
    packaging_number = models.CharField(max_length=40, blank=True)
    return_address = models.CharField(max_length=200, blank=True)
    pays_return = models.BooleanField(default=False)
    claims_exemption = models.BooleanField(default=False)
    own_words = models.TextField(max_length=4000, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    objects = ShopScoped["Conditions"].as_manager()

    def __str__(self) -> str:
        return f"conditions @ {self.shop_id}"


class TermsVersion(ActedBy):
    """A version of what a shop says by law, as it was published: `texts` by language and document,
    each a list of sections (`heading`, `paragraphs`, `boxed`). Written once, never changed.

    `tells_withdrawal`: it has the notice of the right to withdraw. The columns of `ActedBy` say who
    published it.
    """

    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, related_name="terms_versions", db_index=False
    )
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    tells_withdrawal = models.BooleanField(default=True)
    texts = models.JSONField()

    objects = ShopScoped["TermsVersion"].as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="terms_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} @ {self.shop_id}"


class OrderTerms(models.Model):
    """Under which version an order was made that was to be paid beforehand. An order without one
    was made under none."""

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )
    version = models.ForeignKey(TermsVersion, on_delete=models.CASCADE, related_name="+")

    objects = models.Manager()

    def __str__(self) -> str:
        return f"version {self.version_id} @ order {self.order_id}"


class Maker(models.Model):
    """Who is asked about the safety of what an imprint or label made: `name`, postal `address` and
    `contact` (a mail address, or the address of a form). `imprint` is how notices name it, `key`
    the same without case or accents. Without a shop it is the installation's, for all shops; a
    shop's own goes before it."""

    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, null=True, blank=True, related_name="makers"
    )
    imprint = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    changed_at = models.DateTimeField(db_default=Now())

    objects = ShopScoped["Maker"].as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "key"], name="terms_maker_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.imprint
