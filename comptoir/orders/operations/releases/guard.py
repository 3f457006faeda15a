"""Release days as orders keep them: what holds is learnt for a whole batch, and decided by request.

Orders of titles that no release has cost no statement: the releases are remembered by the process
(`releases.memory`). What a person has is read under their turn (`PLACING`), by one statement.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comptoir.core.db import among, fetch
from comptoir.orders.lines import Title
from comptoir.orders.models import EventKind, LineStatus, Order, OrderLine
from comptoir.orders.operations.requests import Checked, PlaceRequest
from comptoir.releases.errors import NotYet, OneAPerson
from comptoir.releases.memory import Releases, releases
from comptoir.releases.rules import Rule, not_before
from comptoir.shops.models import Shop
from comptoir.stock.shelf.holds import LockedOffer

# What came to nothing counts for nobody. What was collected does, until it is erased. Money
# confirms an order as a link does, so one that waits for its money counts for whose address it has:
# else each of ten that are placed at once would be paid for. It ends with its time to pay.
# Persons have keys: said, for the index of orders by person has those alone.
_GIVEN_UP = (LineStatus.NOT_FOUND, LineStatus.RELEASED)
_HAD = f"""
SELECT o.email_key, o.id, o.shop_id, o.placed_at, l.product_id, l.quantity
FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
WHERE o.email_key <> '' AND o.email_key {among("%(persons)s", "text")} AND (o.verified
  OR EXISTS (SELECT FROM orders_orderevent e WHERE e.order_id = o.id AND e.kind = %(paid)s)
  OR %(unpaid)s AND EXISTS (SELECT FROM orders_linecharge c WHERE c.line_id = l.id))
  AND l.product_id = ANY(%(titles)s) AND l.status <> ALL(%(gone)s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Had:
    """Copies of a title that a person has, or has asked for, at a shop since a moment."""

    order_id: int
    shop_id: int
    at: datetime
    product_id: int
    quantity: int


@dataclass(slots=True)
class Guard:
    """The releases that touch a batch, and what its persons have of their titles. Whoever decides a
    batch counts what it gives."""

    kept: Releases
    had: Mapping[str, list[Had]] = field(default_factory=dict)

    def check(
        self,
        checked: Checked,
        shop: Shop,
        now: datetime,
        titles: Mapping[int, str],
        *,
        posted: bool = False,
    ) -> None:
        """Refuse what a release forbids at a moment: to everybody before it, then more than one to
        a person who is known or pays first. `titles` has the names of products, as far as they are
        known.

        Staff see who stands before them, and enter what they find right; before its moment a title
        is not for them either. Raises `NotYet`, `OneAPerson`.
        """
        if checked.request.past_release:
            return
        wanted = [(line.product_id, line.quantity) for line in checked.request.lines]
        for product_id, _quantity in wanted:
            rules = self.kept.of(product_id, shop.pk)
            if rules and (at := not_before(rules, now, posted=posted)):
                name = titles.get(product_id, "")
                raise NotYet(name, product_id, at, shop.time_zone)
        if checked.request.trusted:
            return
        self.check_person(self.had.get(_person(checked), ()), wanted, shop.pk, now, titles)

    def check_person(
        self,
        had: Iterable[Had],
        wanted: Sequence[tuple[int, int]],
        shop_id: int,
        now: datetime,
        titles: Mapping[int, str],
    ) -> None:
        """Refuse more than one copy to who `had` some. Raises `OneAPerson`."""
        for product_id, _quantity in wanted:
            for rule in self.kept.of(product_id, shop_id):
                if not (counted := _counted(rule, product_id, now)):
                    continue
                copies = sum(copies for title, copies in wanted if title in counted)
                copies += sum(
                    each.quantity
                    for each in had
                    if each.product_id in counted
                    and each.shop_id in rule.scope
                    and each.at >= rule.since
                )
                if copies > 1:
                    raise OneAPerson(titles.get(product_id, ""), product_id, rule.name)

    def count(self, checked: Checked, shop: Shop, now: datetime, *, back: bool = False) -> None:
        """Count what a request was given, or no longer is, for its person."""
        had = self.had.get(_person(checked))
        if had is None:
            return
        for line in checked.request.lines:
            if not self.kept.touch(line.product_id):
                continue
            given = Had(0, shop.pk, now, line.product_id, line.quantity)
            if back:
                had.remove(given)
            else:
                had.append(given)


def learn_releases(parts: Sequence[Checked], now: datetime) -> Guard:
    """Return what release days ask of these requests. The caller holds the turns of their persons.
    No statement where no title of theirs is counted."""
    kept = releases()
    counted = _titles_counted(
        kept,
        (
            (line.product_id, part.request.shop_id)
            for part in parts
            for line in part.request.lines
            if kept.touch(line.product_id)
        ),
        now,
    )
    persons = {_person(part) for part in parts} - {""}
    return Guard(kept, _read(persons, counted) if counted and persons else {})


def names_of(
    request: PlaceRequest, titles: Mapping[int, Title], offers: Mapping[int, LockedOffer]
) -> dict[int, str]:
    """Return the titles of a request by the keys of their products, as far as they are known."""
    found = {}
    for line in request.lines:
        known = titles.get(line.product_id) if line.offer_id is None else offers.get(line.offer_id)
        if known is not None:
            found[line.product_id] = known.title
    return found


def check_own(
    order: Order, lines: Sequence[OrderLine], now: datetime, *, by_money: bool = False
) -> None:
    """Refuse to make an order its person's own, of which these are the live lines, where they have
    their one copy by other orders already. To one that is paid (`by_money`) others that still wait
    for their money are no obstacle.

    Guard, locks: the caller's, which holds the person's turn. Raises `OneAPerson`.
    """
    kept, person = releases(), order.email_key
    if not person or not any(kept.touch(line.product_id) for line in lines):
        return
    of = [(line.product_id, order.shop_id) for line in lines]
    if counted := _titles_counted(kept, of, now):
        had = [
            each
            for each in _read({person}, counted, unpaid=not by_money)[person]
            if each.order_id != order.pk
        ]
        wanted = [(line.product_id, line.quantity) for line in lines]
        titles = {line.product_id: line.title for line in lines}
        Guard(kept).check_person(had, wanted, order.shop_id, now, titles)


def _titles_counted(
    kept: Releases, lines: Iterable[tuple[int, int]], now: datetime
) -> frozenset[int]:
    """Return the titles of which it counts what a person has, where these lines are wanted."""
    found: frozenset[int] = frozenset()
    for product_id, shop_id in lines:
        for rule in kept.of(product_id, shop_id):
            found |= _counted(rule, product_id, now)
    return found


def _counted(rule: Rule, product_id: int, now: datetime) -> frozenset[int]:
    return rule.counted(product_id) if now < rule.ends_at else frozenset()


def _person(checked: Checked) -> str:
    """Return the key of whose copies are counted: who is known to ask, or whoever has the address
    of what money will confirm; "" of others, whose link counts (`check_own`)."""
    return checked.email_key if checked.request.is_charged else checked.person_key


def _read(
    persons: set[str], titles: frozenset[int], *, unpaid: bool = True
) -> dict[str, list[Had]]:
    found: defaultdict[str, list[Had]] = defaultdict(list)
    found.update({person: [] for person in persons})
    asked = {
        "persons": sorted(persons),
        "titles": sorted(titles),
        "paid": EventKind.PAID.value,
        "unpaid": unpaid,
        "gone": [status.value for status in _GIVEN_UP],
    }
    for person, key, shop_id, at, product_id, quantity in fetch(_HAD, asked):
        found[person].append(Had(key, shop_id, at, product_id, quantity))
    return found
