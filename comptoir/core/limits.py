"""How often somebody may ask: so many attempts in a window of time.

What writes or mails counts in the database (`count`, `tally`), so a limit is one for all web
processes and all nodes. What only reads counts in the process that answers (`count_read`), where it
costs nothing: each process then grants its share of the limit, so a client whose requests all reach
one process meets the limit early. Both protect the site from floods, and a mailbox from mails;
never the stock, which has bounds of its own (`orders.operations.bounds`).
"""

import hmac
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from itertools import islice
from time import time

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import fetch
from comptoir.core.errors import DomainError, Message

SHARED_BY = 10
"""How many times a range's limits a network has that many people share (`SHARED_NETWORKS`)."""
TOO_OFTEN = _("Too many requests: wait as long as “Retry-After” says.")
_CLIENT_OF_IPV6 = 64
MOST_READERS = 20_000
_TALLY = """
INSERT INTO core_limit AS known (key, ends_at, spent)
SELECT key, %(now)s + make_interval(secs => seconds), spent
FROM unnest(%(keys)s::bigint[], %(seconds)s::int[], %(spent)s::int[]) AS w(key, seconds, spent)
ORDER BY key
ON CONFLICT (key) DO UPDATE SET
    spent = excluded.spent + CASE WHEN known.ends_at > %(now)s THEN known.spent ELSE 0 END,
    ends_at = CASE WHEN known.ends_at > %(now)s THEN known.ends_at ELSE excluded.ends_at END
RETURNING key, spent, ends_at
"""


