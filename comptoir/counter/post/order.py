"""One order to be posted: what goes into which parcel."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.accounts.names import with_names
from comptoir.core.identifiers import read_key
from comptoir.counter.post.choices import remembered
from comptoir.counter.post.day import order_of_code
from comptoir.counter.scan import find_code, read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.orders.models import Delivery, Order, OrderStatus
from comptoir.post import operations
from comptoir.post.carriers import Carrier, as_number, doubt_about, guess
from comptoir.post.errors import NotToPost, no_such_parcel
from comptoir.post.models import Parcel, ParcelStep
from comptoir.post.prints import address_of, grams_of, leaves_the_union
from comptoir.post.reads import parcels_of, to_post, tracking_page
from comptoir.post.withheld import kept_of

_ENDED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.NOT_FOUND)


@require_GET
@at_the_desk
def order(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Show an order to be posted: what is to be packed, and its parcels."""
    if (collected := _not_posted(desk, order_id)) is not None:
        messages.warning(request, str(NotToPost(collected)))
        return redirect("counter:order", desk.shop.slug, order_id)
    found = to_post(shop=desk.shop, order_id=order_id, actor=desk.actor)
    keys = [parcel.pk for parcel in found.parcels]
    parcels = parcels_of(shop=desk.shop, keys=keys, actor=desk.actor)
    steps = ParcelStep.objects.filter(parcel__in=keys).select_related("parcel")
    return page(
        request,
        desk,
        "post_order",
        found=found,
        kept=kept_of(found.order),
        ended=NotToPost(found.order) if found.order.status in _ENDED else None,
        order=found.order,
        address=address_of(found.order).written(),
        by_hand=not address_of(found.order).is_printable,
        customs=leaves_the_union(found.order),
        parcels=[
            (each, grams_of(each), tracking_page(each), _doubt(each), found.to_take_out(each))
            for each in parcels
        ],
        history=with_names(steps),
        carriers=Carrier.choices,
        choices=remembered(request),
    )


def _not_posted(desk: Desk, order_id: int) -> Order | None:
    """Return an order of the shop that is collected: its code led here, by a scan or a link."""
    mine = Order.objects.visible_to(desk.actor).filter(shop=desk.shop, pk=order_id)
    return mine.exclude(delivery=Delivery.MAIL).first()


def _doubt(parcel: Parcel) -> object:
    return doubt_about(parcel.carrier, parcel.tracking) if parcel.tracking else ""


@require_POST
@at_the_desk
def scanned(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Put the copy that was scanned into the parcel, or go to the order whose digits they are."""
    text = read_scan(request.POST.get("code", ""))[:100]
    if (code := find_code(text)) and (found := order_of_code(desk, code)):
        return redirect("counter:post_order", desk.shop.slug, found)
    verb = partial(operations.put_in, order_id=order_id, text=text, actor=desk.actor)
    if line := attempt(request, verb):
        messages.success(request, _("In the parcel: “%(title)s”.") % {"title": line.title})
    return redirect("counter:post_order", desk.shop.slug, order_id)


@require_POST
@at_the_desk
def packed(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """Put copies into a new parcel: all that are in none, or those of the lines that are named."""
    copies: dict[int, int] | None = None
    if "some" in request.POST:
        names = [name for name in request.POST if name.startswith("line_")]
        sent = {name[5:]: request.POST.get(name, "") for name in names}
        copies = {read_key(key) or 0: read_key(value) or 0 for key, value in sent.items()}
    verb = partial(operations.pack, order_id=order_id, copies=copies, actor=desk.actor)
    return _done(request, desk, order_id, verb, _("Packed."))


@require_POST
@at_the_desk
def unpacked(request: HttpRequest, desk: Desk, parcel_id: int) -> HttpResponse:
    """Take a parcel apart that has not left."""
    order_id = _order_of(desk, parcel_id)

    def undo() -> bool:
        operations.unpack(parcel_id=parcel_id, actor=desk.actor)
        return True

    return _done(request, desk, order_id, undo, _("Taken out: pack it anew."))


@require_POST
@at_the_desk
def numbered(request: HttpRequest, desk: Desk, parcel_id: int) -> HttpResponse:
    """Note a parcel's carrier, number and weight; without a carrier, the one whose numbers look
    so."""
    order_id = _order_of(desk, parcel_id)
    tracking = request.POST.get("tracking", "")[:80]
    grams = request.POST.get("grams", "").strip()
    verb = partial(
        operations.number,
        parcel_id=parcel_id,
        tracking=tracking,
        carrier=request.POST.get("carrier", "")[:20] or guess(as_number(tracking)) or "",
        grams=(read_key(grams) or 0) if grams else None,
        actor=desk.actor,
    )
    return _done(request, desk, order_id, verb, _("Noted."))


def _order_of(desk: Desk, parcel_id: int) -> int:
    found = parcels_of(shop=desk.shop, keys=[parcel_id], actor=desk.actor)
    if not found:
        raise no_such_parcel()
    return found[0].order_id


def _done(
    request: HttpRequest, desk: Desk, order_id: int, verb: Callable[[], object], told: str
) -> HttpResponse:
    if attempt(request, verb) is not None:
        messages.success(request, told)
    if request.POST.get("from") == "day":
        return redirect("counter:post", desk.shop.slug)
    return redirect("counter:post_order", desk.shop.slug, order_id)
