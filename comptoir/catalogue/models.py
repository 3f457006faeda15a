"""The catalogue: editions of books and releases of records."""

from typing import Self

from django.db import models
from django.db.models.functions import Collate, Left, Lower, Now, NullIf, Replace, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comptoir.core.db import enum_check
from comptoir.core.identifiers import OWN_NUMBER

NUMBER_KEY = Upper(
    models.Func(
        models.F("catalogue_number"),
        models.Value("[^[:alnum:]]+"),
        models.Value(""),
        models.Value("g"),
        function="regexp_replace",
    )
)
"""`number_key` of a product's number, as the catalogue is indexed by it."""


def number_key(column: str) -> str:
    """Return, as SQL, what two writings of a number share: letters in capitals and digits.

    `NB 265-2`, `nb2652` and `NB-265/2` are one number. An index of the catalogue is made of it.
    """
    return f"upper(regexp_replace({column}, '[^[:alnum:]]+', '', 'g'))"


# The capitals too: a database without a language knows small letters of ASCII alone.
_ACCENTED = (
    "àáâãäåāăąæçćčďèéêëēęěėìíîïīłñńňòóôõöøōőŕřśšşșťțùúûüūůűųýÿžźż"
    "ÀÁÂÃÄÅĀĂĄÆÇĆČĎÈÉÊËĒĘĚĖÌÍÎÏĪŁÑŃŇÒÓÔÕÖØŌŐŔŘŚŠŞȘŤȚÙÚÛÜŪŮŰŲÝŸŽŹŻ’"
)
_PLAIN = (
    "aaaaaaaaaacccdeeeeeeeeiiiiilnnnoooooooorrssssttuuuuuuuuyyzzz"
    "aaaaaaaaaacccdeeeeeeeeiiiiilnnnoooooooorrssssttuuuuuuuuyyzzz'"
)
_SIGNS = " '\"«»“”„‘’(…-–—.[¿¡\u00a0\u202f"
_LETTERS = 60


def _order_key(field: str) -> Collate:
    folded = Replace(Lower(field), models.Value("œ"), models.Value("oe"))
    folded = Replace(folded, models.Value("Œ"), models.Value("oe"))
    plain = models.Func(folded, models.Value(_ACCENTED), models.Value(_PLAIN), function="translate")
    bare = models.Func(plain, models.Value(_SIGNS), function="ltrim")
    return Collate(NullIf(Left(bare, _LETTERS), models.Value("")), "C")


def order_key(text: str) -> str:
    """Return, as SQL, where a text stands in a list by the alphabet: its first 60 letters, small
    and without accents, from the first that is no sign; NULL where nothing is left.

    Indexes of the catalogue are made of it.
    """
    accented, plain, signs = (each.replace("'", "''") for each in (_ACCENTED, _PLAIN, _SIGNS))
    folded = f"replace(replace(lower({text}), 'œ', 'oe'), 'Œ', 'oe')"
    folded = f"translate({folded}, '{accented}', '{plain}')"
    return f"(nullif(left(ltrim({folded}, '{signs}'), {_LETTERS}), '') COLLATE \"C\")"


TILL_SOURCE = "till"
"""The source of a shop's own articles: what its till numbers by itself (`is_own_number`)."""


def own_ref(shop_id: int, number: str) -> str:
    """Return the `source_ref` of a shop's own article: the shop's key and the till's number."""
    return f"{shop_id}:{number}"


class ProductKind(models.TextChoices):
    """What sort of thing it is."""

    BOOK = "book", _("Book")
    RECORD = "record", _("Record")
    OTHER = "other", _("Other")


class ProductState(models.TextChoices):
    """Whether the catalogue knows it: `unknown` is an EAN that a shop has and no notice names."""

    UNKNOWN = "unknown"
    LISTED = "listed"
    WITHDRAWN = "withdrawn"


