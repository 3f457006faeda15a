"""What a page lets in, and headers that keep it to what it was written to do."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comptoir.ui.errors import bad_request


class ContentSecurityPolicy:
    """Adds a Content-Security-Policy without `unsafe-inline`: no inline script or style runs.

    And a Cross-Origin-Resource-Policy: no other site's page shows or runs a part of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and set the headers unless the view chose its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy_of_pages())
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def policy_of_pages() -> str:
    """Return the policy of a page that needs no other."""
    return _policy(settings.MAP_TILES_URL, settings.LIVE_URL, tuple(settings.COVER_HOSTS))


@lru_cache(maxsize=4)
def _policy(tiles_url: str, live_url: str, covers: tuple[str, ...]) -> str:
    """Return the policy that lets in what the site is made of, covers, map tiles and live feeds."""
    tiles, live = urlsplit(tiles_url.replace("{s}.", "*.")), urlsplit(live_url)
    images = "".join(f" https://{host}" for host in covers)
    images += f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    feeds = f" {live.scheme}://{live.netloc}" if live.netloc else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{feeds};"
        f" img-src 'self' data:{images}; font-src 'self'; manifest-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def may_show(image: str) -> bool:
    """Return whether pages let in an image of this address (`settings.COVER_HOSTS`)."""
    try:
        parts = urlsplit(image)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or port not in {None, 443}:
        return False
    return any(
        host == known or (known.startswith("*.") and host.endswith(known[1:]))
        for known in settings.COVER_HOSTS
    )


class NoNul:
    """Refuses a NUL character in an address or a form with a 400 page: PostgreSQL stores none.

    A cookie that holds one is as if it had not been sent: its owner could not get rid of it else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request without its bad cookies."""
        request.COOKIES = {name: x for name, x in request.COOKIES.items() if "\0" not in x}
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:  # noqa: ANN401
        """Return the 400 page of a request that holds a NUL; it is in the reader's language."""
        if holds_nul(request):
            return bad_request(request, ValueError("NUL"))
        return None


def holds_nul(request: HttpRequest) -> bool:
    """Whether a NUL stands in what somebody sent as text."""
    return any("\0" in text for text in _texts(request))


def _texts(request: HttpRequest) -> Iterator[str]:
    """Yield all that somebody sent as text."""
    yield request.path
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            yield name
            yield from values
