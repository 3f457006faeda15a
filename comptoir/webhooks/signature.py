"""Signatures by Standard Webhooks 1.0.0 (standardwebhooks.com), symmetric: HMAC-SHA256.

The standard's own Python package would bring an HTTP client along for these ten lines.
"""

import hmac
from base64 import b64decode, b64encode
from datetime import datetime

from django.utils.crypto import salted_hmac

from comptoir.webhooks.models import Endpoint

PREFIX = "whsec_"


def secrets_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """Return the secrets that sign at a moment, the newest first.

    They are derived from the installation's secret key, so that a copy of the database alone
    forges nothing.
    """
    generations = [endpoint.generation]
    if endpoint.previous_until is not None and at < endpoint.previous_until:
        generations.append(endpoint.generation - 1)
    return [_secret(endpoint.nonce, generation) for generation in generations]


def sign(secret: str, *, ref: str, timestamp: int, body: bytes) -> str:
    """Return one signature (`v1,…`) of a message at a moment (Unix seconds)."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = f"{ref}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers(endpoint: Endpoint, *, ref: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the three headers by which a receiver knows that a message is ours, and its age."""
    timestamp = int(at.timestamp())
    signatures = [
        sign(secret, ref=ref, timestamp=timestamp, body=body) for secret in secrets_of(endpoint, at)
    ]
    return {
        "webhook-id": ref,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _secret(nonce: str, generation: int) -> str:
    digest = salted_hmac("comptoir.webhooks", f"{nonce}:{generation}", algorithm="sha256").digest()
    return PREFIX + b64encode(digest).decode()
