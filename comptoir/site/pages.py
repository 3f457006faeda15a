"""Pages of words: privacy, the legal notice, accessibility."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comptoir.core.retention.walk import said_once, table
from comptoir.neighbours.memory import neighbours
from comptoir.shops.sources.credits import licences_shown
from comptoir.site.machines.addresses import plain_only
from comptoir.site.rights.rgaa import statement
from comptoir.site.shops.tiles import server


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, for how long, and that nobody is tracked."""
    context = {
        **plain_only(request),
        "erase_days": settings.ERASE_AFTER_DAYS,
        "confirm_minutes": settings.CONFIRM_MINUTES,
        "alert_days": settings.ALERT_DAYS,
        "controller": settings.CONTROLLER,
        "contact": settings.CONTACT,
        "map_server": server(),
        "neighbours": neighbours(),
        "credits": licences_shown(),
        "kept": said_once(table()),
        "backup_days": settings.BACKUP_DAYS,
    }
    return render(request, "site/privacy.html", context)


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Say whose site this is, who is responsible for it and who hosts it; where that is not set,
    that it is missing. Source: loi n° 2004-575 (LCEN), article 1-1."""
    context = {
        "publisher": settings.PUBLISHER,
        "director": settings.DIRECTOR,
        "contact": settings.CONTACT,
        "hosted_by": settings.HOSTED_BY,
    }
    missing = not all(context.values()) and not settings.DEMO
    more = {**plain_only(request), "source": settings.SOURCE, "missing": missing}
    return render(request, "site/legal.html", context | more)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the site is, by the check list of the RGAA 4.1."""
    said = statement()
    context = {
        **plain_only(request),
        "statement": said,
        "counts": said.counts,
        "exempt": settings.MICRO_BUSINESS,
        "contact": settings.CONTACT,
    }
    return render(request, "site/accessibility.html", context)
