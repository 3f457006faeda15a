"""How often somebody asks for what is not there, of addresses that hold a secret.

Tokens have 128 bits and nobody guesses one; this is the second wall, and the one of short secrets.
A miss is counted in PostgreSQL, by client, by range and by the thing that was guessed at, so that
many processes, many addresses of a range and many ranges at one thing gain nothing. A hit costs no
statement: what is over its limit is remembered by the process that was told so, and every other
learns it by its own next miss.
"""

from collections.abc import Mapping
from time import time

from django.conf import settings

from comptoir.core.limits import Limit, Network, Reads, key_of, tally

SECRETS = frozenset(
    {"token", "proof", "group_token", "group_proof", "word", "mailbox", "link", "inventory", "rest"}
    | {"rights"}
)
"""The parts of addresses that are secrets, as the routes name them: nothing else is counted."""
HOUR = 3600
PER_ADDRESS, PER_RANGE, PER_THING = 30, 300, 30
_closed = Reads()


def holds_secret(parts: Mapping[str, object]) -> bool:
    """Whether an address, by its parts, holds a secret."""
    return not SECRETS.isdisjoint(parts)


def guessed_at(parts: Mapping[str, object]) -> str:
    """Return the thing whose proof somebody may guess by an address, "" where there is none."""
    named = next((str(parts[x]) for x in ("token", "group_token") if x in parts), "")
    return named if {"proof", "group_proof"} & parts.keys() else ""


def check(network: Network, thing: str = "") -> None:
    """Refuse who has guessed too often, and guesses at a thing that was guessed at too often. Asks
    the database nothing. Raises `TooMany`."""
    if not settings.RATE_LIMITS:
        return
    now = int(time())
    for limit, who in _limits(network, thing):
        until = _closed.until(key_of(limit.name, who))
        if until > now:
            raise limit.exceeded(until - now)


def missed(network: Network, thing: str = "") -> None:
    """Count one guess that found nothing. Raises nothing: it was answered already."""
    spent = tally(dict.fromkeys(_limits(network, thing), 1))
    now = int(time())
    for (limit, who), found in spent.items():
        if found.count >= limit.count:
            _closed.another(key_of(limit.name, who), now + found.seconds_left, now)


def forget() -> None:
    """Forget what this process remembers."""
    _closed.clear()


def _limits(network: Network, thing: str) -> list[tuple[Limit, str]]:
    limits = []
    if network.address:
        of_address = network.of_address(PER_ADDRESS, PER_RANGE)
        limits.append((Limit("guesses", of_address, HOUR), network.address))
        limits.append((Limit("guesses of range", network.of_range(PER_RANGE), HOUR), network.range))
    if thing:
        limits.append((Limit("guesses at", PER_THING, HOUR), thing))
    return limits
