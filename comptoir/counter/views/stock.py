"""The stock by EAN: what stands on the shelf, and “sold one”, “received n”, “there are n”."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.catalogue.models import Product
from comptoir.core.errors import NotFound
from comptoir.core.identifiers import find_ean, read_key
from comptoir.counter import reserving, scanning, shelf
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import attempt, page
from comptoir.stock.models import Condition
from comptoir.stock.shelf import ledger
from comptoir.stock.shelf.explain import explain_numbers
from comptoir.stock.shelf.ledger import Entry
from comptoir.stock.shelf.locks import last_movement, once
from comptoir.stock.shelf.standing import standings
from comptoir.stock.shelf.track_record import track_record_of


@require_GET
@at_the_desk
def stock(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Look a title up; an EAN goes straight to its page."""
    text = request.GET.get("q", "").strip()[:200]
    ean = scanning.find_scanned_ean(text)
    if ean:
        return redirect("counter:product", desk.shop.slug, ean)
    choices = reserving.find_choices(desk.shop, text) if text else []
    record = track_record_of(desk.shop)
    return page(request, desk, "stock", q=text, choices=choices, record=record)


@require_GET
@at_the_desk
def product(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one title on this shop's shelf: numbers, orders, ledger, and the three verbs.

    An EAN that nobody knows yet can be received: it is kept by its EAN alone.
    """
    ean = find_ean(ref)
    if ean and ean != ref:
        return redirect("counter:product", desk.shop.slug, ean)
    found = _product(ref, ean)
    context: dict[str, Any] = {"ean": ean, "product": found}
    if found:
        context |= {
            "standings": [x for x in standings(desk.shop, [found.pk]) if not x.is_past],
            "ledger": shelf.read_ledger(desk.shop, found),
            "orders": shelf.open_orders(desk.shop, found, desk.actor),
        }
    if ean:
        context["seen"] = last_movement(desk.shop.pk, ean)
    return page(request, desk, "product", **context)


@require_GET
@at_the_desk
def why(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Explain the numbers of a title, offer by offer and line by line."""
    found = _product(ref, find_ean(ref))
    explanations = explain_numbers(shop=desk.shop, product_id=found.pk) if found else []
    if found is None or not explanations:
        raise NotFound("no_such_offer", _("This shop does not have this title."))
    return page(request, desk, "why", product=found, ref=ref, explanations=explanations)


@require_POST
@at_the_desk
def sold(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """“Sold one” at the till."""
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
    """“Received n” from the supplier."""
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
    """“There are n”: the shelf was counted by hand."""
    return _move(
        request,
        desk,
        ref,
        lambda **where: ledger.set_count(count=_quantity(request, 0), **where),
        _("Counted: %(left)s on hand."),
    )


def _quantity(request: HttpRequest, least: int) -> int:
    return shelf.read_quantity(request.POST.get("quantity", ""), least=least)


def _move(
    request: HttpRequest, desk: Desk, ref: str, verb: Callable[..., Entry], done: str
) -> HttpResponse:
    """Do one verb of the shelf and show the title again with what came of it."""
    if find_ean(ref) != ref:
        raise NotFound("no_such_product", _("This is not an EAN: check its digits."))
    where = {
        "shop_id": desk.shop.pk,
        "ean": ref,
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


def _product(ref: str, ean: str | None) -> Product | None:
    """Return the product that an address names; None for an EAN nobody knows yet."""
    if ean:
        return Product.objects.filter(ean=ean).first()
    key = read_key(ref[1:]) if ref.startswith("p") else None
    found = Product.objects.filter(pk=key).first() if key else None
    if found is None:
        raise NotFound("no_such_product", _("This is not an EAN: check its digits."))
    return found
