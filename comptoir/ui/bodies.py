"""How much a page takes: forms are small, and a page takes a file only if it says how large."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadhandler import load_handler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from comptoir.core.errors import DomainError
from comptoir.ui.errors import page, refused

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
        """Return the page of the refusal, once the request has its language and its user.

        The user is looked at for a view that takes files only: any other answer may be shared.
        """
        small = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        largest: int | None = getattr(view, "largest_body", None)
        if largest is None:
            return page(request, 413) if _is_longer(request, small) else _read(request)
        if not request.user.is_authenticated:
            # Nobody unknown sends us files. The view itself answers a small form.
            return _sign_in_first(request) if _is_longer(request, small) else _read(request)
        if _is_longer(request, largest):
            text = _("At most %(limit)s MB are taken at once here: send less.")
            return page(request, 413, text % {"limit": largest // 1_000_000})
        request.upload_handlers = [load_handler(name, request) for name in UPLOAD_HANDLERS]
        return _read(request)


def _read(request: HttpRequest) -> HttpResponse | None:
    """Read the form; return the page of a refusal if it does not arrive whole.

    Here, and not where its first field is looked at: Django's own middleware would take what went
    wrong for a fault of ours.
    """
    try:
        request.POST  # noqa: B018 - it is read when it is asked for
    except DomainError as error:
        return refused(request, error)
    return None


def _is_longer(request: HttpRequest, most: int) -> bool:
    """Return whether a body is declared longer than so many bytes, or does not say how long."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    too_long = not declared.isdecimal() or int(declared) > most
    return too_long or "HTTP_TRANSFER_ENCODING" in request.META


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send somebody to the sign-in page, and from there back to the page with the form."""
    shown = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(shown, {request.get_host()}, request.is_secure()):
        shown = resolve_url(settings.LOGIN_REDIRECT_URL)
    return redirect_to_login(shown)
