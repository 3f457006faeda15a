"""The screen “The day's post”: what to fetch, to pack, to hand over, and what has left."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from comptoir.counter.post.choices import remembered
from comptoir.counter.scan import find_code, read_quantity, read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.orders.models import Order
from comptoir.post import operations
from comptoir.post.carriers import Carrier
from comptoir.post.errors import NothingToFetch
from comptoir.post.layouts import layouts
from comptoir.post.papers.sheets import SHEETS
from comptoir.post.prints import address_of, grams_of, leaves_the_union
from comptoir.post.reads import (
    LineStanding,
    ToPost,
    days_post,
    parcels_of,
    pick_list,
    to_pack_with,
    tracking_page,
)
from comptoir.stock.shelf.window import SECTION_NAMES


@require_GET
@at_the_desk
def day(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a day's post, from the shelf to the carrier."""
    return page(request, desk, "post", **of_day(request, desk))


def of_day(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    """Return what the screen shows."""
    found = days_post(shop=desk.shop, actor=desk.actor)
    here = [parcel.pk for each in found.orders for parcel in each.here]
    ready = parcels_of(shop=desk.shop, keys=here, actor=desk.actor)
    picking = pick_list(found)
    by_order = {each.order.pk: each for each in found.orders}
    return {
        "any_customs": any(leaves_the_union(parcel.order) for parcel in ready),
        "picking": [(SECTION_NAMES[each.section], each.rows) for each in picking],
        "copies": sum(each.to_fetch for each in found.orders),
        "to_pack": [
            (each, leaves_the_union(each.order))
            for each in found.orders
            if each.to_pack and each.to_fetch < each.to_pack
        ],
        "ready": [
            {
                "parcel": parcel,
                "grams": grams_of(parcel),
                "take_out": by_order[parcel.order_id].to_take_out(parcel),
                "customs": leaves_the_union(parcel.order),
                "by_hand": not address_of(parcel.order).is_printable,
            }
            for parcel in ready
        ],
        "gone": [(parcel, tracking_page(parcel)) for parcel in found.gone],
        "choices": remembered(request),
        "sheets": [(word, sheet) for word, sheet in SHEETS.items()],
        "layouts": layouts(),
        "carriers": Carrier.choices,
    }


@require_POST
@at_the_desk
def scanned(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a scan: a copy's number notes it as fetched, an order's digits lead to its parcel; so
    does a copy that is fetched already, once all of its order are."""
    text = read_scan(request.POST.get("code", ""))[:100]
    if (code := find_code(text)) and (found := order_of_code(desk, code)):
        return redirect("counter:post_order", desk.shop.slug, found)
    try:
        line = operations.fetch(shop=desk.shop, text=text, actor=desk.actor)
    except NothingToFetch as refusal:
        here = to_pack_with(shop=desk.shop, text=text, actor=desk.actor)
        if here and not here[0].to_fetch:
            return redirect("counter:post_order", desk.shop.slug, here[0].order.pk)
        messages.warning(request, _fetched_before(*here) if here else str(refusal))
    else:
        told = _("Fetched: “%(title)s”, for %(name)s.")
        messages.success(request, told % {"title": line.title, "name": line.order.name})
    return redirect("counter:post", desk.shop.slug)


def _fetched_before(found: ToPost, line: LineStanding) -> str:
    told = ngettext(
        "“%(title)s” was fetched before: the parcel of %(name)s waits for %(n)d other copy.",
        "“%(title)s” was fetched before: the parcel of %(name)s waits for %(n)d other copies.",
        found.to_fetch,
    )
    return told % {"title": line.line.title, "name": found.order.name, "n": found.to_fetch}


def order_of_code(desk: Desk, code: str) -> int | None:
    """Return the key of an order of the shop by its eight digits, posted or not (its page says what
    became of it); None for what is none."""
    mine = Order.objects.visible_to(desk.actor).filter(shop=desk.shop, code=code)
    return mine.values_list("pk", flat=True).first()


@require_POST
@at_the_desk
def ticked(request: HttpRequest, desk: Desk, line_id: int) -> HttpResponse:
    """Note all copies of a line as fetched, or none of them any more."""
    back = 0 if request.POST.get("back") else None
    verb = partial(operations.tick, line_id=line_id, quantity=back, actor=desk.actor)
    if line := attempt(request, verb):
        told = _("Put back: “%(title)s”.") if back == 0 else _("Fetched: “%(title)s”.")
        messages.success(request, told % {"title": line.title})
    return redirect("counter:post", desk.shop.slug)


@require_POST
@at_the_desk
def missed(request: HttpRequest, desk: Desk, line_id: int) -> HttpResponse:
    """Note that copies of a line are not on the shelf: the refund follows by itself."""

    def missing() -> object:
        number = read_quantity(request.POST.get("quantity", "1"), least=1)
        return operations.miss(line_id=line_id, quantity=number, actor=desk.actor)

    if attempt(request, missing):
        messages.success(request, _("Noted: the reader is told, and what was paid is refunded."))
    return redirect("counter:post", desk.shop.slug)
