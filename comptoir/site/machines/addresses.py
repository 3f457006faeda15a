"""What search engines are told of a page: its one address, and whether it is for them."""

from typing import Any

from django.http import HttpRequest

from comptoir.networks.portal import site_address
from comptoir.ui.language import PARAMETER


def plain_only(request: HttpRequest) -> dict[str, Any]:
    """Return what `site/parts/machines.html` reads, of a page that is for search engines without
    parameters alone: what people narrow it down by makes pages without end."""
    return {
        "canonical": site_address() + request.path,
        "hidden_from_search": bool(request.GET.keys() - {PARAMETER}),
    }
