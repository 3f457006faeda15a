"""The reservation: the form for one shop's part of the basket, and what is asked of `orders`."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import DomainError, Faults
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import TooMany
from comptoir.orders.errors import Busy, CopiesGone, PrepayNeeded
from comptoir.orders.models import Order
from comptoir.orders.operations import place_checked
from comptoir.orders.operations.requests import Checked
from comptoir.orders.postal.errors import QuoteRefused, TotalChanged
from comptoir.quotes.basket import Delivery, Quote
from comptoir.quotes.reads import Wish
from comptoir.shops.doors.fields import read_slot
from comptoir.site import basket as baskets
from comptoir.site import person
from comptoir.site.answers.fields import COOKIE as TYPED_COOKIE
from comptoir.site.answers.fields import TYPED, Said, keep_typed, typed_before
from comptoir.site.answers.final import PAGE, back_to, refuse_by_page, told_to_all
from comptoir.site.answers.later import Later
from comptoir.site.answers.refusals import pages, reader_of
from comptoir.site.answers.sent import ROBOTS, Sent, check_sent, form_token, read_sent
from comptoir.site.basket import Basket, Part, parts
from comptoir.site.doors.fields import slots_field
from comptoir.site.near import read_near
from comptoir.site.postal.summary import quote_in_words, quote_of_part
from comptoir.ui.floods import guarded
from comptoir.ui.moulds import Mould
from comptoir.ui.words import at_moment, deadline

FIELDS = "site/parts/reserve_fields.html"
_FIELDS = Mould(FIELDS, ("marked",), ("csrf_token", "form", "until", "answer_by", "slots", *TYPED))


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
    sent = read_sent(request)
    if sent is None:
        return redirect("site:basket")
    if request.POST.get(ROBOTS):
        return redirect("site:home")
    if request.POST.get("action") == "forget":
        return _forgotten(request, sent)
    try:
        checked = check_sent(request, sent)
    except Faults as wrong:
        return _corrected(request, sent, wrong)
    later = Later.of(request)
    if later and not later.is_known:
        return _left(request, sent, checked, later)
    try:
        order = later.order() if later else place_checked(checked)
    except DomainError as refusal:
        return _refused(request, sent, refusal)
    _tell_surprises(request, sent.asked, order)
    return lead_to(request, sent.asked, order, is_person=checked.request.verified)


def _left(request: HttpRequest, sent: Sent, checked: Checked, later: Later) -> HttpResponse:
    """Leave a form to be placed without a thread."""
    is_person = checked.request.verified
    finish = partial(_finish, request=request, asked=sent.asked, is_person=is_person)
    reader = reader_of(request, sent.asked, back_to(sent.asked, "site:reserve"))

    def refuse(response: HttpResponse, refusal: DomainError) -> bool:
        if not refuse_by_page(request, reader, sent.typed, response, refusal):
            return False
        pages.wear(reader, request, response.headers)
        return True

    # Where it leads to is written by `_lead`.
    return later.leave(checked, HttpResponseRedirect("", status=303), finish, refuse)


def _tell_surprises(request: HttpRequest, asked: Basket, order: Order) -> None:
    if titles := surprises(basket=asked, order=order):
        told = _(
            "It has just become less sure that %(titles)s is still on the shelf. It is held for"
            " you: the shop looks first, and tells you."
        )
        messages.warning(
            request, told % {"titles": ", ".join(_("“%s”") % title for title in titles)}
        )


def lead_to(request: HttpRequest, asked: Basket, order: Order, *, is_person: bool) -> HttpResponse:
    """Return what leads to an order that was placed, its lines no longer in the basket."""
    response = HttpResponseRedirect("", status=303)
    _lead(response, request, asked, order, is_person=is_person)
    return response


def _finish(
    response: HttpResponse, order: Order, *, request: HttpRequest, asked: Basket, is_person: bool
) -> bool:
    """Finish the answer to a form that was taken, unless its reader is to be told something."""
    if surprises(basket=asked, order=order):
        return False
    _lead(response, request, asked, order, is_person=is_person)
    return True


def _lead(
    response: HttpResponse, request: HttpRequest, asked: Basket, order: Order, *, is_person: bool
) -> None:
    """Have an answer lead to the page of its order, whose lines are no longer in the basket, and
    renew the mark of whoever sent the form."""
    response.headers["Location"] = reverse("site:order", args=[order.token])
    held = baskets.load(request)
    for line in asked.lines:
        held = held.remove(line.key)
    baskets.save(response, held)
    response.delete_cookie(TYPED_COOKIE)
    # Not the order alone: sent again, a form finds the order that somebody confirmed elsewhere.
    if is_person and order.verified:
        person.mark(response, order.email)


def _forgotten(request: HttpRequest, sent: Sent) -> HttpResponse:
    """Show the form again in a browser that no longer knows who confirmed an address in it."""
    part = _first(request, sent.asked)
    response = _form(request, part, sent.typed, forgotten=True) if part else redirect("site:basket")
    person.forget(response)
    return response


def _corrected(request: HttpRequest, sent: Sent, wrong: Faults) -> HttpResponse:
    """Show the form again, each fault beside its field."""
    part = _first(request, sent.asked)
    if part is None:
        return redirect("site:basket")
    errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
    return _form(request, part, sent.typed, 400, errors=errors)


def _refused(request: HttpRequest, sent: Sent, refusal: DomainError) -> HttpResponse:
    """Show the form again with what was typed and what to do, beside the field concerned; where
    nothing of it can be corrected, the page that says so to all."""
    asked, typed = sent.asked, sent.typed
    if told := told_to_all(request, asked, typed, refusal, back_to(asked, "site:reserve")):
        return told
    part = None if isinstance(refusal, TooMany) else _first(request, asked)
    if part is None:
        raise refusal
    gone = isinstance(refusal, CopiesGone)
    said = "" if gone else str(refusal.message)
    if isinstance(refusal, PrepayNeeded | TotalChanged | QuoteRefused):
        quote = quote_of_part(request, part, Wish(Delivery.COLLECT))
        return _form(request, part, typed, 409, refusal=said, quote=quote)
    if isinstance(refusal, Busy):
        # Perhaps it was placed all the same: the form sent again finds that.
        return _form(request, part, typed, 503, refusal=said, again=sent.token)
    return _form(request, part, typed, 409, refusal=said, copies_gone=gone)


def _first(request: HttpRequest, asked: Basket) -> Part | None:
    return next(iter(parts(asked, read_near(request).point)), None)


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
    again: str = "",
) -> HttpResponse:
    """Answer the form: `again` is what it carries, where it is to be the one that was sent."""
    marked = not forgotten and bool(person.marked_key(request))
    # Each is drawn anew, by 32 signs: one will do for all forms of a page.
    token = get_token(request)
    context: dict[str, Any] = {
        "csrf_token": token,
        "part": part,
        "fields": _fields(request, part, typed, errors, (token, again), marked=marked)
        if part.some_left
        else "",
        "errors": errors,
        "refusal": refusal,
        "copies_gone": copies_gone or part.gone,
        "forgotten": forgotten,
        "marked": marked,
        "posts": part.posts and part.by_post.some_left,
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
    tokens: tuple[str, str],
    *,
    marked: bool,
) -> SafeString:
    """Return what stands in the form, each fault beside its field. `tokens` are that against
    forgery, and the one that the form carries, empty for a new one."""
    token, again = tokens
    zone = part.at.shop.time_zone
    slots = slots_field(part, read_slot(request.POST.get("slot", "")))
    words = (
        token,
        again or form_token(part),
        deadline(part.until, zone) if part.held and part.until and not slots else None,
        at_moment(part.answer_by, zone) if part.to_confirm else None,
        slots,
        *[typed.get(field, "") for field in TYPED],
    )
    if not errors:
        return _FIELDS.fill((marked,), words)
    context = dict(zip(_FIELDS.words, words, strict=True))
    return render_to_string(FIELDS, {**context, "marked": marked, "errors": Said(errors)})


def surprises(*, basket: Basket, order: Order) -> list[str]:
    """Return the titles of an order that the shop looks for first, and that its form promised."""
    warned = {line.offer_id for line in basket.lines if line.warned}
    return [
        line.title
        for line in order.lines.all()
        if line.held and line.to_confirm and line.offer_id not in warned
    ]
