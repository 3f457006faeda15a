"""Used copies, each its own: the shop's lists of them; one is sold, withdrawn or seen again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from comptoir.catalogue.reads import find_product
from comptoir.core.errors import Message
from comptoir.core.identifiers import is_own_number
from comptoir.counter.copy_entry import blank_form, form_page
from comptoir.counter.scan import find_choices, find_scanned_ean
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import name_of
from comptoir.stock.copies import operations
from comptoir.stock.models import FEED_MARK, Offer, OfferStanding
from comptoir.stock.shelf.copies import CopyFacts, Shown, copies_of, facts_of
from comptoir.stock.shelf.ledger import Entry

LISTED = 20
LISTS: list[tuple[Shown, Message]] = [
    (Shown.ON_SALE, gettext_lazy("On sale")),
    (Shown.HELD, pgettext_lazy("copies", "Reserved")),
    (Shown.UNSEEN, gettext_lazy("To look for again")),
    (Shown.GONE, gettext_lazy("Gone")),
]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a shop's copies, the list it is of, and how many each list has."""

    shown: Shown
    text: str
    page: Page[OfferStanding]
    lists: list[tuple[str, Message, int]]

    @property
    def rows(self) -> list[tuple[Offer, CopyFacts | None]]:
        """The copies of the page, each with what is known of it."""
        return [(each.offer, facts_of(each.offer)) for each in self.page]


@require_GET
@at_the_desk
def copies(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shop's copies, under a search for the title of a new one; lead to its form."""
    text = request.GET.get("q", "").strip()[:200]
    ref = request.GET.get("p", "")
    if ref:
        return form_page(request, desk, blank_form(desk.shop, find_product(ref, desk.shop.pk)))
    if not text:
        return page(request, desk, "copies", listing=_listing(desk.shop, request))
    choices = find_choices(desk.shop, text)
    ean = find_scanned_ean(text)
    if ean:
        known = choices[0].product if choices else None
        title = name_of(desk.shop, ean) if is_own_number(ean) else ""
        form = blank_form(desk.shop, known, ean=ean, title=title)
        return form_page(request, desk, form)
    if request.GET.get("nouveau") == "1":
        form = blank_form(desk.shop, None, title=text)
        return form_page(request, desk, form)
    return page(request, desk, "copies", q=text, choices=choices)


@require_POST
@at_the_desk
def sold(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """“Sold”: this copy was sold at the till. Leads back to the copies."""
    return _do(request, desk, offer_id, operations.sell_copy, _("Sold: %(title)s, %(ref)s."))


@require_POST
@at_the_desk
def withdrawn(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """“Withdraw”: this copy is no longer for sale. Leads back to the copies."""
    said = _("Withdrawn from sale: %(title)s, %(ref)s.")
    return _do(request, desk, offer_id, operations.withdraw_copy, said)


@require_POST
@at_the_desk
def seen(request: HttpRequest, desk: Desk, offer_id: int) -> HttpResponse:
    """“Seen”: this copy is there, or is back on sale. Leads back to the copies."""
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


def _listing(shop: Shop, request: HttpRequest) -> Listing:
    """Return the page of copies that an address asks for."""
    asked = request.GET.get("liste", "")
    shown = Shown(asked) if asked in list(Shown) else Shown.ON_SALE
    text = " ".join(request.GET.get("t", "")[:100].split())
    paginator = Paginator(copies_of(shop, shown, text), LISTED)
    number = request.GET.get("page", "1")
    page = paginator.get_page(number if number.isdecimal() and len(number) < 5 else 1)
    counts = [(each.value, name, copies_of(shop, each).count()) for each, name in LISTS]
    return Listing(shown, text, page, counts)
