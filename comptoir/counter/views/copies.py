"""Used copies, each its own: entered by scan or search, corrected, sold, withdrawn."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.limits import TooMany
from comptoir.core.money import format_cents
from comptoir.counter import copies as page_of_copies
from comptoir.counter import reserving, scanning
from comptoir.counter.copies import CopyForm
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import attempt, page
from comptoir.stock.copies import operations
from comptoir.stock.copies.photos import LARGEST_BYTES
from comptoir.stock.models import FEED_MARK, Condition, Offer
from comptoir.stock.shelf.copies import facts_of
from comptoir.stock.shelf.ledger import Entry
from comptoir.ui.bodies import takes_files

# The photo, and what is typed beside it.
LARGEST_FORM = LARGEST_BYTES + 100_000


@require_GET
@at_the_desk
def copies(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Find a title and put a copy of it on sale; below, the shop's copies."""
    text = request.GET.get("q", "").strip()[:200]
    ref = request.GET.get("p", "")
    if ref:
        return _page(request, desk, form=page_of_copies.blank_form(desk.shop, find_product(ref)))
    if not text:
        return _page(request, desk)
    choices = reserving.find_choices(desk.shop, text)
    ean = scanning.find_scanned_ean(text)
    if ean:
        known = choices[0].product if choices else None
        form = page_of_copies.blank_form(desk.shop, known, ean=ean)
        return _page(request, desk, form=form)
    if request.GET.get("nouveau") == "1":
        form = page_of_copies.blank_form(desk.shop, None, title=text)
        return _page(request, desk, form=form)
    return _page(request, desk, q=text, choices=choices)


@takes_files(LARGEST_FORM)
@require_POST
@at_the_desk
def enter(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put the copy on sale and be ready for the next scan."""
    form = page_of_copies.sent_form(request)

    def put_on_sale() -> Offer:
        # A price typed wrong is told before a photo is read.
        operations.check_details(form.details)
        photo = page_of_copies.sent_photo(request, desk.actor)
        return page_of_copies.put_on_sale(desk.shop, form, photo, desk.actor)

    offer = _tried(form, put_on_sale)
    if offer is None:
        return _page(request, desk, form=form)
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
    """Show one copy, and correct what is said of it."""
    offer = get_object_or_404(
        Offer.objects.visible_to(desk.actor)
        .filter(shop=desk.shop)
        .exclude(copy_ref="")
        .select_related("product", "copy"),
        pk=offer_id,
    )
    told_by_feed = FEED_MARK in offer.copy_ref
    form = page_of_copies.form_of(offer)
    if request.method == "POST":
        form = form if told_by_feed else page_of_copies.sent_form(request, offer.product)
        done = _tried(
            form,
            lambda: operations.change_copy(
                shop=desk.shop,
                offer_id=offer.pk,
                details=None if told_by_feed else form.details,
                actor=desk.actor,
                photo=page_of_copies.sent_photo(request, desk.actor),
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
        told_by_feed=told_by_feed,
        changes=page_of_copies.changes_of(offer),
        grades=page_of_copies.GRADES,
        sleeves=page_of_copies.SLEEVES,
    )


@require_POST
@at_the_desk
def sold(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """This copy was sold at the till."""
    return _do(request, desk, offer_id, operations.sell_copy, _("Sold: %(title)s, %(ref)s."))


@require_POST
@at_the_desk
def withdrawn(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """This copy is no longer for sale."""
    said = _("Withdrawn from sale: %(title)s, %(ref)s.")
    return _do(request, desk, offer_id, operations.withdraw_copy, said)


@require_POST
@at_the_desk
def seen(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """This copy is there: seen again, or back on sale."""
    return _do(request, desk, offer_id, operations.see_copy, _("On the shelf: %(title)s, %(ref)s."))


def _do(
    request: HttpRequest, desk: Desk, offer_id: int, verb: Callable[..., Entry], said: str
) -> HttpResponse:
    entry = attempt(request, lambda: verb(shop=desk.shop, offer_id=offer_id, actor=desk.actor))
    if entry is not None:
        ref = entry.offer.copy_ref.rpartition(FEED_MARK)[2]
        messages.success(request, said % {"title": entry.offer.product, "ref": ref})
        if entry.promised:
            messages.warning(
                request, _("A reader has reserved this copy: tell them, from “To do”.")
            )
    return redirect("counter:copies", desk.shop.slug)


def _tried(form: CopyForm, verb: Callable[[], Offer]) -> Offer | None:
    """Run a verb; what it refuses is told at the field of the form."""
    try:
        return verb()
    except (Conflict, Invalid, TooMany) as refusal:
        form.errors[refusal.code.removeprefix("bad_")] = refusal.message
        return None


def _page(
    request: HttpRequest, desk: Desk, *, form: CopyForm | None = None, **context: object
) -> HttpResponse:
    return page(
        request,
        desk,
        "copies",
        form=form,
        listing=None if form else page_of_copies.listing(desk.shop, request),
        grades=page_of_copies.GRADES,
        sleeves=page_of_copies.SLEEVES,
        **context,
    )
