"""The links of the shop's page, and the order of its words on titles."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.core.errors import Conflict, Invalid
from comptoir.core.identifiers import read_key
from comptoir.counter.page.presentation import page_address, page_screen
from comptoir.counter.scope import Desk, at_the_desk
from comptoir.shops.operations.page.links import set_links
from comptoir.shops.page.links import MOST_LINKS, LinkSaid
from comptoir.shops.page.words import said_now


@require_POST
@at_the_desk
def links(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the page show the links that the form sends, in this order."""
    urls, labels = request.POST.getlist("url"), request.POST.getlist("label")
    rows = [
        {"url": url[:500], "label": label[:200]}
        for url, label in list(zip(urls, labels, strict=False))[: 2 * MOST_LINKS]
    ]
    since = read_key(request.POST.get("since", "")) or 0
    try:
        set_links(
            shop=desk.shop,
            links=[LinkSaid(**row) for row in _in_order(rows, request)],
            actor=desk.actor,
            since=since,
        )
    except Invalid as refusal:
        row = refusal.data.get("row")
        return page_screen(request, desk, links=rows, link_error=str(refusal), link_row=row)
    except Conflict as refusal:
        told = str(refusal)
        if refusal.code == "changed_meanwhile":
            now = said_now(desk.shop, "links")
            told = f"{told} {_('Your page has by now: %(links)s.') % {'links': now}}"
        since = refusal.data.get("since", since)
        return page_screen(request, desk, links=rows, link_error=told, links_since=since)
    messages.success(request, _("Saved: your page shows it."))
    return redirect(f"{page_address(desk)}#links")


def _in_order(rows: list[dict[str, str]], request: HttpRequest) -> list[dict[str, str]]:
    """Return the rows with one of them moved a place up or down, where a button asks for it."""
    way, _dash, number = request.POST.get("move", "").partition("-")
    place = int(number) if number.isdecimal() else len(rows)
    to = place + (1 if way == "down" else -1)
    if place < len(rows) and 0 <= to < len(rows):
        rows.insert(to, rows.pop(place))
    return rows
