"""Who has what, the ledger that explains each number, one-off copies, and readers' demand."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.shops.models import Shop, ShopScoped


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
    COLLECTED = "collected", _("handed over or posted to the reader")
    SENT = "sent", _("sent to another shop")
    NOT_FOUND = "not_found", _("not on the shelf")
    COUNTED = "counted", _("counted by hand")
    WITHDRAWN = "withdrawn", _("withdrawn from sale")


class Sleeve(models.TextChoices):
    """The state of a record's sleeve, in the words of the record trade (Discogs)."""

    MINT = "M", _("sleeve mint (M)")
    NEAR_MINT = "NM", _("sleeve near mint (NM)")
    VERY_GOOD_PLUS = "VG+", _("sleeve very good plus (VG+)")
    VERY_GOOD = "VG", _("sleeve very good (VG)")
    GOOD_PLUS = "G+", _("sleeve good plus (G+)")
    GOOD = "G", _("sleeve good (G)")
    FAIR = "F", _("sleeve fair (F)")
    POOR = "P", _("sleeve poor (P)")
    NOT_GRADED = "NG", _("sleeve not graded")
    GENERIC = "GEN", _("generic sleeve")
    NO_COVER = "NC", _("no cover")


FEED_MARK = ":"
"""What a copy's reference has if a feed reported it (`discogs:123`), and none that we gave."""
NOTE_LENGTH = 500


class OfferQuerySet(ShopScoped["Offer"]):
    """Reads of offers."""


