"""Release days to come: of the first shop, and of the network of the record shops."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product, ProductKind
from comptoir.core.db import fetch
from comptoir.demo.days.clock import moment, saturday_after
from comptoir.demo.windows import is_long_dead
from comptoir.networks.models import Network
from comptoir.releases.models import OneEach, Release
from comptoir.releases.operations import ReleaseRequest, announce
from comptoir.shops.models import Shop

_RARE = """
SELECT o.product_id FROM stock_offer o
JOIN catalogue_product p ON p.id = o.product_id AND p.ean IS NOT NULL AND p.kind = %s
WHERE o.condition = 'new' AND o.on_hand > o.held AND o.shop_id = ANY(%s)
GROUP BY o.product_id HAVING sum(o.on_hand) <= 6
ORDER BY count(*) DESC, o.product_id DESC LIMIT 3
"""
_FEW = """
SELECT o.product_id FROM stock_offer o
JOIN catalogue_product p ON p.id = o.product_id AND p.ean IS NOT NULL
WHERE o.shop_id = %s AND o.condition = 'new' AND o.on_hand - o.held BETWEEN 3 AND 5
ORDER BY o.product_id DESC LIMIT 40
"""


def few_of(shop: Shop) -> list[Product]:
    """Return titles of which a shop has three to five copies that are free, by living authors."""
    found = Product.objects.listed().in_bulk([key for (key,) in fetch(_FEW, [shop.pk])])
    few = sorted(found.values(), key=lambda title: -title.pk)
    return [title for title in few if title.byline and not is_long_dead(title)]


def announce_of_shop(shop: Shop, titles: Sequence[Product], now: datetime) -> None:
    """Announce titles of a shop for a morning to come, where it announces none."""
    if not titles or Release.objects.filter(shop=shop, sale_at__gt=now).exists():
        return
    day = saturday_after(now, shop.time_zone)
    request = ReleaseRequest(
        name="Exemplaires signés",
        titles=[title.ref for title in titles],
        holds_at=moment(day, 10, shop.time_zone),
        text="Peu d’exemplaires, signés par leurs auteurs\u00a0: un par personne.",
    )
    announce(of=shop, request=request, actor=SYSTEM, now=now)


def announce_of_network(network: Network, shops: Iterable[Shop], now: datetime) -> None:
    """Announce records of which the shops of a network have few copies for one morning in all of
    them, where it announces none; what is left is posted from the evening of the day after."""
    keys = [key for (key,) in fetch(_RARE, [ProductKind.RECORD, [shop.pk for shop in shops]])]
    if not keys or Release.objects.filter(network=network, sale_at__gt=now).exists():
        return
    day = saturday_after(now, settings.TIME_ZONE)
    request = ReleaseRequest(
        name="Journée des sillons",
        titles=[title.ref for title in Product.objects.filter(pk__in=keys)],
        holds_at=moment(day, 8, settings.TIME_ZONE),
        sale_at=moment(day, 10, settings.TIME_ZONE),
        online_at=moment(day + timedelta(days=1), 20, settings.TIME_ZONE),
        one_each=OneEach.RELEASE,
        shows_copies=True,
        text="Des pressages rares, le même matin dans tous nos bacs.",
    )
    announce(of=network, request=request, actor=SYSTEM, now=now)
