"""How a shop stands beside the others of its networks: by what lies in the middle of them."""

from collections.abc import Iterator
from statistics import median, median_high

from django.utils.translation import gettext as _

from comptoir.figures.phrases import within
from comptoir.figures.publication import year_of
from comptoir.figures.tables import Period, lines_of_shops
from comptoir.networks.models import Network
from comptoir.shops.models import Membership, Shop

FEWEST = 5
"""With fewer shops, the middle would tell of one of them."""


def comparisons(shop: Shop, period: Period) -> Iterator[str]:
    """Yield what lies in the middle of the shops of each network of a shop, in a whole year; only
    of what is shown of at least `FEWEST` other shops."""
    if not period.whole:
        return
    memberships = Membership.objects.filter(shop=shop).select_related("network").order_by("pk")
    for membership in memberships:
        yield from _middle(membership.network, period.year, shop)


def _middle(network: Network, year: int, shop: Shop) -> Iterator[str]:
    shown = lines_of_shops(year_of(network, year))
    others = [line for keys, line in shown if shop.pk not in keys]
    shares = [line.share for line in others if line.share is not None]
    if len(shares) >= FEWEST:
        told = _("%(network)s: in the middle of the other shops, %(share)s%% are collected.")
        yield told % {"network": network.name, "share": round(median(shares))}
    steps = [line.answer for line in others if line.answer is not None]
    if len(steps) >= FEWEST:
        told = _("%(network)s: in the middle of the other shops, half is answered %(within)s.")
        yield told % {"network": network.name, "within": within(median_high(steps))}
