"""How much a page takes: forms are small, and a page takes a file only if it says how large."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from comptoir.ui.errors import page

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
UPLOAD_HANDLERS = (
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
)


def takes_files(largest: int) -> Callable[[View], View]:
    """Make a view take files: `largest` is how many bytes the whole form may have."""

    def mark(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


class SmallBodies:
    """Refuses a body that is declared too long, or whose length is not declared, unread.

    Django bounds the fields of a form, but reads any file that comes with them to its end; it keeps
    none, unless the view is marked by `takes_files`. To stand before the middleware that reads
    forms; `/api/` has bounds of its own (`api.bodies`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_arguments: object
    ) -> HttpResponse | None:
        """Return the page of the refusal, once the request has its language and its user."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        # Nobody unknown sends us files.
        largest = getattr(view, "largest_body", None) if request.user.is_authenticated else None
        if largest is not None:
            request.upload_handlers = [load_handler(name, request) for name in UPLOAD_HANDLERS]
        most = largest or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        too_long = not declared.isdecimal() or int(declared) > most
        return page(request, 413) if too_long or "HTTP_TRANSFER_ENCODING" in request.META else None
