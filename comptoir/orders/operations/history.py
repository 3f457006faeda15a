"""What is on record of who asks: a person's own orders, and what anybody asked for in their name.

A person is a contact that was confirmed together with the mark of it in a browser
(`docs/decisions/0021-persons.md`). Their orders count for and against them, and nobody else's. Of
a contact that anybody may have typed only the requests of the last hour count, for each is a mail
to somebody or a call; they count alike for contacts that are known and that are not, so that no
answer tells which.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from comptoir.core.db import among, fetch
from comptoir.orders.contacts import trust_key
from comptoir.orders.errors import TooManyOpenOrders, TooManyRecentOrders
from comptoir.orders.models import EventKind, Order, OrderEvent
from comptoir.orders.operations.groups.requests import Asked, CheckedGroup
from comptoir.orders.operations.requests import Checked
from comptoir.orders.trust.demand import COUNTED, Demand, demand_of
from comptoir.shops.models import Shop

_OF_CONTACTS = among("%(contacts)s", "text")
_ACT = "coalesce(-group_id, id)"
# A branch a column, each by its own partial index. A request counts under both its contacts, what a
# person ordered under the one that is known to be theirs. The orders of a group are one act.
_ON_RECORD = f"""
WITH placed AS (
    SELECT email_key AS key, {_ACT} AS act, verified, confirm_by, ended_at, placed_at
    FROM orders_order
    WHERE email_key <> '' AND email_key {_OF_CONTACTS}
    UNION ALL
    SELECT phone_key, {_ACT}, false, confirm_by, ended_at, placed_at FROM orders_order
    WHERE phone_key <> '' AND phone_key {_OF_CONTACTS}
)
SELECT 'open', key, count(DISTINCT act) FROM placed WHERE verified AND ended_at IS NULL GROUP BY key
UNION ALL SELECT 'recent', key, count(DISTINCT act) FROM placed
WHERE verified AND placed_at > now() - interval '1 hour' GROUP BY key
UNION ALL SELECT 'asked', key, count(DISTINCT act) FROM placed
WHERE confirm_by IS NOT NULL AND placed_at > now() - interval '1 hour' GROUP BY key
UNION ALL SELECT 'known', key, extract(epoch FROM confirmed_at)::bigint
FROM orders_knowncontact WHERE key {_OF_CONTACTS}
UNION ALL SELECT 'used', idempotency_key, 0 FROM orders_order
WHERE idempotency_key {among("%(keys)s", "text")}
UNION ALL SELECT * FROM ({COUNTED}) uncollected
"""  # noqa: S608


@dataclass(slots=True)
class History:
    """What the database holds of the contacts of a batch, by their keys, and of its requests.

    Of persons: how many orders they have open, how many they placed within the hour (`recent`), and
    since when they are known (Unix seconds). Of any contact: how often something was `asked` for
    with it within the hour. `used` has the idempotency keys of earlier requests, `uncollected` how
    often a person did not collect in a shop, by `contacts.trust_key`.
    """

    open: Counter[str] = field(default_factory=Counter)
    recent: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    uncollected: Counter[str] = field(default_factory=Counter)

    def check(self, checked: Checked) -> None:
        """Refuse a person, or a contact, that has had enough; never what staff enter.

        Raises `TooManyOpenOrders` (a person's own) or `TooManyRecentOrders`.
        """
        if checked.request.trusted:
            return
        hourly = settings.ORDERS_PER_HOUR
        if person := checked.person_key:
            if self.open[person] >= settings.OPEN_ORDERS_PER_PERSON:
                raise TooManyOpenOrders(settings.OPEN_ORDERS_PER_PERSON)
            if self.recent[person] >= hourly:
                raise TooManyRecentOrders(hourly)
        elif any(self.asked[key] >= hourly for key in checked.contact_keys):
            raise TooManyRecentOrders(hourly)

    def demand(self, checked: Checked, shop: Shop) -> Demand:
        """Return what the shop of an order asks of the person who is known to ask: nothing of who
        pays first."""
        if checked.request.is_charged or not self.uncollected or not checked.person_key:
            return Demand.NOTHING
        return demand_of(shop, self.uncollected[checked.trust_key])

    def count(self, checked: Checked) -> None:
        """Count an order that is about to be placed; what staff enter counts for nobody."""
        if checked.request.trusted:
            return
        if person := checked.person_key:
            self.open[person] += 1
            self.recent[person] += 1
        else:
            self.asked.update(checked.contact_keys)


def read_history(
    contacts: Iterable[str], keys: Iterable[str], trust: Iterable[str] = ()
) -> History:
    """Read what is on record of these contacts, idempotency keys and trust keys, in one
    statement."""
    found = History()
    asked = {"contacts": list(contacts), "keys": list(keys), "trust": list(trust)}
    for what, key, count in fetch(_ON_RECORD, asked):
        getattr(found, what)[key] += count
    return found


def believed(asked: Asked, known: Mapping[str, int]) -> Asked:
    """Return the request as it counts: verified only if its contact is still known.

    The mark in a browser is signed and lasts; the contact may have been forgotten meanwhile.
    """
    if not asked.counted.request.verified or asked.email_key in known:
        return asked
    return asked.as_verified(False)


def as_the_shop_trusts(asked: Asked, history: History, shops: Mapping[int, Shop]) -> Asked:
    """Return the request as it counts in its shops: who did not collect in one of them confirms by
    the link again, marked or not. Who is to pay first and does not is refused (`batch`); of a group
    that part asks for it once the link is pressed, so that the others stand."""
    links = {Demand.CONFIRM, Demand.ASK}
    if isinstance(asked, CheckedGroup):
        links.add(Demand.PREPAY)
    for part in asked.parts:
        shop = shops.get(part.request.shop_id)
        if shop is not None and history.demand(part, shop) in links:
            return asked.as_verified(False)
    return asked


def check_confirmation(person: str, shop: Shop) -> Demand:
    """Refuse one more order to a person who has as many open as one may have; return what its shop
    asks of them.

    The caller holds the person's turn. One statement. Raises `TooManyOpenOrders`.
    """
    asks = bool(person and shop.asks_after)
    found = read_history([person], (), [trust_key(shop.pk, person)] if asks else ())
    if found.open[person] >= settings.OPEN_ORDERS_PER_PERSON:
        raise TooManyOpenOrders(settings.OPEN_ORDERS_PER_PERSON)
    return demand_of(shop, found.uncollected.total())


def check_confirmation_of_group(person: str, group: int) -> None:
    """Refuse one more order of a group to a person who has as many open as one may have; what is
    theirs of that group already is the same act.

    The caller holds the person's turn. Raises `TooManyOpenOrders`.
    """
    limit = settings.OPEN_ORDERS_PER_PERSON
    theirs = Order.objects.filter(email_key=person, verified=True).open()
    acts = {-joint if joint else key for key, joint in theirs.values_list("pk", "group_id")}
    if len(acts - {-group}) >= limit:
        raise TooManyOpenOrders(limit)


def seen_by_shops(orders: Iterable[Order]) -> dict[tuple[int, str], datetime]:
    """Return when these orders were last confirmed, or set aside, by key and kind."""
    kinds = (EventKind.CONFIRMED, EventKind.SET_ASIDE)
    keys = [order.pk for order in orders]
    if not keys:
        return {}
    events = OrderEvent.objects.filter(order__in=keys, kind__in=kinds)
    rows = events.order_by().values_list("order_id", "kind").annotate(Max("happened_at"))
    return {(order, kind): at for order, kind, at in rows}
