"""Two shops of a network that share their stock, a title that one of them has, and their people."""

from dataclasses import dataclass
from typing import Any

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.exchanges.models import Transfer
from comptoir.exchanges.operations import Wanted, ask
from comptoir.networks.models import Network
from comptoir.shops.models import Shop
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.models import Offer
from tests.factories import make_network, make_offer, make_shop, make_staff


@dataclass
class Pair:
    """`a` asks, `b` has the title of `offer`; `ann` works in the one, `bob` in the other."""

    network: Network
    a: Shop
    b: Shop
    offer: Offer
    ann: Actor
    bob: Actor

    def ask(self, **wanted: Any) -> Transfer:
        """Have the one ask the other for a copy."""
        what = Wanted(**({"product_id": self.offer.product_id} | wanted))
        return ask(shop=self.a, giver_id=self.b.pk, wanted=what, actor=self.ann)


def sharing(network: Network, **fields: Any) -> Shop:
    """Return a shop of a network that shares its stock."""
    shop = make_shop(shares_stock=True, **fields)
    join_network(shop=shop, network=network, actor=SYSTEM)
    return shop


def make_pair(on_hand: int = 1, **fields: Any) -> Pair:
    """Make them; the second shop has so many copies."""
    network = make_network()
    a = sharing(network, name="Librairie Alpha")
    b = sharing(
        network,
        name="Librairie Bêta",
        city="Limoges",
        postcode="87000",
        latitude=45.83,
        longitude=1.26,
        **fields,
    )
    return Pair(
        network=network,
        a=a,
        b=b,
        offer=make_offer(shop=b, on_hand=on_hand),
        ann=make_staff(a).actor,
        bob=make_staff(b).actor,
    )
