"""Photos of used copies and of shops, as the database keeps them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from comptoir.core.errors import NotFound
from comptoir.shops.page.reads import read_shop_photo
from comptoir.stock.shelf.copies import read_photo_of

POLICY = "default-src 'none'; sandbox"
SIZES = {"grande": "large", "moyenne": "medium", "petite": "small", "carre": "square"}
"""The words of addresses for the sizes of a shop's photo."""


@require_safe
def photo(_request: HttpRequest, digest: str, *, small: bool = False) -> HttpResponse:
    """Answer a photo. Its address names what it shows, so that a browser never asks again."""
    try:
        data = read_photo_of(digest, small=small)
    except NotFound as error:
        raise Http404 from error
    return _answer(data)


@require_safe
def shop_photo(_request: HttpRequest, name: str) -> HttpResponse:
    """Answer a photo that a shop's page shows: its digest and, behind a dash, one of `SIZES`."""
    digest, _dash, size = name.partition("-")
    try:
        data = read_shop_photo(digest, SIZES[size])
    except (KeyError, NotFound) as error:
        raise Http404 from error
    return _answer(data)


def _answer(data: bytes) -> HttpResponse:
    response = HttpResponse(data, content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    # Partners' pages show what the API names.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Disposition"] = "inline; filename=photo.webp"
    return response
