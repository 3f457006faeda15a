"""Who stands in which network's office: every screen starts here, and sees one network's things."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import User
from comptoir.networks.models import Network, NetworkRole
from comptoir.networks.operations.scope import NetworkVerb, in_network, may
from comptoir.networks.reads import office_of

P = ParamSpec("P")


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
    """Make a view of a network's office: signed in, at work there, with that verb, and never from
    a cache. Others find no such network; a role without the verb is refused."""

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
            return view(request, office, *args, **kwargs)

        return wrapper

    return made


def _is_page(request: HttpRequest) -> bool:
    return request.method == "GET" and not request.headers.get("HX-Request")


def page(request: HttpRequest, office: Office, template: str, **context: Any) -> HttpResponse:  # noqa: ANN401
    """Render a page of a network's office, or a part of one."""
    context |= {"office": office, "association": office.network}
    return render(request, f"office/{template}.html", context)
