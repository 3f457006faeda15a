"""The form by which a reader reserves in several shops at once, and what is asked of `orders`."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comptoir.accounts.actors import READER
from comptoir.core.errors import DomainError, Faults
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import TooMany, client_address
from comptoir.orders.errors import Busy
from comptoir.orders.group import GroupMode, OrderGroup
from comptoir.orders.models import Channel
from comptoir.orders.operations import check_group, place_checked_group
from comptoir.orders.operations.groups.requests import GroupRequest
from comptoir.orders.operations.groups.requests import Part as Wanted
from comptoir.orders.operations.requests import Customer, LineRequest
from comptoir.shops.doors.fields import read_slot
from comptoir.site import basket as baskets
from comptoir.site import person
from comptoir.site.answers.fields import COOKIE as TYPED_COOKIE
from comptoir.site.answers.fields import TYPED, Said, keep_typed, typed_before, typed_in
from comptoir.site.answers.final import told_to_all
from comptoir.site.answers.sent import DAY_SECONDS, ROBOTS
from comptoir.site.basket import Basket, BasketLine, Part, parts
from comptoir.site.doors.fields import slots_field
from comptoir.site.near import read_near
from comptoir.site.reservation import surprises
from comptoir.ui.floods import guarded

# Another one whenever what a form carries changes.
SALT = "comptoir.site.reserving_group.1"
CHOSEN_SALT = "comptoir.site.chosen.1"


def link(lines: Iterable[BasketLine], mode: GroupMode = GroupMode.EACH) -> str:
    """Return the address of the form for these lines, whatever is in the basket; it holds for a
    day."""
    rows = [[x.shop_id, x.product_id, x.offer_id or 0, x.quantity, int(x.warned)] for x in lines]
    chosen = signing.dumps(rows, salt=CHOSEN_SALT, compress=True)
    return f"{reverse('site:reserve_group')}?{urlencode({'choix': chosen, 'mode': mode})}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.RESERVATION, person.is_vouched)
def reservation(request: HttpRequest) -> HttpResponse:
    """Show the form for all shops of the basket, or of the lines that a link names; or place their
    orders and go to the page that shows them all."""
    if request.method == "POST":
        return _place(request)
    chosen = request.GET.get("choix", "")
    asked = _read(chosen, CHOSEN_SALT) if chosen else baskets.load(request)
    found = _parts(request, asked)
    if not found or (len(found) == 1 and not chosen):
        return redirect("site:basket")
    return _form(request, found, typed_before(request), mode=_mode(request.GET.get("mode", "")))


def _place(request: HttpRequest) -> HttpResponse:
    """Place what the form says: it holds its own lines, so that a second click finds the first
    one's group even when the basket is empty by then, or the last copies are its own."""
    typed, token = typed_in(request), request.POST.get("form", "")
    asked, mode = _read(token, SALT), _mode(request.POST.get("mode", ""))
    if not asked.lines:
        return redirect("site:basket")
    if request.POST.get(ROBOTS):
        return redirect("site:home")
    if request.POST.get("action") == "forget":
        response = _form(request, _parts(request, asked), typed, mode=mode, forgotten=True)
        person.forget(response)
        return response
    try:
        group, is_person = _placed(request, asked, typed, token, mode)
    except Faults as wrong:
        errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
        return _form(request, _parts(request, asked), typed, 400, mode=mode, errors=errors)
    except TooMany:
        raise
    except DomainError as refusal:
        return _refused(request, asked, typed, mode, refusal)
    return _taken(request, asked, group, is_person=is_person)


def _refused(
    request: HttpRequest,
    asked: Basket,
    typed: dict[str, str],
    mode: GroupMode,
    refusal: DomainError,
) -> HttpResponse:
    """Show the form again, without what has gone; where nothing is left, the page that says so to
    all."""
    back = f"{reverse('site:reserve_group')}?{urlencode({'mode': mode})}"
    if told := told_to_all(request, asked, typed, refusal, back):
        return told
    found, said = _parts(request, asked), str(refusal.message)
    if isinstance(refusal, Busy):
        # Perhaps it was placed all the same: the form sent again finds that.
        again = request.POST.get("form", "")
        return _form(request, found, typed, 503, mode=mode, refusal=said, again=again)
    return _form(request, found, typed, 409, mode=mode, refusal=said)