class Offer(models.Model):
    """One product at one shop in one condition at one price (cents, tax included).

    Available = on_hand − held − the shop's safety stock; below zero means none. `counted` and
    `as_of` are what was last reported or counted and its moment; a snapshot that repeats the figure
    moves only the shop's `ShopClock`, so the later of the two counts. `unseen` is how many copies
    of `counted` left here without the till having seen it, `doubtful` how many of the rest are
    there by one reading only (`stock.shelf.truth`). `pace` is how many copies a day the till's
    figure lost lately, as of the offer's own `as_of` (`stock.shelf.confidence`). `moved_at` is the
    moment of the last movement made here, not reported: by it a report finds what to reconsider.
    `short` is how many held copies a later report ruled out; it lets the database refuse every
    other way for holds to exceed on-hand. `ean` repeats the product's number (its EAN, which never
    changes, or the one that the shop's own till gave it) next to the figures, so that a snapshot is
    matched without reading the catalogue; a report fills it where it lacks. `copy_ref` names a one-
    off copy, which has an offer of its own (`UsedCopy` has the rest): the till's reference of it
    after its format's code, or one of ours (`FEED_MARK`). Empty, the offer stands for all alike
    copies together. `issue` is what was last told or scanned of a magazine, of which the EAN means
    every issue: the two or five digits behind it.

    `section`, `named`, `author`, `house` and `last_moved_at` are kept for lists alone, beside the
    figures so that one scan of a shop's offers filters, sorts and sums (`stock.assortment.marks`):
    the part of the assortment (`SECTIONS`), the places of title, author and publisher in the
    alphabet (`order_key`, empty: none) and the moment of the last line of the ledger. They are at
    most a minute late; None was not looked at yet.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="offers", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="offers")
    ean = models.CharField(max_length=13, null=True, blank=True)
    condition = models.CharField(max_length=3, choices=Condition, default=Condition.NEW)
    copy_ref = models.CharField(max_length=60, blank=True, default="", db_default="")
    issue = models.CharField(max_length=5, blank=True, default="", db_default="")
    section = models.CharField(max_length=12, null=True, blank=True)
    named = models.CharField(max_length=60, null=True, blank=True)
    author = models.CharField(max_length=60, null=True, blank=True)
    house = models.CharField(max_length=60, null=True, blank=True)
    last_moved_at = models.DateTimeField(null=True, blank=True)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    on_hand = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    short = models.IntegerField(default=0)
    counted = models.IntegerField(default=0)
    unseen = models.IntegerField(default=0, db_default=0)
    doubtful = models.IntegerField(default=0, db_default=0)
    pace = models.FloatField(default=0.0, db_default=0.0)
    as_of = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(
        "stock.Feed",
        db_column="told_by_id",
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
            # Of every offer, the one-off copies too: it is also the index of what a shop has.
            models.UniqueConstraint(
                fields=["shop", "product", "condition", "copy_ref"], name="stock_offer_once"
            ),
            models.UniqueConstraint(
                fields=["shop", "copy_ref"],
                condition=~models.Q(copy_ref=""),
                name="stock_offer_copy_once",
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
            ),
            # A shop's newest offers, without looking at all of them.
            models.Index(fields=["shop", "id"], name="stock_offer_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.shop_id}"

    def kept_back(self, shop: Shop) -> int:
        """Return how many copies are never promised; the view `stock_standing` says it in SQL."""
        return 0 if self.copy_ref else shop.safety_stock


class OfferStanding(models.Model):
    """How an offer stands, a row an offer: the view `stock_standing`, which states the rules.

    `available` is what may be promised: on-hand less what is held and what is `kept_back` of alike
    copies, below zero when too many are. `as_of` is as of when it is shown, `known_at` the moment
    of its figure alone. Which limit hides it later hangs on `by_hand` (`stock.shelf.sql.is_shown`);
    the public sees nothing of a shop that is `paused`. `shown` is how many copies others are told
    of: `available` where the shop gives its figures away, else one for “some”, or none (0) where it
    shows nothing at all; data, pages and index have no other source. The rest is the evidence by
    which it is graded (`stock.shelf.confidence`), and the details of a one-off copy, None for alike
    copies. Moments are UTC, money is cents. Nobody writes it.
    """

    offer = models.OneToOneField(
        Offer,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="standing",
    )
    shop = models.ForeignKey(
        Shop, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    product = models.ForeignKey(
        Product, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    ean = models.CharField(max_length=13, null=True)
    condition = models.CharField(max_length=3, choices=Condition)
    copy_ref = models.CharField(max_length=60)
    price_cents = models.PositiveIntegerField(null=True)
    on_hand = models.IntegerField()
    held = models.IntegerField()
    kept_back = models.IntegerField()
    available = models.IntegerField()
    known_at = models.DateTimeField()
    as_of = models.DateTimeField()
    by_hand = models.BooleanField()
    paused = models.BooleanField()
    unseen = models.IntegerField()
    doubtful = models.IntegerField()
    pace = models.FloatField()
    paced_at = models.DateTimeField()
    contested_at = models.DateTimeField(null=True)
    promised = models.IntegerField()
    missing = models.IntegerField()
    reported_every = models.IntegerField(null=True)
    confirm_after = models.IntegerField()
    time_zone = models.CharField(max_length=40)
    sleeve = models.CharField(max_length=3, null=True)
    note = models.CharField(max_length=NOTE_LENGTH, null=True)
    photo = models.ForeignKey(
        "stock.CopyPhoto",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    shown = models.IntegerField()

    class Meta:
        managed = False
        db_table = "stock_standing"

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.available}"


class ShopClock(models.Model):
    """The moments of a shop's newest applied snapshots, of new copies and of used ones.

    An offer that a snapshot left as it was is as fresh as its shop's clock. `contested_at` is the
    moment of the newest snapshot that is held back, if one is: it contradicts what is older. The
    row is also the lock of the shop's ledger: a report takes it alone, "sold one" and its kin
    share it.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="stock_clock"
    )
    new_as_of = models.DateTimeField(null=True, blank=True)
    used_as_of = models.DateTimeField(null=True, blank=True)
    contested_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.new_as_of}"


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
        indexes = [
            models.Index(fields=["offer", "happened_at"], name="stock_movement_offer"),
            models.Index(
                fields=["offer"],
                condition=models.Q(reason=Reason.NOT_FOUND) | models.Q(reason=Reason.COUNTED),
                name="stock_movement_by_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.reason}"


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
    """The details of a one-off copy: its sleeve, its photo, the shop's note."""

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
    """One correction of a copy's grade or price (cents) at the counter: what they were before."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="changes")
    condition = models.CharField(max_length=3, choices=Condition)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.condition}"


class TrackRecord(models.Model):
    """Of the copies promised outright in a shop in the last 90 days and searched for since: how
    many there were (`promised`), and how many of these were not on the shelf (`missing`).

    A shop without a row has had none. `as_of` is when it was counted. It makes offers surer or less
    sure (`stock.shelf.confidence`), and only the shop sees it. `reported_every` is how often its
    till usually reports its whole stock, in minutes, if that is known.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="stock_record"
    )
    promised = models.PositiveIntegerField(default=0, db_default=0)
    missing = models.PositiveIntegerField(default=0, db_default=0)
    reported_every = models.PositiveIntegerField(null=True, blank=True, db_column="told_every")
    as_of = models.DateTimeField()

    class Meta:
        db_table = "stock_shoprecord"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(missing__lte=models.F("promised")), name="stock_record_share"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shop_id}: {self.missing} of {self.promised}"


class Demand(models.Model):
    """How often readers asked for a title that no shop had, on a day. Nothing about them is
    kept."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="asked_for")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "stock_askedfor"
        constraints = [
            models.UniqueConstraint(fields=["product", "day"], name="stock_asked_once"),
        ]
        indexes = [models.Index(fields=["day"], name="stock_asked_day")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.day}: {self.count}"
