"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from comptoir.version import running


def site(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return the facts of this installation that the base template shows."""
    return {"demo": settings.DEMO, "live_url": settings.LIVE_URL, "version": running}
