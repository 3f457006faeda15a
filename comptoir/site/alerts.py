"""Tell me when it is back: the form of an alert, its page, and the end of alerts."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from comptoir.alerts import operations
from comptoir.alerts.errors import HereAlready, TooManyAlerts
from comptoir.alerts.links import link_word
from comptoir.alerts.models import Alert, Wanted
from comptoir.alerts.operations.requests import RADII, AlertRequest
from comptoir.alerts.reads import alert_by_word, alerts_by_last_word
from comptoir.catalogue.models import Product
from comptoir.core.errors import Faults, NotFound
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import client_address
from comptoir.networks.portal import portal
from comptoir.site import person
from comptoir.site.near import Near, read_near, read_point
from comptoir.site.orders import private
from comptoir.site.present import offer_rows
from comptoir.site.products import public_title
from comptoir.ui.floods import guarded

USUAL_RADIUS = 20
FIELDS = ("near", "lat", "lon", "radius", "wanted", "email")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.ALERT, person.is_vouched)
def alert_form(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the form of an alert on a title, or set it.

    It is sent to `site:alert_ask`, below the address of reservations: there the browser shows the
    mark of who confirmed an address, and on no other page (`site.person`).
    """
    product = public_title(ref)
    if request.method == "POST":
        return _set(request, product)
    near = read_near(request)
    typed = {
        "near": near.text,
        "lat": near.latitude,
        "lon": near.longitude,
        "radius": str(USUAL_RADIUS),
        "wanted": Wanted.ANY.value,
        "email": "",
    }
    return _form(request, product, typed, near=near)


def _set(request: HttpRequest, product: Product) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:300] for name in FIELDS}
    if request.POST.get("website"):
        return HttpResponseRedirect(reverse("site:home"), status=303)
    try:
        alert = operations.ask(_request(request, product, typed))
    except Faults as wrong:
        errors = {fault.code.removeprefix("bad_"): str(fault.message) for fault in wrong.faults}
        return _form(request, product, typed, 400, errors=errors)
    except HereAlready as refusal:
        return _form(request, product, typed, 409, here=offer_rows(refusal.offers))
    except TooManyAlerts as refusal:
        return _form(request, product, typed, 409, refusal=str(refusal.message))
    if alert.confirmed_at is None:
        context = {"product": product, "email": alert.email}
        return private(render(request, "site/alert_asked.html", context))
    response = _to_page(link_word(alert))
    person.mark(response, alert.email)
    return response


def _request(request: HttpRequest, product: Product, typed: dict[str, str]) -> AlertRequest:
    radius, point = None, None
    with suppress(ValueError):
        radius = int(typed["radius"])
    # Without a script the hidden position outlives what was typed over it.
    if typed["near"] in ("", _("My position")):
        point = read_point(typed["lat"], typed["lon"])
    return AlertRequest(
        product_id=product.pk,
        email=typed["email"],
        near=typed["near"],
        point=point,
        radius_km=radius,
        wanted=typed["wanted"],
        language=get_language() or "fr",
        marked_key=person.marked_key(request),
        address=client_address(request),
        portal=portal(),
    )


def _form(
    request: HttpRequest,
    product: Product,
    typed: dict[str, str],
    status: int = 200,
    *,
    near: Near | None = None,
    **said: Any,  # noqa: ANN401
) -> HttpResponse:
    context = {
        "product": product,
        "typed": typed,
        "near": near or Near(),
        "radii": RADII,
        "choices": Wanted.choices,
        "days": settings.ALERT_DAYS,
        **said,
    }
    return private(render(request, "site/alert_form.html", context, status=status))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, word: str) -> HttpResponse:
    """Show an alert: to confirm it, or to end it, by one button. Reading the link does neither:
    mail scanners read.

    The browser whose reader confirms is marked, as by the link of a reservation.
    """
    try:
        found = alert_by_word(word)
        if request.method != "POST":
            return _page(request, found, word)
        if request.POST.get("action") == "end":
            operations.end(word=word)
            return private(render(request, "site/alert_over.html", {"product": found.product}))
        return _confirm(request, found, word)
    except NotFound as refusal:
        if refusal.code == "damaged_link":
            raise
        return private(render(request, "site/alert_over.html", status=404))


def _confirm(request: HttpRequest, found: Alert, word: str) -> HttpResponse:
    try:
        confirmed = operations.confirm(word=word)
    except TooManyAlerts as refusal:
        return _page(request, found, word, 409, refusal=str(refusal.message))
    response = _to_page(word)
    person.mark(response, confirmed.email)
    return response


def _page(
    request: HttpRequest, found: Alert, word: str, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {"alert": found, "product": found.product, "word": word, "refusal": refusal}
    context["days"] = settings.ALERT_DAYS
    return private(render(request, "site/alert.html", context, status=status))


@never_cache
@csrf_exempt
def alerts_end(request: HttpRequest, mailbox: str) -> HttpResponse:
    """End all alerts of a mailbox: by the button of this page, or by that of a mail program, which
    sends one field and no token (RFC 8058). The word of the link is what shows whose they are."""
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        operations.end_all(word=mailbox)
        return private(HttpResponse(status=200, content_type="text/plain"))
    return _ending(request, mailbox)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _ending(request: HttpRequest, mailbox: str) -> HttpResponse:
    waiting = alerts_by_last_word(mailbox)
    ended = operations.end_all(word=mailbox) if request.method == "POST" else None
    context = {"alerts": waiting, "ended": ended, "mailbox": mailbox}
    return private(render(request, "site/alerts_end.html", context))


def _to_page(word: str) -> HttpResponse:
    return private(HttpResponseRedirect(reverse("site:alert", args=[word]), status=303))
