"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from comptoir.networks.portal import portal
from comptoir.version import running


def site(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return the facts of this installation that the base template shows."""
    shown = portal()
    return {
        "demo": settings.DEMO,
        "live_url": settings.LIVE_URL,
        # The feed of a title names offers of all the installation: pages of a portal ask instead.
        "live_titles": not shown,
        "portal": shown,
        "version": running,
    }
