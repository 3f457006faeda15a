"""A reservation that came by phone, by e-mail or at the desk, typed by staff in a few seconds."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.words import spaced_code
from comptoir.counter import reserving
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.views.answers import page
from comptoir.orders.errors import Busy
from comptoir.orders.models import Channel, Order
from comptoir.ui.words import deadline


@require_http_methods(["GET", "POST"])
@at_the_desk
def reserve(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the form, look titles up, add and take away lines; place it when it is complete.

    Everything typed stays in the form until it is placed; one Enter does what is due next.
    """
    sent = request.POST if request.method == "POST" else request.GET
    words = [word for word in sent.getlist("line") if word != sent.get("remove")]
    if sent.get("add"):
        words.append(sent["add"])
    text = "" if sent.get("add") else sent.get("q", "").strip()[:200]
    choices = reserving.find_choices(desk.shop, text) if text else []
    single = reserving.only_offer(choices) if text else None
    if single:
        words, text, choices = [*words, single], "", []
    picked = reserving.read_picked(desk.shop, words)
    error: Conflict | Invalid | Busy | None = None
    if request.method == "POST" and _is_complete(request, text, picked):
        try:
            return _placed(request, desk, _place(request, desk, picked))
        except (Conflict, Invalid, Busy) as refusal:
            error = refusal
    response = page(
        request,
        desk,
        "reserve",
        q=text,
        choices=choices,
        picked=picked,
        name=sent.get("name", "")[:120],
        contact=sent.get("contact", "")[:254],
        channel=_channel(request),
        channels=reserving.CHANNELS,
        form_key=sent.get("form_key") or str(uuid4()),
        error=error,
        bad_field=error.data.get("field") if error else None,
    )
    if isinstance(error, Busy):
        response.status_code = 503
    return response


def _is_complete(request: HttpRequest, text: str, picked: list[reserving.Picked]) -> bool:
    """Whether this Enter places the order: nothing left to look up or to change, a name given."""
    asked = request.POST.get("action") == "place" or request.POST.get("name", "").strip()
    changing = text or request.POST.get("add") or request.POST.get("remove")
    return bool(picked and asked and not changing and not request.POST.get("q", "").strip())


def _place(request: HttpRequest, desk: Desk, picked: list[reserving.Picked]) -> Order:
    return reserving.place_typed(
        shop=desk.shop,
        picked=picked,
        name=request.POST.get("name", ""),
        contact=request.POST.get("contact", ""),
        channel=_channel(request),
        language=get_language() or "fr",
        form_key=request.POST.get("form_key", ""),
        actor=desk.actor,
    )


def _placed(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    values = {"code": spaced_code(order.code), "name": order.name}
    if order.deadline:
        values["until"] = deadline(order.deadline, desk.shop.time_zone)
        told = _("Reserved for %(name)s, %(until)s. Code: %(code)s") % values
    else:
        told = _("Noted for %(name)s: to be ordered. Code: %(code)s") % values
    messages.success(request, told)
    return redirect("counter:order", desk.shop.slug, order.pk)


def _channel(request: HttpRequest) -> Channel:
    word = request.POST.get("channel", Channel.PHONE)
    return Channel(word) if word in reserving.CHANNELS else Channel.PHONE
