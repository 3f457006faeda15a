"""The stock by EAN: what the shop has of a title, and “sold one”, “received n”, “there are n”."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import Product, ProductKind
from comptoir.catalogue.reads import find_product
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import find_number, is_own_number, issue_of
from comptoir.counter.assortment.lines import lines_of
from comptoir.counter.assortment.rows import drawn
from comptoir.counter.colleagues.lines import colleagues_with
from comptoir.counter.scan import ISSUE, find_choices, page_of_scan, read_quantity
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page, with_names
from comptoir.orders.models import Order
from comptoir.orders.reads import with_lines
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.articles import name_of, title_article
from comptoir.stock.models import Condition, StockMovement
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.explain import explain_numbers
from comptoir.stock.shelf.ledger import Entry
from comptoir.stock.shelf.locks import last_movement, once
from comptoir.stock.shelf.standing import standings
from comptoir.stock.shelf.track_record import track_record_of

MOVEMENTS_SHOWN = 10


@require_GET
@at_the_desk
def stock(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the search for a title, and what it found, else the shop's stock as a list; an EAN leads
    to the page of its title."""
    text = request.GET.get("q", "").strip()[:200]
    if address := page_of_scan(desk.shop, text):
        return redirect(address)
    if text:
        return page(request, desk, "stock", q=text, choices=find_choices(desk.shop, text))
    track_record = track_record_of(desk.shop)
    lines = lines_of(request, desk)
    rows = drawn(lines.page.rows, desk.shop, is_asked=lines.is_asked)
    return page(request, desk, "stock", lines=lines, rows=rows, track_record=track_record)


@require_GET
@at_the_desk
def product(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one title in this shop: numbers, open orders, last movements, and three forms.

    An EAN that nobody knows yet can be received: it is kept by its EAN alone. An article of the
    shop's own is kept by the number that its till gave it.
    """
    found = _product(ref, desk.shop)
    ean = find_number(ref) or (found.number if found else None)
    if ean and ean != ref:
        address = page_of_scan(desk.shop, ref)
        return redirect(address or reverse("counter:product", args=[desk.shop.slug, ean]))
    context: dict[str, Any] = {"ean": ean, "product": found}
    own = bool(ean) and is_own_number(ean or "")
    if own:
        context |= {"own_name": name_of(desk.shop, ean or ""), "kinds": ProductKind.choices}
    if found:
        context |= {
            "standings": [x for x in standings(desk.shop, [found.pk]) if not x.is_past],
            "ledger": with_names(_movements(desk.shop, found)),
            "orders": _open_orders(desk.shop, found, desk.actor),
            "colleagues": colleagues_with(desk, found.pk, has_ean=bool(ean) and not own),
        }
    if ean:
        context["seen"] = last_movement(desk.shop.pk, ean)
        context["issue"] = issue_of(ean + request.GET.get(ISSUE, ""))
    return page(request, desk, "product", **context)


@require_GET
@at_the_desk
def why(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show why a title's numbers are what they are, offer by offer and line by line."""
    found = _product(ref, desk.shop)
    explanations = explain_numbers(shop=desk.shop, product_id=found.pk) if found else []
    if found is None or not explanations:
        raise NotFound("no_such_offer", _("This shop does not have this title."))
    return page(request, desk, "why", product=found, ref=ref, explanations=explanations)


@require_POST
@at_the_desk
def titled(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Give an article of the shop's own its title. Leads back to its page."""
    typed = {name: request.POST.get(name, "")[:600] for name in ("title", "byline", "kind")}
    done = attempt(
        request,
        lambda: title_article(shop=desk.shop, number=ref, actor=desk.actor, **typed),
    )
    if done is not None:
        messages.success(request, _("Noted: readers find it in your shop."))
    return redirect("counter:product", desk.shop.slug, ref)


@require_POST
@at_the_desk
def sold(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """“Sold one”: one copy fewer on hand. Leads back to the title's page."""
    return _move(
        request,
        desk,
        ref,
        partial(ledger.sell, quantity=1),
        _("Sold one: %(left)s left."),
    )


@require_POST
@at_the_desk
def received(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """“Received n”: so many copies more on hand. Leads back to the title's page."""
    return _move(
        request,
        desk,
        ref,
        lambda **where: ledger.receive(quantity=_quantity(request, 1), **where),
        _("Received: %(left)s on hand."),
    )


@require_POST
@at_the_desk
def counted(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """“There are n”: sets what is on hand to a count by hand. Leads back to the title's page."""
    return _move(
        request,
        desk,
        ref,
        lambda **where: ledger.set_count(count=_quantity(request, 0), **where),
        _("Counted: %(left)s on hand."),
    )


def _quantity(request: HttpRequest, least: int) -> int:
    return read_quantity(request.POST.get("quantity", ""), least=least)


def _move(
    request: HttpRequest, desk: Desk, ref: str, verb: Callable[..., Entry], done: str
) -> HttpResponse:
    """Run one verb on an offer and show its title again with what came of it."""
    if find_number(ref) != ref:
        raise _no_ean()
    where = {
        "shop": desk.shop,
        # The issue of a magazine follows its EAN, as scanners send it.
        "ean": ref + issue_of(ref + request.POST.get(ISSUE, "")),
        "condition": request.POST.get("condition") or Condition.NEW.value,
        "actor": desk.actor,
    }
    seen = request.POST.get("seen", "")
    entry = attempt(
        request,
        lambda: once(shop_id=desk.shop.pk, ean=ref, seen=seen, verb=partial(verb, **where)),
    )
    if entry is not None:
        messages.success(request, done % {"left": entry.offer.on_hand})
        if entry.promised:
            told = _("Readers wait for %(n)s of these copies: see the reservations below.")
            messages.warning(request, told % {"n": entry.promised})
    return redirect("counter:product", desk.shop.slug, ref)


def _product(ref: str, shop: Shop) -> Product | None:
    """Return the product that an address names in a shop; None for an EAN (or a number of the
    shop's own) that nobody knows yet."""
    try:
        return find_product(ref, shop.pk)
    except NotFound:
        if find_number(ref):
            return None
        raise _no_ean() from None


def _no_ean() -> NotFound:
    return NotFound("no_such_product", _("This is not an EAN: check its digits."))


def _movements(shop: Shop, product: Product) -> QuerySet[StockMovement]:
    """Return the last movements of a product in a shop, newest first."""
    found = StockMovement.objects.filter(offer__shop=shop, offer__product=product)
    newest_first = found.select_related("offer").order_by("-happened_at", "-pk")
    return newest_first[:MOVEMENTS_SHOWN]


def _open_orders(shop: Shop, product: Product, actor: Actor) -> list[Order]:
    """Return the open orders of a shop that hold or wait for a product, oldest first."""
    orders = Order.objects.visible_to(actor).open().filter(shop=shop, lines__product=product)
    return list(with_lines(orders.distinct().order_by("placed_at")))
