"""The second factor: whether somebody has one, whether this session has given it, and how lately.

The first is a code by e-mail. A passkey alone is both: it is held, and it asks its owner for a
finger, a face or a PIN (allauth demands that of it). TOTP, a key or a recovery code come besides
the code. Why, and who needs it: docs/decisions/0067.
"""

import time
from collections.abc import Iterable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.forms import AuthenticateForm as _AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as _ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from comptoir.accounts.models import User
from comptoir.core.limits import Limit, TooMany, count

FRESH_SECONDS = 1800
"""So long a factor that was given is enough for what is sensitive; then it is asked for again."""
TRIES = Limit("second_factor", 8, 600)
"""How often a code may be tried of one account, whoever tries it and in whichever process."""
ONCE = Limit("second_factor_code", 1, 120)
"""A code is good once, whichever process is shown it again."""
_SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_waived() -> bool:
    """Return whether none is asked for: in a demonstration, whose mails anybody reads."""
    return bool(settings.DEMO)


def has_factor(user: User) -> bool:
    """Return whether somebody has a second factor. One query."""
    return Authenticator.objects.filter(user=user, type__in=_SECOND).exists()


def with_factor(people: Iterable[int]) -> set[int]:
    """Return who of these, by their keys, has a second factor. One query."""
    found = Authenticator.objects.filter(user__in=list(people), type__in=_SECOND)
    return set(found.values_list("user_id", flat=True))


def is_given(request: HttpRequest, user: User) -> bool:
    """Return whether this session has given the second factor."""
    return _given_at(request, user) is not None


def is_fresh(request: HttpRequest, user: User) -> bool:
    """Return whether this session has given the second factor within `FRESH_SECONDS`."""
    at = _given_at(request, user)
    return at is not None and time.time() - at < FRESH_SECONDS


def note_given(request: HttpRequest, authenticator: Authenticator) -> None:
    """Record that this session has just given a factor: who adds one has it in their hands."""
    kind = {"id": authenticator.pk, "type": authenticator.type}
    record_authentication(request, authenticator.user, "mfa", **kind, reauthenticated=True)


def note_added(request: HttpRequest, authenticator: Authenticator, **_more: Any) -> None:  # noqa: ANN401
    """Take allauth's word that somebody has just added a factor; recovery codes are none."""
    if authenticator.type in _SECOND:
        note_given(request, authenticator)


def _given_at(request: HttpRequest, user: User) -> float | None:
    """Return when this session last gave the second factor, in seconds since 1970. A factor that
    was taken away since counts no more."""
    given = [r for r in get_authentication_records(request, user) if r.get("method") == "mfa"]
    if not given:
        return None
    have = set(Authenticator.objects.filter(user=user).values_list("pk", flat=True))
    moments = [float(record["at"]) for record in given if record.get("id") in have]
    return max(moments, default=None)


class _Counted:
    """Counts each try of a code across all processes, before the code is looked at."""

    user: User

    def clean_code(self) -> str:
        """Return the code if it is right and was not used. Raises `ValidationError`, also for one
        try too many."""
        try:
            count(TRIES, str(self.user.pk))
            code = str(super().clean_code())  # type: ignore[misc]
            count(ONCE, f"{self.user.pk} {code}")
        except TooMany as refusal:
            raise ValidationError(str(refusal.message), code="too_many") from refusal
        return code


class AuthenticateForm(_Counted, _AuthenticateForm):
    """Takes the code of a second factor at sign-in."""


class ReauthenticateForm(_Counted, _ReauthenticateForm):
    """Takes the code of a second factor again."""
