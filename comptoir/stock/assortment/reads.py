"""A shop's assortment as its staff list it: a page from a place on, the sum, all of it. Reads only.

A page goes on behind a place (`Place`), the row that was shown last, and counts no rows before it.
While rows change their order, one whose own key stays is shown once, whatever happens around it:
none is skipped, none comes twice. A row whose key changes between two pages is shown where it is
then: again, if it moved behind the place, and not at all, if it moved before it. Titles, authors
and publishers do not move when stock does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core import text as texts
from comptoir.core.db import fetch
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import LARGEST_KEY
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.assortment.conditions import conditions, key_of, relation_of, values_of
from comptoir.stock.assortment.request import AssortmentRequest, Sort, State
from comptoir.stock.assortment.rows import Row, read_rows

AT_ONCE = 1_000
"""So many rows of an export are read by one query."""
SUM_SECONDS = 60
"""For so long a sum is kept, by a process, for the pages that follow the first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the key of its last row (text, a number, a moment; None of a row that has
    none and stands last), and the keys of its product and offer (0: no offer)."""

    key: str | int | None
    product: int
    offer: int


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a list: lines (a title in one condition, or one used copy), titles, copies, and
    what these are worth at their sale price, in cents. `unpriced` copies have no price."""

    lines: int
    titles: int
    copies: int
    value_cents: int
    unpriced: int


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, and the place behind which more follow, if they do."""

    rows: list[Row]
    next: Place | None


# Of new copies a title has one line: only used ones are told apart by their titles.
_SUM = """
WITH listed AS MATERIALIZED (
    SELECT count(*) AS lines, coalesce(sum(o.on_hand), 0) AS copies,
           coalesce(sum(o.on_hand::bigint * o.price_cents), 0) AS value,
           coalesce(sum(o.on_hand) FILTER (WHERE o.price_cents IS NULL), 0) AS unpriced,
           coalesce(array_agg(o.product_id) FILTER (WHERE o.condition <> 'new'), '{{}}') AS used
    FROM {relation} WHERE {conditions}
)
SELECT lines, lines - cardinality(used) + (
    SELECT count(*) FROM (SELECT DISTINCT unnest(used) AS title) alone WHERE NOT EXISTS (
        SELECT FROM {relation}
        WHERE o.product_id = alone.title AND o.condition = 'new' AND {conditions}
    )
), copies, value, unpriced FROM listed
"""
_SORTED = """
SELECT o.id, {product} AS product, {key} AS key FROM {relation} WHERE {conditions} AND {after}
ORDER BY key {way} NULLS LAST, product {way}, coalesce(o.id, 0) {way} LIMIT %(most)s
"""


def total(
    *, shop: Shop, actor: Actor, request: AssortmentRequest, at: datetime | None = None
) -> Total:
    """Return the sum of a list. Raises `NotFound` where the actor does not read the counter."""
    found = in_scope(shop, actor, Verb.READ_COUNTER)
    return _total(request, values_of(found, request, at or timezone.now()))


def _total(request: AssortmentRequest, values: dict[str, object]) -> Total:
    sums = _SUM.format(relation=relation_of(request), conditions=conditions(request))
    ((lines, titles, copies, value, unpriced),) = fetch(sums, values)
    return Total(lines, titles, int(copies), int(value), int(unpriced))


def page(
    *,
    shop: Shop,
    actor: Actor,
    request: AssortmentRequest,
    most: int,
    after: Place | None = None,
    at: datetime | None = None,
) -> tuple[Page, Total]:
    """Return so many rows of a list, from behind a place on, and the sum of the whole list.

    Raises `NotFound` where the actor does not read the counter, `Invalid` for a place of another
    order.
    """
    moment = at or timezone.now()
    found = in_scope(shop, actor, Verb.READ_COUNTER)
    values = values_of(found, request, moment)
    key = f"stock:assortment:{found.pk}:{urlencode(request.filters())}"
    # Whoever goes on to the next page is shown the sum that they were shown a moment ago.
    summed: Total | None = cache.get(key) if after is not None else None
    if summed is None:
        summed = _total(request, values)
        cache.set(key, summed, SUM_SECONDS)
    return _page(found, request, values, most, after, moment), summed


def each(
    *, shop: Shop, actor: Actor, request: AssortmentRequest, at: datetime | None = None
) -> Iterator[Row]:
    """Yield all rows of a list, `AT_ONCE` by a query: they take no more room than these.

    Raises as `page` does, when the first is asked for.
    """
    moment = at or timezone.now()
    found = in_scope(shop, actor, Verb.READ_COUNTER)
    values = values_of(found, request, moment)
    after: Place | None = None
    while True:
        read = _page(found, request, values, AT_ONCE, after, moment)
        yield from read.rows
        if read.next is None:
            return
        after = read.next


def _page(
    shop: Shop,
    request: AssortmentRequest,
    values: dict[str, object],
    most: int,
    after: Place | None,
    at: datetime,
) -> Page:
    wanted = {**values, "most": most + 1}
    if after is not None:
        wanted |= {"key": after.key, "product": after.product, "offer": after.offer}
    keys = fetch(_sorted(request, after), wanted)
    rows = read_rows(shop, request, keys[:most], at)
    if len(keys) <= most:
        return Page(rows, None)
    offer, product, key = keys[most - 1]
    return Page(rows, Place(_plain(key), product, offer or 0))


def _sorted(request: AssortmentRequest, after: Place | None) -> str:
    key, kind = key_of(request)
    product = "p.id" if request.state is State.ASKED else "o.product_id"
    behind = "<" if request.descending else ">"
    place = f"({product}, coalesce(o.id, 0)) {behind} (%(product)s, %(offer)s)"
    if after is None:
        later = "true"
    elif after.key is None:
        later = f"{key} IS NULL AND {place}"
    else:
        told = f'%(key)s::{kind} COLLATE "C"' if kind == "text" else f"%(key)s::{kind}"
        later = f"({key} {behind} {told} OR {key} = {told} AND {place} OR {key} IS NULL)"
    return _SORTED.format(
        product=product,
        key=key,
        relation=relation_of(request, timed=request.sort is Sort.AS_OF),
        conditions=conditions(request),
        after=later,
        way="DESC" if request.descending else "ASC",
    )


def _plain(key: object) -> str | int | None:
    if key is None or isinstance(key, str | int):
        return key
    return key.isoformat() if isinstance(key, datetime) else str(key)


def place_of(told: object, request: AssortmentRequest) -> Place:
    """Return the place that a list of three values names in a list of this order.

    Raises `Invalid` (`bad_place`) where it can be none of it.
    """
    match told:
        case [None | str() | int() as key, int(product), int(offer)]:
            if _fits(key, key_of(request)[1]) and max(product, offer) <= LARGEST_KEY:
                return Place(key, product, offer)
    message = _("This page of the list is no longer there: start again from the first one.")
    raise Invalid("bad_place", message, field="after")


def _fits(key: str | int | None, kind: str) -> bool:
    if key is None:
        return True
    if kind == "bigint":
        return type(key) is int and abs(key) < 2**62
    if not isinstance(key, str) or "\0" in key:
        return False
    return kind == "text" or texts.read_moment(key) is not None
