"""Orders: what one customer asks of one shop. A reservation is an order to collect."""

from datetime import datetime
from functools import cached_property
from typing import Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.networks.models import Network
from comptoir.orders.charges.models import LineCharge as LineCharge
from comptoir.orders.charges.models import Portion as Portion
from comptoir.orders.charges.models import PostageCharge as PostageCharge
from comptoir.orders.charges.models import PostageShare as PostageShare
from comptoir.orders.doors.models import DoorsRun as DoorsRun
from comptoir.orders.group import OrderGroup
from comptoir.orders.kinds import LIVE as LIVE
from comptoir.orders.kinds import OPEN_STATUSES as OPEN_STATUSES
from comptoir.orders.kinds import Channel as Channel
from comptoir.orders.kinds import Delivery as Delivery
from comptoir.orders.kinds import EventKind as EventKind
from comptoir.orders.kinds import LineStatus as LineStatus
from comptoir.orders.kinds import OrderStatus as OrderStatus
from comptoir.orders.postal.models import PostalAddress as PostalAddress
from comptoir.orders.trust.models import TrustEvent as TrustEvent
from comptoir.shops.models import Shop, ShopScoped, Staff
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.confidence import Confidence
from comptoir.stock.shelf.copies import CopyFacts, shown_photo


class OrderQuerySet(ShopScoped["Order"]):
    """Reads of orders."""

    def open(self) -> Self:
        """Return the orders that still hold copies or wait for something."""
        return self.filter(status__in=OPEN_STATUSES)

    def waiting(self) -> Self:
        """Return the orders to collect whose copies the shop has still to set aside."""
        # A mail that is not confirmed yet is the reader's move; a phone alone waits for the shop,
        # and so does who confirmed and did not collect before (`trust.demand`).
        theirs = models.Q(status=OrderStatus.UNCONFIRMED, verified=False) & ~models.Q(email="")
        waiting = self.filter(status__in=(OrderStatus.UNCONFIRMED, OrderStatus.PLACED))
        return waiting.exclude(theirs).filter(delivery=Delivery.COLLECT)


