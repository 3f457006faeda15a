"""Asking to join, with a shop that the directory does not have or to claim one that it has."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.core.errors import Conflict, Faults, Message, invalid
from comptoir.core.flood.gauge import Form
from comptoir.core.limits import TooMany, client_address
from comptoir.networks.models import Network
from comptoir.notifications.reads import masked
from comptoir.shops.contacts import receives_mail
from comptoir.shops.models import Shop, ShopKind
from comptoir.shops.operations.requests import Application, ask_to_join
from comptoir.shops.operations.requests.inquiry import (
    LONGEST_MESSAGE,
    check_application,
    check_free,
)
from comptoir.site.shops.shop import public_shop
from comptoir.ui.floods import guarded


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: its name, what it is called, its hint and how it is typed."""

    name: str
    label: Message
    hint: Message = ""
    type: str = "text"
    autocomplete: str = "off"
    needed: bool = True
    value: str = ""
    error: str = ""


_HOURS = _("In words: “Tuesday to Saturday 10–19”. You can also write them later.")
_SIRET = Field("siret", _("SIRET"), _("14 figures; they are checked."))
OF_SHOP = (
    Field("name", _("Name of the shop"), autocomplete="organization"),
    Field("kind", _("What it sells"), type="kind"),
    _SIRET,
    Field("street", _("Street and number"), autocomplete="street-address"),
    Field("postcode", _("Postcode"), autocomplete="postal-code"),
    Field("city", _("Town"), autocomplete="address-level2"),
    Field("phone", _("Telephone of the shop"), type="tel", needed=False),
    Field("website", _("Its own site"), type="url", needed=False),
    Field("opening_hours", _("Opening hours"), _HOURS, needed=False),
)
OF_ASKER = (
    Field("asker", _("Your name"), autocomplete="name"),
    Field(
        "email",
        _("Your e-mail address"),
        _("A mail with a link goes there now; later it is how you sign in."),
        type="email",
        autocomplete="email",
    ),
    Field("asker_phone", _("Your telephone"), type="tel", autocomplete="tel", needed=False),
    Field("message", _("A word to the network"), type="long", needed=False),
)
NONE = "-"
"""What is chosen for no network."""
_LONGEST = 2 * LONGEST_MESSAGE


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Form.JOIN)
def join(request: HttpRequest) -> HttpResponse:
    """Show the form of a request, or take what was typed into it."""
    data = request.POST if request.method == "POST" else request.GET
    slug = data.get("shop", "")[:80]
    shop = public_shop(slug) if slug else None
    typed = {field.name: data.get(field.name, "")[:_LONGEST] for field in _fields(shop)}
    if shop is not None:
        try:
            check_free(shop)
        except Conflict as refusal:
            return _form(request, shop, typed, 409, refusal=str(refusal))
    if request.method != "POST":
        return _form(request, shop, typed)
    # A field that people do not see: what fills it is no person.
    if not request.POST.get("surname"):
        given = Application(
            **typed, language=get_language() or "fr", address=client_address(request)
        )
        try:
            network = _network(request, given, shop)
            ask_to_join(application=given, network=network, shop=shop)
        except Faults as wrong:
            errors = {str(each.data.get("field")): str(each.message) for each in wrong.faults}
            return _form(request, shop, typed, 400, errors=errors)
        except Conflict as refusal:
            return _form(request, shop, typed, 409, refusal=str(refusal))
        except TooMany as refusal:
            response = _form(request, shop, typed, 429, refusal=str(refusal.message))
            response["Retry-After"] = str(refusal.data["retry_after"])
            return response
    return HttpResponseRedirect(reverse("site:join_sent"), status=303)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next; the same to everybody, whoever has an account here."""
    return render(request, "site/join_sent.html")


def _network(request: HttpRequest, given: Application, shop: Shop | None) -> Network | None:
    """Return the network that is asked: that of the host, else the one that was chosen, if there
    is one to choose. Raises `Faults`, with those of what else was given."""
    here: Network | None = getattr(request, "network", None)
    if here is not None:
        return here
    chosen = request.POST.get("network", "")[:80]
    if chosen == NONE or not Network.objects.exists():
        return None
    found = Network.objects.filter(slug=chosen).first()
    if found is None:
        wrong = [invalid("network", _("Choose a network, or none."))]
        try:
            check_application(given, shop)
        except Faults as more:
            wrong += more.faults
        raise Faults(wrong)
    return found


def _fields(shop: Shop | None) -> tuple[Field, ...]:
    return (_SIRET, *OF_ASKER) if shop else (*OF_SHOP, *OF_ASKER)


def _filled(
    fields: tuple[Field, ...], typed: dict[str, str], errors: dict[str, str], *, optional: str = ""
) -> list[Field]:
    return [
        replace(
            field,
            value=typed.get(field.name, ""),
            error=errors.get(field.name, ""),
            needed=field.needed and field.name != optional,
        )
        for field in fields
    ]


def _form(
    request: HttpRequest,
    shop: Shop | None,
    typed: dict[str, str],
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    refusal: str = "",
) -> HttpResponse:
    wrong = errors or {}
    known = shop.email.lower() if shop and receives_mail(shop.email) else ""
    here: Network | None = getattr(request, "network", None)
    context: dict[str, Any] = {
        "shop": shop,
        "refusal": refusal,
        "errors": wrong,
        "of_shop": _filled((_SIRET,) if shop else OF_SHOP, typed, wrong, optional=_known(shop)),
        "of_asker": _filled(OF_ASKER, typed, wrong),
        "kinds": ShopKind.choices,
        "known": masked(known) if known else "",
        "association": here,
        "networks": [] if here else list(Network.objects.order_by("name", "pk")),
        "chosen": request.POST.get("network", request.GET.get("network", "")),
        "longest": LONGEST_MESSAGE,
    }
    return render(request, "site/join.html", context, status=status)


def _known(shop: Shop | None) -> str:
    """Return the field that a claim may leave empty: the directory has it."""
    return "siret" if shop and shop.siret else ""
