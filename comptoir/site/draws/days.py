"""What is coming: the release days and draws of the shops, when, where, and by which rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comptoir.catalogue.models import Product
from comptoir.catalogue.reads import listed_products
from comptoir.draws.models import Draw
from comptoir.draws.reads import clock_of, public_draws
from comptoir.releases.memory import releases
from comptoir.releases.phrases import from_moment, moment, rules_in_words
from comptoir.releases.reads import copies_of
from comptoir.releases.rules import Rule
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop

TITLES, SHOPS = 60, 40
MADE_SHOWN = timedelta(days=30)
"""How long a draw that was made is listed, with the way to its proof."""


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A title of a release, and in how many shops and copies it is where that may be told."""

    product: Product
    shops: int
    copies: int


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as its part of the page shows it."""

    rule: Rule
    since: str
    rules: list[str]
    shops: list[Shop]
    more_shops: int
    titles: list[TitleRow]
    more_titles: int
    told: bool


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw as its line shows it: when its entries close or have closed, when it was made."""

    draw: Draw
    is_open: bool
    closes: str
    made: str


@require_safe
def coming(request: HttpRequest) -> HttpResponse:
    """Answer the list of what is coming: draws that one may enter, then others; releases, the first
    to be sold first; last the draws that were made of late, the newest first."""
    now = timezone.now()
    known = public_draws(made_since=now - MADE_SHOWN)
    draws = [_draw(draw, now) for draw in known if draw.drawn_at is None]
    draws.sort(key=lambda row: not row.is_open)
    made = [_draw(draw, now) for draw in reversed(known) if draw.drawn_at]
    context = {"releases": _releases(), "draws": draws, "made": made}
    return render(request, "site/releases.html", context)


def _draw(draw: Draw, now: datetime) -> DrawRow:
    zone = clock_of(draw)
    return DrawRow(
        draw=draw,
        is_open=draw.takes_entries(now),
        closes=moment(draw.closes_at, zone, now),
        made=moment(draw.drawn_at, zone, now) if draw.drawn_at else "",
    )


def _releases() -> list[ReleaseRow]:
    now, kept = timezone.now(), directory()
    rules = [rule for rule in releases().all() if rule.scope & kept.keys()]
    keys = sorted({key for rule in rules for key in sorted(rule.titles)[:TITLES]})
    products = listed_products(keys, {"title", "byline", "ean", "kind", "cover_url"})
    told = [rule for rule in rules if rule.shows_copies or now >= rule.holds_at]
    counted = copies_of({key for rule in told for key in rule.titles & products.keys()})
    rows = []
    for rule in rules:
        shops = sorted(
            (kept.shops[key] for key in rule.scope & kept.keys()), key=lambda shop: shop.name
        )
        zone = ZoneInfo(shops[0].time_zone)
        titles = [
            TitleRow(products[key], *_there(counted.get(key, {}), rule))
            for key in sorted(rule.titles & products.keys(), key=lambda k: products[k].title)
        ]
        rows.append(
            ReleaseRow(
                rule=rule,
                since=from_moment(rule.sale_at, zone, now),
                rules=rules_in_words(rule, zone, now),
                shops=shops[:SHOPS],
                more_shops=max(len(shops) - SHOPS, 0),
                titles=titles[:TITLES],
                more_titles=max(len(rule.titles) - TITLES, 0),
                told=rule in told,
            )
        )
    return rows


def _there(counted: dict[int, int], rule: Rule) -> tuple[int, int]:
    there = [copies for shop, copies in counted.items() if shop in rule.scope]
    return len(there), sum(there)
