"""Pages of words: privacy, accessibility."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, for how long, and that nobody is tracked."""
    context = {
        "erase_days": settings.ERASE_AFTER_DAYS,
        "confirm_minutes": settings.CONFIRM_MINUTES,
    }
    return render(request, "site/privacy.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the site is."""
    return render(request, "site/accessibility.html")
