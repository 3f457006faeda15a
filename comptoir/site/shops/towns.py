"""Towns with their shops, and what has just come there: for the first page."""

import time
from dataclasses import dataclass
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from comptoir.catalogue.models import TILL_SOURCE, Product, ProductState
from comptoir.core.db import fetch
from comptoir.core.identifiers import department
from comptoir.events.memory import state
from comptoir.shops.gazetteer import fold
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.shops.places import Point, metres
from comptoir.ui.words import distance

SHOWN = 4
TITLES = 3
LOOKED_AT = 12
"""So many of a town's shops are asked for what is new; in a large town, others tomorrow."""
NEW_SECONDS = 60
MOST_KEPT = 512
_TOWNS, _OF_THE_DAY, _NEAR = "site.towns", "site.towns.day", "site.towns.near"

# Of each shop the newest offers, by the end of an index; of all of them the newest, a title once.
_NEWEST = """
SELECT product_id FROM (
    SELECT DISTINCT ON (v.product_id) v.product_id, v.offer_id
    FROM unnest(%s::bigint[]) AS s(id)
    CROSS JOIN LATERAL (
        SELECT o.id FROM stock_offer o WHERE o.shop_id = s.id ORDER BY o.id DESC LIMIT 8
    ) latest
    JOIN stock_standing v ON v.offer_id = latest.id
    JOIN catalogue_product p ON p.id = v.product_id AND p.state = %s AND p.source <> %s
    WHERE v.shown > 0 AND NOT v.paused
    ORDER BY v.product_id, v.offer_id DESC
) newest ORDER BY offer_id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Town:
    """A town and its shops that the public sees."""

    name: str
    code: str
    point: Point
    shops: tuple[Shop, ...]

    @property
    def address(self) -> str:
        """The address of its shops' list."""
        return f"{reverse('site:shops')}?{urlencode({'town': self.name, 'department': self.code})}"


def towns() -> list[Town]:
    """Return the towns that have a shop, kept as long as the shops are."""
    kept = directory()
    return kept.made(_TOWNS, lambda: _grouped(kept.public))


def _grouped(shops: list[Shop]) -> list[Town]:
    found: dict[tuple[str, str], list[Shop]] = {}
    for shop in shops:
        found.setdefault((fold(shop.city), department(shop.postcode)), []).append(shop)
    return [
        Town(there[0].city, code, Point(there[0].latitude, there[0].longitude), tuple(there))
        for (_name, code), there in found.items()
    ]


_rendered: dict[Any, tuple[float, str]] = {}


def towns_html(near: Point | None) -> str:
    """Return the nearest towns, or without a place those of the day, each with its shops and what
    has just come there. It is made anew every `NEW_SECONDS`, and when a shop or a window changes.
    """
    key = (near, get_language(), state(), timezone.localdate())
    now = time.monotonic()
    known = _rendered.get(key)
    if known is None or now - known[0] > NEW_SECONDS:
        if len(_rendered) >= MOST_KEPT:
            _rendered.clear()
        known = _rendered[key] = now, _render(near)
    return known[1]


def _render(near: Point | None) -> str:
    chosen = _nearest(near) if near else _of_the_day()
    new = _apart([_newest(town) for town in chosen])
    keys = {key for found in new for key in found}
    products = Product.objects.listed().defer("description").in_bulk(keys)
    rows = [
        {
            "town": town,
            "away": distance(_away(town, near)) if near else "",
            "titles": [products[key] for key in found if key in products],
        }
        for town, found in zip(chosen, new, strict=True)
    ]
    return render_to_string("site/parts/towns.html", {"towns": rows, "near": near})


def _apart(towns: list[list[int]]) -> list[list[int]]:
    """Return some of the newest titles of each town: none twice on the page, as far as they go."""
    seen: set[int] = set()
    chosen = []
    for found in towns:
        fresh = [key for key in found if key not in seen]
        chosen.append((fresh or found)[:TITLES])
        seen.update(chosen[-1])
    return chosen


def _away(town: Town, near: Point) -> float:
    return metres(near.latitude, near.longitude, town.point.latitude, town.point.longitude)


def _nearest(near: Point) -> list[Town]:
    return sorted(towns(), key=lambda town: _away(town, near))[:SHOWN]


def _of_the_day() -> list[Town]:
    """Return some towns, those with several shops first in their turn; others tomorrow."""
    day = timezone.localdate().isoformat()

    def turn(town: Town) -> tuple[bool, bytes]:
        word = f"{day}{town.name}{town.code}".encode()
        return len(town.shops) < 2, md5(word, usedforsecurity=False).digest()

    return sorted(towns(), key=turn)[:SHOWN]


def _newest(town: Town) -> list[int]:
    day = timezone.localdate().toordinal()
    shift = day * LOOKED_AT % len(town.shops)
    asked = (town.shops[shift:] + town.shops[:shift])[:LOOKED_AT]
    values = [[shop.pk for shop in asked], ProductState.LISTED.value, TILL_SOURCE, TITLES * SHOWN]
    return [key for (key,) in fetch(_NEWEST, values)]
