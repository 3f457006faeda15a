"""The reader's way to a provider and back to their order."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core.errors import DomainError, NotFound
from comptoir.core.exits.voice import Quiet
from comptoir.core.limits import Limit, client_network, count
from comptoir.orders.errors import damaged_link
from comptoir.orders.models import Order
from comptoir.orders.reads import order_by_token
from comptoir.payments import operations
from comptoir.payments.errors import NoWayToPay, no_such_payment
from comptoir.payments.kinds import ProviderName, SessionStatus
from comptoir.payments.models import Session
from comptoir.site.orders import private

PER_ADDRESS = Limit("pay", 30, 600)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Lead a reader to the provider that they chose. The page that does so is one of ours with a
    link, for a form may lead nowhere else (`form-action`)."""
    order = _order(token)
    if request.method != "POST":
        return _to(order)
    count(PER_ADDRESS, f"address:{client_network(request).address}")
    try:
        provider = ProviderName(request.POST.get("provider", ""))
        if provider == ProviderName.TRANSFER:
            operations.choose_transfer(order_id=order.pk, now=timezone.now())
            return _to(order)
        session = operations.ask_for(order=order, provider=provider, now=timezone.now())
    except ValueError:
        return _refused(request, order, NoWayToPay())
    except (NotFound, Quiet):
        raise
    except DomainError as refusal:
        return _refused(request, order, refusal)
    return private(render(request, "site/payment/leave.html", {"session": session, "order": order}))


@never_cache
@require_safe
def back(request: HttpRequest, session_token: str) -> HttpResponse:
    """Take a reader back from the provider: ask it how it went, and show their order, which says
    that a payment failed. Whoever comes is believed nothing, and the answer of the provider, if it
    is late, comes by itself."""
    found = Session.objects.select_related("order", "account").filter(token=session_token).first()
    if found is None:
        raise no_such_payment()
    # A job asks again. Whoever has just paid comes to their order, however many came before them.
    with suppress(DomainError):
        count(PER_ADDRESS, f"address:{client_network(request).address}")
        operations.look(found, timezone.now())
    found.refresh_from_db(fields=["status"])
    return _to(found.order, failed=found.status == SessionStatus.ENDED)


def _refused(request: HttpRequest, order: Order, refusal: DomainError) -> HttpResponse:
    context = {"order": order, "refusal": str(refusal)}
    return private(render(request, "site/payment/refused.html", context, status=409))


def _order(token: str) -> Order:
    try:
        return order_by_token(token)
    except NotFound:
        raise damaged_link() from None


def _to(order: Order, *, failed: bool = False) -> HttpResponse:
    address = reverse("site:order", args=[order.token]) + ("?failed=1" if failed else "")
    return private(HttpResponseRedirect(address, status=303))
