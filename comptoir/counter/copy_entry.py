"""The form of one used copy: staff enter it by scan or search, correct it, add its photo."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product, ProductKind, ProductState
from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Conflict, Invalid, Message
from comptoir.core.identifiers import find_number
from comptoir.core.limits import TooMany
from comptoir.core.money import format_cents, parse_cents, typed_cents
from comptoir.core.pictures.photo import LARGEST_BYTES, Photo
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page, sent_photo, with_names
from comptoir.shops.models import Shop
from comptoir.stock.copies.operations import (
    CopyDetails,
    TypedTitle,
    change_copy,
    check_details,
    enter_copy,
    enter_unknown_copy,
    new_ref,
)
from comptoir.stock.models import FEED_MARK, Condition, Offer, Sleeve
from comptoir.stock.shelf.copies import facts_of, suggested_price
from comptoir.ui.bodies import takes_files

# The photo, and what is typed beside it.
LARGEST_FORM = LARGEST_BYTES + 100_000
CHANGES_SHOWN = 20
# On a button there is room for a word.
GRADES: list[tuple[str, Message]] = [
    (Condition.MINT.value, gettext_lazy("mint")),
    (Condition.NEAR_MINT.value, gettext_lazy("near mint")),
    (Condition.VERY_GOOD_PLUS.value, gettext_lazy("excellent")),
    (Condition.VERY_GOOD.value, gettext_lazy("very good")),
    (Condition.GOOD_PLUS.value, gettext_lazy("fairly good")),
    (Condition.GOOD.value, gettext_lazy("decent")),
    (Condition.FAIR.value, gettext_lazy("worn")),
    (Condition.POOR.value, gettext_lazy("poor")),
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
    (Sleeve.NOT_GRADED.value, gettext_lazy("not graded")),
    (Sleeve.GENERIC.value, gettext_lazy("generic")),
    (Sleeve.NO_COVER.value, gettext_lazy("none")),
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
            cents = parse_cents(self.price)
        except Invalid as error:
            raise Invalid("bad_price", error.message) from error
        sleeve = self.sleeve if self.has_sleeve else ""
        return CopyDetails(self.condition, cents, sleeve, self.note)


@takes_files(LARGEST_FORM)
@require_POST
@at_the_desk
def enter(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put the copy of the form on sale, and lead back to the copies for the next scan."""
    form = _sent_form(request, desk.shop)

    def checked() -> Offer:
        # A price typed wrong is refused before the photo is read.
        check_details(form.details)
        photo = sent_photo(request, desk.actor)
        return _put_on_sale(desk.shop, form, photo, desk.actor)

    offer = _tried(form, checked)
    if offer is None:
        return form_page(request, desk, form)
    said = _("On sale: %(title)s, %(grade)s, %(price)s. Write %(ref)s on it.")
    messages.success(
        request,
        said
        % {
            "title": offer.product,
            "grade": Condition(offer.condition).label,
            "price": format_cents(offer.price_cents or 0),
            "ref": offer.copy_ref,
        },
    )
    return redirect("counter:copies", desk.shop.slug)


@takes_files(LARGEST_FORM)
@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def copy(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """Show the form of one copy; save its corrections, and lead back to the copies."""
    offer = get_object_or_404(
        Offer.objects.visible_to(desk.actor)
        .filter(shop=desk.shop)
        .exclude(copy_ref="")
        .select_related("product", "copy"),
        pk=offer_id,
    )
    from_feed = FEED_MARK in offer.copy_ref
    form = _form_of(offer)
    if request.method == "POST":
        form = form if from_feed else _sent_form(request, desk.shop, offer.product)
        done = _tried(
            form,
            lambda: change_copy(
                shop=desk.shop,
                offer_id=offer.pk,
                details=None if from_feed else form.details,
                actor=desk.actor,
                photo=sent_photo(request, desk.actor),
                without_photo=bool(request.POST.get("without_photo")),
            ),
        )
        if done is not None:
            messages.success(request, _("Noted."))
            return redirect("counter:copies", desk.shop.slug)
    return page(
        request,
        desk,
        "copy",
        form=form,
        offer=offer,
        copy=facts_of(offer),
        from_feed=from_feed,
        changes=with_names(offer.changes.order_by("-pk")[:CHANGES_SHOWN]),
        grades=GRADES,
        sleeves=SLEEVES,
    )


def form_page(request: HttpRequest, desk: Desk, form: CopyForm) -> HttpResponse:
    """Return the page of the form of a new copy."""
    return page(request, desk, "copies", form=form, grades=GRADES, sleeves=SLEEVES)


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


def _form_of(offer: Offer) -> CopyForm:
    """Return the form that shows a copy as it is."""
    copy = getattr(offer, "copy", None)
    return CopyForm(
        offer.product,
        condition=offer.condition,
        sleeve=copy.sleeve if copy else "",
        note=copy.note if copy else "",
        price=_typed(offer.price_cents),
        ref=offer.copy_ref,
    )


def _sent_form(request: HttpRequest, shop: Shop, product: Product | None = None) -> CopyForm:
    """Return what was sent, whatever it is."""
    names = ("ean", "ref", "condition", "sleeve", "price", "note", "title", "byline", "kind")
    values = {name: request.POST.get(name, "").strip()[:600] for name in names}
    ref = request.POST.get("p", "")
    known = product or (find_product(ref, shop.pk) if ref else None)
    values["ean"] = find_number(values["ean"]) or ""
    return CopyForm(known, **values)  # type: ignore[arg-type]


def _put_on_sale(shop: Shop, form: CopyForm, photo: Photo | None, actor: Actor) -> Offer:
    """Put the copy of a form on sale, with its title as typed when the catalogue lacks it."""
    given: dict[str, Any] = {
        "details": form.details,
        "actor": actor,
        "ref": form.ref or new_ref(),
        "photo": photo,
    }
    if form.product is not None and not form.asks_title:
        return enter_copy(shop=shop, product_id=form.product.pk, **given)
    ean = (form.product.number if form.product else form.ean) or None
    title = TypedTitle(form.title, form.byline, form.kind, ean)
    return enter_unknown_copy(shop=shop, title=title, **given)


def _tried(form: CopyForm, verb: Callable[[], Offer]) -> Offer | None:
    """Run a verb; the form shows what it refuses at its field."""
    try:
        return verb()
    except (Conflict, Invalid, TooMany) as refusal:
        form.errors[refusal.code.removeprefix("bad_")] = refusal.message
        return None


def _typed(cents: int | None) -> str:
    """Return a price as one types it."""
    return "" if cents is None else typed_cents(cents)
