"""One line of a list of stock, and how the lines of a page are read by their keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from comptoir.catalogue.models import Product
from comptoir.core.db import fetch, fetch_named
from comptoir.shops.models import Shop
from comptoir.stock.assortment.marks import LAST_MOVED
from comptoir.stock.assortment.request import AssortmentRequest, State
from comptoir.stock.counts.corrections import OWED, remembered_since
from comptoir.stock.shelf.confidence import Confidence, grade
from comptoir.stock.shelf.copies import CopyFacts, read_facts
from comptoir.stock.shelf.demand import UNMET, unmet_values
from comptoir.stock.shelf.models import Condition
from comptoir.stock.shelf.sql import STANDING_OF
from comptoir.stock.shelf.standing import known_of, standing_columns

_PRODUCT = (
    *("id", "ean", "source", "source_ref", "kind", "state", "title", "byline", "publisher"),
    *("format", "cover_url"),
)
_COLUMNS = ", ".join(f"p.{name} AS product__{name}" for name in _PRODUCT)
_OFFERS = f"""
SELECT {standing_columns()}, o.held, {LAST_MOVED} AS moved_at, {_COLUMNS}
FROM {STANDING_OF} JOIN catalogue_product p ON p.id = o.product_id
WHERE o.id = ANY(%(keys)s) AND o.shop_id = %(shop)s
"""  # noqa: S608
_TITLES = f"SELECT {_COLUMNS} FROM catalogue_product p WHERE p.id = ANY(%(keys)s)"  # noqa: S608
_TIMES = f"SELECT a.* FROM {UNMET} a WHERE a.product_id = ANY(%(keys)s)"  # noqa: S608
_OWED = f"SELECT w.offer_id, w.delta FROM ({OWED}) w WHERE w.offer_id = ANY(%(keys)s)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a title in one condition, one used copy, or a title that the shop has none of.

    Whole copies, cents, UTC. Of a title that the shop has none of there is no `offer_id`, and
    `asked` says how many times readers looked for it lately. `confidence` is that of the next copy,
    None where there is none to promise. `correction` is by how many copies the till's figure is to
    be changed, where that is what the list is of.
    """

    product: Product
    offer_id: int | None = None
    condition: str = ""
    copy: CopyFacts | None = None
    price_cents: int | None = None
    on_hand: int = 0
    held: int = 0
    available: int = 0
    as_of: datetime | None = None
    moved_at: datetime | None = None
    confidence: Confidence | None = None
    correction: int = 0
    asked: int = 0

    @property
    def value_cents(self) -> int | None:
        """What its copies are worth at their sale price; None without one."""
        return None if self.price_cents is None else self.price_cents * self.on_hand

    @property
    def condition_name(self) -> str:
        """Its condition in words, or nothing."""
        return str(Condition(self.condition).label) if self.condition else ""

    @property
    def is_used(self) -> bool:
        """Whether it is of used copies."""
        return self.condition not in ("", Condition.NEW)


def read_rows(
    shop: Shop,
    request: AssortmentRequest,
    keys: Sequence[tuple[int | None, int, object]],
    at: datetime,
) -> list[Row]:
    """Return the lines of these (offer, product, …), in their order; what has gone meanwhile is
    left out."""
    if request.state is State.ASKED:
        return _titles(shop, [product for _offer, product, _key in keys])
    offers = [offer for offer, _product, _key in keys]
    owed: dict[int, int] = {}
    if request.state is State.DIFFERS and offers:
        values = {"shop": shop.pk, "since": remembered_since(), "keys": offers}
        owed = {key: int(delta) for key, delta in fetch(_OWED, values)}
    read = fetch_named(_OFFERS, {"keys": offers, "shop": shop.pk}, binary=True) if offers else []
    found = {row.offer_id: _row(row, at, owed.get(row.offer_id, 0)) for row in read}
    return [found[key] for key in offers if key in found]


def _titles(shop: Shop, keys: list[int]) -> list[Row]:
    times = dict(fetch(_TIMES, {**unmet_values(shop), "keys": keys}))
    read = fetch_named(_TITLES, {"keys": keys}, binary=True)
    products = {each.pk: each for each in map(_product, read)}
    return [Row(products[key], asked=int(times.get(key, 0))) for key in keys if key in products]


def _row(row: Any, at: datetime, correction: int) -> Row:  # noqa: ANN401  a named row
    evidence, habits = known_of(row)
    return Row(
        product=_product(row),
        offer_id=row.offer_id,
        condition=row.condition,
        copy=read_facts(row.copy_ref, row.sleeve, row.note, row.photo_id),
        price_cents=row.price_cents,
        on_hand=row.on_hand,
        held=row.held,
        available=evidence.available,
        as_of=row.as_of,
        moved_at=row.moved_at,
        confidence=grade(evidence, habits, at) if evidence.available else None,
        correction=correction,
    )


def _product(row: Any) -> Product:  # noqa: ANN401  a named row
    values = [getattr(row, f"product__{name}") for name in _PRODUCT]
    return Product.from_db(connection.alias, _PRODUCT, values)
