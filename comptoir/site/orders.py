"""A reader's own reservation: its page, its link of confirmation, its end."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.accounts.actors import READER
from comptoir.core.errors import NotFound
from comptoir.networks.portal import site_address
from comptoir.orders import operations
from comptoir.orders.calendar import calendar
from comptoir.orders.charges.bill import bill_of, charged_lines
from comptoir.orders.charges.reads import charged
from comptoir.orders.errors import MoveRefused, PrepayNeeded, TooManyOpenOrders, damaged_link
from comptoir.orders.models import OPEN_STATUSES, Delivery, LineStatus, Order, OrderStatus
from comptoir.orders.operations.trust.prepaid import pay_first
from comptoir.orders.postal.errors import QuoteRefused, TotalChanged
from comptoir.orders.qr import svg
from comptoir.orders.reads import (
    elsewhere,
    group_of_several,
    mail_of,
    order_by_token,
    order_to_confirm,
)
from comptoir.orders.trust.demand import Demand, demanded
from comptoir.papers.reads import may_have_invoice, papers_of
from comptoir.releases.errors import OneAPerson
from comptoir.shops.doors.phrases import slot_in_words
from comptoir.shops.memory import directory
from comptoir.site import person
from comptoir.site.doors.banners import banner_of
from comptoir.site.parcels.shown import parcels_of
from comptoir.site.payment.block import payment_block
from comptoir.site.postal.order import posted
from comptoir.site.postal.summary import quote_in_words, quote_of_order
from comptoir.site.present import OfferRow, offer_rows, shop_row, week_table
from comptoir.site.withdrawals.block import rights_of

REFRESHED = OPEN_STATUSES


@never_cache
@require_safe
def order(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reservation; with htmx, the part of the page that may have changed."""
    found = _found(token)
    context = _context(found)
    body = "site/parts/order_body.html"
    if found.delivery == Delivery.MAIL:
        body = "site/parts/order_by_post.html"
        context |= posted(found, context.get("bill"))
    template = body if request.headers.get("HX-Request") else "site/order.html"
    return private(render(request, template, {**context, "body": body}))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str, proof: str) -> HttpResponse:
    """Show one button, and confirm by it. Reading the link confirms nothing: mail scanners read.

    The browser whose reader pressed it is marked: the next order from there needs no link.
    """
    try:
        found = order_to_confirm(token, proof)
    except NotFound:
        raise damaged_link() from None
    if request.method == "POST":
        try:
            if request.POST.get("action") == "prepay":
                return _pay_first(request, found, proof)
            operations.confirm(token=token, proof=proof, actor=READER)
        except MoveRefused:
            return _unconfirmed(request, found, proof, late=True)
        except (OneAPerson, TooManyOpenOrders) as refusal:
            return _unconfirmed(request, found, proof, refusal=str(refusal.message))
        except PrepayNeeded:
            if charged(found):
                return _to(found)
            return _unconfirmed(request, found, proof, **_price_of(found))
        response = _to(found)
        person.mark(response, found.email)
        return response
    if found.status != OrderStatus.UNCONFIRMED or found.verified:
        return _to(found)
    price = _price_of(found) if is_to_prepay(found) else {}
    return private(
        render(request, "site/confirm.html", {**_context(found), "proof": proof, **price})
    )


def _price_of(found: Order) -> dict[str, Any]:
    """Return what is said of an order whose shop wants to be paid first: that, and how much."""
    return {"pays_first": True, **quote_in_words(quote_of_order(found))}


def is_to_prepay(order: Order) -> bool:
    """Whether an unconfirmed order is to be paid before its shop keeps it, and was not reckoned
    yet."""
    waits = order.status == OrderStatus.UNCONFIRMED and not order.verified
    if not waits or order.delivery != Delivery.COLLECT or hasattr(order, "postage"):
        return False
    return demanded(order.shop, order.email_key) == Demand.PREPAY


def _pay_first(request: HttpRequest, found: Order, proof: str) -> HttpResponse:
    """Have it be paid first, as the page said; where it costs something else by now, show that."""
    total = request.POST.get("total", "")
    cents = int(total) if total.isdecimal() and len(total) < 10 else -1
    try:
        pay_first(token=found.token, proof=proof, total=cents, actor=READER, now=timezone.now())
    except (QuoteRefused, TotalChanged) as refusal:
        shown = quote_in_words(quote_of_order(found))
        return _unconfirmed(request, found, proof, refusal=str(refusal.message), **shown)
    return _to(found)


