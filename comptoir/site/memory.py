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

MOST_PAGES = 200
LARGEST_BYTES = 400_000
KEPT_EVERY = timedelta(minutes=1)
_NAMES = {"home", "shops", "shop"}
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=)"[^"]*"')
_MAIN = b'<main id="main" tabindex="-1">'

Key = tuple[str, str]


class _Page(NamedTuple):
    body: bytes
    seen_at: datetime


class DirectoryMemory:
    """Middleware: keeps the last page of each address of the directory, as strangers see it, and
    shows it where the answer would be that the database is gone.

    A process remembers `MOST_PAGES` of `LARGEST_BYTES` each, renewed every `KEPT_EVERY`. Only pages
    made for a request without any cookie are kept, without the token of their forms; what is shown
    says as of when it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pages: OrderedDict[Key, _Page] = OrderedDict()
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, from memory if nothing else can."""
        response = self.get_response(request)
        if request.method == "GET" and _is_of_directory(request):
            key = (request.get_full_path(), translation.get_language() or "")
            if getattr(response, "database_gone", False):
                return self._remembered(key) or response
            if response.status_code == 200 and not request.COOKIES:
                self._keep(key, response)
        return response

    def _keep(self, key: Key, response: HttpResponse) -> None:
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
                self._pages.popitem(last=False)

    def _remembered(self, key: Key) -> HttpResponse | None:
        with self._lock:
            page = self._pages.get(key)
        if page is None:
            return None
        note = render_to_string("site/parts/remembered.html", {"seen_at": page.seen_at})
        response = HttpResponse(page.body.replace(_MAIN, _MAIN + note.encode(), 1))
        response.headers["Cache-Control"] = "no-store"
        return response


def _is_of_directory(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.app_name == "site" and match.url_name in _NAMES
