"""The invoice of a reader's order: one click on its page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from comptoir.accounts.actors import READER
from comptoir.core.errors import Conflict, NotFound
from comptoir.orders.errors import damaged_link
from comptoir.orders.models import Order
from comptoir.orders.reads import order_by_token
from comptoir.papers.models import Paper
from comptoir.papers.operations import issue
from comptoir.papers.reads import bytes_of, paper_by_number
from comptoir.site.orders import private


@never_cache
@require_POST
def invoice(request: HttpRequest, token: str) -> HttpResponse:
    """Issue the invoice unless it is, and lead to it; the order's page tells what is refused."""
    found = _found(token)
    try:
        made = issue(token=found.token, actor=READER, now=timezone.now())
    except Conflict as refusal:
        messages.warning(request, str(refusal))
        return private(HttpResponseRedirect(reverse("site:order", args=[token]), status=303))
    address = reverse("site:order_paper", args=[token, made.number])
    return private(HttpResponseRedirect(address, status=303))


@never_cache
@require_safe
def paper(request: HttpRequest, token: str, number: str) -> HttpResponse:  # noqa: ARG001
    """Give a paper of the order as it was issued."""
    return private(as_pdf(paper_by_number(_found(token), number)))


def as_pdf(paper: Paper) -> HttpResponse:
    """Return the file of a paper, under its number."""
    response = HttpResponse(bytes_of(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{paper.number}.pdf"'
    return response


def _found(token: str) -> Order:
    try:
        return order_by_token(token)
    except NotFound:
        raise damaged_link() from None
