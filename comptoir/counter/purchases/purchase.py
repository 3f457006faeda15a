"""One purchase: its lines, its files, what the supplier answers."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.core.errors import Invalid
from comptoir.counter.scan import read_quantity
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page, with_names
from comptoir.purchases.export import as_text, dilicom_csv, rows_of, without_ean
from comptoir.purchases.kinds import Answer
from comptoir.purchases.message import dilicom_message, lacks
from comptoir.purchases.models import PurchaseLine
from comptoir.purchases.operations import Said, answer, give_up
from comptoir.purchases.reads import own_gln_of, purchase_of

TYPES = {"csv": "text/csv; charset=utf-8", "txt": "text/plain; charset=utf-8"}


@require_GET
@at_the_desk
def purchase(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Show a purchase."""
    found = purchase_of(shop=desk.shop, number=number, actor=desk.actor)
    rows = rows_of(found.lines.all())
    return page(
        request,
        desk,
        "purchase",
        purchase=found,
        lines=found.lines.all(),
        steps=with_names(found.steps.all()),
        text=as_text(found, rows),
        without_ean=without_ean(rows),
        lacks=lacks(found, rows, own_gln_of(desk.shop)),
        answers=Answer.choices,
    )


@require_GET
@at_the_desk
def purchase_file(_request: HttpRequest, desk: Desk, number: int, kind: str) -> HttpResponse:
    """Answer a purchase as a Dilicom file (`csv`) or as text (`txt`)."""
    found = purchase_of(shop=desk.shop, number=number, actor=desk.actor)
    rows = rows_of(found.lines.all())
    content = dilicom_csv(rows) if kind == "csv" else as_text(found, rows).encode()
    name = f"{_('order')}-{number}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)


@require_GET
@at_the_desk
def purchase_message(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Answer a purchase as Dilicom's flat text message; where something is missing for it, lead
    back to the purchase with what."""
    found = purchase_of(shop=desk.shop, number=number, actor=desk.actor)
    rows, own_gln = rows_of(found.lines.all()), own_gln_of(desk.shop)
    content = attempt(request, lambda: dilicom_message(found, rows, own_gln))
    if content is None:
        return redirect("counter:purchase", desk.shop.slug, number)
    name = f"{_('order')}-{number}-dilicom.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="text/plain; charset=us-ascii", headers=headers)


@require_POST
@at_the_desk
def answered(request: HttpRequest, desk: Desk, number: int, line_id: int) -> HttpResponse:
    """Note what the supplier answers of a line, or expect it no more."""

    def note() -> PurchaseLine:
        if "give_up" in request.POST:
            return give_up(shop=desk.shop, line_id=line_id, actor=desk.actor)
        said = _read(request)
        return answer(shop=desk.shop, line_id=line_id, said=said, actor=desk.actor)

    done = attempt(request, note)
    if done is not None:
        told = _("Noted: the customer gets a mail.")
        if done.order_line_id is None or "give_up" in request.POST:
            told = _("Noted.")
        messages.success(request, told)
    return redirect("counter:purchase", desk.shop.slug, number)


def _read(request: HttpRequest) -> Said:
    chosen = request.POST.get("answer", "")
    copies, on = None, None
    if chosen == Answer.PARTLY:
        copies = read_quantity(request.POST.get("copies", ""), least=1)
    if chosen == Answer.LATER:
        try:
            on = date.fromisoformat(request.POST.get("on", ""))
        except ValueError:
            raise Invalid("bad_day", _("Say on which day it comes."), field="on") from None
    return Said(chosen, copies, on)
