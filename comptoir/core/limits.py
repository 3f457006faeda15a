"""A brake on those who ask too often: a small fixed window in the cache.

It counts within one process. It protects the site from floods, never the stock: that is the
database's work.
"""

from hashlib import blake2b
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from comptoir.core.errors import DomainError, Message


class TooMany(DomainError):
    """Too many attempts in a short time; `data["retry_after"]` holds the seconds to wait."""

    def __init__(self, message: Message, retry_after: int) -> None:
        super().__init__("too_many_requests", message, retry_after=retry_after)


def client_address(request: HttpRequest) -> str:
    """Return the network address of whoever asks, as far as it can be believed."""
    sender = str(request.META.get("REMOTE_ADDR") or "")
    return believed_address(sender, request.META.get("HTTP_X_FORWARDED_FOR", ""))


def believed_address(sender: str, forwarded_for: str) -> str:
    """Return the address of who asks, by a connection's sender and by X-Forwarded-For.

    With `settings.PROXIES` trusted proxies in front, it is what the outermost of them wrote: that
    many places from the right of X-Forwarded-For; what stands further left, anybody may have
    invented. A request that came past fewer proxies is its sender's own.
    """
    named = [part.strip() for part in forwarded_for.split(",")]
    if not 0 < settings.PROXIES <= len(named):
        return sender
    return named[-settings.PROXIES] or sender


def count(name: str, who: str, *, limit: int, seconds: int, message: Message) -> None:
    """Count one attempt of `who` at `name`. Raises `TooMany` past `limit` within `seconds`.

    `who` is kept as a hash, until the window ends. Nothing is counted without
    `settings.RATE_LIMITS`.
    """
    if not settings.RATE_LIMITS or not who:
        return
    now = int(time())
    window = now // seconds
    digest = blake2b(who.strip().lower().encode(), digest_size=12).hexdigest()
    key = f"limit:{name}:{digest}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        attempts = cache.incr(key)
    except ValueError:
        return
    if attempts > limit:
        raise TooMany(message, (window + 1) * seconds - now)
