"""Calls of tills (webhooks), each by the link of a shop and a provider."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from comptoir.api.bodies import read_small
from comptoir.core.limits import Limit, client_address, count
from comptoir.stock.arrivals.calls import called_url, take_call
from comptoir.stock.formats.calls import LARGEST_CALL
from comptoir.stock.formats.lines import Call

PER_LINK = Limit("till_calls", 600)


@require_POST
def call(request: HttpRequest, provider: str, link_token: str) -> HttpResponse:
    """Take one call; 200 without a body once it is kept.

    Each link has its own count for each caller: whoever floods it keeps no provider out.
    """
    count(PER_LINK, f"{link_token} {client_address(request)}")
    body = read_small(request, LARGEST_CALL)
    headers = {name.lower(): value for name, value in request.headers.items()}
    made = Call(called_url(provider, link_token), body, headers)
    take_call(provider=provider, token=link_token, call=made)
    response = HttpResponse()
    response["Cache-Control"] = "no-store"
    return response
