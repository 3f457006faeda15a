"""What a shop buys: its suppliers and its own GLN, its list of wishes, purchases, their lines, and
what arrives."""

from django.db import models
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.catalogue.models import Product
from comptoir.core.db import enum_check
from comptoir.orders.models import OrderLine
from comptoir.purchases.kinds import Answer, LineState, Step, Way
from comptoir.shops.models import Shop, ShopScoped


class Supplier(models.Model):
    """Of whom a shop buys: a distributor, a wholesaler, a label.

    `gln` is its Global Location Number (13 digits, checked) or empty; `customer_number` is the
    shop's own at this supplier; `email` takes purchases where its `way` is by mail. One that
    `ended_at` is offered no more; its purchases stay.

    Personal data: `email` may be a person's; kept until the shop changes it or is erased.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="suppliers")
    name = models.CharField(max_length=120)
    gln = models.CharField(max_length=13, blank=True, default="")
    customer_number = models.CharField(max_length=35, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    way = models.CharField(max_length=8, choices=Way, default=Way.OTHER)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ShopScoped["Supplier"].as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            enum_check("way", Way, "purchases_supplier_way"),
            models.UniqueConstraint(
                "shop",
                "name",
                condition=models.Q(ended_at=None),
                name="purchases_supplier_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(way=Way.MAIL) | ~models.Q(email=""),
                name="purchases_supplier_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} @ {self.shop_id}"


class Buyer(models.Model):
    """How suppliers know a shop in files: its own `gln`, its Global Location Number (13 digits,
    checked)."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="buyer")
    gln = models.CharField(max_length=13)

    objects = ShopScoped["Buyer"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gln__regex=r"^[0-9]{13}$"), name="purchases_buyer_gln"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gln} @ {self.shop_id}"


class Supply(models.Model):
    """The shop's word on where titles come from: one title (`product`), or all of a `publisher`
    (its name as `sources.publisher_key` writes it). A title's own word counts before that."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="supplies")
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="supplies")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    publisher = models.CharField(max_length=200, blank=True, default="")

    objects = ShopScoped["Supply"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "product"],
                condition=~models.Q(product=None),
                name="purchases_supply_title",
            ),
            models.UniqueConstraint(
                fields=["shop", "publisher"],
                condition=models.Q(product=None),
                name="purchases_supply_publisher",
            ),
            models.CheckConstraint(
                condition=models.Q(product=None) ^ models.Q(publisher=""),
                name="purchases_supply_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id or self.publisher}: {self.supplier_id}"


class Distribution(models.Model):
    """Who delivers the titles of a publisher to shops in France, as the notices taken last say: a
    name, a GLN (13 digits, checked), or both. It is a proposal, and no shop's word.

    `publisher` is its name as `sources.publisher_key` writes it.
    """

    publisher = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    gln = models.CharField(max_length=13, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name="", gln=""), name="purchases_distribution_said"
            )
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.name or self.gln}"


class Wish(ActedBy):
    """Copies of a title that a shop wants for its shelf, until they are in a purchase.

    Personal data: the key of the account that wished, until that is deleted.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="wishes")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    wished_at = models.DateTimeField(db_default=Now())

    objects = ShopScoped["Wish"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "product"], name="purchases_wish_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="purchases_wish_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id} @ {self.shop_id}"


