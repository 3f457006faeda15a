"""How much a page takes: forms are small, and no page takes a file."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from comptoir.ui.errors import page


class SmallBodies:
    """Refuses a body that is declared too long, or whose length is not declared, unread.

    Django bounds the fields of a form, but reads any file that comes with them to its end. To
    stand before the middleware that reads forms; `/api/` has bounds of its own (`api.bodies`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Return the page of the refusal, once the request has its language and its user."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        too_long = not declared.isdecimal() or int(declared) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return page(request, 413) if too_long or "HTTP_TRANSFER_ENCODING" in request.META else None
