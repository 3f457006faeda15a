"""Parcels that leave: papers, the carrier's table, numbers pasted back, handed over, there."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.core.errors import DomainError, Invalid
from comptoir.core.identifiers import read_key
from comptoir.core.sheet import write_sheet
from comptoir.counter.post.choices import PARTS, remember, remembered, sent
from comptoir.counter.post.day import of_day
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.post import operations
from comptoir.post.errors import TooManyRows
from comptoir.post.layouts import layout_of
from comptoir.post.models import Parcel
from comptoir.post.papers.sheets import sheet_of
from comptoir.post.prints import Wanted, printed, row_of
from comptoir.post.reads import parcels_of

MOST_AT_ONCE = 500


@require_POST
@at_the_desk
def papers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the papers of the parcels that are ticked, as one PDF."""
    chosen = sent(request.POST, remembered(request))
    try:
        parcels = _ticked(request, desk)
        made = printed(
            parcels,
            wanted=Wanted(**{part: part in chosen.parts for part in PARTS}),
            sheet=sheet_of(chosen.sheet, chosen.place),
            first=chosen.place,
            language=get_language() or "fr",
            made_at=timezone.now(),
        )
    except Invalid as refusal:
        messages.warning(request, str(refusal))
        return redirect("counter:post", desk.shop.slug)
    remember(request, chosen, labels=len(parcels) if "labels" in chosen.parts else 0)
    response = HttpResponse(made, "application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_name(desk, "courrier")}.pdf"'
    return response


@require_POST
@at_the_desk
def table(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the parcels that are ticked as a table for a carrier's site."""
    chosen = sent(request.POST, remembered(request))
    try:
        parcels = _ticked(request, desk)
        layout = layout_of(chosen.layout)
    except Invalid as refusal:
        messages.warning(request, str(refusal))
        return redirect("counter:post", desk.shop.slug)
    remember(request, chosen)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    write_sheet(response, layout.rows([row_of(parcel) for parcel in parcels]))
    name = f"{_name(desk, layout.word)}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@at_the_desk
def numbers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note the numbers that were pasted or scanned, and say of each row what became of it."""
    text = request.POST.get("numbers", "")
    carrier = request.POST.get("carrier", "")[:20] or None
    taken = attempt(
        request,
        partial(operations.take_rows, shop=desk.shop, text=text, carrier=carrier, actor=desk.actor),
    )
    outcomes = taken or []
    refused = [each for each in outcomes if each.refusal]
    return page(
        request,
        desk,
        "post",
        **of_day(request, desk),
        outcomes=outcomes,
        noted=len(outcomes) - len(refused),
        pasted=text if taken is None else "\n".join(each.row.text for each in refused),
    )


@require_POST
@at_the_desk
def handed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note the parcels that are ticked as handed to the carrier; each by itself."""
    done = 0
    try:
        parcels: Sequence[Parcel] = _ticked(request, desk)
    except Invalid as refusal:
        messages.warning(request, str(refusal))
        parcels = []
    for parcel in parcels:
        try:
            operations.hand_over(parcel_id=parcel.pk, actor=desk.actor)
            done += 1
        except DomainError as refusal:
            messages.warning(request, f"{parcel.order.code}: {refusal}")
    if done:
        told = ngettext(
            "%(n)d parcel has left: its reader is told.",
            "%(n)d parcels have left: their readers are told.",
            done,
        )
        messages.success(request, told % {"n": done})
    return redirect("counter:post", desk.shop.slug)


@require_POST
@at_the_desk
def delivered(request: HttpRequest, desk: Desk, parcel_id: int) -> HttpResponse:
    """Note that a parcel has arrived."""
    verb = partial(operations.deliver, parcel_id=parcel_id, actor=desk.actor)
    if attempt(request, verb):
        messages.success(request, _("Delivered."))
    return redirect("counter:post", desk.shop.slug)


def _ticked(request: HttpRequest, desk: Desk) -> list[Parcel]:
    """Return the parcels that are ticked. Raises `Invalid` (`bad_parcels`) where none is, and
    `TooManyRows`."""
    keys = [read_key(each) or 0 for each in request.POST.getlist("parcel")]
    if len(keys) > MOST_AT_ONCE:
        raise TooManyRows(MOST_AT_ONCE)
    found = parcels_of(shop=desk.shop, keys=keys, actor=desk.actor)
    if not found:
        raise Invalid("bad_parcels", _("Tick the parcels first."), field="parcel")
    return found


def _name(desk: Desk, word: str) -> str:
    today = timezone.localdate(timezone=ZoneInfo(desk.shop.time_zone))
    return f"{word}-{desk.shop.slug}-{today:%Y%m%d}"
