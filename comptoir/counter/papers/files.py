"""What invoices are as files: one of them, and the table of the sales that were paid in advance."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.core.errors import Invalid
from comptoir.core.sheet import sheet_blocks
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Order
from comptoir.papers.operations import issue
from comptoir.papers.reads import bytes_of, paper_of, reported
from comptoir.papers.sales import table
from comptoir.ui.answers import as_csv


@require_safe
@at_the_desk
def paper(request: HttpRequest, desk: Desk, serial: int) -> HttpResponse:  # noqa: ARG001
    """Give a paper as it was issued."""
    found = paper_of(desk.shop, serial, actor=desk.actor)
    response = HttpResponse(bytes_of(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response


@require_POST
@at_the_desk
def issued(request: HttpRequest, desk: Desk, order_id: int) -> HttpResponse:
    """“Invoice”: issue it unless it is, and give it; its page tells what is refused."""
    if not Order.objects.visible_to(desk.actor).filter(shop=desk.shop, pk=order_id).exists():
        raise no_such_order()
    now = timezone.now()
    made = attempt(request, lambda: issue(order_id=order_id, actor=desk.actor, now=now))
    if made is None:
        return redirect("counter:order", desk.shop.slug, order_id)
    return redirect("counter:paper", desk.shop.slug, made.serial)


@require_safe
@at_the_desk
def sales_csv(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Give the sales of some days by day, rate and category, for the till or the platform."""
    first, last = _day(request, "first"), _day(request, "last")
    rows = reported(desk.shop, first, last, actor=desk.actor)
    name = f"ventes-{desk.shop.slug}-{first}-{last}.csv"
    return as_csv(sheet_blocks(table(rows)), name)


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        told = _("Name the first and the last day, as 2026-11-30.")
        raise Invalid("bad_days", told, field=name) from None
