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
        # The feeds name shops of all the installation: the pages of a portal ask instead.
        "live_url": "" if shown else settings.LIVE_URL,
        "portal": shown,
        "version": running,
    }