class ProductFormat(models.TextChoices):
    """The shape it comes in."""

    PAPERBACK = "paperback", _("Paperback")
    POCKET = "pocket", _("Pocket")
    HARDBACK = "hardback", _("Hardback")
    BOOK = "book", _("Book")
    BOARD_BOOK = "board_book", _("Board book")
    COMIC = "comic", _("Comic")
    AUDIOBOOK = "audiobook", _("Audiobook")
    SHEET_MUSIC = "sheet_music", pgettext_lazy("format", "Sheet music")
    LP = "lp", _("LP")
    EP = "ep", _("EP")
    SINGLE = "single", _("Single")
    CD = "cd", _("CD")
    CASSETTE = "cassette", _("Cassette")
    DVD = "dvd", _("DVD")
    GAME = "game", _("Game")
    OTHER = "other", _("Other")


class Availability(models.TextChoices):
    """What the supplier states, read from ONIX list 65 and its cousins."""

    UNKNOWN = "unknown", _("unknown")
    FORTHCOMING = "forthcoming", _("forthcoming")
    AVAILABLE = "available", _("available")
    TO_ORDER = "to_order", _("to order")
    TEMPORARILY_OUT = "temporarily_out", _("temporarily unavailable")
    UNAVAILABLE = "unavailable", _("no longer available")


class ContributorRole(models.TextChoices):
    """What somebody did for a product."""

    AUTHOR = "author", _("author")
    TRANSLATOR = "translator", _("translator")
    ILLUSTRATOR = "illustrator", _("illustrator")
    ARTIST = "artist", _("artist")
    OTHER = "other", _("contributor")


class ProductQuerySet(models.QuerySet["Product"]):
    """Reads of products."""

    def listed(self) -> Self:
        """Return the products that the public may find."""
        return self.filter(state=ProductState.LISTED)

    def of_catalogue(self) -> Self:
        """Return the products that are the same everywhere: no shop's own articles."""
        return self.exclude(source=TILL_SOURCE)

    def seen_in(self, shop_id: int) -> Self:
        """Return the products that a shop may have: all but the own articles of other shops."""
        own = models.Q(source_ref__startswith=own_ref(shop_id, ""))
        return self.filter(~models.Q(source=TILL_SOURCE) | own)


