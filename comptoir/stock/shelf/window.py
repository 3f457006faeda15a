"""What a public shop has to be had, a page of titles at a time. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy

from comptoir.catalogue.models import Product, ProductState
from comptoir.catalogue.reads import by_number
from comptoir.core.db import fetch_named
from comptoir.core.identifiers import find_number
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.stock.shelf.sql import SHOWN, STANDING, STANDING_OF, oldest_shown
from comptoir.stock.shelf.standing import OfferRow, ShopOffer, offer_of, standing_columns

WORDS_READ = 6
COUNTED = 1_000
CONDITIONS = {"new": "AND o.condition = 'new'", "used": "AND o.condition <> 'new'", "": ""}
"""Which copies are asked for, by the word of an address."""
_VINYL, _APART = "('lp', 'ep', 'single')", "('comic', 'audiobook', 'sheet_music')"
SECTIONS = {
    "books": f"AND p.kind = 'book' AND p.format NOT IN {_APART}",
    "comics": "AND p.format = 'comic'",
    "audiobooks": "AND p.format = 'audiobook'",
    "sheet_music": "AND p.format = 'sheet_music'",
    "vinyl": f"AND p.kind <> 'book' AND p.format IN {_VINYL}",
    "cds": "AND p.kind <> 'book' AND p.format = 'cd'",
    "rest": f"AND p.kind <> 'book' AND p.format NOT IN {_APART}"
    f" AND p.format NOT IN {_VINYL} AND p.format <> 'cd'",
    "": "",
}
"""Which part of a shop's assortment is asked for, by the word of an address; every title is in one
of those that have a name, and in no other."""

SECTION_NAMES = {
    "books": gettext_lazy("Books"),
    "comics": gettext_lazy("Comics"),
    "audiobooks": gettext_lazy("Audiobooks"),
    "sheet_music": gettext_lazy("Sheet music"),
    "vinyl": gettext_lazy("Vinyl"),
    "cds": gettext_lazy("CDs"),
    "rest": gettext_lazy("And the rest"),
}
"""What people call them."""

_DECIDING = ("offer_id", "shown", "as_of", "by_hand")
_PRODUCT = ("id", "ean", "kind", "title", "byline", "format", "cover_url")
# From the newest on, until there are enough: OFFSET 0 has each title looked up only when its offer
# comes up. What is shown of a page is read again.
_NEWEST = f"""
    SELECT offer_id FROM (
        SELECT o.product_id, {", ".join(f"{STANDING[name]} AS {name}" for name in _DECIDING)}
        FROM {STANDING_OF}
        WHERE o.shop_id = %(shop)s AND s.paused_at IS NULL {{which}} ORDER BY o.id DESC OFFSET 0
    ) known CROSS JOIN LATERAL (
        SELECT FROM catalogue_product p WHERE p.id = known.product_id AND p.state = %(listed)s
        {{narrowed}} OFFSET 0
    ) p WHERE shown > 0 AND {SHOWN} ORDER BY offer_id DESC
"""  # noqa: S608
_PAGE = f"""
WITH found AS MATERIALIZED ({_NEWEST} LIMIT %(counted)s), page AS MATERIALIZED ({{page}})
SELECT (SELECT count(*) FROM found) AS total, {standing_columns()}, o.issue,
       {", ".join(f"p.{name} AS product__{name}" for name in _PRODUCT)}
