"""What shops put into their window: a bookseller's word on a title, a meeting to come to."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product, ProductState
from comptoir.core.db import enum_check
from comptoir.shops.models import Shop, ShopScoped

LONGEST_PICK = 600
"""Characters of a word on a title."""
LONGEST_TEXT = 4_000
"""Characters of what an event's page says of it."""
LONGEST_NAME = 80
"""Characters of the name below a word on a title."""
USUAL_LENGTH = timedelta(hours=2)
"""How long an event is taken to last of which only the beginning is said."""
SHOWN_STATES = (ProductState.LISTED.value, ProductState.WITHDRAWN.value)
"""Titles that a page may name."""


class EventKind(models.TextChoices):
    """What one comes for."""

    SIGNING = "signing", _("Signing")
    CONCERT = "concert", _("In-store concert")
    READING = "reading", _("Reading")
    WORKSHOP = "workshop", _("Workshop")
    OTHER = "other", _("Meeting")


class Deed(models.TextChoices):
    """What a line of history says was done."""

    WRITTEN = "written", _("written")
    CHANGED = "changed", _("changed")
    PUT_FIRST = "put_first", _("put first")
    REMOVED = "removed", _("removed")
    ANNOUNCED = "announced", _("announced")
    CANCELLED = "cancelled", _("cancelled")
    MOVED = "moved", _("moved to another shop")
    ERASED = "erased", _("erased")


class PickQuerySet(ShopScoped["Pick"]):
    """Reads of picks."""

    def shown(self) -> Self:
        """Return those that the public may see, of shops and of titles that it may see."""
        return self.filter(shop__paused_at=None, product__state__in=SHOWN_STATES)


class Pick(ActedBy):
    """A bookseller's word on a title: plain text of at most `LONGEST_PICK` characters. A shop has
    one for each title, those of the highest `place` first. The actor is who wrote it last.

    Personal data: `signed`, the name of who wrote it as they wish it shown, perhaps empty, and the
    key of their account: readers are told whose word it is. The name goes with the account, and all
    of a shop that has left goes `COMPTOIR_ERASE_AFTER_DAYS` later.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="picks")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="picks")
    text = models.CharField(max_length=LONGEST_PICK)
    signed = models.CharField(max_length=LONGEST_NAME, blank=True)
    place = models.PositiveIntegerField()
    written_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField()

    objects: ClassVar[PickQuerySet] = PickQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "product"], name="events_pick_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="events_pick_says_something"),
        ]
        indexes = [models.Index(fields=["-written_at"], name="events_pick_newest")]

    def __str__(self) -> str:
        return f"{self.product_id} @ {self.shop_id}"


class Event(models.Model):
    """A meeting that a shop announces. Moments are UTC, said on the clock of the shop; without
    `ends_at` only the beginning is known. The place is the shop's where `city` is empty, otherwise
    the address here, with the coordinates (WGS 84) of its town.

    `uid` and `revision` are what calendars know it by (RFC 5545: UID, SEQUENCE). It is never
    deleted while its shop is in the network: a cancelled one says so. Personal data: the title and
    the text name public guests, as the shop announces them.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="announced")
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=EventKind)
    title = models.CharField(max_length=160)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    venue = models.CharField(max_length=120, blank=True)
    street = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    is_free = models.BooleanField(default=False)
    price = models.CharField(max_length=80, blank=True, help_text="in words")
    link = models.URLField(max_length=300, blank=True)
    products = models.ManyToManyField(Product, related_name="events", blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    announced_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField()

    objects: ClassVar[ShopScoped["Event"]] = ShopScoped.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            enum_check("kind", EventKind, "events_event_kind"),
            models.UniqueConstraint(
                fields=["shop", "kind", "title", "starts_at"],
                condition=models.Q(cancelled_at=None),
                name="events_event_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="events_event_order",
            ),
            models.CheckConstraint(
                condition=models.Q(city="") | models.Q(latitude__range=(-90, 90)),
                name="events_event_place",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="events_event_starts")]

    def __str__(self) -> str:
        return self.title

    @property
    def over_at(self) -> datetime:
        """When it is over, as far as is known."""
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is held at another place than the shop."""
        return bool(self.city)


class WindowChange(ActedBy):
    """A line of history: what was done to the word on a product, or to an event, of a shop.

    The keys of these lines rise in the order of their commits (`operations.steps.note`): the
    highest says whether anything has changed (`memory`). Personal data: the key of the account that
    acted, which says nothing once the account is gone.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="changes"
    )
    deed = models.CharField(max_length=10, choices=Deed)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            enum_check("deed", Deed, "events_windowchange_deed"),
            models.CheckConstraint(
                condition=models.Q(product=None) | models.Q(event=None),
                name="events_windowchange_about",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} @ {self.shop_id}"
