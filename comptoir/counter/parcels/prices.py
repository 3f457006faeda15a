"""A book whose till and publisher say two prices: which one holds when it is posted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.catalogue.reads import find_product
from comptoir.core.identifiers import read_key
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt
from comptoir.quotes.operations import decide_price


@require_POST
@at_the_desk
def decided(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Decide by the button that was tapped: it names the price in cents."""
    product = find_product(ref, desk.shop.pk)
    cents = read_key(request.POST.get("cents", "")) or 0
    done = attempt(
        request,
        lambda: decide_price(
            shop=desk.shop, product_id=product.pk, price_cents=cents, actor=desk.actor
        ),
    )
    if done is not None:
        messages.success(request, _("Decided: “%(title)s” can be posted.") % {"title": product})
    return redirect("counter:parcels", desk.shop.slug)
