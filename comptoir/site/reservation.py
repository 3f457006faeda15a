"""The reservation: the form for one shop's part of the basket, and what is asked of `orders`."""

import secrets
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.log import log_response
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.accounts.actors import READER
from comptoir.core.errors import DomainError, Faults
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import TooMany, client_address
from comptoir.orders.errors import Busy, CopiesGone, PrepayNeeded
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place_checked
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest, check
from comptoir.orders.postal.errors import QuoteRefused, TotalChanged
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.reads import Wish
from comptoir.shops.doors.fields import read_slot
from comptoir.site import basket as baskets
from comptoir.site import person
from comptoir.site.answers.final import PAGE, back_to, final_page
from comptoir.site.answers.later import Later
from comptoir.site.answers.refusals import Reader, pages, reader_of
from comptoir.site.basket import Basket, BasketLine, Part, parts
from comptoir.site.doors.fields import slots_field
from comptoir.site.near import read_near
from comptoir.site.postal.summary import quote_in_words, quote_of_part
from comptoir.ui.floods import guarded
from comptoir.ui.moulds import Mould
from comptoir.ui.words import at_moment, deadline

# Another one whenever what a form carries changes: a form of before then leads to the basket.
SALT = "comptoir.site.reserving.2"
DAY_SECONDS = 86400
TYPED_COOKIE = "typed"
TYPED_SECONDS = 600
TYPED_SALT = "comptoir.site.typed"
FIELDS = "site/parts/reserve_fields.html"
TYPED = ("name", "email", "phone")
_FIELDS = Mould(FIELDS, ("marked",), ("csrf_token", "form", "until", "answer_by", "slots", *TYPED))


class Said(dict[str, str]):
    """What is said of each field of the form, or stands in it: nothing where nothing is said.

    Django looks for what is not in a dictionary in many ways, in a form some twenty times.
    """

    def __missing__(self, field: str) -> str:
        return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.RESERVATION, person.is_vouched)
def reservation(request: HttpRequest) -> HttpResponse:
    """Show the form for one shop's part of the basket, or place the order and go to its page."""
    if request.method == "POST":
        return _place(request)
    part = _part(request, baskets.load(request), request.GET.get("shop", ""))
    if part is None:
        return redirect("site:basket")
    return _form(request, part, typed_before(request))


def _part(request: HttpRequest, held: Basket, slug: str) -> Part | None:
    found = parts(held, read_near(request).point, slug=slug) if slug else []
    return next(iter(found), None)


def _place(request: HttpRequest) -> HttpResponse:
    """Place what the form says. It holds its own lines, so that a second click finds the first
    one's order even when the basket is empty by then; changed and sent again it is another."""
    typed = {name: request.POST.get(name, "")[:300] for name in TYPED}
    token = request.POST.get("form", "")
    asked = read_form_token(token)
    if asked is None or not asked.lines:
        return redirect("site:basket")
    if request.POST.get("website"):
        return redirect("site:home")
    if request.POST.get("action") == "forget":
        return _forgotten(request, asked, typed)
    customer = Customer(
        typed["name"], typed["email"], typed["phone"], language=get_language() or "fr"
    )
    slot = read_slot(request.POST.get("slot", ""))
    prepays = request.POST.get("action") == "prepay"
    wanted = replace(
        _wanted(asked, customer, token, slot, request.POST.get("total", "") if prepays else None),
        address=client_address(request),
        host=request.get_host(),
    )
    try:
        checked = check(wanted)
    except Faults as wrong:
        return _corrected(request, asked, typed, wrong)
    is_person = _is_person(request, checked.email_key)
    checked = replace(checked, request=replace(checked.request, verified=is_person))
    later = Later.of(request)
    if later and not later.is_known:
        finish = partial(_finish, asked=asked, is_person=is_person)
        reader = reader_of(request, asked, back_to(asked, "site:reserve"))
        refuse = partial(_refuse, request, reader, typed)
        return later.leave(checked, _emptied(request, asked), finish, refuse)
    try:
        order = later.order() if later else place_checked(checked)
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
    return lead_to(request, asked, order, is_person=is_person)


def _emptied(request: HttpRequest, asked: Basket) -> HttpResponse:
    """Return what leads away from a form that was taken, its lines no longer in the basket."""
    response = HttpResponseRedirect("", status=303)  # where to is written by `_lead`
    held = baskets.load(request)
    for line in asked.lines:
        held = held.remove(line.key)
    baskets.save(response, held)
    response.delete_cookie(TYPED_COOKIE)
    return response


