"""The page of an event, and its calendar file."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from comptoir.events.calendar import CONTENT_TYPE, calendar, place_of
from comptoir.events.models import Event
from comptoir.events.reads import one_event
from comptoir.site.events.feeds import page_of, published
from comptoir.site.events.lines import event_line
from comptoir.site.events.scheme import event_data
from comptoir.site.machines.previews import event_preview
from comptoir.site.near import read_near
from comptoir.site.present import shop_row
from comptoir.site.rows import doors
from comptoir.site.schema_org import as_script

KEPT_SECONDS = 900
LISTED = timedelta(days=31)


@gzip_page
@require_safe
def event(request: HttpRequest, event_id: int) -> HttpResponse:
    """Answer the page of an event."""
    found = _shown(event_id)
    now = timezone.now()
    line, place = event_line(found, now=now), place_of(found)
    context: dict[str, Any] = {
        "event": found,
        "line": line,
        "place": place,
        "preview": event_preview(found, str(line.when), place),
        "over": found.over_at <= now,
        # Long past, it is there for who kept the address, and not for search engines.
        "hidden_from_search": found.over_at <= now - LISTED,
        "canonical": page_of(found),
        "door": doors([shop_row(found.shop, read_near(request).point)]),
        "structured": as_script(event_data(found)),
    }
    return render(request, "site/event.html", context)


@require_safe
def event_calendar(request: HttpRequest, event_id: int) -> HttpResponse:
    """Answer the calendar file of an event."""
    found = _shown(event_id)
    body = calendar([found], name=found.title, url=page_of(found), page=page_of)
    response = published(request, body, CONTENT_TYPE, seconds=KEPT_SECONDS)
    if response.status_code == 200:
        response["Content-Disposition"] = f'attachment; filename="comptoir-{found.pk}.ics"'
    return response


def _shown(event_id: int) -> Event:
    found = one_event(event_id) if event_id < 2**62 else None
    if found is None:
        raise Http404
    return found
