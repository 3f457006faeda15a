"""What the names in an order mean: a shop's SIRET or slug, a product's EAN (or the number that the
shop's own till gave it), a shop's offer of it.

The keys behind these names hardly ever change, so each process remembers those it looked up, within
bounds: placing an order then costs no query of its own, nor a connection to ask it by. Without
that an order costs 1.86 times the CPU, PostgreSQL's included (`bench/door.py`, small scale).
`orders.operations.place` checks every key again under its locks; a caller whose key is refused
forgets it and looks again.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Protocol

from comptoir.api.auth import unknown_product, unknown_shop
from comptoir.api.schemas import OrderLineIn
from comptoir.core.db import fetch
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import is_own_number, parse_number
from comptoir.orders.errors import CopiesGone
from comptoir.orders.operations.requests import LineRequest
from comptoir.shops.reads import by_name
from comptoir.stock.shelf.sql import own_product

REMEMBERED = 50_000
NO_OFFER = 0
_REF = re.compile(r"p([0-9]{1,18})")
_SQL = (
    "SELECT w.n - 1, s.id, coalesce(w.key, p.id, own.id), o.id"  # noqa: S608
    " FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])"
    " WITH ORDINALITY AS w(shop, ean, number, key, grade, n)"
    " LEFT JOIN shops_shop s ON s.{column} = w.shop"
    " LEFT JOIN catalogue_product p ON p.ean = w.ean"
    f" LEFT JOIN catalogue_product own ON {own_product('own', 'w.number', 's.id')}"
    " LEFT JOIN stock_offer o ON o.shop_id = s.id AND o.product_id = coalesce(w.key, p.id, own.id)"
    " AND o.condition = w.grade AND o.copy_ref = ''"
)


class Part(Protocol):
    """What is asked of one shop: an order, or a part of a group."""

    shop: str
    lines: list[OrderLineIn]


@dataclass(frozen=True, slots=True)
class Keys:
    """What a name stands for; `offer_id` is None where the shop never had it."""

    shop_id: int
    product_id: int
    offer_id: int | None


Name = tuple[str, str, str]
Wanted = tuple[str, str | None, str | None, int | None, str]
"""A shop's name; a product's number, its own number there, or its key; a condition."""
Found = tuple[int | None, int | None, int | None]
_known: dict[Name, Keys] = {}


def known(asked: Part) -> list[Keys] | None:
    """Return the keys behind each line of an order if this process remembers them all."""
    found = [_known.get(_name(asked.shop, line)) for line in asked.lines]
    return None if None in found else found  # type: ignore[return-value]


def resolve(asked: Part) -> list[Keys]:
    """Return the keys behind each line of an order.

    Raises `NotFound` (`unknown_shop`), `Invalid` (`bad_ean`) or `CopiesGone` for a line from stock
    of which the shop never had a copy.
    """
    found = [_known.get(_name(asked.shop, line)) for line in asked.lines]
    missing = [line for line, keys in zip(asked.lines, found, strict=True) if keys is None]
    fresh = iter(_look_up(asked.shop, missing) if missing else [])
    return [keys or next(fresh) for keys in found]


def learn(orders: Iterable[Part]) -> None:
    """Look up the names of many orders that this process does not know, and remember those that
    are: one statement for the shops that are named by their slug, one for SIRET. What is wrong with
    the others, `resolve` tells."""
    unknown: dict[str, dict[Name, Wanted]] = {}
    for order in orders:
        ((column, shop),) = by_name(order.shop).items()
        for line in order.lines:
            if (name := _name(shop, line)) not in _known:
                with suppress(Invalid):
                    unknown.setdefault(column, {})[name] = _wanted(shop, line)
    for column, wanted in unknown.items():
        for name, found in zip(wanted, _find(column, list(wanted.values())), strict=True):
            _remember(name, *found)


def forget(asked: Part) -> None:
    """Forget these names, so that the next order reads them again."""
    for line in asked.lines:
        _known.pop(_name(asked.shop, line), None)


def requests(asked: Part, keys: Sequence[Keys]) -> tuple[LineRequest, ...]:
    """Return the lines for `place`: an offer, or (special order) the product alone."""
    gone = [
        {"product_id": key.product_id, "offer_id": None, "available": 0}
        for line, key in zip(asked.lines, keys, strict=True)
        if not line.special_order and line.offer is None and key.offer_id is None
    ]
    if gone:
        raise CopiesGone(gone)
    return unsure_requests(asked, keys)


def unsure_requests(asked: Part, keys: Sequence[Keys]) -> tuple[LineRequest, ...]:
    """Return the lines as `requests` does; one of which the shop never had a copy names `NO_OFFER`,
    and is refused where its order is decided."""
    return tuple(
        LineRequest(
            key.product_id,
            None if line.special_order else line.offer or key.offer_id or NO_OFFER,
            line.quantity,
        )
        for line, key in zip(asked.lines, keys, strict=True)
    )


def _name(shop: str, line: OrderLineIn) -> Name:
    return shop, line.product, line.condition


def _look_up(shop: str, lines: Sequence[OrderLineIn]) -> list[Keys]:
    ((column, value),) = by_name(shop).items()
    keys: list[Keys] = []
    found = _find(column, [_wanted(value, line) for line in lines])
    for line, (shop_id, product_id, offer_id) in zip(lines, found, strict=True):
        if shop_id is None:
            raise unknown_shop(shop)
        if product_id is None:
            raise unknown_product(line.product)
        keys.append(Keys(shop_id, product_id, offer_id))
        _remember(_name(shop, line), shop_id, product_id, offer_id)
    return keys


def _wanted(shop: str, line: OrderLineIn) -> Wanted:
    """Return what is looked for. Raises `Invalid` (`bad_ean`)."""
    if ref := _REF.fullmatch(line.product):
        return shop, None, None, int(ref[1]), line.condition
    number = parse_number(line.product)
    own = is_own_number(number)
    return shop, None if own else number, number if own else None, None, line.condition


def _find(column: str, wanted: Sequence[Wanted]) -> list[Found]:
    """Return shop, product and offer of each, None for what there is not."""
    rows = fetch(_SQL.format(column=column), [list(each) for each in zip(*wanted, strict=True)])
    return [found for _index, *found in sorted(rows, key=itemgetter(0))]  # type: ignore[misc]


def _remember(
    name: Name, shop_id: int | None, product_id: int | None, offer_id: int | None
) -> None:
    if shop_id is None or product_id is None or offer_id is None:
        return
    # All at once: the next orders read them again, and nothing is kept to know which are old.
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known[name] = Keys(shop_id, product_id, offer_id)


def forget_all() -> None:
    """Forget every name: for another database."""
    _known.clear()
