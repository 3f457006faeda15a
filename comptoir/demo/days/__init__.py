"""Days of the demonstration on which something comes out: releases, and draws for few copies."""

from collections.abc import Sequence
from datetime import datetime

from comptoir.demo.days.draws import make_one, open_one
from comptoir.demo.days.releases import announce_of_network, announce_of_shop, few_of
from comptoir.demo.entries import networks_of_records
from comptoir.networks.models import Network
from comptoir.shops.models import Shop


def load_days(shops: Sequence[Shop], now: datetime) -> None:
    """Announce a day of the first shop and one of a network of record shops, and open a draw, where
    none is to come: those of the weeks before are over by now. One draw was made, with its proof.
    """
    first = shops[0]
    titles = few_of(first)
    announce_of_shop(first, titles[:3], now)
    for title in titles[3:4]:
        make_one(first, title, now)
    for title in titles[:1]:
        open_one(first, title, now)
    for slug, _name in networks_of_records():
        network = Network.objects.get(slug=slug)
        members = Shop.objects.filter(memberships__network=network, pk__in=[s.pk for s in shops])
        announce_of_network(network, members, now)
