"""The filters and orders of a list, as SQL over the tables of `relation_of`."""

from collections.abc import Iterator
from datetime import datetime

from comptoir.catalogue.models import order_key
from comptoir.shops.models import Shop
from comptoir.stock.assortment.doubt import TO_CONFIRM, doubt_values
from comptoir.stock.assortment.marks import LAST_MOVED
from comptoir.stock.assortment.request import AssortmentRequest, Sort, State
from comptoir.stock.counts.corrections import OWED, remembered_since
from comptoir.stock.shelf.demand import UNMET, unmet_values
from comptoir.stock.shelf.sql import STANDING, STANDING_OF
from comptoir.stock.shelf.window import SECTIONS

UNMET_RELATION = (
    f"{UNMET} a JOIN catalogue_product p ON p.id = a.product_id"
    " LEFT JOIN stock_offer o ON o.id IS NULL AND o.shop_id = %(shop)s"
)
"""Titles that a shop has none of: no row has an offer."""

_STATES = {
    State.THERE: "(o.on_hand > 0 OR o.held > 0)",
    State.HELD: "o.held > 0",
    State.TO_CONFIRM: f"({TO_CONFIRM})",
    State.DIFFERS: f"o.id IN (SELECT w.offer_id FROM ({OWED}) w)",  # noqa: S608
    # One that there was only one of never comes again.
    State.GONE: "o.on_hand = 0 AND o.held = 0 AND o.copy_ref = ''",
}


def _kept(mark: str, field: str) -> str:
    """Return a text's place in the alphabet as it is kept beside an offer, or else as the catalogue
    has it."""
    return f"""(CASE WHEN o.{mark} IS NULL THEN coalesce(
        (SELECT {order_key(f"h.{field}")} FROM catalogue_product h WHERE h.id = o.product_id), '')
        ELSE o.{mark} END COLLATE "C")"""  # noqa: S608


HOUSE = _kept("house", "publisher")
MOVED = f"coalesce(o.last_moved_at, {LAST_MOVED}, o.as_of)"
KEYS: dict[Sort, tuple[str, str]] = {
    Sort.TITLE: (f"nullif({_kept('named', 'title')}, '')", "text"),
    Sort.AUTHOR: (f"nullif({_kept('author', 'byline')}, '')", "text"),
    Sort.PUBLISHER: (f"nullif({HOUSE}, '')", "text"),
    Sort.COPIES: ("o.on_hand", "bigint"),
    Sort.PRICE: ("o.price_cents", "bigint"),
    Sort.VALUE: ("o.on_hand::bigint * o.price_cents", "bigint"),
    Sort.MOVED: (MOVED, "timestamptz"),
    Sort.AS_OF: (STANDING["as_of"], "timestamptz"),
    Sort.ASKED: ("a.times", "bigint"),
}
"""What a row stands by, and its type; NULL stands last either way."""
_OF_TITLES = {
    Sort.TITLE: order_key("p.title"),
    Sort.AUTHOR: order_key("p.byline"),
    Sort.PUBLISHER: order_key("p.publisher"),
}


def key_of(request: AssortmentRequest) -> tuple[str, str]:
    """Return what a row of a list stands by, as SQL, and its type."""
    if request.state is State.ASKED and request.sort in _OF_TITLES:
        return _OF_TITLES[request.sort], "text"
    return KEYS[request.sort]


def relation_of(request: AssortmentRequest, *, timed: bool = False) -> str:
    """Return the tables that a list is read from; `timed`: of the offers, as of when is asked too.

    Each row that is joined costs about what it takes to read an offer, so that is joined only where
    it has to be.
    """
    if request.state is State.ASKED:
        return UNMET_RELATION
    return STANDING_OF if timed or request.state is State.TO_CONFIRM else "stock_offer o"


def conditions(request: AssortmentRequest) -> str:
    """Return what holds of each row of a list, as SQL."""
    return " AND ".join(_each(request))


def _each(request: AssortmentRequest) -> Iterator[str]:
    if request.state is State.ASKED:
        yield f"true {SECTIONS[request.section]}"
        if request.publisher:
            yield _begins(f"coalesce({order_key('p.publisher')}, '')")
        return
    yield "o.shop_id = %(shop)s"
    yield _STATES[request.state]
    if request.section:
        yield _in_section(request.section)
    if request.publisher:
        yield _begins(HOUSE)
    if request.condition == "used":
        yield "o.condition <> 'new'"
    elif request.condition:
        # No index is to find it: that of titles has a shop's offers in an order that takes twice
        # as long to read as that in which they lie.
        yield "(o.condition || '') = %(condition)s"
    if request.silent:
        yield f"{MOVED} < %(silent_since)s"


def _in_section(section: str) -> str:
    return (
        "CASE WHEN o.section IS NULL THEN EXISTS (SELECT FROM catalogue_product p"
        f" WHERE p.id = o.product_id {SECTIONS[section]}) ELSE o.section = %(section)s END"
    )


def _begins(key: str) -> str:
    begun = f"coalesce({order_key('%(publisher)s::text')}, '')"
    # The last character of Unicode: no name that begins so stands behind it.
    return f"{key} >= {begun} AND {key} < {begun} || U&'\\+10FFFF'"


def values_of(shop: Shop, request: AssortmentRequest, at: datetime) -> dict[str, object]:
    """Return the values that a list's conditions name, at a moment."""
    values: dict[str, object] = {
        "shop": shop.pk,
        "section": request.section,
        "publisher": request.publisher,
        "condition": request.condition,
        "silent_since": _months_before(at, request.silent),
    }
    if request.state is State.ASKED:
        values |= unmet_values(shop)
    elif request.state is State.TO_CONFIRM:
        values |= doubt_values(shop, at)
    elif request.state is State.DIFFERS:
        values["since"] = remembered_since()
    return values


def _months_before(at: datetime, months: int) -> datetime:
    """Return the moment so many months ago; on the 28th at the latest, which every month has."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, 28))
