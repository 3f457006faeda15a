"""The page of a reader's reservations in several shops: all of them, confirmed or given up at once;
each has its own page besides."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.accounts.actors import READER
from comptoir.catalogue.models import Product
from comptoir.core.errors import DomainError, NotFound
from comptoir.orders import operations
from comptoir.orders.charges.bill import Bill, bills_of
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.errors import (
    GroupIncomplete,
    MoveRefused,
    TooManyOpenOrders,
    damaged_link,
)
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import Order, OrderStatus
from comptoir.orders.postal.guards import is_posted, is_to_pay
from comptoir.orders.reads import group_by_token, group_to_confirm, mail_of_group
from comptoir.releases.errors import OneAPerson
from comptoir.shops.memory import directory
from comptoir.site import person
from comptoir.site.orders import is_to_prepay, private
from comptoir.site.present import shop_row
from comptoir.terms.reads import numbers_of


@never_cache
@require_safe
def group(request: HttpRequest, group_token: str) -> HttpResponse:
    """Show all reservations of one act; with htmx, the part of the page that may have changed."""
    return _shown(request, _found(group_token), proven=False)


def _shown(request: HttpRequest, found: OrderGroup, *, proven: bool) -> HttpResponse:
    """Answer the page. `proven`: by the link of the mail, so that it leads to what is to be paid
    first before that was reckoned too."""
    links = _pays_first(found, proven=proven)
    context = _context(found)
    if links and all(order.pk in links for order in context["unconfirmed"]):
        context["waits"] = None  # no link alone confirms any of it
    shown = "parts/group_body" if request.headers.get("HX-Request") else "group"
    return private(render(request, f"site/{shown}.html", {**context, "pays_first": len(links)}))


def _pays_first(found: OrderGroup, *, proven: bool) -> dict[int, str]:
    """Note at the orders to collect that are to be paid first where that is done; return these
    addresses by the orders' keys."""
    links = {}
    for order in found.orders.all():
        if not _waits_for_link(order) or is_posted(order):
            continue
        if hasattr(order, "postage"):
            links[order.pk] = reverse("site:order", args=[order.token])
        elif proven and is_to_prepay(order):
            words = [order.token, confirmation_proof(order)]
            links[order.pk] = reverse("site:order_confirm", args=words)
        vars(order)["pays_at"] = links.get(order.pk, "")
    return links


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, group_token: str, group_proof: str) -> HttpResponse:
    """Show one button, and confirm all by it. Reading the link confirms nothing: mail scanners
    read. Where not all can be had that was wanted whole, another button keeps the rest.

    The browser whose reader pressed it is marked: the next order from there needs no link. Once
    nothing waits for it but what is to be paid first, the link leads to that.
    """
    try:
        found = group_to_confirm(group_token, group_proof)
    except NotFound:
        raise damaged_link() from None
    if request.method == "POST":
        rest = request.POST.get("action") == "rest"
        try:
            operations.confirm_group(token=group_token, proof=group_proof, actor=READER, rest=rest)
        except (GroupIncomplete, MoveRefused, OneAPerson, TooManyOpenOrders) as refusal:
            return _unconfirmed(request, found, group_proof, refusal)
        response = HttpResponseRedirect(request.path, status=303)
        person.mark(response, next(x.email for x in found.orders.all() if x.email))
        return private(response)
    waiting = [order for order in found.orders.all() if _waits_for_link(order)]
    if not waiting:
        return _to(found)
    if not any(_is_confirmed_by_link(order) for order in waiting):
        return _shown(request, found, proven=True)
    context = {**_context(found), "proof": group_proof}
    return private(render(request, "site/group_confirm.html", context))


def _unconfirmed(
    request: HttpRequest, found: OrderGroup, proof: str, refusal: DomainError
) -> HttpResponse:
    late = isinstance(refusal, MoveRefused)
    why = {
        "late": late,
        "incomplete": isinstance(refusal, GroupIncomplete),
        "refusal": "" if late else str(refusal.message),
    }
    context = {**_context(found), "proof": proof, **why}
    return private(render(request, "site/group_confirm.html", context, status=409))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, group_token: str) -> HttpResponse:
    """Ask once more, then give all copies back."""
    found = _found(group_token)
    if request.method == "POST":
        operations.cancel_group(token=group_token, actor=READER)
        return _to(found)
    if all(order.ended_at for order in found.orders.all()):
        return _to(found)
    return private(render(request, "site/group_cancel.html", _context(found)))


def _found(token: str) -> OrderGroup:
    """Return the group of a link. Raises `NotFound` (`damaged_link`)."""
    try:
        return group_by_token(token)
    except NotFound:
        raise damaged_link() from None


def _to(found: OrderGroup) -> HttpResponse:
    return private(HttpResponseRedirect(reverse("site:group", args=[found.token]), status=303))


def _waits_for_link(order: Order) -> bool:
    return order.status == OrderStatus.UNCONFIRMED and not order.verified


def _is_confirmed_by_link(order: Order) -> bool:
    """Whether the link alone confirms an order that waits for it. It does what is posted, for who
    pays by transfer, but nothing to collect that is to be paid first."""
    return is_posted(order) or not (hasattr(order, "postage") or is_to_prepay(order))


def _context(found: OrderGroup) -> dict[str, Any]:
    orders = list(found.orders.all())
    unconfirmed = [order for order in orders if _waits_for_link(order)]
    bills = bills_of(orders)
    to_pay = [order for order in orders if is_to_pay(order)]
    numbers = numbers_of(orders)
    for order in orders:
        vars(order)["terms_number"] = numbers.get(order.pk)
    return {
        **_posted(orders, bills),
        "to_pay": to_pay,
        "cents_to_pay": sum(bills[order.pk].owed for order in to_pay if order.pk in bills),
        "group": found,
        "orders": [(order, shop_row(order.shop, None)) for order in orders],
        "unconfirmed": unconfirmed,
        "waits": unconfirmed[0] if unconfirmed else None,
        "asks": any(order.asks for order in orders if order.ended_at is None),
        "by_phone": not any(order.email for order in orders),
        "email": next((order.email for order in orders if order.email), ""),
        "open": [order for order in orders if order.ended_at is None],
        "mail": mail_of_group(found),
        "refused": _refused(found),
    }


def _posted(orders: list[Order], bills: dict[int, Bill]) -> dict[str, Any]:
    """Note at each order what it costs, and at its lines; return how those that are posted
    stand."""
    for order in orders:
        bill = bills.get(order.pk)
        vars(order)["bill"] = bill
        for line in order.lines.all():
            charge = bill.lines.get(line.pk) if bill else None
            each = charge.unit_cents if charge else line.price_cents
            vars(line)["cents"] = None if each is None else each * line.quantity
    left = (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
    return {
        "all_posted": all(is_posted(order) for order in orders),
        "all_left": all(order.status in left for order in orders),
    }


def _refused(found: OrderGroup) -> list[dict[str, Any]]:
    """Return the parts that were not placed: their shops, their titles, and why not."""
    keys = {key for each in found.refusals for key in each.product_ids}
    titles = Product.objects.only("title", "ean", "source_ref").in_bulk(keys) if keys else {}
    shops = directory().shops
    return [
        {
            "shop": shops[each.shop_id].name if each.shop_id in shops else _("A shop"),
            "titles": [titles[key] for key in each.product_ids if key in titles],
            "why": each.words,
        }
        for each in found.refusals
    ]