class Purchase(ActedBy):
    """What a shop ordered of a supplier at once, for good: `number` counts within the shop.

    `seen` is the list as the page showed it that sent it (`reads.seen_of`): with the shop's lock it
    keeps two tabs from ordering the same twice. `mailed_to` is the address to which it went, if it
    went by mail. Moments are UTC.

    Personal data: the key of the account that sent it, until that is deleted; `mailed_to` may be a
    person's address, kept as long as the purchase.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="purchases")
    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="purchases")
    number = models.PositiveIntegerField()
    way = models.CharField(max_length=8, choices=Way)
    mailed_to = models.EmailField(blank=True, default="")
    seen = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    objects = ShopScoped["Purchase"].as_manager()

    class Meta:
        constraints = [
            enum_check("way", Way, "purchases_purchase_way"),
            models.UniqueConstraint(fields=["shop", "number"], name="purchases_purchase_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} @ {self.shop_id}"

    @property
    def awaited(self) -> int:
        """How many copies of it are still to come. Reads the lines."""
        return sum(line.awaited for line in self.lines.all())


class PurchaseLine(models.Model):
    """Copies of one title in a purchase: for one line of a reader's order, or for the shelf.

    `received` of `quantity` copies have come. `answer` is what the supplier says, `answered` how
    many copies it sends (of `partly`), `expected_on` the day on which (of `later`).
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    order_line = models.ForeignKey(
        OrderLine,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="purchase_lines",
        db_index=False,
    )
    quantity = models.PositiveSmallIntegerField()
    received = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=LineState, default=LineState.ORDERED)
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default="")
    answered = models.PositiveSmallIntegerField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            enum_check("state", LineState, "purchases_line_state"),
            models.CheckConstraint(
                condition=models.Q(answer__in=["", *Answer.values]),
                name="purchases_line_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, received__lte=models.F("quantity")),
                name="purchases_line_quantity",
            ),
            # A reader's copy is ordered once, until the supplier answers: what the code
            # forgets, this refuses.
            models.UniqueConstraint(
                fields=["order_line"],
                condition=models.Q(state=LineState.ORDERED, answer=""),
                name="purchases_line_once",
            ),
        ]
        indexes = [
            models.Index(fields=["order_line"], name="purchases_line_order_line"),
            models.Index(
                fields=["product"],
                condition=models.Q(state=LineState.ORDERED),
                name="purchases_line_awaited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received}/{self.quantity} × {self.product_id}"

    @property
    def awaited(self) -> int:
        """How many copies are still to come."""
        if self.state != LineState.ORDERED:
            return 0
        promised = self.quantity if self.answered is None else min(self.quantity, self.answered)
        return max(0, promised - self.received)


class PurchaseStep(ActedBy):
    """A line of a purchase's history. Append-only.

    Personal data: the key of the account that acted, until that is deleted.
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="steps")
    line = models.ForeignKey(
        PurchaseLine, on_delete=models.SET_NULL, null=True, blank=True, related_name="steps"
    )
    kind = models.CharField(max_length=8, choices=Step)
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default="")
    copies = models.PositiveSmallIntegerField(default=0)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [enum_check("kind", Step, "purchases_step_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class Arrival(ActedBy):
    """What a shop unpacks: scans are gathered, and count once somebody says that all is there
    (`closed_at`, UTC). A shop has one open at a time, so that two scanners share it.

    Personal data: the key of the account that began it, until that is deleted.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="arrivals")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ShopScoped["Arrival"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop"],
                condition=models.Q(closed_at=None),
                name="purchases_arrival_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M} @ {self.shop_id}"


class ArrivalScan(ActedBy):
    """One scan of an arrival: `copies` of a title, by its EAN or by a carton's label.

    `key` is the name that the page gave to the scan: sent twice, it counts once. `sscc` is the
    number of the carton (GS1: Serial Shipping Container Code), which is scanned once.

    Personal data: the key of the account that scanned, until that is deleted.
    """

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="scans")
    key = models.CharField(max_length=40)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    copies = models.PositiveSmallIntegerField()
    sscc = models.CharField(max_length=18, blank=True, default="")
    scanned_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["arrival", "key"], name="purchases_scan_once"),
            models.CheckConstraint(condition=models.Q(copies__gte=1), name="purchases_scan_copies"),
        ]

    def __str__(self) -> str:
        return f"{self.copies} × {self.product_id}"


class ArrivedCopies(models.Model):
    """Copies of a closed arrival that are a reader's: held for one line of their order from then
    on. The line is the proof that somebody had them in hand."""

    arrival = models.ForeignKey(Arrival, on_delete=models.CASCADE, related_name="for_readers")
    order_line = models.OneToOneField(
        OrderLine, on_delete=models.CASCADE, related_name="arrived_copies"
    )
    copies = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.copies} for {self.order_line_id}"
