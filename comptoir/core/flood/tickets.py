"""A wait with a number: what stands for a proof of work where nothing can be reckoned.

A ticket says from when on it lets one form through, once, from the range of addresses that drew it.
The first of a range waits `WAIT` seconds, and each further one of that hour as long again: who
floods queues behind themselves, and keeps no other range waiting.
"""

import secrets
from dataclasses import dataclass
from time import time

from django.conf import settings
from django.core import signing

from comptoir.core.flood.gauge import Form
from comptoir.core.limits import SHARED_BY, Limit, Network, keyed_hash, tally

WAIT, LONGEST = 15, 600
GOOD_FOR = 900
"""Seconds after the wait in which a ticket is good."""
HOUR = 3600
_SALT = "comptoir.core.flood.ticket"
_DRAWN = Limit("flood tickets", 1, HOUR)
_ONCE = Limit("flood ticket", 1, LONGEST + GOOD_FOR)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was drawn here: its `word`, which is signed, and when it begins to be good."""

    word: str
    number: str
    due: int

    def wait(self, now: float | None = None) -> int:
        """Return how many seconds are left of the wait."""
        return max(0, self.due - int(time() if now is None else now))


def moment() -> int:
    """Return the present moment (Unix seconds), for all that is asked of one request."""
    return int(time())


def draw(form: Form, network: Network, now: float | None = None) -> Ticket:
    """Draw a ticket for a form. Writes: how many the range has drawn."""
    who = f"{form} {network.range}"
    drawn = tally({(_DRAWN, who): 1}).get((_DRAWN, who))
    place = drawn.count if drawn else 1
    wait = min(WAIT * (-(-place // SHARED_BY) if network.shared else place), LONGEST)
    number, due = secrets.token_hex(8), int(time() if now is None else now) + wait
    word = signing.dumps([str(form), _range(network), due, number], salt=_SALT)
    return Ticket(word, number, due)


def read(word: str, form: Form, network: Network, now: float | None = None) -> Ticket | None:
    """Return the ticket of a word; None where it was drawn for another form or elsewhere, is too
    old, or is none."""
    try:
        of, drawn_at, due, number = signing.loads(word, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    moment = time() if now is None else now
    if (of, drawn_at) != (str(form), _range(network)) or moment > due + GOOD_FOR:
        return None
    return Ticket(word, number, due)


def use(ticket: Ticket, now: float | None = None) -> bool:
    """Whether a ticket lets its form through now, for the first time. Counts it as used."""
    if ticket.wait(now):
        return False
    spent = tally({(_ONCE, ticket.number): 1}).get((_ONCE, ticket.number))
    return spent is None or spent.count == 1


def _range(network: Network) -> str:
    return keyed_hash(_SALT, network.range, settings.SECRET_KEY).hex()[:16]
