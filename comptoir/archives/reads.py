"""What an owner sees of their shop's export, and of its end."""

from dataclasses import dataclass
from datetime import datetime

from comptoir.accounts.actors import Actor
from comptoir.archives.models import Bundle, Farewell
from comptoir.archives.operations.bundles import KEPT
from comptoir.exchanges.models import Transfer
from comptoir.orders.models import Order
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope


@dataclass(frozen=True, slots=True)
class Leave:
    """How a shop's export and its end stand: `goes_at` is when the export is erased (UTC), and
    `on_the_way` how many transfers between it and colleagues are set aside or sent."""

    bundle: Bundle | None
    farewell: Farewell | None
    open_orders: int
    on_the_way: int = 0

    @property
    def goes_at(self) -> datetime | None:
        """Until when the export is kept."""
        return self.bundle.asked_at + KEPT if self.bundle else None


def leave_of(shop: Shop, actor: Actor) -> Leave:
    """Return how a shop's export and its end stand, for who may ask for them.

    Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.EXPORT_SHOP)
    return Leave(
        Bundle.objects.filter(shop=shop).first(),
        Farewell.objects.filter(shop=shop).first(),
        Order.objects.filter(shop=shop, ended_at=None).count(),
        Transfer.objects.of(shop).on_the_way().count(),
    )
