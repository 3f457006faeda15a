"""Error pages in the look of the site, and what the domain refuses turned into one of them."""

import logging
import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.core.db import is_gone
from comptoir.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from comptoir.core.limits import TooMany
from comptoir.core.streams import Incomplete
from comptoir.ui.language import language_of

logger = logging.getLogger(__name__)

STATUS = {NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 400, TooMany: 429, Incomplete: 408}
SOON = 5
"""Seconds after which to try again what could not be done just now."""


_TITLES = {
    400: gettext_lazy("This request cannot be read"),
    403: gettext_lazy("This page is not open to you"),
    404: gettext_lazy("This page is not on our shelves"),
    405: gettext_lazy("This address only takes a form"),
    408: gettext_lazy("This did not arrive whole"),
    409: gettext_lazy("Things have moved meanwhile"),
    410: gettext_lazy("This shop is here no more"),
    413: gettext_lazy("This is too much at once"),
    429: gettext_lazy("A little slower, please"),
    500: gettext_lazy("Something broke on our side"),
    503: gettext_lazy("One moment, please"),
}
_TEXTS = {
    400: gettext_lazy("Go back, check what you typed and send it again."),
    403: gettext_lazy(
        "If you work in a shop, sign in first. If you sent a form, reload it and try again."
    ),
    404: gettext_lazy(
        "The address may be mistyped, or what it showed is gone. Search for it instead:"
    ),
    405: gettext_lazy(
        "Nothing has changed. It is where a button leads, and shows no page by itself: go back"
        " to the page with the button and press it there."
    ),
    408: gettext_lazy("Look at your connection, go back and send it again."),
    409: gettext_lazy("Go back, reload the page and look again."),
    410: gettext_lazy("It has left the network. Search for what you wanted instead:"),
    413: gettext_lazy("A form takes a few lines of text and no file: send less."),
    429: gettext_lazy(
        "Many requests came from you in a short time. Wait a few minutes and try again."
    ),
    503: gettext_lazy("This part is being prepared. Try again in a minute, or call the shop."),
    500: gettext_lazy(
        "If you were sending something, look first whether it arrived: it may have. Nothing of"
        " what you had already confirmed is lost."
    ),
}
_PLAIN_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """Return the error page of a status; `message` replaces its usual sentence."""
    context = {
        "status": status,
        "heading": _TITLES[status],
        "message": message or _TEXTS[status],
        "is_counter": _is_in(request, "counter"),
        "lost_order": status == 404 and _is_of_an_order(request),
    }
    response = render(request, "ui/error.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 400."""
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 403."""
    return page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer 403 to a form without its token."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 where the database is gone (then Django calls this from its handler)."""
    error = sys.exc_info()[1]
    if error is not None and is_gone(error):
        return unavailable(request, error)
    with translation.override(language_of(request)):
        told = [str(_TEXTS[500])]
        home = {"link": "/", "link_name": _("Back to the window")}
        return _plain(500, heading=_TITLES[500], sentences=told, **home)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Answer 503 while the database is gone, by a page that asks it nothing.

    Whoever was sending something is told that it may have arrived; a reader is led to the shops.
    The response carries `database_gone`, by which `site.memory` may put the page in its place that
    it remembers.
    """
    logger.warning("The database is gone: %s", error)
    sent = request.method not in {"GET", "HEAD"}
    inside = _is_in(request, "counter", "office")
    with translation.override(language_of(request)):
        if sent:
            then = _(
                "Whether what you sent has arrived is not known yet: look before you send it again."
            )
        elif inside:
            then = _(
                "This page tries again by itself in a few seconds. Nothing that was confirmed is"
                " lost."
            )
        else:
            then = _(
                "This page tries again by itself in a few seconds; you can also call the shop."
            )
        shops = {"link": reverse("site:shops"), "link_name": _("The shops")}
        response = _plain(
            503,
            heading=_TITLES[503],
            sentences=[_("We cannot reach our own shelves just now."), then],
            again=None if sent else SOON,
            **({} if inside else shops),
        )
    response.headers["Retry-After"] = str(SOON)
    response.database_gone = True  # type: ignore[attr-defined]
    return response


def _plain(status: int, **told: object) -> HttpResponse:
    """Return a page that reads nothing: neither tables nor session, for what cannot be read may be
    why it is shown; with its own headers, for what sets them may not have been reached."""
    response = HttpResponse(render_to_string("ui/plain.html", told), status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = _PLAIN_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def wrong_method(request: HttpRequest, answer: HttpResponseBase) -> HttpResponse:
    """Answer 405 by a page, with the methods that the blank answer allows."""
    response = page(request, 405)
    response.headers["Allow"] = answer.headers["Allow"]
    return response


def _is_of_an_order(request: HttpRequest) -> bool:
    """Return whether this is a reader's address of an order, or of a group of them, as their mails
    have it, cut or not."""
    match = request.resolver_match
    if match is None or match.app_name != "site":
        return False
    return (match.url_name or "").startswith(("order", "group"))


def _is_in(request: HttpRequest, *fronts: str) -> bool:
    match = request.resolver_match
    return match is not None and match.app_name in fronts


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the page of a domain error."""
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 503)
    response = page(request, status, str(error.message))
    retry_after = error.data.get("retry_after", SOON if status == 503 else None)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


class DomainErrorPages:
    """Turns a `DomainError` that leaves a view into its page: 404, 403, 409, 400, 408, 429.

    What is none of these could not be done just now: 503, to be tried again. A
    blank 405 of Django's becomes a page too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return wrong_method(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a domain error, or of a database that is gone; any other exception
        takes its usual way."""
        if is_gone(exception):
            return unavailable(request, exception)
        if not isinstance(exception, DomainError):
            return None
        return refused(request, exception)
