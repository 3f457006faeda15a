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
GATHERED = 8_000
"""Up to so many rows are sorted; the order of more is that of the catalogue's indexes."""
SUM_SECONDS = 60
"""For so long a sum is kept, by a process, for the pages that follow the first."""
WALKED = 10_000
"""So many titles of the catalogue are gone through for a page, before all rows are sorted."""


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


_SUM = """
SELECT count(*), count(*) FILTER (WHERE {single}), coalesce(sum(o.on_hand), 0),
       coalesce(sum(o.on_hand::bigint * o.price_cents), 0),
       coalesce(sum(o.on_hand) FILTER (WHERE o.price_cents IS NULL), 0)
FROM {relation} WHERE {conditions}
"""
# Of new copies a title has one line: only used ones are told apart by their titles.
_OTHERS = """
WITH used AS MATERIALIZED (
    SELECT DISTINCT o.product_id AS title FROM {relation}
    WHERE o.condition <> 'new' AND {conditions}
)
SELECT count(*) FROM used WHERE NOT EXISTS (
    SELECT FROM {relation} WHERE o.product_id = used.title AND o.condition = 'new' AND {conditions}
)
"""
_SORTED = """
SELECT o.id, {product} AS product, {key} AS key FROM {relation} WHERE {conditions} AND {after}
ORDER BY key {way} NULLS LAST, product {way}, coalesce(o.id, 0) {way} LIMIT %(most)s
"""
# The offers first: the catalogue's order looks cheap to the planner, but leads past all titles.
_TITLED = """
WITH listed AS MATERIALIZED (SELECT o.id, o.product_id FROM {relation} WHERE {conditions})
SELECT o.id, p.id AS product, {key} AS key
FROM (
    SELECT listed.id, t.* FROM listed CROSS JOIN LATERAL (
        SELECT p.id AS product_id, p.title, p.byline FROM catalogue_product p
        WHERE p.id = listed.product_id OFFSET 0
    ) t
) o CROSS JOIN LATERAL (SELECT o.product_id AS id, o.title, o.byline) p WHERE {after}
ORDER BY key {way} NULLS LAST, product {way}, o.id {way} LIMIT %(most)s
"""
# From title to title, until there are enough: OFFSET 0 has each looked up only when it comes up.
_WALKED = """
SELECT o.id, w.id AS product, w.key FROM (
    SELECT p.id, {key} AS key FROM catalogue_product p
    WHERE {key} IS NOT NULL AND {from_} ORDER BY {key} {way}, p.id {way}
    LIMIT %(walked)s OFFSET 0
) w CROSS JOIN LATERAL (
    SELECT o.id FROM {relation} WHERE o.product_id = w.id AND {conditions} OFFSET 0
) o WHERE {after} ORDER BY w.key {way}, w.id {way}, o.id {way} LIMIT %(most)s
"""


def total(
    *, shop: Shop, actor: Actor, request: AssortmentRequest, at: datetime | None = None
) -> Total:
    """Return the sum of a list. Raises `NotFound` where the actor does not read the counter."""
    found = in_scope(shop, actor, Verb.READ_COUNTER)
    return _total(request, values_of(found, request, at or timezone.now()))


def _total(request: AssortmentRequest, values: dict[str, object]) -> Total:
    absent = request.state is State.ASKED
    about = {"relation": relation_of(request), "conditions": conditions(request)}
    single = "true" if absent else "o.condition = 'new'"
    ((lines, titles, copies, value, unpriced),) = fetch(_SUM.format(single=single, **about), values)
    if titles < lines:
        ((others,),) = fetch(_OTHERS.format(**about), values)
        titles += others
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
    return _page(found, request, values, most, after, summed.lines, moment), summed


def each(
    *, shop: Shop, actor: Actor, request: AssortmentRequest, at: datetime | None = None
) -> Iterator[Row]:
    """Yield all rows of a list, `AT_ONCE` by a query: they take no more room than these.

    Raises as `page` does, when the first is asked for.
    """
    moment = at or timezone.now()
    found = in_scope(shop, actor, Verb.READ_COUNTER)
    values = values_of(found, request, moment)
    lines = _total(request, values).lines
    after: Place | None = None
    while True:
        read = _page(found, request, values, AT_ONCE, after, lines, moment)
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
    lines: int,
    at: datetime,
) -> Page:
    wanted = {**values, "most": most + 1}
    if after is not None:
        wanted |= {"key": after.key, "product": after.product, "offer": after.offer}
    keys = _keys(request, wanted, after, lines)
    rows = read_rows(shop, request, keys[:most], at)
    if len(keys) <= most:
        return Page(rows, None)
    offer, product, key = keys[most - 1]
    return Page(rows, Place(_plain(key), product, offer or 0))


def _keys(
    request: AssortmentRequest, values: dict[str, object], after: Place | None, lines: int
) -> list[tuple[int | None, int, object]]:
    if _is_titled(request) and lines > GATHERED and (after is None or after.key is not None):
        found = fetch(_walked(request, after), {**values, "walked": WALKED})
        if len(found) == values["most"]:
            return found
    return fetch(_sorted(request, after), values)


def _is_titled(request: AssortmentRequest) -> bool:
    """Whether the order of a shop's offers is one that the catalogue alone knows."""
    return request.sort in (Sort.TITLE, Sort.AUTHOR) and request.state is not State.ASKED


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
    return (_TITLED if _is_titled(request) else _SORTED).format(
        product=product,
        key=key,
        relation=relation_of(request, timed=request.sort is Sort.AS_OF),
        conditions=conditions(request),
        after=later,
        way="DESC" if request.descending else "ASC",
    )


def _walked(request: AssortmentRequest, after: Place | None) -> str:
    key, _kind = key_of(request)
    from_, behind = ("<=", "<") if request.descending else (">=", ">")
    begun = f'({key}, p.id) {from_} (%(key)s::text COLLATE "C", %(product)s)'
    later = (
        f'(w.key <> %(key)s::text COLLATE "C" OR w.id <> %(product)s OR o.id {behind} %(offer)s)'
    )
    return _WALKED.format(
        key=key,
        from_=begun if after else "true",
        after=later if after else "true",
        relation=relation_of(request),
        conditions=conditions(request),
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
