"""The order by post of one shop's part of the basket: first the address, then what it costs line by
line, and only then the button that orders. Nothing of it needs JavaScript."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.accounts.actors import READER
from comptoir.core.errors import DomainError, Faults
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import TooMany, client_address
from comptoir.orders.errors import Busy
from comptoir.orders.models import Channel, Order
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
from comptoir.quotes.reads import Wish
from comptoir.site import basket as baskets
from comptoir.site import person
from comptoir.site.answers.fields import TYPED, Said, keep_typed, typed_before
from comptoir.site.answers.final import back_to, told_to_all
from comptoir.site.answers.sent import form_token, read_form_token
from comptoir.site.basket import Basket, Part, parts
from comptoir.site.near import read_near
from comptoir.site.postal.countries import COUNTRIES, countries
from comptoir.site.postal.notices import told_before
from comptoir.site.postal.summary import quote_in_words, quote_of_part
from comptoir.site.reservation import lead_to
from comptoir.terms.reads import in_force
from comptoir.ui.floods import guarded

ADDRESS = ("receiver", "street", "extra", "postcode", "city", "country")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.RESERVATION, person.is_vouched)
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

    The total that stood on the summary comes back with it, and the number of the conditions: where
    it costs something else by then, or is sold under others, the summary is shown again.
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
        return _page(request, part, typed, token, quote=_quote(request, part, checked))
    is_person = person.marked_key(request) == checked.email_key
    checked = replace(checked, request=replace(checked.request, verified=is_person))
    if changed := _other_terms(request, part, checked):
        quote = _quote(request, part, checked)
        return _page(request, part, typed, token, status=409, quote=quote, refusal=changed)
    try:
        order = place_checked(checked)
    except DomainError as refusal:
        if isinstance(refusal, TooMany):
            raise
        back = back_to(asked, "site:by_post")
        if told := told_to_all(request, asked, typed, refusal, back):
            return told
        quote = _quote(request, part, checked)
        status = 503 if isinstance(refusal, Busy) else 409
        return _page(
            request, part, typed, token, status=status, quote=quote, refusal=str(refusal.message)
        )
    response = lead_to(request, asked, order, is_person=is_person)
    if len(baskets.load(request).lines) > len(asked.lines):
        keep_typed(response, typed)  # another shop's form may follow
    return response


def _other_terms(request: HttpRequest, part: Part, checked: Checked) -> str:
    """Return what is told where other conditions are in force than stood above the button, or none;
    empty where they are the same, or the very form was taken before."""
    now = in_force(part.at.shop)
    if now and str(now.number) == request.POST.get("terms", ""):
        return ""
    if Order.objects.filter(idempotency_key=checked.key).exists():
        return ""
    if now is None:
        return _("This shop has not published its conditions of sale: it posts nothing here.")
    return _("The shop has published other conditions of sale meanwhile: read them, then order.")


def _part(request: HttpRequest, held: Basket, slug: str = "") -> Part | None:
    found = parts(held, read_near(request).point, slug=slug)
    return found[0].by_post if found else None


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


def _quote(request: HttpRequest, part: Part, checked: Checked) -> Quote | None:
    """Return what the basket costs at the address that was typed; None without one."""
    to = checked.request.posted_to
    if to is None:
        return None
    return quote_of_part(request, part, Wish(Delivery.MAIL, to.country, to.postcode))


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
        "countries": countries(),
        "country_name": COUNTRIES.get(typed.get("country", ""), typed.get("country", "")),
        "errors": Said(errors or {}),
        "refusal": refusal,
        "quote": quote,
    }
    if quote is not None:
        context |= quote_in_words(quote)
        context |= told_before([quote])
    return render(request, "site/by_post.html", context, status=status)
