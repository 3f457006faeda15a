"""Pages and news of a network with every version of their texts, their pictures, and banners."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_BODY = 120, 300, 40_000
"""Characters of a title, of the sentence that lists show, and of a text in Markdown."""
LONGEST_ALT, LONGEST_BANNER = 200, 200
"""Characters of what one sees on a picture, and of a banner."""


class PublicationKind(models.TextChoices):
    """A page stays and has its place in the footer; news have a date and are listed by it."""

    PAGE = "page", _("Page")
    NEWS = "news", _("News item")


class Publication(models.Model):
    """A page or a news item. `latest` is the number of its newest version, `shown` that of the one
    that readers see (0: it is a draft), from `appears_at` on and until `ends_at` (None: for good).
    `place` orders pages, and `in_footer` says whether they are named there.
    """

    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, related_name="publications"
    )
    kind = models.CharField(max_length=8, choices=PublicationKind)
    slug = models.SlugField(max_length=80)
    place = models.PositiveIntegerField(default=0)
    in_footer = models.BooleanField(default=True)
    latest = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)
    appears_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("kind", PublicationKind, "networks_publication_kind"),
            models.UniqueConstraint(
                fields=["network", "kind", "slug"], name="networks_publication_slug"
            ),
            models.CheckConstraint(
                condition=models.Q(shown=0) | models.Q(appears_at__isnull=False),
                name="networks_publication_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("appears_at")),
                name="networks_publication_order",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Version(ActedBy):
    """A publication's texts as somebody wrote them at a moment: never changed, only followed by
    another. `restored` is the number of the version that this one puts back (None: it is new). The
    English ones may be empty: then the French are shown.

    Personal data: the key of the account that wrote it; gone with the publication.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    summary = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    body = models.TextField(blank=True)
    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True)
    summary_en = models.CharField(max_length=LONGEST_SUMMARY, blank=True)
    body_en = models.TextField(blank=True)
    written_at = models.DateTimeField()
    restored = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"], name="networks_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class Picture(ActedBy):
    """A picture for the texts of a network: WebP, made anew from what was sent. `digest` names it
    by what it shows; `alt` is what one sees on it. Sizes are in pixels.

    Personal data: the key of the account that added it.
    """

    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, related_name="pictures"
    )
    digest = models.CharField(max_length=32)
    alt = models.CharField(max_length=LONGEST_ALT)
    large = models.BinaryField()
    small = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "digest"], name="networks_picture_once")
        ]
        indexes = [models.Index(fields=["digest"], name="networks_picture_digest")]

    def __str__(self) -> str:
        return self.alt


class BannerLevel(models.TextChoices):
    """How grave what a banner says is: never shown by its colour alone."""

    INFORMATION = "info", _("Information")
    WARNING = "warning", _("Warning")


class Banner(ActedBy):
    """A sentence on every page of a network and at the counters of its members, from `begins_at`
    until `ends_at` (None: until somebody ends it).

    Personal data: the key of the account that wrote it.
    """

    network = models.ForeignKey(
        "networks.Network", on_delete=models.CASCADE, related_name="banners"
    )
    level = models.CharField(max_length=8, choices=BannerLevel, default=BannerLevel.INFORMATION)
    text = models.CharField(max_length=LONGEST_BANNER)
    text_en = models.CharField(max_length=LONGEST_BANNER, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("level", BannerLevel, "networks_banner_level"),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gte=models.F("begins_at")),
                name="networks_banner_order",
            ),
        ]

    def __str__(self) -> str:
        return self.text