class Product(models.Model):
    """An edition of a book or a release of a record. Prices are in cents of euro, VAT in hundredths
    of a per cent (550 = 5.5 %).

    Old books and records have no EAN: `source` and `source_ref` (the supplier's identifier) then
    stand instead. A number that a till gives by itself is no EAN: its article is one shop's alone,
    of the source `TILL_SOURCE`, and `own_ref` is its reference. `published` is as precise as the
    supplier was: `1999`, `1999-03` or `1999-03-15`. `notice_at` is the moment of the newest notice
    taken; an older one never overwrites it, and `notice_order` settles it between two of one moment
    (see `sources.notice`). `digest` is the SHA-256 (first 16 bytes) of that notice's content, so
    that the same again changes nothing.
    """

    ean = models.CharField(max_length=13, unique=True, null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)
    source_ref = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=8, choices=ProductKind, default=ProductKind.OTHER)
    state = models.CharField(max_length=10, choices=ProductState, default=ProductState.UNKNOWN)
    title = models.CharField(max_length=500, blank=True)
    subtitle = models.CharField(max_length=500, blank=True)
    byline = models.CharField(
        max_length=300, blank=True, help_text="the main contributors, as one reads them"
    )
    series = models.CharField(max_length=200, blank=True)
    series_number = models.CharField(max_length=40, blank=True, default="", db_default="")
    publisher = models.CharField(max_length=200, blank=True, help_text="publisher or label")
    catalogue_number = models.CharField(max_length=80, blank=True, help_text="of a record's label")
    format = models.CharField(max_length=12, choices=ProductFormat, default=ProductFormat.OTHER)
    units = models.PositiveSmallIntegerField(default=1, help_text="discs: 2 for a double LP")
    published = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=3, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    description = models.TextField(blank=True)
    cover_url = models.URLField(max_length=500, blank=True)
    list_price_cents = models.PositiveIntegerField(null=True, blank=True)
    vat_rate = models.PositiveSmallIntegerField(null=True, blank=True)
    availability = models.CharField(
        max_length=16, choices=Availability, default=Availability.UNKNOWN
    )
    notice_at = models.DateTimeField(null=True, blank=True)
    notice_order = models.BigIntegerField(default=0, db_default=0)
    digest = models.BinaryField(max_length=16, null=True, blank=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            enum_check("kind", ProductKind, "catalogue_product_kind"),
            enum_check("state", ProductState, "catalogue_product_state"),
            enum_check("format", ProductFormat, "catalogue_product_format"),
            enum_check("availability", Availability, "catalogue_product_availability"),
            models.CheckConstraint(
                condition=models.Q(ean__regex=r"^[0-9]{13}$") | models.Q(ean=None),
                name="catalogue_product_ean_digits",
            ),
            models.CheckConstraint(
                condition=~models.Q(ean__regex=OWN_NUMBER), name="catalogue_product_no_own_number"
            ),
            models.CheckConstraint(
                condition=~models.Q(ean=None) | ~models.Q(source_ref=""),
                name="catalogue_product_identified",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ProductState.UNKNOWN) | ~models.Q(title=""),
                name="catalogue_product_titled",
            ),
            models.UniqueConstraint(
                fields=["source", "source_ref"],
                condition=~models.Q(source_ref=""),
                name="catalogue_product_source_ref",
            ),
        ]
        indexes = [
            models.Index(
                NUMBER_KEY,
                condition=~models.Q(catalogue_number=""),
                name="catalogue_product_number",
            ),
            # In the order of the alphabet a list of a large shop is read from here, not sorted.
            models.Index(_order_key("title"), "id", name="catalogue_product_by_title"),
            models.Index(_order_key("byline"), "id", name="catalogue_product_by_author"),
        ]

    def __str__(self) -> str:
        return self.title or self.number or f"{self.source} {self.source_ref}"

    @property
    def ref(self) -> str:
        """The word by which an address names it: the EAN, or `p` and the key when it has none."""
        return self.ean or f"p{self.pk}"

    @property
    def own_shop_id(self) -> int | None:
        """The shop whose own article it is; None of a title that is the same everywhere."""
        return int(self.source_ref.partition(":")[0]) if self.source == TILL_SOURCE else None

    @property
    def number(self) -> str | None:
        """What its shops scan: the EAN, or the number that the shop's own till gave it."""
        return self.source_ref.partition(":")[2] if self.source == TILL_SOURCE else self.ean

    def is_seen_in(self, shop_id: int) -> bool:
        """Whether a shop may have it: `ProductQuerySet.seen_in`."""
        return self.own_shop_id in (None, shop_id)

    @property
    def numbered_series(self) -> str:
        """The series with the volume's number in it, as one reads them."""
        return f"{self.series}, {self.series_number}" if self.series_number else self.series


class ComingPrice(models.Model):
    """A list price that a supplier announces for a day to come: cents, VAT in hundredths of a per
    cent; no price where nothing is known of the time from that day on.

    Rows go as the next notice of the product is taken, or as their day comes and the price moves
    into the product.
    """

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="coming_prices", db_index=False
    )
    since = models.DateField()
    list_price_cents = models.PositiveIntegerField(null=True, blank=True)
    vat_rate = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "since"], name="catalogue_comingprice_once")
        ]
        indexes = [models.Index(fields=["since"], name="catalogue_comingprice_since")]

    def __str__(self) -> str:
        return f"{self.list_price_cents} since {self.since}"


class Contributor(models.Model):
    """Somebody's part in a product, in the order the title page gives."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="contributors", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=ContributorRole)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]
        constraints = [
            enum_check("role", ContributorRole, "catalogue_contributor_role"),
            models.UniqueConstraint(
                fields=["product", "position"], name="catalogue_contributor_position"
            ),
        ]

    def __str__(self) -> str:
        return self.name
