"""What a process remembers for a moment between two batches: shops, how much they have, and how
much of it nobody has confirmed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from comptoir.core.db import among, fetch
from comptoir.shops.doors.rules import Doors
from comptoir.shops.doors.terms import Kept, kept_until
from comptoir.shops.memory import Directory, whole_directory
from comptoir.shops.models import Shop
from comptoir.stock.shelf.standing import free_copies

Of = tuple[str, str]
"""What a bound is of: its kind, and which shop (also by phone, also last copies), offer, address or
range."""

# An order that holds anything has a deadline; those that only ask are not read, however many. Lines
# of mixed orders count as last copies whole: a bound that is reached early costs a wait for a link.
# OFFSET 0: from each shop to its orders and from each order to its lines, by their indexes; of a
# table that is still small PostgreSQL would rather read all.
_LINES = """CROSS JOIN LATERAL (
    SELECT offer_id, held FROM orders_orderline WHERE order_id = o.id AND held > 0 OFFSET 0
) l"""
_WAITS = "status = 'unconfirmed' AND deadline IS NOT NULL"
_HELD = f"""
WITH kept AS MATERIALIZED (
    SELECT o.*, l.* FROM unnest(%(shops)s::bigint[], %(since)s::bigint[]) AS w(shop_id, since)
    CROSS JOIN LATERAL (
        SELECT id, shop_id AS shop, email = '' AS by_phone, held_until IS NOT NULL AS is_last
        FROM orders_order WHERE shop_id = w.shop_id AND id > w.since AND {_WAITS} OFFSET 0
    ) o
    {_LINES}
)
SELECT shop, 'shop', shop::text, sum(held), max(id) FROM kept GROUP BY shop
UNION ALL SELECT shop, 'offer', offer_id::text, sum(held), 0 FROM kept GROUP BY shop, offer_id
UNION ALL SELECT shop, 'phone', shop::text, sum(held), 0 FROM kept WHERE by_phone GROUP BY shop
UNION ALL SELECT shop, 'last', shop::text, count(*), 0 FROM kept WHERE is_last GROUP BY shop
UNION ALL SELECT 0, 'address', o.address_key, sum(l.held), 0 FROM orders_order o {_LINES}
WHERE o.address_key {among("%(addresses)s", "text")} AND {_WAITS} GROUP BY o.address_key
UNION ALL SELECT 0, 'range', o.range_key, sum(l.held), 0 FROM orders_order o {_LINES}
WHERE o.range_key {among("%(ranges)s", "text")} AND {_WAITS} GROUP BY o.range_key
"""  # noqa: S608


@dataclass(slots=True)
class _Held:
    """What is held in one shop, by the orders up to a key; `exact` within this batch."""

    copies: Counter[Of] = field(default_factory=Counter)
    until: int = 0
    exact: bool = True


class Unconfirmed:
    """How much is held in shops for orders that nobody has confirmed.

    Who has a shop's turn (`bounds.turns_of`) draws the keys of such orders while it has it: those
    of a shop that are new have greater keys than all before. So only they are read, and not all
    that a busy shop holds each time. What was confirmed or ended since is counted still, until a
    shop is read anew: what is remembered is never less than what is held. After two shops were
    merged, the orders of the one count in the other as late as its copies do.
    """

    def __init__(self, remember: timedelta = timedelta()) -> None:
        self._remember = remember.total_seconds()
        self._known: defaultdict[int, _Held] = defaultdict(_Held)
        self._since = monotonic()

    def learn(
        self, shops: Collection[int], addresses: Collection[str], ranges: Collection[str]
    ) -> Counter[Of]:
        """Read what came in these shops; return all that is held from addresses and ranges."""
        if monotonic() - self._since >= self._remember:
            self._known, self._since = defaultdict(_Held), monotonic()
        for shop in shops:
            self._known[shop].exact = not self._known[shop].until
        return self._read(shops, addresses, ranges)

    def held(self, shop: int, kind: str, key: int) -> int:
        """Return how many copies are held there of something; of last copies, how many orders."""
        return self._known[shop].copies[kind, str(key)]

    def read_anew(self, shop: int) -> bool:
        """Read all that is held in a shop, unless this batch did; return whether it was read."""
        if self._known[shop].exact:
            return False
        del self._known[shop]
        self._read([shop], (), ())
        return True

    def _read(
        self, shops: Collection[int], addresses: Collection[str], ranges: Collection[str]
    ) -> Counter[Of]:
        asked = {"shops": list(shops), "since": [self._known[shop].until for shop in shops]}
        networks = {"addresses": list(addresses), "ranges": list(ranges)}
        held: Counter[Of] = Counter()
        for shop, kind, key, copies, last in fetch(_HELD, asked | networks):
            if not shop:
                held[kind, key] = int(copies)
                continue
            known = self._known[shop]
            known.copies[kind, key] += int(copies)
            known.until = max(known.until, last)
        return held


class FreeCopies:
    """How many copies of a shop nobody has confirmed for themselves, remembered for a moment.

    Adding up a large shop takes milliseconds, and a tenth of it hardly moves in a minute.
    """

    def __init__(self, remember: timedelta = timedelta()) -> None:
        self._remember = remember.total_seconds()
        self._known: dict[int, tuple[int, float]] = {}

    def learn(self, shops: Collection[int], held: Mapping[int, int]) -> None:
        """Have those of these shops: what is free, and what is `held` for unconfirmed orders."""
        now = monotonic()
        if missing := [key for key in shops if self._is_old(key, now)]:
            free = free_copies(missing)
            for key in missing:
                self._known[key] = free.get(key, 0) + held[key], now

    def of(self, shop: int) -> int:
        """Return those of a shop; none where nobody had to learn them."""
        return self._known.get(shop, (0, 0.0))[0]

    def _is_old(self, shop: int, now: float) -> bool:
        known = self._known.get(shop)
        return known is None or now - known[1] >= self._remember


class Shops:
    """The shops of a batch with their closures; those that the process keeps (`shops.memory`) where
    it `remembers`, or as the database has them.

    A closure entered in that moment is not lost: whoever enters it moves the deadlines, and expiry
    works them out again. Of a shop that was hidden meanwhile no offer can be locked.
    """

    def __init__(self, remember: timedelta = timedelta(), *, remembers: bool = False) -> None:
        self.unconfirmed = Unconfirmed(remember)
        self.copies = FreeCopies(remember)
        self._remembers = remembers
        self._deadlines: dict[int, tuple[Shop, Doors, date, Kept]] = {}
        self._directory: Directory | None = None

    def find(self, keys: set[int]) -> dict[int, Shop]:
        """Return those of the shops that the public sees, by key."""
        self._directory = whole_directory()
        found = dict(_public(self._directory, keys)) if self._remembers else {}
        if missing := keys - found.keys():
            shops = Shop.objects.public_everywhere().filter(pk__in=missing)
            found |= {shop.pk: shop for shop in shops.prefetch_related("closures", "services")}
        return found

    def deadline(self, shop: Shop, at: datetime) -> Kept:
        """Return the deadline of an order of a moment, worked out once for a shop as it is, its
        doors and its local day."""
        day = at.astimezone(ZoneInfo(shop.time_zone)).date()
        doors = (self._directory or whole_directory()).doors(shop.pk)
        known = self._deadlines.get(shop.pk)
        if known is None or known[0] is not shop or known[1:3] != (doors, day):
            kept = kept_until(shop, at, shop.hold_days)
            known = self._deadlines[shop.pk] = shop, doors, day, kept
        return known[3]


def _public(kept: Directory, keys: Iterable[int]) -> Iterable[tuple[int, Shop]]:
    public = kept.keys()
    return ((key, kept.shops[key]) for key in keys if key in public)
