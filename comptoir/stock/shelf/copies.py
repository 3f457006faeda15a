"""Reads of one-off copies: a shop's copies, a suggested price, the facts of one, and photos."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median_low

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.catalogue.reads import by_number
from comptoir.core.errors import NotFound
from comptoir.shops.models import Shop
from comptoir.stock.shelf.models import FEED_MARK, Condition, Offer, OfferStanding, Sleeve, UsedCopy
from comptoir.stock.shelf.sql import is_shown

# A price is suggested by so many of the shop's own, the newest.
COMPARED = 50


class Shown(StrEnum):
    """Which of a shop's copies are listed."""

    ON_SALE = "on_sale"
    HELD = "held"
    UNSEEN = "unseen"
    GONE = "gone"


def copies_of(
    shop: Shop, shown: Shown = Shown.ON_SALE, text: str = "", at: datetime | None = None
) -> QuerySet[OfferStanding]:
    """Return how a shop's one-off copies stand, newest first, each with its offer, the product and
    the details.

    `UNSEEN` are those that the public no longer sees because nobody has seen them for too long.
    `text` is searched in title, artist or author, number, reference and note.
    """
    recent = is_shown(at or timezone.now())
    which = {
        Shown.ON_SALE: Q(available__gt=0) & recent,
        Shown.HELD: Q(held__gt=0),
        Shown.UNSEEN: Q(on_hand__gt=0) & ~recent,
        Shown.GONE: Q(on_hand=0),
    }[shown]
    found = OfferStanding.objects.filter(which, shop=shop).exclude(copy_ref="")
    for word in text.split()[:5]:
        found = found.filter(
            Q(product__title__icontains=word)
            | Q(product__byline__icontains=word)
            | Q(**by_number(word, shop.pk, "product__"))
            | Q(copy_ref__icontains=word)
            | Q(note__icontains=word)
        )
    return found.select_related("offer__product", "offer__copy").order_by("-pk")


def suggested_price(shop: Shop, product_id: int) -> int | None:
    """Return the median price (cents) of the shop's newest used copies of a product, sold ones
    included; None when it has had none."""
    prices = (
        Offer.objects.filter(shop=shop, product=product_id, price_cents__isnull=False)
        .exclude(condition=Condition.NEW)
        .order_by("-pk")
        .values_list("price_cents", flat=True)[:COMPARED]
    )
    known = [price for price in prices if price is not None]
    return median_low(known) if known else None


def read_photo_of(digest: str, *, small: bool) -> bytes:
    """Return a photo that a copy shows, as WebP. Raises `NotFound`."""
    column = "photo__small" if small else "photo__large"
    shown = UsedCopy.objects.filter(photo=digest)
    found = shown.values_list(column, flat=True).first()
    if found is None:
        raise NotFound("no_such_photo", "There is no such photo.")
    return bytes(found)


def shown_photo(digest: str) -> str:
    """Return the digest of a photo if a copy still shows it, or nothing."""
    return digest if digest and UsedCopy.objects.filter(photo=digest).exists() else ""


def photo_is_shown(photo: str) -> Exists:
    """Return a condition: a copy still shows the photo whose digest is in that column."""
    return Exists(UsedCopy.objects.filter(photo=OuterRef(photo)))


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """A one-off copy: its reference, its sleeve (one of `Sleeve`, or empty), the shop's note, and
    the digest of its photo (or empty)."""

    ref: str
    sleeve: str = ""
    note: str = ""
    photo: str = ""

    @property
    def label(self) -> str:
        """The reference as people read it: without the mark of its feed."""
        return self.ref.rpartition(FEED_MARK)[2]

    @property
    def words(self) -> str:
        """All of it in a line of words, the reference last, as staff and mails name the copy."""
        note = _("“%(note)s”") % {"note": self.note} if self.note else ""
        ref = _("copy no. %(ref)s") % {"ref": self.label}
        return ", ".join(filter(None, (self.sleeve_name, note, ref)))

    @property
    def sleeve_name(self) -> str:
        """The sleeve in words, or nothing."""
        return str(Sleeve(self.sleeve).label) if self.sleeve else ""


def read_facts(
    ref: str, sleeve: str | None, note: str | None, photo: str | None
) -> CopyFacts | None:
    """Return a one-off copy from the columns of its offer and its details (perhaps missing), or
    None for alike copies."""
    return CopyFacts(ref, sleeve or "", note or "", photo or "") if ref else None


def facts_of(offer: Offer) -> CopyFacts | None:
    """Return the one-off copy of an offer that was read with its `copy`; None for alike copies."""
    if not offer.copy_ref:
        return None
    details = getattr(offer, "copy", None)
    if details is None:
        return CopyFacts(offer.copy_ref)
    return CopyFacts(offer.copy_ref, details.sleeve, details.note, details.photo_id or "")
