"""Who has what, and the ledger that explains each number."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.shops.models import Shop


class Condition(models.TextChoices):
    """New, or a used copy graded with the words of the record trade (Discogs), books included."""

    NEW = "new", _("new")
    MINT = "M", _("used, mint (M)")
    NEAR_MINT = "NM", _("used, near mint (NM)")
    VERY_GOOD_PLUS = "VG+", _("used, very good plus (VG+)")
    VERY_GOOD = "VG", _("used, very good (VG)")
    GOOD_PLUS = "G+", _("used, good plus (G+)")
    GOOD = "G", _("used, good (G)")
    FAIR = "F", _("used, fair (F)")
    POOR = "P", _("used, poor (P)")


class Reason(models.TextChoices):
    """Why the number moved. A reservation moves nothing: its copy still stands on the shelf."""

    TOLD = "told", _("the till said so")
    RECEIVED = "received", _("received")
    SOLD = "sold", _("sold at the counter")
    COLLECTED = "collected", _("collected by the reader")
    NOT_FOUND = "not_found", _("not on the shelf")
    COUNTED = "counted", _("counted by hand")


class FeedFormat(models.TextChoices):
    """How a till tells us."""

    ASC = "asc", "Tite-Live .asc"
    CSV = "csv", "CSV"
    API = "api", "API"


class TellingMode(models.TextChoices):
    """A snapshot means that what is absent is zero, a delta that it is unchanged."""

    SNAPSHOT = "snapshot", _("snapshot")
    DELTA = "delta", _("delta")


class RunStatus(models.TextChoices):
    """What became of one telling."""

    APPLIED = "applied", _("applied")
    QUARANTINED = "quarantined", _("held back, to be checked")
    OUTDATED = "outdated", _("older than what is known: kept, changes nothing")
    REFUSED = "refused", _("refused")
    DISCARDED = "discarded", _("discarded after a check")


class Covers(models.TextChoices):
    """What a telling speaks of: what a snapshot leaves out is zero only within it."""

    NEW = "new", _("new copies only")
    ALL = "all", _("new and used copies")


class RunReason(models.TextChoices):
    """Why a telling was not simply applied."""

    EMPTIES = "empties", _("it would empty more than 40 per cent of what the shop has")
    REFUSALS = "refusals", _("more than 5 per cent of its lines are refused")
    NOTHING = "nothing", _("none of its lines can be read")
    OUTDATED = "outdated", _("something newer is already known")


class OfferQuerySet(models.QuerySet["Offer"]):
    """Reads of offers."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the offers of the shops whose counter this actor may use."""
        return self.filter(shop__in=Shop.objects.visible_to(actor))


class FeedRunQuerySet(models.QuerySet["FeedRun"]):
    """Reads of tellings."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the tellings of the shops whose counter this actor may use."""
        return self.filter(feed__shop__in=Shop.objects.visible_to(actor))


class Offer(models.Model):
    """One product at one shop in one condition at one price (cents, tax included).

    Available = on_hand − held − the shop's safety stock, never below zero. `counted` and `as_of`
    are what was last told or counted and its moment; a snapshot that says the same again moves
    only the shop's `ShopClock`, so the later of the two counts. `unseen` is how many copies of
    `counted` left here without the till having seen it (`stock.truth`). `moved_at` is the moment of
    the last movement made here, not told: by it a telling finds what to reconsider. `short` is how
    many held copies a later telling ruled out; it lets the database refuse every other way for
    holds to exceed on-hand. `ean` repeats the product's (which never changes) next to the figures,
    so that a snapshot is matched without reading the catalogue; a telling fills it where it lacks.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="offers", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="offers")
    ean = models.CharField(max_length=13, null=True, blank=True)
    condition = models.CharField(max_length=3, choices=Condition, default=Condition.NEW)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    on_hand = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    short = models.IntegerField(default=0)
    counted = models.IntegerField(default=0)
    unseen = models.IntegerField(default=0, db_default=0)
    as_of = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        "stock.Feed",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="offers",
        db_index=False,
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("condition", Condition, "stock_offer_condition"),
            models.UniqueConstraint(
                fields=["shop", "product", "condition"], name="stock_offer_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    on_hand__gte=0, held__gte=0, short__gte=0, counted__gte=0, unseen__gte=0
                ),
                name="stock_offer_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(held__lte=models.F("on_hand") + models.F("short")),
                name="stock_offer_promised_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["shop"], condition=models.Q(ean=None), name="stock_offer_without_ean"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.shop_id}"


class ShopClock(models.Model):
    """The moments of a shop's newest applied snapshots, of new copies and of used ones.

    An offer that a snapshot left as it was is as fresh as its shop's clock. The row is also the
    lock of the shop's ledger: a telling takes it alone, "sold one" and its kin share it.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="stock_clock"
    )
    new_as_of = models.DateTimeField(null=True, blank=True)
    used_as_of = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.new_as_of}"


class Feed(models.Model):
    """The standing arrangement by which a shop's till tells us its stock.

    `as_of` is the moment of the newest telling accepted. `shop_code` is what the till calls the
    shop (its bytes as Latin-1, blanks included), learnt from the first file applied: a file that
    names another shop is refused.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="feeds")
    format = models.CharField(max_length=8, choices=FeedFormat)
    as_of = models.DateTimeField(null=True, blank=True)
    shop_code = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            enum_check("format", FeedFormat, "stock_feed_format"),
            models.UniqueConstraint(fields=["shop", "format"], name="stock_feed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.format} @ {self.shop_id}"


class FeedRun(ActedBy):
    """One telling: what came, what was taken and what was refused, and why.

    `refusals` holds the first thousand refused lines as `[line number, code, message, content]`.
    `overtaken_count` is how many lines were older than what is known of their offer. What a
    quarantined run said is kept in `KeptLine`; `decided_…` is who then applied or discarded it.
    `shop_code` is what its file calls the shop.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="runs")
    mode = models.CharField(max_length=8, choices=TellingMode)
    covers = models.CharField(max_length=4, choices=Covers, default=Covers.ALL)
    file_name = models.CharField(max_length=200, blank=True)
    shop_code = models.CharField(max_length=20, blank=True)
    as_of = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    status = models.CharField(max_length=12, choices=RunStatus)
    line_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    unknown_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    emptied_count = models.PositiveIntegerField(default=0)
    appeared_count = models.PositiveIntegerField(default=0)
    overtaken_count = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=RunReason, blank=True)
    refusals = models.JSONField(default=list)
    decided_kind = models.CharField(max_length=8, blank=True)
    decided_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            enum_check("mode", TellingMode, "stock_run_mode"),
            enum_check("status", RunStatus, "stock_run_status"),
            enum_check("covers", Covers, "stock_run_covers"),
        ]

    objects = FeedRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mode} {self.as_of:%Y-%m-%d %H:%M} → {self.status}"


class KeptLine(models.Model):
    """One line of a quarantined run (price in cents), kept so that one click applies it."""

    run = models.ForeignKey(FeedRun, on_delete=models.CASCADE, related_name="kept_lines")
    ean = models.CharField(max_length=13)
    condition = models.CharField(max_length=3, choices=Condition)
    quantity = models.IntegerField()
    price_cents = models.IntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.ean}"


class StockMovement(ActedBy):
    """A signed change of an offer's on-hand. Append-only: its sum is the number."""

    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, related_name="movements", db_index=False
    )
    delta = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    happened_at = models.DateTimeField()
    told_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [enum_check("reason", Reason, "stock_movement_reason")]
        indexes = [models.Index(fields=["offer", "happened_at"], name="stock_movement_offer")]

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.reason}"
