"""The order by post of one shop's part of the basket: first the address, then what it costs line by
line, and only then the button that orders. Nothing of it needs JavaScript."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.accounts.actors import READER
from comptoir.core.errors import DomainError, Faults
from comptoir.core.limits import TooMany, client_address, count_read
from comptoir.orders.errors import Busy
from comptoir.orders.models import Channel
from comptoir.orders.operations import place_checked
from comptoir.orders.operations.requests import (
    Checked,
    Customer,
    LineRequest,
    PlaceRequest,
    check,
)
from comptoir.orders.postal.address import Address
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.phrases import postage_in_words, price_in_words, tax_in_words
from comptoir.quotes.reads import PER_ADDRESS, Asked, Wish, quote_for
from comptoir.site import basket as baskets
from comptoir.site import person
from comptoir.site.basket import Basket, Part, parts
from comptoir.site.near import read_near
from comptoir.site.postal.countries import COUNTRIES
from comptoir.site.postal.told import told_before
from comptoir.site.reservation import (
    TYPED,
    Said,
    form_token,
    lead_to,
    read_form_token,
    typed_before,
)

ADDRESS = ("receiver", "street", "extra", "postcode", "city", "country")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_post(request: HttpRequest) -> HttpResponse:
    """Show the form of an address, what the basket costs there, or place the order."""
    if request.method != "POST":
        slug = request.GET.get("shop", "")
        part = _part(request, baskets.load(request), slug) if slug else None
        if part is None or not part.some_left:
            return redirect("site:basket")
        return _page(request, part, {"country": "FR", **typed_before(request)}, form_token(part))
    asked = read_form_token(request.POST.get("form", ""))
    if asked is None or not asked.lines:
        return redirect("site:basket")
    if request.POST.get("website"):
        return redirect("site:home")
    return _asked(request, asked)


def _asked(request: HttpRequest, asked: Basket) -> HttpResponse:
    """Answer what was typed: faults beside their fields, the summary, or the order that was placed.

    The total that stood on the summary comes back with it: where it costs something else by then,
    the summary is shown again.
    """
    token = request.POST["form"]
    typed = {name: request.POST.get(name, "")[:300] for name in (*TYPED, *ADDRESS)}
    part = _part(request, asked)
    if part is None:
        return redirect("site:basket")
    try:
        checked = check(_wanted(request, asked, typed, token))
    except Faults as wrong:
        errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
        return _page(request, part, typed, token, status=400, errors=errors)
    if request.POST.get("action") != "order":
        return _page(request, part, typed, token, quote=_quote(request, part, asked, checked))
    is_person = person.marked_key(request) == checked.email_key
    checked = replace(checked, request=replace(checked.request, verified=is_person))
    try:
        order = place_checked(checked)
    except DomainError as refusal:
        if isinstance(refusal, TooMany):
            raise
        quote = _quote(request, part, asked, checked)
        status = 503 if isinstance(refusal, Busy) else 409
        return _page(
            request, part, typed, token, status=status, quote=quote, refusal=str(refusal.message)
        )
    return lead_to(request, asked, order, is_person=is_person)


def _part(request: HttpRequest, held: Basket, slug: str = "") -> Part | None:
    return next(iter(parts(held, read_near(request).point, slug=slug)), None)


def _wanted(request: HttpRequest, asked: Basket, typed: dict[str, str], token: str) -> PlaceRequest:
    customer = Customer(
        typed["name"], typed["email"], typed["phone"], language=get_language() or "fr"
    )
    to = Address(
        name=typed["receiver"],
        **{name: typed[name] for name in ADDRESS if name != "receiver"},
    )
    total = request.POST.get("total", "")
    said = sha256(f"{token}|{customer!r}|{to!r}|{total}".encode()).hexdigest()
    return PlaceRequest(
        shop_id=asked.lines[0].shop_id,
        lines=tuple(LineRequest(x.product_id, x.offer_id, x.quantity) for x in asked.lines),
        customer=customer,
        channel=Channel.WEB,
        actor=READER,
        idempotency_key=f"post-{said}",
        request_digest=said,
        address=client_address(request),
        host=request.get_host(),
        posted_to=to,
        total=int(total) if total.isdecimal() and len(total) < 10 else None,
    )


def _quote(request: HttpRequest, part: Part, asked: Basket, checked: Checked) -> Quote | None:
    """Return what the basket costs at the address that was typed; None without one."""
    count_read(PER_ADDRESS, f"address:{client_address(request)}")
    to = checked.request.posted_to
    if to is None:
        return None
    lines = [
        Asked(offer_id=line.offer_id, quantity=line.quantity)
        if line.offer_id
        else Asked(product=chosen.product.ref, quantity=line.quantity)
        for line, chosen in zip(asked.lines, part.lines, strict=True)
    ]
    return quote_for(part.at.shop, lines, Wish(Delivery.MAIL, to.country, to.postcode))


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A line of the summary, in words; amounts in cents."""

    title: str
    quantity: int
    used: bool
    cents: int
    rule: str
    tax: str
    refused: bool


def quoted_lines(quote: Quote) -> Sequence[QuotedLine]:
    """Return the lines of a quote as the summary shows them, new ones before used ones."""
    found = [
        QuotedLine(
            line.item.product.title,
            line.item.quantity,
            line.item.used,
            line.cents,
            price_in_words(line),
            tax_in_words(line.tax) if line.tax and not line.refusal else "",
            line.refusal is not None,
        )
        for line in quote.lines
    ]
    return sorted(found, key=lambda line: line.used)


def _page(
    request: HttpRequest,
    part: Part,
    typed: dict[str, str],
    token: str,
    *,
    status: int = 200,
    quote: Quote | None = None,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "part": part,
        "form": token,
        **{name: typed.get(name, "") for name in (*TYPED, *ADDRESS)},
        "typed": {name: typed.get(name, "") for name in (*TYPED, *ADDRESS)},
        "countries": COUNTRIES,
        "country_name": COUNTRIES.get(typed.get("country", ""), typed.get("country", "")),
        "errors": Said(errors or {}),
        "refusal": refusal,
        "quote": quote,
    }
    if quote is not None:
        context["quoted"] = quoted_lines(quote)
        context["postage"] = postage_in_words(quote.postage) if quote.postage else ""
        context |= told_before(part.at.shop, [line.item for line in quote.lines])
    return render(request, "site/by_post.html", context, status=status)
