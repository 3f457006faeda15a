"""What the page of used copies is made of: whose title, what was typed, which are listed."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product, ProductKind, ProductState
from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Invalid, Message
from comptoir.core.identifiers import find_ean
from comptoir.core.limits import count
from comptoir.core.money import parse_cents
from comptoir.counter.history import actor_names
from comptoir.shops.models import Shop
from comptoir.stock.copies.operations import (
    CopyDetails,
    TypedTitle,
    enter_copy,
    enter_unknown_copy,
    new_ref,
)
from comptoir.stock.copies.photos import Photo, read_photo
from comptoir.stock.models import Condition, CopyChange, Offer, OfferStanding, Sleeve
from comptoir.stock.shelf.copies import CopyFacts, Shown, copies_of, facts_of, suggested_price

LISTED = 20
MOST_PHOTOS, PHOTO_SECONDS = 60, 300
# On a button there is room for a word.
GRADES: list[tuple[str, Message]] = [
    (Condition.MINT.value, _("mint")),
    (Condition.NEAR_MINT.value, _("near mint")),
    (Condition.VERY_GOOD_PLUS.value, _("excellent")),
    (Condition.VERY_GOOD.value, _("very good")),
    (Condition.GOOD_PLUS.value, _("fairly good")),
    (Condition.GOOD.value, _("decent")),
    (Condition.FAIR.value, _("worn")),
    (Condition.POOR.value, _("poor")),
]
SLEEVES: list[tuple[str, Message]] = [
    (Sleeve.MINT.value, pgettext_lazy("sleeve", "mint")),
    (Sleeve.NEAR_MINT.value, pgettext_lazy("sleeve", "near mint")),
    (Sleeve.VERY_GOOD_PLUS.value, pgettext_lazy("sleeve", "excellent")),
    (Sleeve.VERY_GOOD.value, pgettext_lazy("sleeve", "very good")),
    (Sleeve.GOOD_PLUS.value, pgettext_lazy("sleeve", "fairly good")),
    (Sleeve.GOOD.value, pgettext_lazy("sleeve", "decent")),
    (Sleeve.FAIR.value, pgettext_lazy("sleeve", "worn")),
    (Sleeve.POOR.value, pgettext_lazy("sleeve", "poor")),
    (Sleeve.NOT_GRADED.value, _("not graded")),
    (Sleeve.GENERIC.value, _("generic")),
    (Sleeve.NO_COVER.value, _("none")),
]
LISTS: list[tuple[Shown, Message]] = [
    (Shown.ON_SALE, _("On sale")),
    (Shown.HELD, _("Reserved")),
    (Shown.UNSEEN, _("To look for again")),
    (Shown.GONE, _("Gone")),
]


@dataclass(slots=True)
class CopyForm:
    """The form of one copy as it is shown: what is typed so far, and what is wrong with it.

    `product` is None for an EAN, or a title, that nobody knows yet: it is then asked for too.
    """

    product: Product | None = None
    ean: str = ""
    ref: str = ""
    condition: str = ""
    sleeve: str = ""
    price: str = ""
    note: str = ""
    title: str = ""
    byline: str = ""
    kind: str = ProductKind.RECORD.value
    errors: dict[str, Message] = field(default_factory=dict)

    @property
    def has_sleeve(self) -> bool:
        """Whether a sleeve is asked for: of records only."""
        return (self.product.kind if self.product else self.kind) == ProductKind.RECORD

    @property
    def asks_title(self) -> bool:
        """Whether the title has to be typed, because the catalogue does not know it."""
        return self.product is None or self.product.state == ProductState.UNKNOWN

    @property
    def details(self) -> CopyDetails:
        """What was typed, as the verbs take it. Raises `Invalid` for a price that is none."""
        try:
            cents = parse_cents(self.price.removesuffix("€").strip())
        except Invalid as error:
            raise Invalid("bad_price", error.message) from error
        sleeve = self.sleeve if self.has_sleeve else ""
        return CopyDetails(self.condition, cents, sleeve, self.note)


def blank_form(shop: Shop, product: Product | None, *, ean: str = "", title: str = "") -> CopyForm:
    """Return the form of a new copy: its price suggested by the shop's own used ones of the title,
    nothing else; its reference drawn, so that a form sent twice is one copy."""
    price = suggested_price(shop, product.pk) if product else None
    kind = ProductKind.BOOK if ean.startswith(("978", "979")) else ProductKind.RECORD
    return CopyForm(
        product,
        ean=ean,
        ref=new_ref(),
        price=_typed(price),
        title=title,
        kind=(product.kind if product and product.title else kind.value),
    )


def form_of(offer: Offer) -> CopyForm:
    """Return the form that shows a copy as it is."""
    told = getattr(offer, "copy", None)
    return CopyForm(
        offer.product,
        condition=offer.condition,
        sleeve=told.sleeve if told else "",
        note=told.note if told else "",
        price=_typed(offer.price_cents),
        ref=offer.copy_ref,
    )


def sent_form(request: HttpRequest, product: Product | None = None) -> CopyForm:
    """Return what was sent, whatever it is."""
    names = ("ean", "ref", "condition", "sleeve", "price", "note", "title", "byline", "kind")
    values = {name: request.POST.get(name, "").strip()[:600] for name in names}
    ref = request.POST.get("p", "")
    known = product or (find_product(ref) if ref else None)
    values["ean"] = find_ean(values["ean"]) or ""
    return CopyForm(known, **values)  # type: ignore[arg-type]


def put_on_sale(shop: Shop, form: CopyForm, photo: Photo | None, actor: Actor) -> Offer:
    """Put the copy of a form on sale, with its title as typed when the catalogue lacks it."""
    told: dict[str, Any] = {
        "details": form.details,
        "actor": actor,
        "ref": form.ref or new_ref(),
        "photo": photo,
    }
    if form.product is not None and not form.asks_title:
        return enter_copy(shop_id=shop.pk, product_id=form.product.pk, **told)
    ean = (form.product.ean if form.product else form.ean) or None
    title = TypedTitle(form.title, form.byline, form.kind, ean)
    return enter_unknown_copy(shop_id=shop.pk, title=title, **told)


def sent_photo(request: HttpRequest, actor: Actor) -> Photo | None:
    """Return the photo that came with a form, or None.

    Raises `Invalid` (`bad_photo`), `TooMany` past a photo every five seconds.
    """
    sent = request.FILES.get("photo")
    if sent is None or not sent.size:
        return None
    many = _("Many photos in a short time: wait a few minutes, or save without the photo.")
    who = f"{actor.kind}:{actor.id}"
    count("photo", who, limit=MOST_PHOTOS, seconds=PHOTO_SECONDS, message=many)
    return read_photo(sent)


@dataclass(frozen=True, slots=True)
class Change:
    """A correction of a copy: what it was before, and who changed it."""

    was: CopyChange
    who: str


def changes_of(offer: Offer) -> list[Change]:
    """Return the last corrections of a copy's grade and price, newest first."""
    lines = list(offer.changes.order_by("-pk")[:LISTED])
    names = actor_names(lines)
    return [Change(line, names[line.actor_kind, line.actor_id]) for line in lines]


@dataclass(frozen=True, slots=True)
class Row:
    """One copy of a list, and what is told of it."""

    offer: Offer
    copy: CopyFacts | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a shop's copies, the list it is of, and how many each list has."""

    shown: Shown
    text: str
    page: Page[OfferStanding]
    lists: list[tuple[str, Message, int]]

    @property
    def rows(self) -> list[Row]:
        """The copies of the page."""
        return [Row(each.offer, facts_of(each.offer)) for each in self.page]


def listing(shop: Shop, request: HttpRequest) -> Listing:
    """Return the page of copies that an address asks for."""
    asked = request.GET.get("liste", "")
    shown = Shown(asked) if asked in list(Shown) else Shown.ON_SALE
    text = " ".join(request.GET.get("t", "")[:100].split())
    paginator = Paginator(copies_of(shop, shown, text), LISTED)
    number = request.GET.get("page", "1")
    page = paginator.get_page(number if number.isdecimal() and len(number) < 5 else 1)
    counts = [(each.value, name, copies_of(shop, each).count()) for each, name in LISTS]
    return Listing(shown, text, page, counts)


def _typed(cents: int | None) -> str:
    """Return a price as one types it."""
    return "" if cents is None else f"{cents // 100},{cents % 100:02d}"
