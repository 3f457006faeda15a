"""What the directory looked like: its pages are shown from memory while the database is gone."""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation

from comptoir.networks.portal import Key, portal

MOST_PAGES = 200
LARGEST_BYTES = 400_000
KEPT_EVERY = timedelta(minutes=1)
_ALWAYS, _LATELY = {"home", "shops"}, {"shop"}
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=)"[^"]*"')
_MAIN = b'<main id="main" tabindex="-1">'


class _Key(NamedTuple):
    portal: Key | None
    name: str
    path: str
    language: str


class _Page(NamedTuple):
    body: bytes
    seen_at: datetime


class DirectoryMemory:
    """Middleware: keeps the last page of each address of the directory, as strangers see it, and
    shows it where the answer would be that the database is gone.

    A process remembers `MOST_PAGES` of `LARGEST_BYTES` each, renewed every `KEPT_EVERY`; for one
    too many the shop kept longest goes, never the home page or the list. Only pages made for a
    request without any cookie are kept, without the token of their forms; and none of a query, of
    which anybody can invent enough to drive out the rest. What is shown says as of when it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: OrderedDict[_Key, _Page] = OrderedDict()
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, from memory if nothing else can."""
        response = self.get_response(request)
        if request.method == "GET" and (key := _key_of(request)):
            if getattr(response, "database_gone", False):
                return self._remembered(key) or response
            if response.status_code == 200 and not request.COOKIES:
                self._keep(key, response)
        return response

    def _keep(self, key: _Key, response: HttpResponse) -> None:
        now = timezone.now()
        with self._lock:
            known = self._pages.get(key)
        if response.streaming or (known and now - known.seen_at < KEPT_EVERY):
            return
        body = response.content
        if response.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if len(body) > LARGEST_BYTES:
            return
        with self._lock:
            self._pages[key] = _Page(_TOKEN.sub(rb'\1""', body), now)
            self._pages.move_to_end(key)
            if len(self._pages) > MOST_PAGES:
                del self._pages[next(each for each in self._pages if each.name in _LATELY)]

    def _remembered(self, key: _Key) -> HttpResponse | None:
        with self._lock:
            page = self._pages.get(key)
        if page is None:
            return None
        note = render_to_string("site/parts/remembered.html", {"seen_at": page.seen_at})
        response = HttpResponse(page.body.replace(_MAIN, _MAIN + note.encode(), 1))
        response.headers["Cache-Control"] = "no-store"
        return response


def _key_of(request: HttpRequest) -> _Key | None:
    """Return what a page of the directory is kept under; None for any other, and for a query."""
    match = request.resolver_match
    if match is None or match.app_name != "site" or request.META.get("QUERY_STRING"):
        return None
    name = match.url_name or ""
    if name not in _ALWAYS | _LATELY:
        return None
    shown = portal()
    return _Key(shown.key if shown else None, name, request.path, translation.get_language() or "")
