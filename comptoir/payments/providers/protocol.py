"""What `payments` asks of a provider: eight questions, answered alike by each.

All of them but `read` go over the network and belong outside any transaction. Each raises `Silent`
where nobody knows what became of it (ask again by the same key), `Refused` where the answer is no.
Moments are in UTC, amounts in cents of euros.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

MARK = "comptoir"
"""The name under which the token of a session, or the key of a refund, stands in the provider's own
data: what lacks it is not ours."""


class State(StrEnum):
    """How a session stands at a provider. `PENDING`: the reader did their part, the money is not
    there yet; `ENDED`: nobody can pay by it any more."""

    OPEN = "open"
    PENDING = "pending"
    PAID = "paid"
    ENDED = "ended"


class Back(StrEnum):
    """How a refund stands at a provider."""

    ON_ITS_WAY = "on_its_way"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A session to open: `key` is its idempotency key and its mark; `name` what the reader reads at
    the provider; `language` two letters; `slow` whether it may be paid in ways by which the money
    takes days. The same key always comes with the same rest."""

    key: str
    cents: int
    name: str
    language: str
    expires_at: datetime
    return_url: str
    cancel_url: str
    notice_url: str
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is open: the provider's name for it, and where the reader pays."""

    ref: str
    url: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A refund as the provider has it; `key` is ours, "" where somebody made it there."""

    ref: str
    key: str
    cents: int
    state: Back
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as it stands: once paid, the provider's name for the money (`payment`), how much it
    is and since when, and what of it went back."""

    ref: str
    state: State
    payment: str = ""
    cents: int = 0
    at: datetime | None = None
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a notice says: its own name, what happened, and of which session: the provider's name
    (`ref`), ours (`key`) or that of the money (`payment`), as far as it says. `ours` is false where
    it is surely of no session of this program."""

    event: str
    kind: str
    ref: str = ""
    key: str = ""
    payment: str = ""
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """Money on the provider's list: what came in as `payment` with which mark, when (`at`), and how
    much of it went back. In another currency than euros, of which nobody here knows the worth, both
    sums are 0."""

    payment: str
    key: str
    at: datetime
    cents: int
    returned_cents: int
    currency: str = "eur"


class Provider(Protocol):
    """Who moves money for a shop."""

    shortest: timedelta
    """How long a session is open at least: a hold that is shorter has it closed (`close`)."""

    def check(self) -> str:
        """Ask something that changes nothing, to see whether the secrets are good; return what the
        account calls itself, if it says."""

    def open(self, wanted: Wanted) -> Opened:
        """Open a session, once a key."""

    def close(self, ref: str) -> None:
        """Have a session be paid no more; one that is paid or over stays as it is."""

    def look(self, ref: str) -> Seen:
        """Return a session as it stands."""

    def find(self, key: str, since: datetime) -> Opened | None:
        """Return the session that was opened by a key since a moment, if there is one: for whoever
        asked and never heard the answer."""

    def refund(self, payment: str, *, cents: int, key: str) -> Returned:
        """Send so much of a payment back, once a key."""

    def read(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        """Return what a notice says. Raises `BadSignature`. No network."""

    def listed(self, since: datetime) -> Iterator[Listed]:
        """Yield the money that came in since a moment and bears our mark."""
