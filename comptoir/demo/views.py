"""What whoever tries the demonstration needs: the mails that it would send, a till's file."""

import re
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from comptoir.demo.words import DATA
from comptoir.notifications import operations
from comptoir.notifications.models import Message, MessageStatus

PAGE = 40
TILL_FILE = "caisse.csv"
_FRAMING = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-src 'self'; frame-ancestors 'none'"
)
_FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self';"
    " sandbox allow-top-navigation-by-user-activation allow-popups"
)
_LOST = re.compile(r'src="cid:[^"]*"')
_GONE = (operations.NoLongerTrue, ObjectDoesNotExist)
"""What rendering a mail raises where it says nothing more, or is about nothing that is there."""
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def demonstration(view: View[P]) -> View[P]:
    """Let a view answer only in the demonstration; elsewhere there is no such page."""

    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demonstration
def till_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer what the till of the first shop exports, to be tried at its counter: a small CSV of
    titles that it has, with a price, a number and an article that are not as they should be."""
    answer = HttpResponse((DATA / TILL_FILE).read_bytes(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{TILL_FILE}"'
    return answer


@demonstration
def mails(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first."""
    messages = Message.objects.exclude(to="").order_by("-id").defer("html", "text")
    page = Paginator(messages, PAGE).get_page(request.GET.get("page"))
    for message in page.object_list:
        _complete(message)
    return render(request, "demo/mails.html", {"page": page})


@demonstration
def mail(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one mail: its text, and its HTML in a frame that may do nothing."""
    message = get_object_or_404(Message, pk=message_id)
    _complete(message)
    response = render(request, "demo/mail.html", {"mail": message})
    response["Content-Security-Policy"] = _FRAMING
    return response


@demonstration
@xframe_options_sameorigin
def mail_html(request: HttpRequest, message_id: int) -> HttpResponse:  # noqa: ARG001
    """Answer the HTML of one mail with its pictures in it; its links open in the whole window."""
    message = get_object_or_404(Message, pk=message_id)
    html = _with_pictures(message).replace("<head>", '<head><base target="_top">', 1)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = _FRAMED
    return response


def _complete(message: Message) -> None:
    """Fill in a mail that no job has rendered, unless what it would say has ceased to hold: the
    templates say so where it stays without a subject."""
    if message.status == MessageStatus.QUEUED or (message.context and not message.subject):
        with suppress(*_GONE):
            operations.render(message)


def _with_pictures(message: Message) -> str:
    """Return the HTML with each `cid:` replaced by the picture it names, as a mail program does.

    One whose order is erased, or of which no more is kept than it said, has lost them: no address
    is left there that the policy blocks.
    """
    kept, attachments = message.html, list[operations.Attachment]()
    if message.context:
        with suppress(*_GONE):
            attachments = operations.render(message)
    html = kept or message.html
    for attachment in attachments:
        if attachment.inline:
            data = b64encode(attachment.content).decode()
            html = html.replace(
                f"cid:{attachment.name}", f"data:{attachment.content_type};base64,{data}"
            )
    return _LOST.sub('src="data:,"', html)
