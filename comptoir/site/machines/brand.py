"""How a portal looks: its colour as a style sheet of its own, and its logo. The address of each
names what it holds, so that browsers keep it for good."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comptoir.networks.colours import is_readable
from comptoir.networks.colours import style as style_of
from comptoir.networks.models import Logo

KEPT = "public, max-age=31536000, immutable"
_COLOUR = re.compile(r"[0-9a-f]{6}", re.ASCII)


@require_safe
def style(_request: HttpRequest, colour: str) -> HttpResponse:
    """Answer the style sheet of a colour, if text in it can be read."""
    if not _COLOUR.fullmatch(colour) or not is_readable(f"#{colour}"):
        raise Http404
    return _kept(HttpResponse(style_of(f"#{colour}"), "text/css; charset=utf-8"))


@require_safe
def logo(_request: HttpRequest, digest: str) -> HttpResponse:
    """Answer the logo of a network."""
    found = Logo.objects.filter(digest=digest[:32]).values_list("content", flat=True).first()
    if found is None:
        raise Http404
    response = _kept(HttpResponse(bytes(found), "image/png"))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = KEPT
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
