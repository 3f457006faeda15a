"""All that is kept of one person, asked of every package; and all that may go at their word."""

from collections.abc import Iterator
from datetime import datetime

from comptoir.core.retention.shape import Found, declarations


def found(email: str) -> Iterator[Found]:
    """Yield what every package keeps of the person of an address, package by package: a part of it
    is in memory at a time. The caller knows that the address is theirs."""
    for _label, declaration in declarations():
        if declaration.personal is not None:
            yield from declaration.personal.find(email)


def erase(email: str, now: datetime) -> None:
    """Erase, at the word of the person of an address, what `found` says may go.

    Guard: the caller knows that the address is theirs. Each package has transactions of its own, so
    that what was stopped half-way is asked for again. Locks, writes, announces, raises: as each
    (`Personal.erase`).
    """
    # Mails last: what they are about has gone by then.
    found_by = [each.personal for _label, each in declarations() if each.personal is not None]
    for personal in reversed(found_by):
        personal.erase(email, now)