FROM page JOIN ({STANDING_OF}) ON o.id = page.offer_id
JOIN catalogue_product p ON p.id = o.product_id
ORDER BY o.id DESC
"""  # noqa: S608
_FIRST = "SELECT offer_id FROM found ORDER BY offer_id DESC LIMIT %(most)s"
_FURTHER = f"{_NEWEST.replace('{which}', '{which} AND o.id < %(before)s')} LIMIT %(most)s"

_EACH = " ".join(
    f"WHEN {which.removeprefix('AND ')} THEN '{name}'" for name, which in SECTIONS.items() if name
)
SECTION = f"CASE {_EACH} END"
"""The word of the section that a title `p` is in, as SQL."""
_WHICH = f"""
SELECT DISTINCT section FROM (
    SELECT {", ".join(f"{STANDING[name]} AS {name}" for name in _DECIDING)},
           {SECTION} AS section
    FROM {STANDING_OF} JOIN catalogue_product p ON p.id = o.product_id AND p.state = %(listed)s
    WHERE o.shop_id = %(shop)s AND s.paused_at IS NULL
) known WHERE shown > 0 AND {SHOWN}
"""  # noqa: S608


class _Row(OfferRow, Protocol):
    """A row of `_PAGE`: an offer, `_PRODUCT` of its product, and how many there are in all."""

    total: int


@dataclass(frozen=True, slots=True)
class Window:
    """A page of what a shop has, the newest offers first; the count of all pages, or `COUNTED`
    where there are more than that (`uncounted`); and, where more pages follow, the key of the last
    offer."""

    offers: list[tuple[Product, ShopOffer]]
    total: int
    uncounted: bool
    last: int | None


def window(
    shop: Shop,
    *,
    most: int,
    before: int | None = None,
    condition: str = "",
    section: str = "",
    text: str = "",
    at: datetime | None = None,
) -> Window:
    """Return so many of the offers that `who_has` shows of a shop, of listed titles, from an
    offer's key on; those of a condition (one of `CONDITIONS`) and a section (one of `SECTIONS`),
    whose title has a number or all these words. One query.

    The products have what a line shows of them, the rest is deferred. The total of an empty page is
    0. No more than `COUNTED` are counted: in a large shop that took twenty times as long as all
    else.
    """
    moment = at or timezone.now()
    narrowed, values = _matching(shop, text)
    narrowed += f" {SECTIONS[section]}"
    question = _PAGE.replace("{page}", _FIRST if before is None else _FURTHER)
    question = question.replace("{which}", CONDITIONS[condition])
    rows = fetch_named(
        question.replace("{narrowed}", narrowed),
        {
            "shop": shop.pk,
            "listed": ProductState.LISTED.value,
            "before": before,
            "most": most + 1,
            "counted": max(COUNTED, most) + 1,
            **oldest_shown(moment),
            **values,
        },
        binary=True,
    )
    shops = directory().shops
    counted = max((row.total for row in rows), default=0)
    total, uncounted = min(counted, COUNTED), counted > COUNTED
    offers = [(_product(row), offer_of(row, shops, moment, None)) for row in rows]
    if len(offers) <= most:
        return Window(offers, total, uncounted, None)
    *offers, _next = offers
    *_others, (_last, offer) = offers
    return Window(offers, total, uncounted, offer.offer_id)


def sections_of(shop: Shop, at: datetime | None = None) -> list[str]:
    """Return the words of the sections (`SECTIONS`) of which a public shop has something to be had,
    in their order. One query, which reads all that the shop has."""
    rows = fetch_named(
        _WHICH,
        {
            "shop": shop.pk,
            "listed": ProductState.LISTED.value,
            **oldest_shown(at or timezone.now()),
        },
    )
    there = {row.section for row in rows}
    return [name for name in SECTIONS if name in there]


def _product(row: _Row) -> Product:
    values = [getattr(row, f"product__{name}") for name in _PRODUCT]
    return Product.from_db(connection.alias, _PRODUCT, values)


def _matching(shop: Shop, text: str) -> tuple[str, dict[str, str]]:
    """Return the condition by which a title answers to a text, and its values."""
    if number := find_number(text) if text else None:
        named = {column: value or "" for column, value in by_number(number, shop.pk).items()}
        return "".join(f" AND p.{column} = %({column})s" for column in named), named
    words = text.split()[:WORDS_READ]
    values = {
        f"word{n}": f"%{connection.ops.prep_for_like_query(word)}%" for n, word in enumerate(words)
    }
    each = " AND (upper(p.title) LIKE upper(%({0})s) OR upper(p.byline) LIKE upper(%({0})s))"
    return "".join(each.format(name) for name in values), values