def lead_to(request: HttpRequest, asked: Basket, order: Order, *, is_person: bool) -> HttpResponse:
    """Return what leads to an order that was placed, its lines no longer in the basket."""
    response = _emptied(request, asked)
    _lead(response, order, is_person=is_person)
    return response


def _finish(response: HttpResponse, order: Order, *, asked: Basket, is_person: bool) -> bool:
    """Finish the answer to a form that was taken, unless its reader is to be told something."""
    if surprises(basket=asked, order=order):
        return False
    _lead(response, order, is_person=is_person)
    return True


def _lead(response: HttpResponse, order: Order, *, is_person: bool) -> None:
    """Have an answer lead to the page of its order, and renew the mark of whoever sent the form."""
    response.headers["Location"] = reverse("site:order", args=[order.token])
    # Not the order alone: sent again, a form finds the order that somebody confirmed elsewhere.
    if is_person and order.verified:
        person.mark(response, order.email)


def _is_person(request: HttpRequest, email_key: str) -> bool:
    """Whether who sends the form confirmed the address of this key, in this browser."""
    return bool(email_key) and person.marked_key(request) == email_key


def _forgotten(request: HttpRequest, asked: Basket, typed: dict[str, str]) -> HttpResponse:
    """Show the form again in a browser that no longer knows who confirmed an address in it."""
    part = _first(request, asked)
    response = _form(request, part, typed, forgotten=True) if part else redirect("site:basket")
    person.forget(response)
    return response


def _corrected(
    request: HttpRequest, asked: Basket, typed: dict[str, str], wrong: Faults
) -> HttpResponse:
    """Show the form again, each fault beside its field."""
    part = _first(request, asked)
    if part is None:
        return redirect("site:basket")
    errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
    return _form(request, part, typed, 400, errors=errors)


def _refused(
    request: HttpRequest, asked: Basket, typed: dict[str, str], refusal: DomainError
) -> HttpResponse:
    """Show the form again with what was typed and what to do, beside the field concerned; where
    nothing of it can be corrected, the page that says so to all."""
    if told := told_to_all(request, asked, typed, refusal, back_to(asked, "site:reserve")):
        return told
    part = None if isinstance(refusal, TooMany) else _first(request, asked)
    if part is None:
        raise refusal
    gone = isinstance(refusal, CopiesGone)
    said = "" if gone else str(refusal.message)
    if isinstance(refusal, PrepayNeeded | TotalChanged | QuoteRefused):
        quote = quote_of_part(request, part, asked, Wish(Delivery.COLLECT))
        return _form(request, part, typed, 409, refusal=said, quote=quote)
    return _form(request, part, typed, _status(refusal), refusal=said, copies_gone=gone)


def _refuse(
    request: HttpRequest,
    reader: Reader | None,
    typed: dict[str, str],
    response: HttpResponse,
    refusal: DomainError,
) -> bool:
    """Make the answer to a form that was taken the page that refuses it, if that one is drawn."""
    page = pages.find(reader, refusal, request)
    if page is None:
        return False
    response.status_code, response.content = 409, page.encode()
    del response.headers["Location"]
    response.headers["Content-Length"] = str(len(response.content))
    response.cookies.pop(baskets.COOKIE, None)
    keep_typed(response, typed)
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
    return True


def told_to_all(
    request: HttpRequest, asked: Basket, typed: dict[str, str], refusal: DomainError, back: str
) -> HttpResponse | None:
    """Answer a form that is refused with the page that says so to all; None where something of it
    can be corrected."""
    if (page := final_page(request, asked, refusal, back)) is None:
        return None
    response = HttpResponse(page, status=409)
    keep_typed(response, typed)
    return response


def _first(request: HttpRequest, asked: Basket) -> Part | None:
    return next(iter(parts(asked, read_near(request).point)), None)


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
    forgotten: bool = False,
    quote: Quote | None = None,
) -> HttpResponse:
    marked = not forgotten and bool(person.marked_key(request))
    # Each is drawn anew, by 32 signs: one will do for all forms of a page.
    token = get_token(request)
    context: dict[str, Any] = {
        "csrf_token": token,
        "part": part,
        "fields": _fields(request, part, typed, errors, token, marked=marked)
        if part.some_left
        else "",
        "errors": errors,
        "refusal": refusal,
        "copies_gone": copies_gone or part.gone,
        "forgotten": forgotten,
        "marked": marked,
        "posts": part.posts,
    }
    if quote:
        slot = {"slot": request.POST.get("slot", "")[:40]}
        context |= quote_in_words(quote) | {"again": typed | slot | {"form": form_token(part)}}
    response = render(request, PAGE, context, status=status)
    if status != 200:
        keep_typed(response, typed)
    return response