class TooMany(DomainError):
    """Too many attempts in a short time; `data["retry_after"]` holds the seconds to wait."""

    def __init__(self, message: Message, retry_after: int) -> None:
        super().__init__("too_many_requests", message, retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` attempts of one client at `name` in so many `seconds`."""

    name: str
    count: int
    seconds: int = 60
    # Not compared: to hash a lazy text is to translate it.
    message: Message = field(default=TOO_OFTEN, compare=False)

    def exceeded(self, retry_after: int) -> TooMany:
        """Return the refusal of a client who is past the limit."""
        return TooMany(self.message, max(retry_after, 1))


@dataclass(frozen=True, slots=True)
class Network:
    """Where somebody asks from: the address of one client, and the range it lies in; "" if unknown.

    In a network that many share, one address is as many people as elsewhere a range, and the
    network as many as `SHARED_BY` ranges.
    """

    address: str = ""
    range: str = ""
    shared: bool = False

    def of_address(self, usual: int, of_range: int) -> int:
        """Return the limit of the address, of what is usual for an address and for a range."""
        return of_range if self.shared else usual

    def of_range(self, usual: int) -> int:
        """Return the limit of the range, of what is usual for one."""
        return usual * SHARED_BY if self.shared else usual


@dataclass(frozen=True, slots=True)
class Spent:
    """How much of a limit is spent, this attempt included, and when its window ends (seconds)."""

    count: int
    seconds_left: int


def client_address(request: HttpRequest) -> str:
    """Return the network address of whoever asks, as far as it can be believed."""
    sender = str(request.META.get("REMOTE_ADDR") or "")
    return believed_address(sender, request.META.get("HTTP_X_FORWARDED_FOR", ""))


def client_network(request: HttpRequest) -> Network:
    """Return where whoever asks asks from: limits by address count its `address`, never the bare
    one, of which an IPv6 client has as many as it likes."""
    return network_of(client_address(request))


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


def network_of(address: str) -> Network:
    """Return the client and the range of an address; of IPv6 a client has a whole /64.

    What is no address at all is a client and a range by itself.
    """
    return _network_of(
        address.strip(), settings.RANGE_IPV4, settings.RANGE_IPV6, tuple(settings.SHARED_NETWORKS)
    )


@lru_cache(maxsize=4096)
def _network_of(address: str, ipv4: int, ipv6: int, shared: tuple[str, ...]) -> Network:
    if not address:
        return Network()
    try:
        found = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return Network(address[:64], address[:64])
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    is_ipv4 = isinstance(found, IPv4Address)
    client = str(found) if is_ipv4 else _cut(found, _CLIENT_OF_IPV6)
    for network in _networks(shared):
        if found.version == network.version and found in network:
            return Network(client, str(network), shared=True)
    return Network(client, _cut(found, ipv4 if is_ipv4 else ipv6))


def _cut(address: IPv4Address | IPv6Address, length: int) -> str:
    """Return the network of an address with a prefix so long."""
    rest = address.max_prefixlen - length
    return f"{type(address)(int(address) >> rest << rest)}/{length}"


@lru_cache(maxsize=4)
def _networks(shared: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, shared))


def count(limit: Limit, who: str) -> None:
    """Count one attempt of `who`, by one statement. Raises `TooMany` past the limit.

    `who` is kept as a keyed hash, until a job finds that the window has ended. Nothing is counted
    without `settings.RATE_LIMITS`. In a transaction of the caller the attempt counts once it
    commits.
    """
    if who:
        spent = tally({(limit, who): 1}).get((limit, who))
        if spent is not None and spent.count > limit.count:
            raise limit.exceeded(spent.seconds_left)


def tally(attempts: Mapping[tuple[Limit, str], int]) -> dict[tuple[Limit, str], Spent]:
    """Count so many attempts of each, by one statement; return what is spent, limits or not.

    Without `settings.RATE_LIMITS` nothing is counted or returned. Locks and writes: the rows of
    `core_limit`, in the order of their keys.
    """
    if not settings.RATE_LIMITS or not attempts:
        return {}
    now = datetime.fromtimestamp(time(), UTC)
    keys = {key_of(limit.name, who): (limit, who) for limit, who in attempts}
    rows = fetch(
        _TALLY,
        {
            "now": now,
            "keys": _array(keys),
            "seconds": _array(limit.seconds for limit, _who in keys.values()),
            "spent": _array(attempts[one] for one in keys.values()),
        },
    )
    return {
        keys[key]: Spent(spent, round((ends_at - now).total_seconds()))
        for key, spent, ends_at in rows
    }


def _array(numbers: Iterable[int]) -> str:
    """Return numbers as PostgreSQL writes an array: psycopg turns a list number by number, which
    costs more than the rest of a batch's counting here."""
    return f"{{{','.join(map(str, numbers))}}}"


class Reads:
    """How often something was read by whom, in this process, in the windows that have not ended;
    for all its threads. Of very many who ask, the first are forgotten."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._spent: dict[int, tuple[int, int]] = {}

    def another(self, key: int, ends_at: int, now: int, weight: int = 1) -> int:
        """Count one more, of this weight, and return how many there are."""
        with self._turn:
            until, spent = self._spent.get(key, (ends_at, 0))
            if until <= now:
                until, spent = ends_at, 0
            if key not in self._spent and len(self._spent) >= MOST_READERS:
                self._make_room(now)
            self._spent[key] = until, spent + weight
            return spent + weight

    def until(self, key: int) -> int:
        """Return when the window of a key ends, 0 where nothing was counted of it."""
        return self._spent.get(key, (0, 0))[0]

    def clear(self) -> None:
        """Forget all of it."""
        with self._turn:
            self._spent.clear()

    def _make_room(self, now: int) -> None:
        kept = {key: known for key, known in self._spent.items() if known[0] > now}
        too_many = max(0, len(kept) - MOST_READERS * 2 // 3)
        self._spent = dict(islice(kept.items(), too_many, None))


reads = Reads()


def count_read(limit: Limit, who: str, weight: int = 1) -> None:
    """Count one attempt of `who` to read, in this process alone; one that costs more counts as
    several. Raises `TooMany` past its share of the limit: the limit divided by the web processes of
    this node, and no less than one attempt unless there is none."""
    if not settings.RATE_LIMITS or not who:
        return
    now = int(time())
    ends_at = (now // limit.seconds + 1) * limit.seconds
    share = -(-limit.count // settings.WORKERS)
    share = share and max(share, weight)
    if reads.another(key_of(limit.name, who), ends_at, now, weight) > share:
        raise limit.exceeded(ends_at - now)


def forget_ended(now: datetime) -> int:
    """Delete the counts whose window ended before a moment; return how many."""
    rows = fetch(
        "DELETE FROM core_limit WHERE key IN (SELECT key FROM core_limit WHERE ends_at < %s"
        " FOR UPDATE SKIP LOCKED) RETURNING key",
        [now - timedelta(minutes=1)],
    )
    return len(rows)


def key_of(name: str, who: str) -> int:
    """Return the key of 64 bits under which a client's attempts at something are counted.

    It is keyed by `SECRET_KEY`: who has the table alone cannot try all addresses out on it.
    """
    return _keyed(settings.SECRET_KEY, f"{name} {who.strip().lower()}")


@lru_cache(maxsize=4096)
def _keyed(secret: str, said: str) -> int:
    digest = keyed_hash("comptoir.core.limits", said, secret)
    return int.from_bytes(digest[:8], "big", signed=True)


def keyed_hash(salt: str, said: str, secret: str) -> bytes:
    """Return the keyed hash that Django's `salted_hmac` makes of a text with SHA-256, in a fifth of
    its time: the key of a salt is made once."""
    return hmac.digest(_key_of(salt, secret), said.encode(), "sha256")


@lru_cache(maxsize=64)
def _key_of(salt: str, secret: str) -> bytes:
    return sha256((salt + secret).encode()).digest()
