"""The feeds by which shops' tills report their stock, and each report that came."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy, PerhapsActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.core.errors import Message
from comptoir.shops.models import Shop, ShopScoped
from comptoir.stock.formats import FILES, FORMATS
from comptoir.stock.formats.lines import Covers, ReportMode
from comptoir.stock.shelf.models import Condition


class ReportStatus(models.TextChoices):
    """What became of one report."""

    APPLIED = "applied", _("applied")
    QUARANTINED = "quarantined", _("held back, to be checked")
    OUTDATED = "outdated", _("older than what is known: kept, changes nothing")
    REFUSED = "refused", _("refused")
    DISCARDED = "discarded", _("discarded after a check")
    PREVIEWED = "previewed", _("looked at before it is applied")


OPEN = (ReportStatus.QUARANTINED, ReportStatus.PREVIEWED)
"""The states in which a report's lines are kept until somebody decides."""


SAID = ("refusals", "remarks")
"""The columns that hold what is said line by line: long, and left out where reports are listed."""


class ReportReason(models.TextChoices):
    """Why a report was not simply applied."""

    EMPTIES = "empties", _("it would empty more than 40 per cent of what the shop has")
    REFUSALS = "refusals", _("more than 5 per cent of its lines are refused")
    NOTHING = "nothing", _("none of its lines can be read")
    OUTDATED = "outdated", _("something newer is already known")


_SUSPECT = {ReportReason.EMPTIES, ReportReason.REFUSALS, ReportReason.NOTHING}


class ReportQuerySet(ShopScoped["Report"]):
    """Reads of reports."""

    shop_path = "feed__shop"


class Feed(PerhapsActedBy):
    """The standing arrangement by which a shop's till reports its stock.

    `as_of` is the moment of the newest report accepted, `changes_as_of` that of the newest delta
    or sales among them: what the till reported earlier and that one leaves out is unchanged.
    `shop_code` is what the till calls the shop (its bytes as Latin-1, blanks included), learnt from
    the first file applied: a file that names another shop is refused. `format` is the code of one
    of `stock.formats.FORMATS`. `columns` are those that the shop named once for its tables: our
    name of a column → the table's. `retired_at` is when the shop retired this till: then nobody
    waits for it. `actor_…` and `arranged_at` are who last arranged any of this, and when; nobody,
    of a feed that has only reported.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="feeds")
    format = models.CharField(max_length=16)
    as_of = models.DateTimeField(null=True, blank=True)
    changes_as_of = models.DateTimeField(null=True, blank=True)
    shop_code = models.CharField(max_length=60, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    arranged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "format"], name="stock_feed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.format} @ {self.shop_id}"

    @property
    def is_file(self) -> bool:
        """Whether its reports come as files."""
        return self.format in FILES

    @property
    def format_name(self) -> Message:
        """What people call the format."""
        return FORMATS[self.format].name if self.format in FORMATS else self.format


class Report(ActedBy):
    """One report: what came, what was taken, what was refused, and why.

    `refusals` holds the first 20,000 refused lines as `[line number, code, message, content]`, and
    `remarks` likewise the first 1,000 of the `remark_count` remarks on lines that were not refused.
    `overtaken_count` is how many lines were older than what is known of their offer. The
    lines of a quarantined or previewed report are kept in `KeptLine`; `decided_…` is who then
    applied or discarded it. `shop_code` is what its file calls the shop. `key` is its sender's name
    of the report, if it gave one: a feed takes each key once, so that a sender may repeat what it
    is not sure of; a preview does not take it. `digest` is the SHA-256 of the file that came with
    the key.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="reports")
    mode = models.CharField(max_length=8, choices=ReportMode)
    covers = models.CharField(max_length=8, choices=Covers, default=Covers.ALL)
    key = models.CharField(max_length=100, blank=True, default="", db_default="")
    digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    file_name = models.CharField(max_length=200, blank=True)
    shop_code = models.CharField(max_length=60, blank=True)
    as_of = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    status = models.CharField(max_length=12, choices=ReportStatus)
    line_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    unknown_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    emptied_count = models.PositiveIntegerField(default=0)
    appeared_count = models.PositiveIntegerField(default=0)
    overtaken_count = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=20, choices=ReportReason, blank=True)
    refusals = models.JSONField(default=list)
    remark_count = models.PositiveIntegerField(default=0, db_default=0)
    remarks = models.JSONField(
        default=list, db_default=models.Value([], output_field=models.JSONField())
    )
    decided_kind = models.CharField(max_length=8, blank=True)
    decided_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "stock_feedrun"
        constraints = [
            enum_check("mode", ReportMode, "stock_run_mode"),
            enum_check("status", ReportStatus, "stock_run_status"),
            enum_check("covers", Covers, "stock_run_covers"),
            models.UniqueConstraint(
                fields=["feed", "key"],
                condition=~models.Q(key="") & ~models.Q(status=ReportStatus.PREVIEWED),
                name="stock_run_key_once",
            ),
        ]
        indexes = [
            models.Index(fields=["feed", "received_at"], name="stock_run_received"),
            models.Index(
                fields=["feed"],
                condition=models.Q(status__in=[ReportStatus.QUARANTINED, ReportStatus.PREVIEWED]),
                name="stock_run_undecided",
            ),
        ]

    objects = ReportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.mode} {self.as_of:%Y-%m-%d %H:%M} → {self.status}"

    @property
    def is_suspect(self) -> bool:
        """Whether it looks so wrong that to apply it is what one should not do by habit."""
        return self.reason in _SUSPECT


class KeptLine(models.Model):
    """One line of a quarantined or previewed report, kept for a click to apply (price in cents).

    A line about a one-off copy has its `copy_ref`, and its product in place of an EAN.
    """

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="kept_lines", db_column="run_id"
    )
    ean = models.CharField(max_length=13, blank=True, default="", db_default="")
    copy_ref = models.CharField(max_length=60, blank=True, default="", db_default="")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    sleeve = models.CharField(max_length=3, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")
    condition = models.CharField(max_length=3, choices=Condition)
    issue = models.CharField(max_length=5, blank=True, default="", db_default="")
    quantity = models.IntegerField()
    price_cents = models.IntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.ean or self.copy_ref}"
