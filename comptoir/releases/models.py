"""Releases: titles that a shop, or all shops of a network, do not give out before a moment."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.networks.models import Network
from comptoir.shops.models import Shop


class OneEach(models.TextChoices):
    """Of what one person has one copy."""

    NOTHING = "nothing", _("As many as one likes")
    TITLE = "title", _("One copy of each title a person")
    RELEASE = "release", _("One copy a person of the whole list")


class Release(ActedBy):
    """That the titles of a list are not to be had before a moment, at one shop or at any shop of a
    network, under which name, and with which words for readers.

    All moments are UTC, whole minutes. `holds_at`: no reservation before it. `sale_at`: when they
    are sold at the counter; that is told, and forbidden to nobody, for the till is not ours.
    `online_at`: when what is left is posted; None: as reservations. `one_each` counts until
    `ends_at`, after which nothing of it holds. `shows_copies`: how many copies there are is told
    before `holds_at` too. `withdrawn_at` is when it was taken back: it says nothing then.

    Personal data: the key of the account that wrote it last; kept as long as the row.
    """

    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, null=True, blank=True, related_name="releases"
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, null=True, blank=True, related_name="releases"
    )
    name = models.CharField(max_length=120)
    holds_at = models.DateTimeField()
    sale_at = models.DateTimeField()
    online_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    one_each = models.CharField(max_length=8, choices=OneEach)
    shows_copies = models.BooleanField(default=False, db_default=False)
    text = models.CharField(max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("one_each", OneEach, "releases_release_one_each"),
            models.CheckConstraint(
                condition=models.Q(shop=None, network__isnull=False)
                | models.Q(shop__isnull=False, network=None),
                name="releases_release_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("holds_at"))
                & models.Q(ends_at__gt=models.F("sale_at")),
                name="releases_release_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.sale_at:%Y-%m-%d %H:%M}"


class ReleaseTitle(models.Model):
    """A title of a release."""

    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="titles", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="releases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "product"], name="releases_title_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} of {self.release_id}"
