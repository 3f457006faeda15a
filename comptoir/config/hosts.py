"""Which host answers what. The installation's own (`settings.ALLOWED_HOSTS`) and those of portals,
which the database knows, are answered; every other is told that there is nothing (404). Only what
machines ask of a node itself is answered under any name.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import validate_host
from django.http.response import HttpResponseBase

from comptoir.api.door import PREFIXES, Closing, refused
from comptoir.api.problems import from_status
from comptoir.networks.portal import Portal, shown_as
from comptoir.shops.choice.portals import name_of, portal_at

ON_ANY_HOST = frozenset({"/healthz", "/metrics"})
NOWHERE = "nowhere.invalid"
"""What the host of a request is called that nobody here knows (RFC 2606)."""


class Hosts:
    """Middleware, before all that answers: 404 under an unknown host. Names the portal in
    `request.portal` and its network in `request.network` (None: the installation itself), and has
    the site answer as it (`networks.portal`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Name the portal and answer."""
        try:
            found = portal_asked(request)
        except (DisallowedHost, DatabaseError) as error:
            if request.path_info not in ON_ANY_HOST:
                return _not_known(request, error)
            _call(request, NOWHERE)
            found = None
        request.portal = found  # type: ignore[attr-defined]
        request.network = found.network if found else None  # type: ignore[attr-defined]
        with shown_as(found):
            return self.get_response(request)


def portal_asked(request: HttpRequest) -> Portal | None:
    """Return the portal under whose host is asked; None where it is the installation's own. From
    then on `request.get_host()` returns that host, which the database vouches for. Raises
    `DisallowedHost` for a host that nobody knows, and `DatabaseError` where that cannot be read.
    """
    # As Django has it: never by what a proxy adds (`USE_X_FORWARDED_HOST` is off).
    said = request.META.get("HTTP_HOST") or request.META["SERVER_NAME"]
    name = name_of(said)
    try:
        found = None if name in _names(settings.BASE_URL) else portal_at(name)
    except DatabaseError:
        # A name of the installation itself is none of a portal.
        if not validate_host(name, settings.ALLOWED_HOSTS):
            raise
        found = None
    if found is None:
        request.get_host()
        return None
    _call(request, said.lower())
    return found


def is_own(request: HttpRequest) -> bool:
    """Whether a name of the installation itself is asked, which is none of a portal."""
    said = request.META.get("HTTP_HOST") or request.META["SERVER_NAME"]
    return name_of(said) in _names(settings.BASE_URL)


@lru_cache(maxsize=8)
def _names(base: str) -> frozenset[str]:
    return frozenset([*settings.LOOPBACK_HOSTS, urlsplit(base).hostname or ""])


def _call(request: HttpRequest, host: str) -> None:
    request.get_host = partial(str, host)  # type: ignore[method-assign]


def _not_known(request: HttpRequest, error: Exception) -> HttpResponseBase:
    """Return the answer under a host that nobody knows, or of which nobody can say just now whether
    it is a portal's: of that, a page is for Django's handler to make."""
    if isinstance(error, DisallowedHost):
        return _nothing_here(request)
    if not request.path_info.startswith(PREFIXES):
        raise error
    response = refused(error, request)
    Closing()(response)
    return response


def _nothing_here(request: HttpRequest) -> HttpResponseBase:
    if request.path_info.startswith(PREFIXES):
        response = from_status(404)
        Closing()(response)
        return response
    told = "Il n’y a pas de site à cette adresse. / There is no site at this address.\n"
    response = HttpResponse(told, "text/plain; charset=utf-8", 404)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if settings.SECURE_HSTS_SECONDS:
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return response
