"""Forms that the event loop reads by itself: those of readers who come just after others were
refused the same.

On a release day two thousand people send one form for fifty copies. Whoever comes in the seconds
after one was refused by a page that is kept (`site.answers.refusals`) is read and checked here, in
a fifth of what the site with its middleware takes: every promise that those make of what comes in
is kept, or the site is asked. Their order is placed as ever. Where it is refused as those before,
the answer is that page under the headers that the site gave before; where it is taken, or refused
otherwise, the site says so.
"""

import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation, SynchronousOnlyOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation

from comptoir.api.door import resolved
from comptoir.config.hosts import is_own, portal_asked
from comptoir.config.visits import Visit
from comptoir.core.errors import DomainError, Faults
from comptoir.core.flood.gauge import Form
from comptoir.networks.portal import shown_as
from comptoir.orders.models import Order
from comptoir.shops.choice import portals
from comptoir.site.answers.final import refuse_by_page
from comptoir.site.answers.later import Later
from comptoir.site.answers.refusals import pages, reader_of
from comptoir.site.answers.sent import ROBOTS, check_sent, read_sent
from comptoir.ui.floods import passes
from comptoir.ui.security import holds_nul

logger = logging.getLogger(__name__)
PATH = "/reserver"
TYPE = "application/x-www-form-urlencoded"
LONGEST = 4096
"""Bytes of a body that is read in the loop: a few lines and a person."""


class _Csrf(CsrfViewMiddleware):
    """Django's, which says what it would refuse and leaves the answer to the site."""

    def _reject(self, _request: Any, reason: str) -> Any:  # noqa: ANN401
        return reason

    def refuses(self, request: WSGIRequest) -> bool:
        """Whether a form is none of ours."""
        self.process_request(request)
        return bool(self.process_view(request, _no_view, (), {}))


def _no_view() -> HttpResponse:
    """Stand for a view that is exempt from nothing."""
    return HttpResponse()


_csrf = _Csrf(lambda _request: _no_view())


def leaves(environ: dict[str, Any], later: Later) -> bool:
    """Read a form that is sent to `PATH`, and leave what it asks for in `later`, as the site's view
    does; False where the site is to read it. Asks the database nothing."""
    body = environ["wsgi.input"].getvalue()
    if environ["QUERY_STRING"] or len(body) > LONGEST or environ.get("CONTENT_TYPE") != TYPE:
        return False
    try:
        request = WSGIRequest(environ)
        if not (is_own(request) or portals.are_known()):
            return False
        language = translation.get_language_from_request(request)
        with shown_as(portal_asked(request)), translation.override(language):
            return _leaves(request, later)
    except (SuspiciousOperation, SynchronousOnlyOperation, DomainError):  # the site says so
        return False
    except Exception:  # nobody is left without an answer for what was to make it quicker
        logger.exception("a form could not be read by the loop")
        return False


def _leaves(request: WSGIRequest, later: Later) -> bool:
    if any("\0" in x for x in request.COOKIES.values()) or holds_nul(request):
        return False
    sent = read_sent(request)
    if sent is None or request.POST.get(ROBOTS) or request.POST.get("action"):
        return False
    worn = pages.worn(reader_of(request, sent.asked, ""), request)
    if worn is None or _csrf.refuses(request):
        return False
    try:
        checked = check_sent(request, sent)
    except Faults:
        return False
    if not (checked.request.verified or passes(request, Form.RESERVATION)):
        return False
    request.resolver_match = resolved(PATH)
    later.visit = Visit(request)

    def finish(_response: HttpResponse, _order: Order) -> bool:
        return False

    def refuse(response: HttpResponse, refusal: DomainError) -> bool:
        return refuse_by_page(request, worn.reader, sent.typed, response, refusal)

    later.leave(checked, HttpResponse(headers=worn.headers), finish, refuse)
    return True
