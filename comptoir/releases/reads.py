"""What may be read of releases."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.networks.models import Network
from comptoir.releases.memory import releases
from comptoir.releases.models import OneEach, Release
from comptoir.releases.phrases import rules_in_words
from comptoir.releases.rules import Rule, coming
from comptoir.shops.kinds import StockShown
from comptoir.shops.memory import directory
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition, OfferStanding
from comptoir.stock.shelf.standing import ShopOffer


def copies_of(products: Collection[int]) -> dict[int, dict[int, int]]:
    """Return how many new copies of titles the shops have by title and shop, as far as they tell: 1
    of a shop that tells only that it has some. One query."""
    if not products:
        return {}
    kept = directory()
    found: dict[int, dict[int, int]] = {}
    rows = OfferStanding.objects.filter(
        product_id__in=products, shop_id__in=kept.keys(), condition=Condition.NEW, shown__gt=0
    ).values_list("product_id", "shop_id", "shown")
    for product_id, shop_id, copies in rows:
        found.setdefault(product_id, {})[shop_id] = copies
    return found


def shown_of(item: ShopOffer, at: datetime) -> dict[str, Any]:
    """Return what a program is told of the copies of an offer: `available`, whether that is
    `exact`, and before which moment nobody reserves (`not_before`, None for nearly all). No query.

    How many there are of a title that is to come is told when its release says so: until then 1
    stands for “some”."""
    exact = item.shop.stock_shown == StockShown.EXACT
    rules = releases().of(item.product_id, item.shop.pk)
    said = coming(rules, at) if rules else None
    if said is None:
        return {"available": item.shown, "exact": exact, "not_before": None}
    hidden = not said.shows_copies
    return {
        "available": min(item.shown, 1) if hidden else item.shown,
        "exact": exact and not hidden,
        "not_before": said.holds_at,
    }


def releases_of(of: Shop | Network, now: datetime) -> list[Release]:
    """Return the releases of a shop or of a network that still say something, and those that were
    taken back before their time, the first to be sold first."""
    which = {"network": of} if isinstance(of, Network) else {"shop": of}
    found = Release.objects.filter(**which, ends_at__gt=now)
    return list(found.prefetch_related("titles__product").order_by("sale_at", "pk"))


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release as the screens of who wrote it show it, with the addresses that change it."""

    release: Release
    rules: list[str]
    titles: int
    edit: str
    end: str


def release_rows(
    of: Shop | Network, zone: ZoneInfo, now: datetime, address: Callable[[str, int], str]
) -> list[ReleaseRow]:
    """Return the releases of a shop or of a network as lines of its screen."""
    return [
        ReleaseRow(
            release,
            rules_in_words(as_rule(release), zone, now),
            len(release.titles.all()),
            address("release", release.pk),
            address("release_end", release.pk),
        )
        for release in releases_of(of, now)
    ]


def as_rule(release: Release) -> Rule:
    """Return a release as a rule of no shop: for what is said of it."""
    return Rule(
        key=release.pk,
        name=release.name,
        holds_at=release.holds_at,
        sale_at=release.sale_at,
        online_at=release.online_at or release.holds_at,
        ends_at=release.ends_at,
        one_each=OneEach(release.one_each),
        shows_copies=release.shows_copies,
        text=release.text,
        network="",
        scope=frozenset(),
        titles=frozenset(),
        since=release.made_at,
    )
