"""Searching: which products match, and who near the reader has them now."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import tantivy

from comptoir.catalogue.models import Product
from comptoir.core.identifiers import find_ean
from comptoir.search import clauses
from comptoir.search.around import Around, around
from comptoir.search.clauses import Clause, Words
from comptoir.search.reader import READER
from comptoir.search.text import significant, words
from comptoir.shops.places import Point

if TYPE_CHECKING:
    from comptoir.stock.reads import ShopOffer

MAX_CHARACTERS = 200
MAX_WORDS = 12
MAX_LIMIT = 50
MAX_DEPTH = 1000
_SHOWN = (
    "ean",
    "source",
    "source_ref",
    "kind",
    "state",
    "title",
    "subtitle",
    "byline",
    "series",
    "publisher",
    "format",
    "units",
    "published",
    "cover_url",
    "list_price_cents",
    "availability",
)


class Effort(IntEnum):
    """How forgiving a search had to be to find anything."""

    WORDS = 0
    FUZZY = 1


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks. `radius_km` counts with `in_stock` and a place; `limit` is at most 50."""

    text: str
    near: Point | None = None
    radius_km: float | None = None
    in_stock: bool = False
    kind: str | None = None
    format: str | None = None
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A product, and the offers of it, nearest first."""

    product: Product
    offers: "list[ShopOffer]"

    @property
    def offer_count(self) -> int:
        """How many offers can be had now."""
        return len(self.offers)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `total` counts all pages; `next_cursor` is None on the last."""

    hits: list[Hit]
    total: int
    next_cursor: str | None = None
    forgiven: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reader may have begun to type; `ref` names the product in an address."""

    label: str
    detail: str
    ref: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Cursor:
    offset: int = 0
    effort: Effort = Effort.WORDS

    @classmethod
    def read(cls, text: str | None) -> "_Cursor":
        """Return what a cursor says; the beginning when it is not one of ours."""
        try:
            raw = urlsafe_b64decode((text or "").encode()).decode()
            offset, effort = raw.split(":")
            return cls(max(0, min(int(offset), MAX_DEPTH)), Effort(int(effort)))
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return urlsafe_b64encode(f"{self.offset}:{self.effort.value}".encode()).decode()


def search(request: SearchRequest) -> SearchPage:
    """Return the products that match every word, best first, with who has them now.

    With a place, what can be had nearest comes first among equals. An EAN or ISBN finds its
    product. A question without a letter or digit finds nothing. Raises `IndexMissing` when there is no index.
    """
    request = replace(request, limit=max(1, min(request.limit, MAX_LIMIT)))
    cursor = _Cursor.read(request.cursor)
    searcher = READER.searcher()
    nearby = around(request.near) if request.near else None
    found, effort = _find(searcher, request, cursor, nearby)
    ids = _ids(searcher, found)
    end = cursor.offset + len(ids)
    more = len(ids) == request.limit and end < min(found.count, MAX_DEPTH)
    return SearchPage(
        hits=_hits(ids, request),
        total=found.count,
        next_cursor=str(_Cursor(end, effort)) if more else None,
        forgiven=effort is Effort.FUZZY,
    )


def suggest(text: str, limit: int = 8) -> list[Suggestion]:
    """Return the titles that what has been typed so far may mean, the likeliest first."""
    searcher = READER.searcher()
    found, _ = _find(searcher, SearchRequest(text, limit=min(limit, 8)), _Cursor(), None)
    ids = _ids(searcher, found)
    products = _products(ids)
    return [
        Suggestion(label=p.title, detail=p.byline, ref=p.ref, kind=p.kind)
        for p in (products[i] for i in ids if i in products)
    ]


def _find(
    searcher: tantivy.Searcher, request: SearchRequest, cursor: _Cursor, nearby: Around | None
) -> tuple[Any, Effort]:
    text = request.text[:MAX_CHARACTERS]
    extra = _filters(request, nearby)
    ean = find_ean(text)
    if ean:
        return _run(searcher, [clauses.only("ean", ean), *extra], request, cursor), Effort.WORDS
    asked = significant(words(text))[:MAX_WORDS]
    if not asked:
        return _run(searcher, [(clauses.MUST, clauses.Query.empty_query())], request, cursor), (
            Effort.WORDS
        )
    question = Words(searcher, asked)
    extra.append(clauses.exact_title(" ".join(significant(words(text)))))
    result = None
    if cursor.effort is Effort.WORDS:
        result = _run(searcher, [*question.exact(prefix=True), *extra], request, cursor)
        if result.count or cursor.offset:
            return result, Effort.WORDS
    return _run(searcher, [*question.fuzzy(), *extra], request, cursor), Effort.FUZZY


def _filters(request: SearchRequest, nearby: Around | None) -> list[Clause]:
    found: list[Clause] = []
    if request.kind:
        found.append(clauses.only("kind", request.kind))
    if request.format:
        found.append(clauses.only("format", request.format))
    metres_away = None
    if request.in_stock and nearby and request.radius_km is not None:
        metres_away = request.radius_km * 1000
        found.append(clauses.in_shops(nearby.within(metres_away)))
    elif request.in_stock:
        found.append(clauses.only("stocked", True))
    if nearby:
        found.append(clauses.nearest_first(nearby.rings(metres_away)))
    return found


def _run(
    searcher: tantivy.Searcher, parts: list[Clause], request: SearchRequest, cursor: _Cursor
) -> Any:  # noqa: ANN401
    return searcher.search(
        clauses.Query.boolean_query(parts),
        limit=request.limit,
        offset=cursor.offset,
        weight_by_field="weight",
    )


def _ids(searcher: tantivy.Searcher, found: Any) -> list[int]:  # noqa: ANN401
    addresses = [address for _, address in found.hits]
    return [int(value) for value in searcher.fast_field_values("id", addresses) if value]


def _products(ids: list[int]) -> dict[int, Product]:
    return Product.objects.listed().only(*_SHOWN).in_bulk(ids)


def _hits(ids: list[int], request: SearchRequest) -> list[Hit]:
    """Return the hits, without what was withdrawn or sold since the index was written."""
    if not ids:
        return []
    from comptoir.stock.reads import who_has

    radius_m = None
    if request.in_stock and request.near and request.radius_km is not None:
        radius_m = request.radius_km * 1000
    offers = who_has(ids, near=request.near, radius_m=radius_m)
    products = _products(ids)
    hits = [Hit(products[i], offers.get(i, [])) for i in ids if i in products]
    return [hit for hit in hits if hit.offers or not request.in_stock]
