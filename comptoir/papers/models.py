"""How a shop names itself on papers, the papers themselves, and the bytes that were handed over."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from comptoir.accounts.models import ActedBy
from comptoir.core.db import enum_check
from comptoir.orders.models import Order
from comptoir.shops.models import Shop, ShopScoped


class PaperKind(models.TextChoices):
    """What a paper is, by its code (UNTDID 1001)."""

    INVOICE = "380", "invoice"
    CREDIT = "381", "credit note"


class CountedBy(models.TextChoices):
    """By which day a posted sale is reported."""

    PAID = "paid", "the day on which its money came in"
    SENT = "sent", "the day on which it was sent"


class LegalIdentity(models.Model):
    """What law wants of a shop on its papers beside its name, SIRET and address (`Shop`).

    `form` is the legal form, `capital` as it is written, `register` where it is registered.
    `without_vat`: it is so small that it charges no VAT (CGI, article 293 B), and has no number of
    it. `prefix` begins the numbers of its papers, so that no number of its till's is one of them.
    """

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="legal_identity"
    )
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=60)
    capital = models.CharField(max_length=30, blank=True)
    register = models.CharField(max_length=80, blank=True)
    vat_number = models.CharField(max_length=14, blank=True)
    without_vat = models.BooleanField(default=False, db_default=False)
    prefix = models.CharField(max_length=10, default="C-", db_default="C-")
    counted_by = models.CharField(
        max_length=4, choices=CountedBy, default=CountedBy.PAID, db_default=CountedBy.PAID.value
    )
    changed_at = models.DateTimeField(db_default=Now())

    objects = ShopScoped["LegalIdentity"].as_manager()

    class Meta:
        constraints = [enum_check("counted_by", CountedBy, "papers_identity_counted_by")]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """How far a shop has numbered its papers: the row that is locked while one is. `last_day` is
    that of the last one; no later number has an earlier day."""

    shop = models.OneToOneField(
        Shop, on_delete=models.CASCADE, primary_key=True, related_name="paper_series"
    )
    last = models.PositiveIntegerField(default=0)
    last_day = models.DateField(null=True, blank=True)

    objects = ShopScoped["Series"].as_manager()

    def __str__(self) -> str:
        return f"{self.last} @ {self.shop_id}"


class Numbering(models.Model):
    """How far the shops of a business (by its SIREN) have numbered papers under a beginning.

    It outlives shops that leave and papers that are deleted, so that no number is given twice: the
    first paper of a shop that begins so goes on behind it.
    """

    siren = models.CharField(max_length=9)
    prefix = models.CharField(max_length=10)
    last = models.PositiveIntegerField()
    last_day = models.DateField()

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["siren", "prefix"], name="papers_numbering_once")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.last} @ {self.siren}"


class PaperFile(models.Model):
    """The bytes of a paper, by their SHA-256. Never changed: the database refuses it.

    Personal data: `pdf` names the buyer and their address. Kept for ten years after the year of the
    paper (code de commerce, article L123-22), also when the order's reader is erased.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    pdf = models.BinaryField()

    objects = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    digest=Func(
                        Func(F("pdf"), function="sha256"),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="papers_file_digest",
            )
        ]

    def __str__(self) -> str:
        return self.digest[:8]


class Paper(ActedBy):
    """An invoice or a credit note that was issued. Never changed: the database refuses it.

    `serial` counts a shop's papers without a gap, from 1 or from where its business left off
    (`Numbering`), `number` is what stands on it. `content`
    has lines, postage and sums as they were, in cents (`papers.content`), and no personal data.
    `buyer_key` is the keyed hash by which who bought finds it, also once their order is erased.
    `earlier` is the number of the invoice that a credit note takes back. The columns of `ActedBy`
    say who asked for it.
    """

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="papers", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=3, choices=PaperKind)
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    day = models.DateField()
    issued_at = models.DateTimeField()
    earlier = models.CharField(max_length=20, blank=True)
    cents = models.PositiveIntegerField()
    vat_cents = models.PositiveIntegerField()
    content = models.JSONField()
    buyer_key = models.CharField(
        max_length=64, blank=True, default="", db_default="", db_index=True
    )
    file = models.ForeignKey(PaperFile, on_delete=models.PROTECT, related_name="papers")

    objects = ShopScoped["Paper"].as_manager()

    class Meta:
        ordering = ["serial"]
        constraints = [
            enum_check("kind", PaperKind, "papers_paper_kind"),
            models.UniqueConstraint(fields=["shop", "serial"], name="papers_paper_serial"),
            models.UniqueConstraint(fields=["shop", "number"], name="papers_paper_number"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="papers_paper_counted"),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.INVOICE, earlier="")
                | (Q(kind=PaperKind.CREDIT) & ~Q(earlier="")),
                name="papers_paper_earlier",
            ),
        ]

    def __str__(self) -> str:
        return self.number
