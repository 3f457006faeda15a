"""What a reader typed in a form that was refused: kept in their own browser for ten minutes, so
that nothing is typed twice when another shop's form follows."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "typed"
SECONDS = 600
TYPED = ("name", "email", "phone")
_SALT = "comptoir.site.typed"


class Said(dict[str, str]):
    """What is said of each field of the form, or stands in it: nothing where nothing is said.

    Django looks for what is not in a dictionary in many ways, in a form some twenty times.
    """

    def __missing__(self, field: str) -> str:
        return ""


def typed_in(request: HttpRequest) -> dict[str, str]:
    """Return what was typed in the form that is sent."""
    return {name: request.POST.get(name, "")[:300] for name in TYPED}


def keep_typed(response: HttpResponse, typed: dict[str, str]) -> None:
    """Have the browser keep what was typed."""
    response.set_cookie(
        COOKIE,
        signing.dumps(typed, salt=_SALT),
        max_age=SECONDS,
        httponly=True,
        secure=settings.SECURE,
        samesite="Lax",
    )


def typed_before(request: HttpRequest) -> dict[str, str]:
    """Return what was typed in the form before, or nothing."""
    try:
        typed: dict[str, str] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS
        )
    except signing.BadSignature:
        return {}
    return typed