def _unconfirmed(
    request: HttpRequest,
    found: Order,
    proof: str,
    **why: Any,  # noqa: ANN401
) -> HttpResponse:
    context = {**_context(found), "proof": proof, **why}
    return private(render(request, "site/confirm.html", context, status=409))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, then give the copies back."""
    found = _found(token)
    if request.method == "POST":
        operations.cancel(token=token, actor=READER)
        return _to(found)
    if found.ended_at:
        return _to(found)
    return private(render(request, "site/cancel.html", _context(found)))


@never_cache
def broken(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Answer what begins as the link of a mail does and goes on as none: it was cut, or more was
    copied than the link."""
    raise damaged_link()


@never_cache
@require_safe
def qr(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """Answer the QR code: just the eight digits, which survive a scanner on the wrong keyboard."""
    return private(HttpResponse(svg(order_by_token(token).code), "image/svg+xml"))


@never_cache
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """Answer the calendar file of a reservation of which copies are kept until a deadline."""
    found = order_by_token(token)
    if not found.is_kept or found.promised_until:
        raise Http404
    address = site_address() + reverse("site:order", args=[found.token])
    response = HttpResponse(calendar(found, url=address), "text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="comptoir.ics"'
    return private(response)


def _found(token: str) -> Order:
    """Return the order of a link. Raises `NotFound` (`damaged_link`)."""
    try:
        return order_by_token(token)
    except NotFound:
        raise damaged_link() from None


def _to(order: Order) -> HttpResponse:
    return private(HttpResponseRedirect(reverse("site:order", args=[order.token]), status=303))


def private(response: HttpResponse) -> HttpResponse:
    """Keep the address, which is the key of the page, out of caches, indexes and referrers."""
    response.headers["Cache-Control"] = "no-store, private"
    # Not "no-referrer": browsers then send the origin "null" with a form, and CSRF refuses it.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _context(order: Order) -> dict[str, Any]:
    shop = order.shop
    door = directory().door(shop.pk, timezone.now())
    lines = list(order.lines.all())
    missing = [line for line in lines if line.status == LineStatus.NOT_FOUND]
    prices = [line.price_cents for line in lines if line not in missing]
    return {
        "order": order,
        "lines": lines,
        "missing": [(line, rows) for line, rows in _elsewhere(order, missing)],
        "row": shop_row(shop, None),
        "shop": shop,
        "banner": banner_of(shop),
        "may_choose": door is not None and door.by_slots,
        "slot": slot_in_words(order.slot_at, order.slot_until, ZoneInfo(shop.time_zone)),
        "week": week_table(shop),
        "open": order.ended_at is None,
        "shop_confirms": not order.email or order.verified,
        "not_collected": order.status == OrderStatus.UNCONFIRMED and order.verified,
        "found": any(line.to_confirm for line in lines),
        "mail": mail_of(order),
        "parcels": parcels_of(order),
        "group": group_of_several(order),
        "refresh": order.status in REFRESHED,
        **_paid_beforehand(order),
        "total": None
        if None in prices
        else sum((line.price_cents or 0) * line.quantity for line in lines if line not in missing),
    }


def _paid_beforehand(order: Order) -> dict[str, Any]:
    """Return what is said of an order that was charged beforehand: its money, papers and rights. Of
    one that is paid at the counter there is none of it, and nothing is asked."""
    if not hasattr(order, "postage"):
        return {"has_invoice": False, "papers": [], "may_withdraw": False, "terms": None}
    money = payment_block(order)
    return {
        "has_invoice": may_have_invoice(order),
        "papers": papers_of(order),
        **money,
        **(_charges(order) if money else {}),
        **rights_of(order),
    }


def _charges(order: Order) -> dict[str, Any]:
    """Return what each line of an order was charged that is paid beforehand, and its postage."""
    bill = bill_of(order)
    return {"bill": bill, "charged_lines": charged_lines(order, bill)} if bill else {}


def _elsewhere(order: Order, missing: list[Any]) -> list[tuple[Any, list[OfferRow]]]:
    """Return each title that was not on the shelf, with the nearest other shops that have it."""
    if not missing:
        return []
    found = elsewhere({line.product_id for line in missing}, shop=order.shop)
    return [(line, offer_rows(found.get(line.product_id, []))) for line in missing]
