"""What the page of a title says of its draws and release days."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.catalogue.models import Product
from comptoir.draws.models import Draw, Phase
from comptoir.draws.reads import clock_of, public_draws_on
from comptoir.releases.memory import releases
from comptoir.releases.phrases import moment, rules_in_words
from comptoir.releases.rules import Rule, coming
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop


@dataclass(frozen=True, slots=True)
class DrawSaid:
    """A draw that is not over as the page of its title says it: whose it is, when entries close or
    have closed, until when its copies are kept for it."""

    key: int
    whose: str
    is_open: bool
    is_drawn: bool
    closes: str
    until: str


@dataclass(frozen=True, slots=True)
class ReleaseSaid:
    """A release day of a title, some moment of which is still to come: whose it is, and its
    rules in words."""

    key: int
    name: str
    whose: str
    rules: list[str]


def coming_of(product: Product) -> dict[str, object]:
    """Return what the page of a title says of what is coming of it: nothing for nearly all titles,
    no draw that is not made, and no query but those of the memories of draws and releases."""
    now = timezone.now()
    draws = [_draw(draw, now) for draw in public_draws_on(product.pk) if not draw.is_void]
    return {"draws": draws, "releases": _releases(product.pk, now)}


def _draw(draw: Draw, now: datetime) -> DrawSaid:
    zone, whose = clock_of(draw), draw.shop or draw.network
    return DrawSaid(
        key=draw.pk,
        whose=whose.name if whose else "",
        is_open=draw.takes_entries(now),
        is_drawn=draw.phase is Phase.DRAWN,
        closes=moment(draw.closes_at, zone, now),
        until=moment(draw.until, zone, now),
    )


def _releases(product_id: int, now: datetime) -> list[ReleaseSaid]:
    kept = releases()
    if not kept.touch(product_id):
        return []
    said = []
    for rule in kept.all():
        if product_id in rule.titles and coming([rule], now) and (shop := first_of(rule)):
            whose, zone = rule.network or shop.name, ZoneInfo(shop.time_zone)
            told = rules_in_words(rule, zone, now)
            said.append(ReleaseSaid(rule.key, rule.name, whose, told))
    return said


def first_of(rule: Rule) -> Shop | None:
    """Return of the public shops of a release the first by name: on its clock its moments are told
    to all. None where nobody is shown one."""
    kept = directory()
    shown = [kept.shops[key] for key in rule.scope & kept.keys()]
    return min(shown, key=lambda shop: shop.name, default=None)
