"""`GET /healthz/host?domain=…`: whether a name is one that is answered here, for a proxy that has a
certificate made when a name is asked for the first time (Caddy's `on_demand_tls` with `ask`)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import validate_host
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.config.operator import asks_as_operator
from comptoir.shops.choice.portals import name_of, portal_at


@never_cache
@require_safe
def known(request: HttpRequest) -> HttpResponse:
    """Answer 200 to who runs the installation (`config.operator`) for a name of its own or of a
    portal; 404 for any other, and to everybody else."""
    name = name_of(request.GET.get("domain", "")[:253])
    if not asks_as_operator(request) or not name:
        return HttpResponseNotFound("", "text/plain")
    if portal_at(name) or validate_host(name, settings.ALLOWED_HOSTS):
        return HttpResponse("", "text/plain")
    return HttpResponseNotFound("", "text/plain")