def _placed(
    request: HttpRequest, asked: Basket, typed: dict[str, str], token: str, mode: GroupMode
) -> tuple[OrderGroup, bool]:
    """Return the group, and whether this browser's reader confirmed the address before."""
    customer = Customer(
        typed["name"], typed["email"], typed["phone"], language=get_language() or "fr"
    )
    slots = {x: read_slot(request.POST.get(f"slot_{x}", "")) for x in asked.shop_ids}
    named = "".join(str(slots[x] or "") for x in sorted(slots))
    said = sha256(f"{token}|{mode}|{customer!r}|{named}".encode()).hexdigest()
    checked = check_group(
        GroupRequest(
            mode=mode,
            parts=tuple(_wanted(asked, slots)),
            customer=customer,
            channel=Channel.WEB,
            actor=READER,
            idempotency_key=f"web-{said}",
            request_digest=said,
            address=client_address(request),
            host=request.get_host(),
        )
    )
    is_person = bool(checked.email_key) and person.marked_key(request) == checked.email_key
    return place_checked_group(checked.as_verified(is_person)), is_person


def _wanted(asked: Basket, slots: Mapping[int, datetime | None]) -> Iterable[Wanted]:
    for shop in asked.shop_ids:
        lines = (LineRequest(x.product_id, x.offer_id, x.quantity) for x in asked.at(shop))
        yield Wanted(shop, tuple(lines), slots[shop])


def _taken(
    request: HttpRequest, asked: Basket, group: OrderGroup, *, is_person: bool
) -> HttpResponse:
    """Lead to the page of what was placed, which is no longer in the basket."""
    orders = list(group.orders.all())
    if titles := [title for each in orders for title in surprises(basket=asked, order=each)]:
        told = _(
            "It has just become less sure that %(titles)s is still on the shelf. It is held for"
            " you: the shop looks first, and tells you."
        )
        messages.warning(request, told % {"titles": ", ".join(_("“%s”") % x for x in titles)})
    response = HttpResponseRedirect(reverse("site:group", args=[group.token]), status=303)
    held, placed = baskets.load(request), {order.shop_id for order in orders}
    for line in asked.lines:
        if line.shop_id in placed:
            held = held.remove(line.key)
    baskets.save(response, held)
    response.delete_cookie(TYPED_COOKIE)
    if is_person and orders[0].verified:
        person.mark(response, orders[0].email)
    return response


def _parts(request: HttpRequest, asked: Basket) -> list[Part]:
    """Return what is wanted as it stands now, by shop; nothing where nothing of it is left."""
    found = parts(asked, read_near(request).point) if asked.lines else []
    return found if any(part.some_left for part in found) else []


def _form(
    request: HttpRequest,
    found: Sequence[Part],
    typed: dict[str, str],
    status: int = 200,
    *,
    mode: GroupMode,
    errors: dict[str, str] | None = None,
    refusal: str = "",
    forgotten: bool = False,
    again: str = "",
) -> HttpResponse:
    if not found:
        return redirect("site:basket")
    found = [_with_slots(request, part) for part in found]
    context: dict[str, Any] = {
        "parts": found,
        "shops": sum(part.some_left for part in found),
        "form": again or _token(found),
        "mode": mode,
        "errors": Said(errors or {}),
        "wrong": bool(errors),
        "refusal": refusal,
        "gone": any(part.gone for part in found),
        "forgotten": forgotten,
        "marked": not forgotten and bool(person.marked_key(request)),
        "answer_by": any(part.to_confirm for part in found),
        **{name: typed.get(name, "") for name in TYPED},
    }
    response = render(request, "site/reserve_group.html", context, status=status)
    if status != 200:
        keep_typed(response, typed)
    return response


def _with_slots(request: HttpRequest, part: Part) -> Part:
    name = f"slot_{part.at.shop.pk}"
    return replace(part, slots=slots_field(part, read_slot(request.POST.get(name, "")), name))


def _token(found: Iterable[Part]) -> str:
    """Return what the form carries: the lines that can still be had, what it says of their
    certainty, signed, and a word that tells two sendings of one form from two forms."""
    rows = [
        [part.at.shop.pk, x.line.product_id, x.line.offer_id or 0, x.line.quantity, x.to_confirm]
        for part in found
        for x in part.lines
        if x.ready
    ]
    return signing.dumps([secrets.token_hex(8), rows], salt=SALT, compress=True)


def _read(text: str, salt: str) -> Basket:
    """Return the lines that a form, or a link to it, carries: none of what is altered or a day
    old."""
    try:
        carried = signing.loads(text, salt=salt, max_age=DAY_SECONDS)
    except signing.BadSignature:
        return Basket()
    rows = carried[1] if salt == SALT else carried
    return Basket(
        tuple(
            BasketLine(shop, product, offer or None, quantity, bool(warned))
            for shop, product, offer, quantity, warned in rows
        )
    )


def _mode(said: str) -> GroupMode:
    return GroupMode.ALL if said == GroupMode.ALL else GroupMode.EACH
