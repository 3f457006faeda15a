"""Each request is counted, timed and, where wanted, written to the access log: by its route, never
by its address, its query or who sent it."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comptoir.core.watch import numbers, trail

log = logging.getLogger("comptoir.access")
NOWHERE = "-"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Visits:
    """Gives each request its number, says it in `X-Request-ID`, counts and times the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        given = request.headers.get("X-Request-ID", "") if settings.PROXIES else ""
        began, number = time.perf_counter(), trail.number_of(given)
        with trail.following(number):
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - began)
        response.headers["X-Request-ID"] = number
        return response

    @staticmethod
    def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        route = match.route if match else _unrouted(request.path_info)
        method = request.method if request.method in _METHODS else NOWHERE
        status = response.status_code
        numbers.REQUESTS.labels(route, method, f"{status // 100}xx").observe(seconds)
        if log.isEnabledFor(logging.INFO):
            took = round(seconds * 1000, 1)
            told = {"method": method, "route": route, "status": status, "milliseconds": took}
            log.info("%s /%s %s in %s ms", method, route, status, took, extra=told)


def _unrouted(path: str) -> str:
    """Return what stands for an address that no view answers."""
    return (
        settings.STATIC_URL.lstrip("/") + "…" if path.startswith(settings.STATIC_URL) else NOWHERE
    )
