"""What the search field is sent while somebody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from comptoir.search.query import Suggestion, suggest
from comptoir.search.reader import IndexMissing


@require_safe
@cache_control(public=True, max_age=60)
@vary_on_headers("Accept")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer with at most 8 suggestions, as a fragment of HTML or, if asked, as JSON."""
    try:
        found = suggest(request.GET.get("q", ""))
    except IndexMissing:
        found = []
    items = [_item(suggestion) for suggestion in found]
    if request.accepts("text/html"):
        return render(request, "search/suggestions.html", {"suggestions": items})
    return JsonResponse({"suggestions": items})


def _item(suggestion: Suggestion) -> dict[str, str]:
    return {
        "label": suggestion.label,
        "detail": suggestion.detail,
        "url": reverse("site:product", args=[suggestion.ref]),
    }
