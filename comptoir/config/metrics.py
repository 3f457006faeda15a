"""`GET /metrics`: how this installation does, for Prometheus and whoever speaks its format."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from comptoir.config.gauges import Now
from comptoir.config.operator import asks_as_operator
from comptoir.core.watch.numbers import counted

CONTENT_TYPE = CONTENT_TYPE_LATEST


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell the numbers to who runs the installation (`config.operator`); to others the page is not
    there. What was counted is of this node, since it was started; the rest is of this moment."""
    if not asks_as_operator(request):
        return HttpResponseNotFound("", "text/plain")
    told = generate_latest(counted()) + generate_latest(Now())
    return HttpResponse(told, CONTENT_TYPE)
