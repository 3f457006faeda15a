"""How a till's reports arrive: uploads, addresses asked, calls; its articles, its silences."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy, PerhapsActedBy
from comptoir.core.db import enum_check
from comptoir.core.errors import Message
from comptoir.shops.models import Shop, ShopScoped
from comptoir.stock.formats import CALLS
from comptoir.stock.formats.lines import ReportMode
from comptoir.stock.reports.models import Feed, Report


class UploadState(models.TextChoices):
    """How far the reading of an upload has come."""

    WAITING = "waiting", _("waits to be read")
    READING = "reading", _("being read")
    ASKING = "asking", _("its columns are to be named")
    READY = "ready", _("read")
    FAILED = "failed", _("could not be read")


class UploadQuerySet(ShopScoped["Upload"]):
    """Reads of uploads."""


class Upload(ActedBy):
    """A till's file on its way to a preview: a job reads it from its pieces and makes the report.

    `format` is empty until it is recognised; `mode`, `as_of` and `written` are what the shop
    entered or its browser knew. `read_bytes` of `size` are read. `columns` are the guessed ones
    while the shop is asked (`stock.formats.table`). `problem` says why it failed, in `language`.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(default=0)
    format = models.CharField(max_length=16, blank=True)
    mode = models.CharField(max_length=8, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    written = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=8, default="fr")
    state = models.CharField(max_length=8, choices=UploadState, default=UploadState.WAITING)
    read_bytes = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=1000, blank=True)
    report = models.OneToOneField(
        Report,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="upload",
        db_column="run_id",
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = UploadQuerySet.as_manager()

    class Meta:
        db_table = "stock_trial"
        constraints = [enum_check("state", UploadState, "stock_trial_state")]
        indexes = [models.Index(fields=["created_at"], name="stock_trial_age")]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"


class UploadPiece(models.Model):
    """A piece of an upload's file, in the order of its number."""

    upload = models.ForeignKey(
        Upload,
        on_delete=models.CASCADE,
        related_name="pieces",
        db_index=False,
        db_column="trial_id",
    )
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "stock_trialpiece"
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="stock_trial_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.upload_id}: {self.number}"


LEAST_MINUTES = 5


MOST_MINUTES = 7 * 24 * 60


class PullKind(models.TextChoices):
    """What is at the address."""

    FILE = "file", _("a file of the till")
    PASS_CULTURE = "passculture", _("a provider of the pass Culture contract")


class FeedPull(models.Model):
    """An address that is asked for a shop's stock every so many minutes.

    `format` and `mode` are those of its files, empty where the files show it themselves. `etag` and
    `last_modified` are the server's, of the last file taken, so that an unchanged one is not sent
    again. `told_at` is the last answer that was taken (or unchanged), `full_at` the last
    snapshot of a provider. `trouble` says why the last try failed, in words. The password is never
    shown again.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="pulls")
    kind = models.CharField(max_length=12, choices=PullKind, default=PullKind.FILE)
    url = models.CharField(max_length=2000)
    format = models.CharField(max_length=16, blank=True)
    mode = models.CharField(max_length=8, blank=True, choices=ReportMode)
    every_minutes = models.PositiveIntegerField(
        validators=[MinValueValidator(LEAST_MINUTES), MaxValueValidator(MOST_MINUTES)]
    )
    user = models.CharField(max_length=200, blank=True)
    password = models.CharField(max_length=200, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    full_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            enum_check("kind", PullKind, "stock_pull_kind"),
            models.UniqueConstraint(fields=["shop", "url"], name="stock_pull_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} @ {self.shop_id}"


class TillLink(models.Model):
    """The address that a till's provider calls for a shop, and the secret by which it signs.

    `provider` is the code of one of `stock.formats.CALLS`. `token` stands in the address, so that a
    call is known before it is read; it proves nothing. `secret` is what the provider gave the shop:
    it must be kept as it is, for signatures are computed with it; empty, it is still to be entered.
    `location` is what the provider calls the shop's place, empty until the shop enters it (then
    that of the first call applied counts: `Feed.shop_code`). `heard_at` is when the last genuine
    call came, `refused_at` when the last one that was not.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="till_links")
    provider = models.CharField(max_length=16)
    token = models.CharField(max_length=64, unique=True)
    secret = models.CharField(max_length=200, blank=True)
    location = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "provider"], name="stock_till_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} @ {self.shop_id}"

    @property
    def provider_name(self) -> Message:
        """What people call the provider."""
        return CALLS[self.provider].name if self.provider in CALLS else self.provider


class TillArticle(PerhapsActedBy):
    """An article by the reference that a shop's till gives it, and the title that it is.

    `format` is that of the till's feed. Without an `ean` the article was seen and nobody has named
    it yet; with one, the actor is who named it last, at `named_at`. `name` is what
    the till calls it.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    format = models.CharField(max_length=16)
    item = models.CharField(max_length=100)
    ean = models.CharField(max_length=13, blank=True)
    name = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField()
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "stock_tillitem"
        constraints = [
            models.UniqueConstraint(fields=["shop", "format", "item"], name="stock_till_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.ean}"


class FeedSilence(models.Model):
    """A time in which a feed reported nothing for longer than it usually does.

    `heard_at` is when it reported last, `noticed_at` when that was found to be too long ago;
    `ended_at` is empty while it lasts. A feed has one silence at a time, so whoever notices it
    again writes no second mail. `shop_told` is whether a mail could be written to the shop,
    `network_told_at` when one was written to the network.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="silences")
    heard_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    shop_told = models.BooleanField(default=False)
    network_told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed"], condition=models.Q(ended_at=None), name="stock_silence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.feed_id}: since {self.heard_at:%Y-%m-%d %H:%M}"
