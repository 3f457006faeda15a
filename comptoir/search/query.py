"""Searching: which products match, and who near the reader has them now."""

from dataclasses import replace

from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import listed_products
from comptoir.networks.portal import portal
from comptoir.search.around import around
from comptoir.search.matches import Found, find
from comptoir.search.reader import READER, IndexMissing, Located
from comptoir.search.requests import (
    MAX_DEPTH,
    OFFERS_SHOWN,
    Cursor,
    Effort,
    Hit,
    SearchPage,
    SearchRequest,
    Suggestion,
)
from comptoir.shops.memory import shown_keys
from comptoir.stock.shelf.nearest import Nearest, nearest_offers

__all__ = ["Hit", "IndexMissing", "SearchPage", "SearchRequest", "Suggestion", "search", "suggest"]

MAX_LIMIT = 50
MAX_SUGGESTIONS = 8
_ROUNDS = 5
_NOBODY = Nearest([], 0, 0)
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
    "series_number",
    "publisher",
    "format",
    "units",
    "published",
    "cover_url",
    "list_price_cents",
    "availability",
)


def search(request: SearchRequest) -> SearchPage:
    """Return the products that match every word, best first, with who has them now.

    With a place, what can be had nearest comes first among equals. An EAN or ISBN finds its
    product. A question without a letter or digit is for titles and names of signs (!!!). Whatever
    the index holds, a product is shown only if the database still lists it and, with `in_stock`,
    somebody still has it. An article of one shop alone is shown only while that shop has it, and no
    number finds it. Under the host of a portal only its shops count; that of a shop is searched for
    what it has. Raises `IndexMissing` when this node has no index yet.
    """
    request = _as_asked(replace(request, limit=max(1, min(request.limit, MAX_LIMIT))))
    searcher = READER.searcher()
    nearby = around(request.near, _located(request), request.radius_m) if request.near else None
    cursor = Cursor.read(request.cursor)
    hits: list[Hit] = []
    for _ in range(_ROUNDS):
        wanted = replace(request, limit=request.limit - len(hits))
        found = find(searcher, wanted, cursor, nearby)
        hits += _hits(found, request)
        cursor = Cursor(cursor.offset + len(found.hits), found.effort)
        more = bool(found.hits) and cursor.offset < min(found.total, MAX_DEPTH)
        if not more or len(hits) >= request.limit:
            break
    return SearchPage(
        hits=hits,
        total=found.total,
        next_cursor=str(cursor) if more else None,
        forgiven=bool(hits) and found.effort >= Effort.MISSPELT,
    )


def suggest(text: str, limit: int = MAX_SUGGESTIONS) -> list[Suggestion]:
    """Return the products that what has been typed so far may mean, the likeliest first; no
    articles of one shop alone.

    At most 8. Raises `IndexMissing` when this node has no index yet.
    """
    request = _as_asked(SearchRequest(text, limit=max(1, min(limit, MAX_SUGGESTIONS))))
    found = find(READER.searcher(), request, Cursor(), None)
    products = Product.objects.listed().of_catalogue().only("ean", "kind", "title", "byline")
    listed = products.in_bulk([key for _, key in found.hits])
    return [
        Suggestion(label=product.title, detail=product.byline, ref=product.ref, kind=product.kind)
        for _, key in found.hits
        if (product := listed.get(key))
    ]


def _as_asked(request: SearchRequest) -> SearchRequest:
    """Return a question as the portal under whose host it is asked understands it."""
    shown = portal()
    of_shop = shown is not None and shown.shop_id is not None
    return replace(request, only=shown_keys(), in_stock=request.in_stock or of_shop)


def _located(request: SearchRequest) -> list[Located]:
    """Return where the shops are that count."""
    shops = READER.shops()
    return shops if request.only is None else [shop for shop in shops if shop[0] in request.only]


def _hits(found: Found, request: SearchRequest) -> list[Hit]:
    """Return the hits, without what was withdrawn or sold since the index was written."""
    keys = [key for _, key in found.hits]
    if not keys:
        return []
    # PostgreSQL measures the shops again: to hand it what `around` has computed for 250 shops took
    # 0.3 ms more of the two processors than that (6 % of a search), and grows with them alike.
    having = nearest_offers(
        keys,
        request.near,
        request.shown_m,
        most=OFFERS_SHOWN,
        standing_in=found.standing_in if READER.is_followed() else None,
    )
    products = listed_products(keys, _SHOWN)
    return [
        Hit(products[key], having.get(key, _NOBODY))
        for key in keys
        if key in products
        and (key in having or not (request.in_stock or products[key].own_shop_id))
    ]
