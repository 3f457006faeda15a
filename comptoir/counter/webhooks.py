"""Other programs: the addresses to which we send events, the log of what we sent, and where others
fetch what the shop has."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core import limits
from comptoir.core.errors import Conflict, Forbidden, Invalid
from comptoir.core.identifiers import read_key
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import PlainForm, attempt, page
from comptoir.shops.operations import close_inventory, open_inventory
from comptoir.stock.shelf.inventory import store_code
from comptoir.webhooks import operations
from comptoir.webhooks.models import Endpoint, Event
from comptoir.webhooks.reads import deliveries_of, find_endpoint, state_of

SHOWN = 50
PER_MINUTE = 30
_SHOW_ONCE = "webhook_shown_once"
_TOO_MANY = gettext_lazy("That is too often: wait a minute, then try again.")


class EndpointForm(PlainForm):
    """An address to send events to, and which events."""

    url = forms.CharField(
        label=gettext_lazy("Address of the other program"),
        help_text=gettext_lazy("It begins with https://; the program’s maker gives it."),
        max_length=2000,
        widget=forms.TextInput({"type": "url", "inputmode": "url", "autocomplete": "off"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Told of"),
        help_text=gettext_lazy("Tick nothing to tell it of everything."),
        choices=[(event.value, event.label) for event in Event if event is not Event.TEST],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@require_http_methods(["GET", "POST"])
@at_the_desk
def webhooks(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the addresses; a manager adds one, and sees its secret on the next page alone."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _brake(desk)
            endpoint, _secret = operations.add_endpoint(
                shop=desk.shop, actor=desk.actor, **form.cleaned_data
            )
        except (Conflict, Forbidden, Invalid, limits.TooMany) as refusal:
            form.add_error("url" if isinstance(refusal, Invalid) else None, str(refusal))
        else:
            return _to_its_secret(request, desk, endpoint)
    rows = [
        (endpoint, state_of(endpoint))
        for endpoint in Endpoint.objects.filter(shop=desk.shop).order_by("pk")
    ]
    inventory = {"code": store_code(desk.shop), "base": settings.BASE_URL}
    return page(request, desk, "webhooks", form=form, endpoints=rows, inventory=inventory)


@require_POST
@at_the_desk
def inventory(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the shop's inventory an address for others, another one, or none. Leads back."""
    if request.POST.get("action") == "stop":
        verb, done = close_inventory, _("The address leads nowhere any more.")
    else:
        verb, done = open_inventory, _("Here is the address. Give it to nobody but who fetches it.")
    if attempt(request, lambda: verb(shop=desk.shop, actor=desk.actor)) is not None:
        messages.success(request, done)
    return redirect("counter:webhooks", desk.shop.slug)


@require_http_methods(["GET", "POST"])
@at_the_desk
def webhook(request: HttpRequest, desk: Desk, endpoint_id: int) -> HttpResponse:
    """Show what was sent to an address; a manager tests, pauses, removes it, or sends again."""
    endpoint = find_endpoint(desk.shop, endpoint_id)
    if request.method == "GET":
        return _log(request, desk, endpoint)
    try:
        _brake(desk)
        if request.POST.get("action") == "rotate":
            operations.rotate_secret(shop=desk.shop, endpoint_id=endpoint_id, actor=desk.actor)
            return _to_its_secret(request, desk, endpoint)
        messages.success(request, _act(request, desk, endpoint_id))
    except (Conflict, Forbidden, Invalid, limits.TooMany) as refusal:
        messages.warning(request, str(refusal))
    if request.POST.get("action") == "remove":
        return redirect("counter:webhooks", desk.shop.slug)
    return redirect("counter:webhook", desk.shop.slug, endpoint_id)


def _act(request: HttpRequest, desk: Desk, endpoint_id: int) -> str:
    """Run a button's verb and return its notice. Raises what the verb refuses, or `Invalid`."""
    verbs: dict[str, tuple[Callable[..., object], str]] = {
        "test": (operations.send_test, _("A test message is on its way.")),
        "pause": (operations.pause_endpoint, _("Paused: what happens now waits.")),
        "resume": (operations.resume_endpoint, _("It is told again.")),
        "remove": (operations.remove_endpoint, _("Removed, with its log.")),
        "replay_failed": (operations.replay_failed, _("What was given up is sent again.")),
    }
    name = request.POST.get("action", "")
    if name in verbs:
        verb, done = verbs[name]
        verb(shop=desk.shop, endpoint_id=endpoint_id, actor=desk.actor)
        return done
    delivery = read_key(request.POST.get("delivery", ""))
    if name != "replay" or delivery is None:
        raise Invalid("bad_action", _("This button is unknown: show the page again."))
    operations.replay(shop=desk.shop, delivery_id=delivery, actor=desk.actor)
    return _("The message is sent again.")


def _brake(desk: Desk) -> None:
    """Count one press of a button. Raises `TooMany`."""
    limits.count(limits.Limit("webhooks", PER_MINUTE, message=_TOO_MANY), str(desk.actor.id))


def _to_its_secret(request: HttpRequest, desk: Desk, endpoint: Endpoint) -> HttpResponse:
    """Lead to the page that shows the secret, once: loading it again neither shows it nor makes
    another. The session holds which one may be shown, not the secret."""
    request.session[_SHOW_ONCE] = endpoint.pk
    return redirect("counter:webhook", desk.shop.slug, endpoint.pk)


def _log(request: HttpRequest, desk: Desk, endpoint: Endpoint) -> HttpResponse:
    shown = request.session.get(_SHOW_ONCE) == endpoint.pk
    if shown:
        del request.session[_SHOW_ONCE]
    deliveries = deliveries_of(desk.shop, endpoint.pk)
    return page(
        request,
        desk,
        "webhook",
        endpoint=endpoint,
        state=state_of(endpoint),
        secret=operations.secret_of(endpoint) if shown else None,
        events=[Event(event).label for event in endpoint.events],
        given_up=deliveries.filter(status="failed").exists(),
        deliveries=deliveries[:SHOWN],
    )
