"""A shop's links and photos, and each change of what is written of it, with who made it."""

from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.shops.sources.models import Source

LONGEST_ALT, LONGEST_CREDIT, LONGEST_LABEL, LONGEST_URL = 200, 100, 60, 300
"""Characters of a photo's text alternative and credit, and of a link's label and address."""


class ShopAct(ActedBy):
    """One act by which a shop was changed: who, when, and by which source where an import did it
    (empty: by hand). Its changes are undone together, by an act of its own that names it here.

    The keys of a shop's acts rise in the order of their commits: its row is locked by whoever
    writes one. Personal data: the key of the account that acted, until that is deleted, or the shop
    has left; the act itself is kept for `operations.page.erasure.KEPT_FOR`.
    """

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="acts")
    happened_at = models.DateTimeField()
    source = models.CharField(max_length=8, choices=Source, blank=True, default="")
    undoes = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="undone_by"
    )

    class Meta:
        indexes = [models.Index(fields=["shop", "-id"], name="shops_shopact_newest")]

    def __str__(self) -> str:
        return f"{self.pk} @ {self.shop_id}"


class FieldChange(models.Model):
    """What one act changed of one field: the value before and after, in the form of
    `page.state`. `undone` names the act that put the one before back.

    Personal data: what stood in the fields of a shop, which may be about the person who runs it
    (telephone, address); gone with its act.
    """

    act = models.ForeignKey(ShopAct, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=32)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    undone = models.ForeignKey(
        ShopAct, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "field"], name="shops_fieldchange_once")
        ]

    def __str__(self) -> str:
        return f"{self.field} @ {self.act_id}"


class Link(models.Model):
    """Another address of a shop on the web, and what its page calls it."""

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="links")
    url = models.URLField(max_length=LONGEST_URL)
    label = models.CharField(max_length=LONGEST_LABEL)
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "url"], name="shops_link_once")]

    def __str__(self) -> str:
        return self.label


class PhotoFile(models.Model):
    """A photo of a shop as it is served: WebP, made anew from what was sent, in three sizes and as
    a square for lists. Width and height are the large one's, in pixels.

    `digest` names it by what it shows, so that its address never changes what it means. `left_at`
    is since when no page shows it (None: one does): a removal may be undone for some days
    (`operations.page.erasure.UNDONE_FOR`), and meanwhile nobody is served it.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    large = models.BinaryField()
    medium = models.BinaryField()
    small = models.BinaryField()
    square = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.digest


SIZES = ("large", "medium", "small", "square")
"""The columns of a photo's bytes."""

BYTES = tuple(f"file__{size}" for size in SIZES)
"""What a list of a shop's photos does not read."""


class ShopPhoto(models.Model):
    """That a shop's page shows a photo: in which place, what one would see (its text alternative),
    and who took it."""

    shop = models.ForeignKey("shops.Shop", on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey(PhotoFile, on_delete=models.PROTECT, related_name="shown")
    alt = models.CharField(max_length=LONGEST_ALT)
    credit = models.CharField(max_length=LONGEST_CREDIT, blank=True)
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "file"], name="shops_shopphoto_once")
        ]

    def __str__(self) -> str:
        return self.alt
