"""What every page of the site knows of its reader: how many titles are in their basket."""

from typing import Any

from django.http import HttpRequest

from comptoir.site import basket


def reader(request: HttpRequest) -> dict[str, Any]:
    """Return what the header shows."""
    return {"basket_count": len(basket.load(request).lines)}
