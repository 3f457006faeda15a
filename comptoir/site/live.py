"""The parts of pages that bring themselves up to date: asked for often, answered cheaply."""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

MINUTE = 60


def version(*shown: object) -> str:
    """Return a word that changes with anything a part shows, its ages (by the minute) included."""
    minute = int(timezone.now().timestamp()) // MINUTE
    seed = repr((get_language(), minute, *shown)).encode()
    return blake2b(seed, digest_size=9).hexdigest()


def part(
    request: HttpRequest,
    templates: Iterable[str],
    tag: str,
    context: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Answer a part of a page; `304` costs neither its context nor its templates."""
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "site/parts/live.html", context() | {"parts": list(templates)})
    response["ETag"] = f'"{tag}"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response
