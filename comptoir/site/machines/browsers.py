"""What browsers ask for: how to search here from the address bar, and the web manifest."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from comptoir.networks.portal import site_address, site_name

day = cache_control(public=True, max_age=86400)


@require_safe
@day
def opensearch(request: HttpRequest) -> HttpResponse:
    """Answer the description by which a browser searches here from its address bar."""
    search = site_address() + reverse("site:search") + "?q={searchTerms}"
    context = {
        "search": search,
        "icon": site_address() + static("ui/favicon.svg"),
        # No longer than that (OpenSearch 1.1, draft 6).
        "short_name": site_name()[:16].strip(),
        "long_name": site_name()[:48].strip(),
    }
    kind = "application/opensearchdescription+xml"
    return render(request, "site/opensearch.xml", context, content_type=kind)


@require_safe
@day
def manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer the web manifest."""
    icon = {"src": static("ui/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": site_name(),
            "short_name": site_name()[:12],
            "start_url": "/",
            "display": "browser",
            "background_color": "#fbf7f0",
            "theme_color": "#7a1f2b",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )
