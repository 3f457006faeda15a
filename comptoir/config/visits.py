"""Each request is counted, timed and, where wanted, written to the access log: by its route, never
by its address, its query or who sent it."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comptoir.core.watch import numbers, trail
from comptoir.site.answers.later import Later

log = logging.getLogger("comptoir.access")
NOWHERE = "-"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Visit:
    """One request that is being answered, and its number."""

    def __init__(self, request: HttpRequest) -> None:
        given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.PROXIES else ""
        self._request = request
        self._began = time.perf_counter()
        self._number = trail.number_of(given)

    def following(self) -> AbstractContextManager[None]:
        """Have what is logged while the block lasts bear its number."""
        return trail.following(self._number)

    def end(self, response: HttpResponse) -> None:
        """Count the answer and say the number in it."""
        with self.following():
            self._note(response, time.perf_counter() - self._began)
        response.headers["X-Request-ID"] = self._number

    def _note(self, response: HttpResponse, seconds: float) -> None:
        request, match = self._request, self._request.resolver_match
        route = match.route if match else _unrouted(request.path_info)
        method = request.method if request.method in _METHODS else NOWHERE
        status = response.status_code
        numbers.REQUESTS.labels(route, method, f"{status // 100}xx").observe(seconds)
        if log.isEnabledFor(logging.INFO):
            took = round(seconds * 1000, 1)
            told = {"method": method, "route": route, "status": status, "milliseconds": took}
            log.info("%s /%s %s in %s ms", method, route, status, took, extra=told)


class Visits:
    """Gives each request its number, says it in `X-Request-ID`, counts and times the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        later = Later.of(request)
        visit: Visit = (later.visit if later else None) or Visit(request)
        with visit.following():
            response = self.get_response(request)
        if later and later.waits:
            later.visit = visit  # ended by whoever waits, or when the site is asked again
        else:
            visit.end(response)
        return response


def _unrouted(path: str) -> str:
    """Return what stands for an address that no view answers."""
    return (
        settings.STATIC_URL.lstrip("/") + "…" if path.startswith(settings.STATIC_URL) else NOWHERE
    )
