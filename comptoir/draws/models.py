"""Draws: the copies set aside for them, and who entered."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.draws import drand
from comptoir.networks.models import Network
from comptoir.orders.models import Order
from comptoir.shops.models import Shop
from comptoir.stock.models import Offer


class Phase(models.TextChoices):
    """Where a draw is."""

    OPEN = "open", _("entries are open")
    FROZEN = "frozen", _("entries are closed, the draw is to come")
    DRAWN = "drawn", _("drawn, the winners take their copies")
    OVER = "over", _("over")
    CANCELLED = "cancelled", _("called off")


class Draw(ActedBy):
    """That copies of a title go by lot, at one shop or at shops of a network.

    One enters from `made_at` to `closes_at`. `commitment` is published from the first moment on;
    it fits `seed`, which is shown once the draw is made, and `source`, which names the public value
    to come. It becomes known at `known_at`, after the close, and the draw is made from then on,
    where the list was frozen before (None: opened before a moment was asked for, and never made).
    `list_hash` is that of the entries as they were frozen (`frozen_at`); `value` is the public
    value, entered by whom the row names. A winner has `days` to take the copy, until
    `until` at the latest: what nobody takes by then is free for all. How the order is made, and
    anybody's check of it, is `draws.fairness`. All moments are UTC.

    Personal data: the key of the account that wrote it last.
    """

    shop = models.ForeignKey(
        Shop, on_delete=models.CASCADE, null=True, blank=True, related_name="draws"
    )
    network = models.ForeignKey(
        Network, on_delete=models.CASCADE, null=True, blank=True, related_name="draws"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="draws")
    text = models.CharField(max_length=400, blank=True)
    closes_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    until = models.DateTimeField()
    source = models.CharField(max_length=200)
    known_at = models.DateTimeField(null=True)
    seed = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)
    list_hash = models.CharField(max_length=64, blank=True)
    value = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    frozen_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shop=None, network__isnull=False)
                | models.Q(shop__isnull=False, network=None),
                name="draws_draw_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("closes_at"), days__range=(1, 30)),
                name="draws_draw_order",
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_at=None) | ~models.Q(frozen_at=None),
                name="draws_draw_frozen_first",
            ),
            models.CheckConstraint(
                condition=models.Q(known_at=None) | models.Q(known_at__gt=models.F("closes_at")),
                name="draws_draw_known_later",
            ),
        ]

    def __str__(self) -> str:
        return f"draw {self.pk} of {self.product_id}"

    @property
    def phase(self) -> Phase:
        """Where it is."""
        if self.ended_at is not None:
            return Phase.OVER if self.drawn_at else Phase.CANCELLED
        if self.drawn_at is not None:
            return Phase.DRAWN
        return Phase.FROZEN if self.frozen_at else Phase.OPEN

    @property
    def source_in_words(self) -> str:
        """The name of the public value in the reader's language (`draws.drand.in_words`)."""
        return drand.in_words(self.source)

    @property
    def time_to_take(self) -> timedelta:
        """How long a winner has."""
        return timedelta(days=self.days)

    @property
    def ends_first(self) -> bool:
        """Whether its copies are free for all before those `days` are over even for who is drawn
        first: a winner then has until `until`."""
        first = self.drawn_at or max(self.known_at or self.closes_at, self.closes_at)
        return first + self.time_to_take > self.until

    @property
    def is_blind(self) -> bool:
        """Whether the list was frozen before anybody could know the public value: what no draw is
        made without."""
        return bool(self.known_at and self.frozen_at and self.frozen_at < self.known_at)

    @property
    def is_void(self) -> bool:
        """Whether it is never made, for its list was not frozen in time (`is_blind`)."""
        return self.phase is Phase.FROZEN and not self.is_blind

    def takes_entries(self, now: datetime) -> bool:
        """Whether one may enter at a moment."""
        return self.phase is Phase.OPEN and now < self.closes_at


class DrawLot(models.Model):
    """So many copies of a shop that are in a draw. `held` are promised out of `offer` until a
    winner takes them, or they are free again."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="lots", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="draw_lots")
    offer = models.ForeignKey(Offer, on_delete=models.SET_NULL, null=True, related_name="draw_lots")
    copies = models.PositiveSmallIntegerField()
    held = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "shop"], name="draws_lot_once"),
            models.CheckConstraint(
                condition=models.Q(copies__gte=1, held__lte=models.F("copies")),
                name="draws_lot_copies",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copies} @ {self.shop_id}"

    @property
    def where(self) -> Shop:
        """Where its copies stand: they may have gone over to the shop of which theirs became part,
        while the list names this lot (`operations.mergers`)."""
        return self.offer.shop if self.offer else self.shop


class EntryState(models.TextChoices):
    """What became of an entry."""

    ASKED = "asked", _("to be confirmed by the link in the mail")
    IN = "in", _("in the draw")
    OFFERED = "offered", _("won, to be taken")
    TAKEN = "taken", _("taken")
    PASSED = "passed", _("not taken in time")


class DrawEntry(models.Model):
    """That a person is in a draw, for a copy of one lot. A person is in it once, whichever of the
    names of their mailbox they write: `key` is the hash that orders count by.

    `token` is the secret of the entry's page; `digest`, its hash, stands in the published list and
    says nothing of who it is. `place` is where the draw put it, from 1 on; a winner takes the copy
    until `offered_until`, by which an order is made.

    Personal data: `name`, `email`, `key`, `token`: to confirm the entry and tell what came of it.
    All but `digest`, `lot` and `place` is erased `ERASE_AFTER_DAYS` after the draw has ended, or as
    they leave or ask for it; what nobody confirmed, as the entries close. Who leaves once the list
    is frozen has `PASSED`.
    """

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="entries", db_index=False)
    lot = models.ForeignKey(DrawLot, on_delete=models.CASCADE, related_name="entries")
    state = models.CharField(max_length=8, choices=EntryState)
    key = models.CharField(max_length=64, null=True, blank=True)
    token = models.CharField(max_length=32, null=True, blank=True)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="fr")
    place = models.PositiveIntegerField(null=True, blank=True)
    offered_until = models.DateTimeField(null=True, blank=True)
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            enum_check("state", EntryState, "draws_entry_state"),
            models.UniqueConstraint(fields=["draw", "key"], name="draws_entry_person_once"),
            models.UniqueConstraint(fields=["token"], name="draws_entry_token"),
            models.UniqueConstraint(fields=["draw", "digest"], name="draws_entry_digest"),
        ]
        indexes = [
            models.Index(
                fields=["offered_until"],
                condition=models.Q(state=EntryState.OFFERED),
                name="draws_entry_offered",
            )
        ]

    def __str__(self) -> str:
        return f"{self.digest[:8]} of draw {self.draw_id}"
