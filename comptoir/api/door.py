"""The one door of everything that only programs ask: `/api/`, and what others' contracts name.

A program needs neither session, cookies, CSRF tokens nor pages: its requests do not pass through
the middleware of the site. Without the door an order costs 1.25 times the CPU, PostgreSQL's
included, and an answer who has a title 1.08 times (`bench/door.py`, small scale). The door does
what the middleware would: the allowed hosts, the language, the bounds on bodies, the headers, and
one handler for every error.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils import translation

from comptoir.api import bodies
from comptoir.api.plain import quick_availability
from comptoir.api.problems import as_problem, from_error
from comptoir.core.errors import DomainError
from comptoir.core.flood import guesses
from comptoir.core.limits import client_network

PREFIXES = ("/api/", "/tills/", "/stocks/", "/public/offers/")
PAGES = frozenset({"/api/v1/docs"})
READ_THEIR_OWN = frozenset({"stock", "files", "till_call", "provider_push"})
OWN_ERRORS = frozenset({"provider_stocks", "provider_push"})
"""Routes whose contract words some refusals itself."""
_MOST_REMEMBERED = 4096
_REMEMBERED: dict[str, ResolverMatch] = {}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Closing:
    """Gives an answer what every answer of the API has."""

    def __init__(self) -> None:
        self.headers = dict(_HEADERS)
        if settings.SECURE_HSTS_SECONDS:
            self.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"

    def __call__(self, response: HttpResponseBase) -> None:
        """Set its headers."""
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse):
            # Else the server sends chunks, which costs both sides more than the answer's length.
            response.headers.setdefault("Content-Length", str(len(response.content)))


class ApiDoor:
    """Middleware, the outermost: answers the API itself and lets every other request through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.closing = Closing()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request of a program, the pages under `/api/` excepted."""
        if not request.path_info.startswith(PREFIXES) or request.path_info in PAGES:
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = _answer_head(request) if request.method == "HEAD" else _answer(request)
        self.closing(response)
        return response


def _answer_head(request: HttpRequest) -> HttpResponseBase:
    """Answer as GET does, without the body."""
    request.method = "GET"
    response = _answer(request)
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _answer(request: HttpRequest) -> HttpResponseBase:
    """Answer, and count who asks for what is not there at an address that holds a secret."""
    response = _answered(request)
    match = request.resolver_match
    if response.status_code == 404 and match and guesses.holds_secret(match.kwargs):
        guesses.missed(client_network(request), guesses.guessed_at(match.kwargs))
    return response


def _answered(request: HttpRequest) -> HttpResponseBase:
    try:
        request.get_host()
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("PostgreSQL holds no text with a NUL")
        match = resolved(request.path_info)
        request.resolver_match = match
        if guesses.holds_secret(match.kwargs):
            guesses.check(client_network(request), guesses.guessed_at(match.kwargs))
        if match.url_name in READ_THEIR_OWN:
            bodies.check_length(request, bodies.LARGE)
        else:
            _take_body(request)
        response = _quickly(request, match) or match.func(request, *match.args, **match.kwargs)
        own = match.url_name in OWN_ERRORS and not isinstance(response, HttpResponseNotAllowed)
        return response if own else as_problem(response)
    except Exception as error:
        return refused(error, request)


def refused(error: Exception, request: HttpRequest) -> HttpResponse:
    """Return the problem that an error is; what nobody expected is told to Django too."""
    response = from_error(error, request)
    if response.status_code == 500 and not isinstance(error, DomainError):
        got_request_exception.send(sender=ApiDoor, request=request)
    return response


def _quickly(request: HttpRequest, match: ResolverMatch) -> HttpResponse | None:
    """Return the answer to what is asked most, without the machinery of its route; None where that
    must read the question, and of any other route."""
    if match.url_name != "availability" or request.method != "GET":
        return None
    return quick_availability(request, **match.kwargs)


def resolved(path: str) -> ResolverMatch:
    """Return what answers a path. Those of late are remembered, but none that holds a secret: it
    is its person's, and no process keeps it."""
    match = _REMEMBERED.get(path)
    if match is None:
        match = resolve(path)
        if not guesses.holds_secret(match.kwargs):
            if len(_REMEMBERED) >= _MOST_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[path] = match
    return match


def _take_body(request: HttpRequest) -> None:
    """Read a small body within its bound, so that what reads it later cannot pass it."""
    if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        request._body = bodies.read_small(request)
