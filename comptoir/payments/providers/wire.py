"""Calls to providers: JSON answers, through the gate, never in a transaction."""

import json
from collections.abc import Mapping
from typing import Any

from comptoir.core.errors import Invalid
from comptoir.core.gate import Unreachable, ask
from comptoir.payments.errors import Refused, Silent

SECONDS = 15.0
LARGEST = 4 * 1024 * 1024
_AGAIN = frozenset({408, 409, 425, 429})


def call(
    url: str, *, method: str = "GET", headers: Mapping[str, str], content: bytes = b""
) -> dict[str, Any]:
    """Return the JSON that a provider answers.

    Raises `Silent` for what may be tried again by the same key (no answer, an error of theirs, too
    many calls), `Refused` with the provider's own code for any other refusal, `Quiet` where this
    installation may ask nobody.
    """
    try:
        with ask(
            url, method=method, headers=headers, content=content, seconds=SECONDS, largest=LARGEST
        ) as answer:
            status, body = answer.status, answer.read()
    except (Unreachable, Invalid) as error:
        raise Silent from error
    if status >= 500 or status in _AGAIN:
        raise Silent
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        raise Silent from None
    if not isinstance(found, dict):
        raise Silent
    if not 200 <= status < 300:
        raise Refused(_said(found, status))
    return found


def _said(found: dict[str, Any], status: int) -> str:
    """Return a provider's code for a refusal: Stripe's `error.code` or `type`, Mollie's `title`."""
    error = found.get("error")
    if isinstance(error, dict):
        return str(error.get("code") or error.get("type") or status)
    return str(found.get("title") or status)
