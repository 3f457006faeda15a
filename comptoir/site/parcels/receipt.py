"""“I have received it”: a parcel that its reader says is there."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from comptoir.accounts.actors import READER
from comptoir.core.errors import NotFound
from comptoir.orders.errors import damaged_link
from comptoir.orders.reads import order_by_token
from comptoir.post.operations import receive
from comptoir.site.orders import private


@never_cache
@require_POST
def received(request: HttpRequest, token: str, parcel_id: int) -> HttpResponse:  # noqa: ARG001
    """Note that the reader has a parcel. Leads back to the page of their order."""
    try:
        order = order_by_token(token)
    except NotFound:
        raise damaged_link() from None
    receive(token=order.token, parcel_id=parcel_id, actor=READER)
    page = reverse("site:order", args=[order.token])
    return private(HttpResponseRedirect(page, status=303))
