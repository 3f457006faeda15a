"""The basket, and the form that makes a reservation of one shop's part of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.catalogue.models import Product, ProductState
from comptoir.core.errors import DomainError, NotFound
from comptoir.core.identifiers import read_key
from comptoir.core.limits import client_address, count
from comptoir.orders.errors import Busy, CopiesGone, NotOrderedHere
from comptoir.orders.operations.requests import Customer
from comptoir.orders.terms import may_be_ordered
from comptoir.shops.models import Shop
from comptoir.site import basket as baskets
from comptoir.site.basket import Basket, BasketLine
from comptoir.site.near import read_near
from comptoir.site.reserving import (
    Part,
    form_token,
    parts,
    problems,
    read_form_token,
    reserve,
    surprises,
)
from comptoir.site.typed import COOKIE as TYPED_COOKIE
from comptoir.site.typed import keep_typed, typed_before
from comptoir.stock.models import Offer

HOUR = 3600
PER_ADDRESS = 60
SLOWER = gettext_lazy("Many reservations came from you in a short time. Wait a little, or call.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket(request: HttpRequest) -> HttpResponse:
    """Show the basket, or change one line of it and go on."""
    held = baskets.load(request)
    if request.method == "POST":
        return _changed(request, held)
    context = {"parts": parts(held, read_near(request).point)}
    return render(request, "site/basket.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reserving(request: HttpRequest) -> HttpResponse:
    """Show the form for one shop's part of the basket, or place the order and go to its page."""
    if request.method == "POST":
        return _place(request)
    part = _part(request, baskets.load(request), request.GET.get("shop", ""))
    if part is None:
        return redirect("site:basket")
    return _form(request, part, typed_before(request))


def _changed(request: HttpRequest, held: Basket) -> HttpResponse:
    action, key = request.POST.get("action", ""), request.POST.get("line", "")[:60]
    target = reverse("site:basket")
    if action == "add":
        line = _line(request.POST)
        if instead := request.POST.get("instead", "")[:60]:
            held = held.remove(instead)
        held = held.add(line)
        slug = Shop.objects.values_list("slug", flat=True).get(pk=line.shop_id)
        target = f"{reverse('site:reserve')}?shop={slug}"
    elif action == "remove":
        held = held.remove(key)
    elif action == "quantity":
        held = held.set_quantity(key, _number(request.POST.get("quantity")) or 1)
    if action != "add" and (slug := request.POST.get("shop", "")[:80]):
        target = f"{reverse('site:reserve')}?shop={slug}"
    response = HttpResponseRedirect(target, status=303)
    baskets.save(response, held)
    return response


def _line(post: QueryDict) -> BasketLine:
    """Return the line that a button names: an offer, or a title to be ordered by a shop."""
    missing = NotFound("no_such_copy", _("This copy is no longer shown. Look the title up again."))
    if number := _number(post.get("offer")):
        offer = Offer.objects.filter(pk=number, shop__paused_at=None).first()
        if offer is None:
            raise missing
        return BasketLine(offer.shop_id, offer.product_id, offer.pk)
    shop = Shop.objects.open_to_public().filter(pk=_number(post.get("shop")) or 0).first()
    product = Product.objects.filter(pk=_number(post.get("product")) or 0).first()
    if shop is None or product is None or product.state != ProductState.LISTED:
        raise missing
    if not may_be_ordered(shop, kind=product.kind, availability=product.availability):
        raise NotOrderedHere(product.pk)
    return BasketLine(shop.pk, product.pk)


def _number(text: str | None) -> int | None:
    return read_key(text or "")


def _part(request: HttpRequest, held: Basket, slug: str) -> Part | None:
    found = parts(held, read_near(request).point)
    return next((part for part in found if part.at.shop.slug == slug and part.lines), None)


def _place(request: HttpRequest) -> HttpResponse:
    """Place what the form says. It holds its own lines, so that a second click finds the first
    one's order even when the basket is empty by then."""
    typed = {name: request.POST.get(name, "")[:300] for name in ("name", "email", "phone")}
    token = request.POST.get("form", "")
    asked = read_form_token(token)
    if asked is None or not asked.lines:
        return redirect("site:basket")
    if request.POST.get("website"):
        return redirect("site:home")
    customer = Customer(
        typed["name"], typed["email"], typed["phone"], language=get_language() or "fr"
    )
    if errors := problems(basket=asked, customer=customer):
        part = next(iter(parts(asked, read_near(request).point)), None)
        return _form(request, part, typed, 400, errors=errors) if part else redirect("site:basket")
    count("reserve", client_address(request), limit=PER_ADDRESS, seconds=HOUR, message=SLOWER)
    try:
        order = reserve(basket=asked, customer=customer, token=token)
    except DomainError as refusal:
        return _refused(request, asked, typed, refusal)
    if titles := surprises(basket=asked, order=order):
        told = _(
            "It has just become less sure that %(titles)s is still on the shelf. It is held for"
            " you: the shop looks first, and tells you."
        )
        messages.warning(
            request, told % {"titles": ", ".join(_("“%s”") % title for title in titles)}
        )
    response = HttpResponseRedirect(reverse("site:order", args=[order.token]), status=303)
    held = baskets.load(request)
    for line in asked.lines:
        held = held.remove(line.key)
    baskets.save(response, held)
    response.delete_cookie(TYPED_COOKIE)
    return response


def _refused(
    request: HttpRequest, asked: Basket, typed: dict[str, str], refusal: DomainError
) -> HttpResponse:
    """Show the form again with what was typed and what to do, beside the field concerned."""
    part = next(iter(parts(asked, read_near(request).point)), None)
    if part is None:
        raise refusal
    if isinstance(refusal, CopiesGone):
        return _form(request, part, typed, 409, copies_gone=True)
    return _form(request, part, typed, _status(refusal), refusal=str(refusal.message))


def _status(refusal: DomainError) -> int:
    return 503 if isinstance(refusal, Busy) else 409


def _form(
    request: HttpRequest,
    part: Part,
    typed: dict[str, str],
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    refusal: str = "",
    copies_gone: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "part": part,
        "typed": typed,
        "form": form_token(part),
        "errors": errors or {},
        "refusal": refusal,
        "copies_gone": copies_gone or part.gone,
    }
    response = render(request, "site/reserve.html", context, status=status)
    if status != 200:
        keep_typed(response, typed)
    return response
