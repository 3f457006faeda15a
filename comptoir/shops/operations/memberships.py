"""Which networks a shop belongs to."""

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.networks.models import Network
from comptoir.shops.models import Membership, Shop
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope


@transaction.atomic
def join_network(*, shop: Shop, network: Network, actor: Actor) -> Membership:
    """Have a shop belong to a network, and return that; it may belong to several. One that belongs
    to it already does so since when it did.

    Guard: `RUN_INSTALLATION`. Locks: the shop. Writes: the membership, with who took it in, the
    shop's history. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    with act_on(shop, "networks", actor=actor, at=timezone.now()):
        return take_in(shop, network, actor=actor)


def take_in(shop: Shop, network: Network, *, actor: Actor) -> Membership:
    """Have a locked shop belong to a network. A step of a verb that keeps its history."""
    found, _made = Membership.objects.get_or_create(
        shop=shop, network=network, defaults=acted_by(actor)
    )
    return found


@transaction.atomic
def leave_network(*, shop: Shop, network: Network, actor: Actor) -> None:
    """Have a shop belong to a network no more; its orders keep the network they were placed under.

    Guard: `RUN_INSTALLATION`. Locks: the shop. Writes: the membership, which goes, the shop's
    history. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    with act_on(shop, "networks", actor=actor, at=timezone.now()):
        shop.memberships.filter(network=network).delete()
