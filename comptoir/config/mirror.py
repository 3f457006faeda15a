"""`GET /healthz/seen`: what of a request arrived here, for the installation's own check.

It answers who holds the secret key of this installation, by a name signed a moment ago; for
everybody else there is nothing here.
"""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comptoir.core.limits import client_address
from comptoir.version import running

SECONDS = 300
_SIGNER = TimestampSigner(salt="comptoir.config.mirror")


def key() -> str:
    """Return a key that opens `seen` for some minutes, wherever the secret key is the same."""
    return _SIGNER.sign(get_random_string(12))


@never_cache
@require_safe
def seen(request: HttpRequest) -> HttpResponse:
    """Answer what came by the proxies: `host`, `secure` (was it https to the reader?),
    `forwarded_for` and the `address` that is believed, `proxies` (the setting), `version`. Without
    a key that is right and fresh, 404 and nothing else.
    """
    try:
        _SIGNER.unsign(request.GET.get("key", ""), max_age=SECONDS)
    except BadSignature:
        return HttpResponseNotFound()
    return JsonResponse(
        {
            "host": request.get_host(),
            "secure": request.is_secure(),
            "forwarded_for": request.META.get("HTTP_X_FORWARDED_FOR", ""),
            "address": client_address(request),
            "proxies": settings.PROXIES,
            "version": running(),
        }
    )
