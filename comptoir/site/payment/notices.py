"""Where providers tell what happened. Free of CSRF: no browser's session is used here, and what
counts is the provider's signature with the account's own secret, and what the provider answers when
it is asked (`payments.operations.notices`)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comptoir.core.errors import DomainError, NotFound
from comptoir.core.limits import Limit, TooMany, count_read
from comptoir.payments import operations
from comptoir.payments.errors import BadSignature, NoWayToPay

LARGEST = 256 * 1024
PER_ACCOUNT = Limit("payment_notices", 600)


@never_cache
@csrf_exempt
@require_POST
def notice(request: HttpRequest, provider: str, account: str) -> HttpResponse:
    """Keep what a provider tells, then acknowledge it; what was not kept is not acknowledged, and
    the provider tells it again."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return _said(413)
    try:
        count_read(PER_ACCOUNT, f"account:{account}")
        headers = {name.lower(): value for name, value in request.headers.items()}
        operations.take_notice(
            provider=provider,
            token=account,
            headers=headers,
            body=request.body,
            now=timezone.now(),
        )
    except (NotFound, NoWayToPay):
        return _said(404)
    except BadSignature:
        return _said(400)
    except TooMany as refusal:
        response = _said(429)
        response.headers["Retry-After"] = str(refusal.data["retry_after"])
        return response
    except DomainError:
        return _said(503)
    return _said(200)


def _said(status: int) -> HttpResponse:
    return HttpResponse(status=status, content_type="text/plain")
