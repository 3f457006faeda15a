"""A customer sent to a colleague: the form, and the reservation there that comes of it."""

from hashlib import sha256
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Conflict, DomainError, Invalid
from comptoir.core.words import spaced_code
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import page
from comptoir.exchanges.operations import Passing, pass_on
from comptoir.exchanges.reads import offer_at_colleague
from comptoir.orders.errors import Busy
from comptoir.orders.models import Order
from comptoir.orders.names import NAME_LENGTH
from comptoir.orders.operations.requests import Customer
from comptoir.stock.models import Offer


@require_http_methods(["GET", "POST"])
@at_the_desk
def customer(request: HttpRequest, desk: Desk, theirs_id: int) -> HttpResponse:
    """Show the form by which a customer is sent to a colleague; reserve there when it is sent."""
    offer = offer_at_colleague(shop=desk.shop, offer_id=theirs_id, actor=desk.actor)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _sent(request, desk, offer, _place(request, desk, offer))
        except (Conflict, Invalid, Busy) as refusal:
            error = refusal
    response = page(
        request,
        desk,
        "colleague_customer",
        offer=offer,
        colleague=offer.shop,
        name=request.POST.get("name", "")[:NAME_LENGTH],
        contact=request.POST.get("contact", "")[:254],
        form_key=request.POST.get("form_key") or str(uuid4()),
        error=error,
        bad_field=error.data.get("field") if error else None,
    )
    if isinstance(error, Busy):
        response.status_code = 503
    return response


def _place(request: HttpRequest, desk: Desk, offer: Offer) -> Order:
    """Reserve what staff typed; the same form sent twice is one reservation."""
    name, contact, form_key = (
        request.POST.get(field, "").strip() for field in ("name", "contact", "form_key")
    )
    digest = sha256("\n".join([str(offer.pk), name, contact]).encode()).hexdigest()
    is_email = "@" in contact
    customer = Customer(
        name=name,
        email=contact if is_email else "",
        phone="" if is_email else contact,
        language=get_language() or "fr",
    )
    passing = Passing(
        offer_id=offer.pk,
        customer=customer,
        key=f"{form_key[:36]}-{digest[:16]}",
        digest=digest,
    )
    return pass_on(shop=desk.shop, passing=passing, actor=desk.actor)


def _sent(request: HttpRequest, desk: Desk, offer: Offer, order: Order) -> HttpResponse:
    told = _("%(shop)s keeps it for %(name)s. Code: %(code)s")
    if order.to_confirm:
        told = _("%(shop)s looks for it first, for %(name)s: call before they go. Code: %(code)s")
    code = spaced_code(order.code)
    messages.success(request, told % {"shop": offer.shop, "name": order.name, "code": code})
    return redirect("counter:exchanges", desk.shop.slug)