class Order(models.Model):
    """What one customer asks of one shop.

    `token` is the secret of the customer's own page; `code` is eight digits, said aloud or scanned
    at the counter, unique in the shop (digits alone survive a scanner set to the wrong keyboard).
    Copies are kept until `deadline` (UTC; none while the shop waits for its supplier), those of an
    unconfirmed order until `confirm_by`, or until `held_until` where a title's last copy is among
    them; after that it is only asked for. A confirmed order that only asks ends at its `deadline`
    too (`is_kept`). One that is posted has it until it is paid for, and none from then on. Where a
    copy was not promised outright, the shop answers by `answer_by` whether it is there;
    `chased_at` is when it was reminded. `email_key` and `phone_key` are keyed hashes:
    they count a person's orders and do not reveal who it is; so are
    `address_key` and `range_key`, of the network from which an unconfirmed order came. An order
    is `verified` when the person whose e-mail address it is placed it from a browser that they had
    confirmed in, or confirmed it: only such count for or against them. One that is unconfirmed all
    the same waits for the shop's tap (`trust.demand.Demand.ASK`).
    `slot_at` to `slot_until` is the slot at the door that its reader chose, if any. While nobody
    knows when closed doors open, the deadline is one that is put off again and shown to nobody;
    `promised_until` is then the one before it.
    `told_at` is when a mail told the shop of it, if it wants one at once (`ShopAlert`).
    `request_digest` belongs to `idempotency_key`: the same key with another body is refused; of the
    orders of one act, both are their `group`'s. `network` is the one under whose host it was
    placed, if any, and stays whatever becomes of its shop's membership. A `trial` is one that staff
    placed to see how it goes (`orders.operations.trial`): no figure counts it.
    `passed_by` is the shop that sent the customer over (`exchanges`): it sees the name while the
    order is open, and its status after.
    """

    token = models.CharField(max_length=32)
    code = models.CharField(max_length=8)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="orders", db_index=False)
    status = models.CharField(max_length=12, choices=OrderStatus)
    delivery = models.CharField(max_length=8, choices=Delivery, default=Delivery.COLLECT)
    channel = models.CharField(max_length=8, choices=Channel)
    language = models.CharField(max_length=5, default="fr")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    email_key = models.CharField(max_length=64, blank=True)
    phone_key = models.CharField(max_length=64, blank=True)
    verified = models.BooleanField(default=False, db_default=False)
    placed_at = models.DateTimeField()
    address_key = models.CharField(max_length=32, blank=True, default="", db_default="")
    range_key = models.CharField(max_length=32, blank=True, default="", db_default="")
    confirm_by = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    slot_at = models.DateTimeField(null=True, blank=True)
    slot_until = models.DateTimeField(null=True, blank=True)
    promised_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=120, null=True, blank=True)
    request_digest = models.CharField(max_length=64, blank=True)
    group = models.ForeignKey(
        OrderGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
        db_index=False,
    )
    network = models.ForeignKey(
        Network,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    trial = models.BooleanField(default=False, db_default=False)
    at_own_host = models.BooleanField(
        default=False,
        db_default=False,
        help_text="whether it was placed under the shop's own host: its mails speak for the shop",
    )
    passed_by = models.ForeignKey(
        Shop,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="passed_on",
        db_index=False,
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("status", OrderStatus, "orders_order_status"),
            enum_check("delivery", Delivery, "orders_order_delivery"),
            enum_check("channel", Channel, "orders_order_channel"),
            # Constraints rather than `unique=True`, which adds an index for LIKE to each.
            models.UniqueConstraint(fields=["token"], name="orders_order_token"),
            models.UniqueConstraint(fields=["idempotency_key"], name="orders_order_key"),
            models.UniqueConstraint(fields=["shop", "code"], name="orders_order_code"),
            models.CheckConstraint(
                condition=models.Q(status__in=OPEN_STATUSES, ended_at=None)
                | (~models.Q(status__in=OPEN_STATUSES) & ~models.Q(ended_at=None)),
                name="orders_order_ended",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=OrderStatus.UNCONFIRMED) | ~models.Q(confirm_by=None),
                name="orders_order_confirm_by",
            ),
        ]
        indexes = [
            # It serves the foreign key too, whose own is off: placing writes one index less.
            models.Index(fields=["shop", "placed_at"], name="orders_order_placed"),
            models.Index(
                fields=["shop", "chased_at"],
                condition=~models.Q(chased_at=None),
                name="orders_order_chased",
            ),
            models.Index(
                fields=["shop", "placed_at"],
                condition=models.Q(ended_at=None),
                name="orders_order_open",
            ),
            models.Index(
                fields=["deadline"], condition=models.Q(ended_at=None), name="orders_order_due"
            ),
            models.Index(
                fields=["answer_by"],
                condition=models.Q(status=OrderStatus.PLACED, chased_at=None),
                name="orders_order_answer",
            ),
            # What is held unconfirmed is added up by shop, from a key on, by address and by range.
            models.Index(
                fields=["shop", "id"],
                condition=models.Q(status=OrderStatus.UNCONFIRMED, deadline__isnull=False),
                name="orders_order_unverified",
            ),
            models.Index(
                fields=["address_key"],
                condition=models.Q(status=OrderStatus.UNCONFIRMED, deadline__isnull=False),
                name="orders_order_address",
            ),
            models.Index(
                fields=["range_key"],
                condition=models.Q(status=OrderStatus.UNCONFIRMED, deadline__isnull=False),
                name="orders_order_range",
            ),
            models.Index(
                fields=["email_key"],
                condition=~models.Q(email_key=""),
                name="orders_order_email",
            ),
            models.Index(
                fields=["shop", "slot_at"],
                condition=models.Q(ended_at=None) & ~models.Q(slot_at=None),
                name="orders_order_slot",
            ),
            models.Index(
                fields=["passed_by", "placed_at"],
                condition=~models.Q(passed_by=None),
                name="orders_order_passed",
            ),
            models.Index(
                fields=["group"], condition=~models.Q(group=None), name="orders_order_group"
            ),
            models.Index(
                fields=["phone_key"],
                condition=~models.Q(phone_key=""),
                name="orders_order_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} @ {self.shop_id}"

    @property
    def to_confirm(self) -> bool:
        """Whether the shop has still to confirm that a copy is there. Reads the lines."""
        waiting = self.status in (OrderStatus.UNCONFIRMED, OrderStatus.PLACED)
        return waiting and any(line.to_confirm for line in self.lines.all())

    @property
    def asks(self) -> bool:
        """Whether it asks for copies that are not held for it. Reads the lines."""
        return any(line.status == LineStatus.ASKED for line in self.lines.all())

    @property
    def is_kept(self) -> bool:
        """Whether the deadline says until when something is kept: nothing is while it only asks, or
        while the shop waits for its supplier. Reads the lines."""
        return self.deadline is not None and (self.holds or not self.asks)

    @property
    def pay_by(self) -> datetime | None:
        """Until when one that is charged may be paid for, while it is not paid (UTC)."""
        return self.confirm_by if self.status == OrderStatus.UNCONFIRMED else self.deadline

    @property
    def holds(self) -> bool:
        """Whether copies are held for it just now. Reads the lines."""
        return any(line.held for line in self.lines.all())


class OrderLine(models.Model):
    """One title of an order. `held` copies are promised out of `offer`; a special order has none,
    and neither has a line that is `asked` for: it is held when its order is confirmed, if a copy of
    its offer is free then. What of a title may be held and what only asked for are two lines. Where
    an order is posted, some of its copies may have been sent or not found: `held` is what is left
    of `quantity` then, and `charges.Portion` says what became of the others.

    Title, condition and price (cents) are kept as they were when it was placed, of a one-off copy
    its reference, sleeve, note and photo (a digest) too, and so is how sure the copies then were:
    those `to_confirm` were not promised outright, the shop's tap confirms them. A special order has
    no confidence.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_lines")
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines"
    )
    status = models.CharField(max_length=10, choices=LineStatus)
    quantity = models.PositiveSmallIntegerField(default=1)
    held = models.PositiveSmallIntegerField(default=0)
    confidence = models.CharField(
        max_length=10, choices=Confidence, blank=True, default="", db_default=""
    )
    title = models.CharField(max_length=500)
    condition = models.CharField(max_length=3, choices=Condition, default=Condition.NEW)
    price_cents = models.PositiveIntegerField(null=True, blank=True)
    copy_ref = models.CharField(max_length=60, blank=True, default="", db_default="")
    sleeve = models.CharField(max_length=3, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")
    photo = models.CharField(max_length=32, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            enum_check("status", LineStatus, "orders_line_status"),
            enum_check("condition", Condition, "orders_line_condition"),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["", *Confidence.values]),
                name="orders_line_confidence",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status=LineStatus.HELD, held__gte=1, held__lte=models.F("quantity")
                )
                | (~models.Q(status=LineStatus.HELD) & models.Q(held=0)),
                name="orders_line_held",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="orders_line_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def cents(self) -> int | None:
        """What all its copies cost, as they were priced; None where no price is known."""
        return None if self.price_cents is None else self.price_cents * self.quantity

    @property
    def to_confirm(self) -> bool:
        """Whether its copies were not promised outright, and the shop has still to answer."""
        waits = self.status in (LineStatus.HELD, LineStatus.ASKED)
        return self.confidence == Confidence.TO_CONFIRM and waits

    @cached_property
    def copy(self) -> CopyFacts | None:
        """The facts of the one-off copy that was reserved, or None for copies that are alike.

        Lines that `orders.reads.with_lines` read carry whether the photo is still shown
        (`photo_is_shown`); of others one query finds it out.
        """
        if not self.copy_ref:
            return None
        if "photo_is_shown" in self.__dict__:
            photo = self.photo if self.__dict__["photo_is_shown"] else ""
        else:
            photo = shown_photo(self.photo)
        return CopyFacts(self.copy_ref, self.sleeve, self.note, photo)


class OrderEvent(ActedBy):
    """A line of an order's history. Append-only."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=EventKind)
    status = models.CharField(max_length=12, choices=OrderStatus, help_text="after the event")
    happened_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [enum_check("kind", EventKind, "orders_event_kind")]
        # Of blocks: it costs the placing of an order nothing, and the audit reads whole days.
        indexes = [BrinIndex(fields=["happened_at"], name="orders_event_moment")]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class KnownContact(models.Model):
    """An e-mail address that its person confirmed, by its keyed hash alone. Together with the mark
    in their browser it stands for the person: the next order from there needs no link."""

    key = models.CharField(max_length=64, primary_key=True)
    confirmed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key[:8]


class ShopAlert(models.Model):
    """How a shop hears of new reservations, besides its screen, which always shows them: by a
    `sound` of that screen, by a mail `at_once`, by a mail a day. A shop without a row wants none.

    Mails go to the shop's own address (`to_shop`) and to `people` of its staff. `mailed_at` is when
    the last mail at once was queued, `digest_on` the local day of the last daily one that was due.

    Personal data: which of its staff a shop writes to; kept until they leave the shop, or it says
    otherwise.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="alert"
    )
    sound = models.BooleanField(default=False)
    at_once = models.BooleanField(default=False)
    daily = models.BooleanField(default=False)
    to_shop = models.BooleanField(default=True)
    people = models.ManyToManyField(Staff, blank=True, related_name="+")
    mailed_at = models.DateTimeField(null=True, blank=True)
    digest_on = models.DateField(null=True, blank=True)

    objects = ShopScoped["ShopAlert"].as_manager()

    def __str__(self) -> str:
        return f"alert @ {self.shop_id}"
