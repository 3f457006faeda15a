"""What a reader typed in a form that was refused, kept in their own browser for ten minutes.

So that nothing is typed twice when another shop's form follows.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "typed"
COOKIE_SECONDS = 600
SALT = "comptoir.site.typed"


def keep_typed(response: HttpResponse, typed: dict[str, str]) -> None:
    """Give what was typed back to the reader's browser."""
    response.set_cookie(
        COOKIE,
        signing.dumps(typed, salt=SALT),
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=settings.SECURE,
        samesite="Lax",
    )


def typed_before(request: HttpRequest) -> dict[str, str]:
    """Return what was typed in the form before, or nothing."""
    try:
        typed: dict[str, str] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_SECONDS
        )
    except signing.BadSignature:
        return {}
    return typed