def _fields(
    request: HttpRequest,
    part: Part,
    typed: dict[str, str],
    errors: dict[str, str] | None,
    token: str,
    *,
    marked: bool,
) -> SafeString:
    """Return what stands in the form, each fault beside its field."""
    zone = part.at.shop.time_zone
    slots = slots_field(part, read_slot(request.POST.get("slot", "")))
    words = (
        token,
        form_token(part),
        deadline(part.until, zone) if part.held and part.until and not slots else None,
        at_moment(part.answer_by, zone) if part.to_confirm else None,
        slots,
        *[typed.get(field, "") for field in TYPED],
    )
    if not errors:
        return _FIELDS.fill((marked,), words)
    context = dict(zip(_FIELDS.words, words, strict=True))
    return render_to_string(FIELDS, {**context, "marked": marked, "errors": Said(errors)})


def form_token(part: Part) -> str:
    """Return what the form carries: the lines that can still be had, what it says of their
    certainty, signed, and a word that tells two sendings of one form from two forms. The form thus
    needs no basket when it comes back."""
    lines = [
        [
            chosen.line.product_id,
            chosen.line.offer_id or 0,
            chosen.line.quantity,
            int(chosen.to_confirm),
        ]
        for chosen in part.lines
        if not chosen.gone
    ]
    return signing.dumps([secrets.token_hex(8), part.at.shop.pk, lines], salt=SALT, compress=True)


def read_form_token(token: str) -> Basket | None:
    """Return the lines that a form was made for, or None when it is altered or a day old."""
    try:
        _word, shop_id, lines = signing.loads(token, salt=SALT, max_age=DAY_SECONDS)
    except signing.BadSignature:
        return None
    return Basket(
        tuple(
            BasketLine(shop_id, product_id, offer_id or None, quantity, bool(warned))
            for product_id, offer_id, quantity, warned in lines
        )
    )


def surprises(*, basket: Basket, order: Order) -> list[str]:
    """Return the titles of an order that the shop looks for first, and that its form promised."""
    warned = {line.offer_id for line in basket.lines if line.warned}
    return [
        line.title
        for line in order.lines.all()
        if line.held and line.to_confirm and line.offer_id not in warned
    ]


def _wanted(
    basket: Basket, customer: Customer, token: str, slot: datetime | None, total: str | None
) -> PlaceRequest:
    """Return what is asked for; with a `total` (cents) it is paid first."""
    paid = "" if total is None else f"|{total}"
    said = sha256(f"{token}|{customer!r}|{slot or ''}{paid}".encode()).hexdigest()
    return PlaceRequest(
        shop_id=basket.lines[0].shop_id,
        lines=tuple(LineRequest(x.product_id, x.offer_id, x.quantity) for x in basket.lines),
        customer=customer,
        channel=Channel.WEB,
        actor=READER,
        idempotency_key=f"web-{said}",
        request_digest=said,
        slot=slot,
        prepay=total is not None,
        total=int(total) if total and total.isdecimal() and len(total) < 10 else None,
    )


def keep_typed(response: HttpResponse, typed: dict[str, str]) -> None:
    """Keep what a reader typed in a form that was refused in their own browser, for ten minutes: so
    that nothing is typed twice when another shop's form follows."""
    response.set_cookie(
        TYPED_COOKIE,
        signing.dumps(typed, salt=TYPED_SALT),
        max_age=TYPED_SECONDS,
        httponly=True,
        secure=settings.SECURE,
        samesite="Lax",
    )


def typed_before(request: HttpRequest) -> dict[str, str]:
    """Return what was typed in the form before, or nothing."""
    try:
        typed: dict[str, str] = signing.loads(
            request.COOKIES.get(TYPED_COOKIE, ""), salt=TYPED_SALT, max_age=TYPED_SECONDS
        )
    except signing.BadSignature:
        return {}
    return typed
