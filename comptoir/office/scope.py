"""Who stands in which network's office: every screen starts here, and sees one network's things."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from comptoir.accounts import factor
from comptoir.accounts.actors import Actor
from comptoir.accounts.models import User
from comptoir.networks.models import Network, NetworkRole
from comptoir.networks.operations.scope import NetworkVerb, in_network, may
from comptoir.networks.reads import office_of

P = ParamSpec("P")
SENSITIVE = frozenset(
    {
        *(NetworkVerb.TAKE_MEMBERS, NetworkVerb.CLOSE_DOORS, NetworkVerb.CHANGE_NETWORK),
        *(NetworkVerb.APPOINT, NetworkVerb.SEE_READERS),
    }
)
"""The verbs whose deeds want the second factor given lately, not only once in the session."""


@dataclass(frozen=True, slots=True)
class Office:
    """One person in one network's office."""

    network: Network
    actor: Actor
    role: NetworkRole

    @property
    def is_coordinator(self) -> bool:
        """Whether this person does more than write pages and read figures."""
        return self.role is NetworkRole.COORDINATOR

    def may(self, verb: NetworkVerb) -> bool:
        """Return whether this person has a verb: what a page offers them."""
        return may(self.role.value, verb)


def at_the_office(
    verb: NetworkVerb,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Office, P], HttpResponseBase]],
    Callable[..., HttpResponseBase],
]:
    """Make a view of a network's office: signed in, at work there, with that verb, with the second
    factor, and never from a cache. Others find no such network; a role without the verb is
    refused; without the factor one is led to it first."""

    def made(
        view: Callable[Concatenate[HttpRequest, Office, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @never_cache
        def wrapper(
            request: HttpRequest,
            *args: Any,  # noqa: ANN401
            network_slug: str,
            **kwargs: Any,  # noqa: ANN401
        ) -> HttpResponseBase:
            if not isinstance(request.user, User):
                home = reverse("office:overview", args=[network_slug])
                return redirect_to_login(request.get_full_path() if _is_page(request) else home)
            actor = request.user.actor
            person = office_of(network_slug, actor)
            office = Office(person.network, actor, NetworkRole(person.role))
            in_network(office.network, actor, verb)
            home = reverse("office:overview", args=[network_slug])
            if led := factor_first(request, request.user, home, sensitive=verb in SENSITIVE):
                return led
            return view(request, office, *args, **kwargs)

        return wrapper

    return made


def at_the_installation(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Make a view of those who run the installation: signed in, with the second factor, lately
    given for every deed, and never from a cache. Others find no such page."""

    @wraps(view)
    @never_cache
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path() if _is_page(request) else request.path)
        if not request.user.is_superuser:
            raise Http404
        if led := factor_first(request, request.user, request.path, sensitive=True):
            return led
        return view(request, request.user, *args, **kwargs)

    return wrapper


def factor_first(
    request: HttpRequest, user: User, home: str, *, sensitive: bool = False
) -> HttpResponse | None:
    """Return the way to the second factor where it lacks, None where it does not: to set one up, to
    give it, and to give it again before a `sensitive` deed. Back one comes to the page asked for,
    or to `home`."""
    if factor.is_waived():
        return None
    back = request.get_full_path() if _is_page(request) else home
    if not factor.has_factor(user):
        return _led(request, f"{reverse('office:factor')}?{urlencode({'next': back})}")
    fresh = request.method in {"GET", "HEAD"} or not sensitive or factor.is_fresh(request, user)
    if factor.is_given(request, user) and fresh:
        return None
    if request.method == "POST":
        messages.warning(request, _("Show once more that it is you, then tap again."))
    return _led(request, f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")


def _led(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)


def _is_page(request: HttpRequest) -> bool:
    return request.method == "GET" and not request.headers.get("HX-Request")


def page(request: HttpRequest, office: Office, template: str, **context: Any) -> HttpResponse:  # noqa: ANN401
    """Render a page of a network's office, or a part of one."""
    context |= {"office": office, "association": office.network}
    return render(request, f"office/{template}.html", context)
