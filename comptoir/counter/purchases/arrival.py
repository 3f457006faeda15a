"""Unpacking by scan: what has come, for whom, and putting it away."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from comptoir.counter.scan import read_quantity, read_scan
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.counter.screen import attempt, page
from comptoir.purchases.operations import Scanned, put_away, scan, take_back
from comptoir.purchases.reads import open_arrival


@require_GET
@at_the_desk
def arrival(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is being unpacked, with the field for the next scan."""
    found, titles = open_arrival(shop=desk.shop, actor=desk.actor)
    return page(
        request,
        desk,
        "arrival",
        arrival=found,
        titles=titles,
        copies=sum(each.copies for each in titles),
        for_readers=sum(min(each.copies, each.readers) for each in titles),
        key=uuid4().hex,
    )


@require_POST
@at_the_desk
def scanned(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Count what was scanned, and say at once whether it was awaited."""
    done = attempt(request, lambda: _scan(request, desk))
    if done is not None and done.is_new:
        _say(request, done)
    return redirect("counter:arrival", desk.shop.slug)


def _scan(request: HttpRequest, desk: Desk) -> Scanned:
    typed = request.POST.get("copies", "").strip()
    return scan(
        shop=desk.shop,
        code=read_scan(request.POST.get("code", "")),
        key=request.POST.get("key", ""),
        copies=read_quantity(typed, least=1) if typed else None,
        actor=desk.actor,
    )


def _say(request: HttpRequest, done: Scanned) -> None:
    title = done.title
    name = title.product.title or title.product.number or ""
    if not title.awaited and not title.readers:
        told = _("%(title)s: not ordered here. It is counted; take it back if it is wrong.")
        messages.warning(request, told % {"title": name})
    elif title.surplus and not title.readers:
        told = ngettext(
            "%(title)s: %(n)d copy more than was ordered.",
            "%(title)s: %(n)d copies more than were ordered.",
            title.surplus,
        )
        messages.warning(request, told % {"title": name, "n": title.surplus})


@require_POST
@at_the_desk
def taken_back(request: HttpRequest, desk: Desk, scan_id: int) -> HttpResponse:
    """Take a scan back."""

    def undo() -> bool:
        take_back(shop=desk.shop, scan_id=scan_id, actor=desk.actor)
        return True

    if attempt(request, undo):
        messages.success(request, _("Taken back."))
    return redirect("counter:arrival", desk.shop.slug)


@require_POST
@at_the_desk
def away(request: HttpRequest, desk: Desk, arrival_id: int) -> HttpResponse:
    """Put all away: stock, holds, mails. Leads to the board, where the readers' copies are."""
    done = put_away(shop=desk.shop, arrival_id=arrival_id, actor=desk.actor)
    told = ngettext(
        "Put away: %(n)d copy for a customer, who is told, and %(shelf)d for the shelf.",
        "Put away: %(n)d copies for customers, who are told, and %(shelf)d for the shelf.",
        done.for_readers,
    )
    messages.success(request, told % {"n": done.for_readers, "shelf": done.for_shelf})
    return redirect("counter:tasks", desk.shop.slug)
