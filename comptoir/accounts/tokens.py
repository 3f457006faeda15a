"""Secrets by which programs act. Only a SHA-256 of each is kept: the secret is shown once.

A secret has 256 random bits, so its plain SHA-256 cannot be guessed back, and it is looked up by
that digest: no comparison of secrets happens here whose time could reveal anything.
"""

import hashlib
import secrets

from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import ApiToken

PREFIX = "cpt_"
"""What a secret begins with, so that a scanner for leaked secrets recognises it."""

_LONGEST = 100


def issue(label: str) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which cannot be read again.

    Guard: the caller's (`shops.operations.issue_token`). Writes: the token.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(label=label, digest=digest(secret))
    return token, secret


def authenticate(secret: str) -> Actor | None:
    """Return who acts by this secret, or None: unknown, badly formed or revoked."""
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST:
        return None
    found = ApiToken.objects.filter(digest=digest(secret), revoked_at=None).first()
    return found.actor if found else None


def revoke(token: ApiToken) -> None:
    """End a token at once, for good. Revoking it again changes nothing.

    Guard: the caller's (`shops.operations.revoke_token`). Writes: the token.
    """
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
