"""Which networks a shop belongs to: never without its own word, and that of the network.

One side offers a membership, the other accepts it; either ends it by itself. A coordinator has a
role in each member shop, so nobody makes a shop a member but its manager (docs/decisions/0066).
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, NotFound, fill
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.notifications.operations import Draft, queue
from comptoir.shops.models import Membership, MembershipOffer, Shop, StaffRole
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.requests.models import Side

OFFERED = "membership_offered"


@transaction.atomic
def join_network(*, shop: Shop, network: Network, actor: Actor) -> Membership:
    """Have a shop belong to a network, and return that; it may belong to several. One that belongs
    to it already does so since when it did.

    Guard: `RUN_INSTALLATION`. Locks: the shop. Writes: the membership, with who took it in, the
    shop's history. Raises `NotFound`, `Forbidden`.
    """
    shop = in_scope(shop, actor, Verb.RUN_INSTALLATION, lock=True)
    with act_on(shop, "networks", actor=actor, at=timezone.now()):
        return give_membership(shop, network, actor)


@transaction.atomic
def leave_network(*, shop: Shop, network: Network, actor: Actor) -> None:
    """Have a shop belong to a network no more; its orders keep the network they were placed under.

    Guard: `JOIN_NETWORK` of the shop, or `TAKE_MEMBERS` of this very network. Locks: the shop.
    Writes: the membership, which goes, the shop's history, a line of the audit. Raises `NotFound`,
    `Forbidden`.
    """
    if actor.kind is ActorKind.SYSTEM:
        in_scope(shop, actor, Verb.RUN_INSTALLATION)
    else:
        _on_either_side(shop, network, actor)
    shop = Shop.objects.select_for_update(no_key=True).get(pk=shop.pk)
    with act_on(shop, "networks", actor=actor, at=timezone.now()):
        gone = shop.memberships.filter(network=network).delete()[0]
    if gone:
        note(actor, "left_network", subject=shop, shop_id=shop.pk, network_id=network.pk)


@transaction.atomic
def ask_network(*, shop: Shop, network: Network, actor: Actor) -> Membership | MembershipOffer:
    """Ask a network to take a shop in; where the network has offered that already, it is a member
    from now on. Return which it is.

    Guard: `JOIN_NETWORK`. Locks: the shop. Writes: the offer, or the membership and a line of the
    audit. Raises `NotFound`, `Forbidden`, `Conflict` (`member_already`, `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.JOIN_NETWORK, lock=True)
    return _offer(shop, network, Side.SHOP, actor)


@transaction.atomic
def invite_shop(*, shop: Shop, network: Network, actor: Actor) -> Membership | MembershipOffer:
    """Offer a shop of the installation to become a member of a network; where the shop has asked
    for it already, it is one from now on. Return which it is. Its managers get a mail.

    Guard: `TAKE_MEMBERS`. Locks: the shop. Writes: the offer and mails, or the membership and a
    line of the audit. Raises `NotFound`, `Forbidden`, `Conflict` (`member_already`, `no_manager`,
    `shop_ended`).
    """
    network = in_network(network, actor, NetworkVerb.TAKE_MEMBERS)
    found = Shop.objects.of_network().select_for_update(no_key=True).filter(pk=shop.pk).first()
    if found is None:
        raise NotFound("no_such_shop", _("There is no such shop."))
    managers = found.staff.filter(role=StaffRole.MANAGER, user__is_active=True).order_by("pk")
    addresses = list(managers.values_list("user__email", flat=True))
    if not addresses:
        told = _("Nobody answers for %(shop)s yet: ask it to claim its listing.")
        raise Conflict("no_manager", fill(told, shop=found.name))
    made = _offer(found, network, Side.NETWORK, actor)
    if isinstance(made, MembershipOffer):
        context, about = {"offer": made.pk}, f"membership:{made.pk}"
        language = settings.LANGUAGE_CODE
        queue([Draft(to, language, OFFERED, context, about) for to in addresses])
    return made


@transaction.atomic
def decline_offer(*, offer_id: int, actor: Actor) -> MembershipOffer:
    """Decline a membership that was offered, or take back what one's own side has offered.

    Guard: `JOIN_NETWORK` of the shop, or `TAKE_MEMBERS` of the network. Locks: the offer. Deletes:
    the offer. Writes: a line of the audit. Raises `NotFound` (`no_such_offer`), `Forbidden`.
    """
    offers = MembershipOffer.objects.select_for_update(of=("self",))
    offer = offers.select_related("shop", "network").filter(pk=offer_id).first()
    if offer is None:
        raise NotFound("no_such_offer", _("This is no longer offered."))
    _on_either_side(offer.shop, offer.network, actor)
    MembershipOffer.objects.filter(pk=offer.pk).delete()
    shop, network = offer.shop, offer.network
    note(actor, "declined_membership", subject=shop, shop_id=shop.pk, network_id=network.pk)
    return offer


def give_membership(shop: Shop, network: Network, actor: Actor) -> Membership:
    """Write the membership of a locked shop. A step of a verb that has both sides' word."""
    found, made = Membership.objects.get_or_create(
        shop=shop, network=network, defaults=acted_by(actor)
    )
    MembershipOffer.objects.filter(shop=shop, network=network).delete()
    if made:
        note(actor, "joined_network", subject=shop, shop_id=shop.pk, network_id=network.pk)
    return found


def _on_either_side(shop: Shop, network: Network, actor: Actor) -> None:
    """Let pass who speaks for the shop, or for the network. Raises `NotFound`, `Forbidden`."""
    managers = shop.staff.filter(role=StaffRole.MANAGER).values_list("user_id", flat=True)
    works_there = Network.objects.visible_to(actor).filter(pk=network.pk).exists()
    if actor.kind is ActorKind.USER and works_there and actor.id not in set(managers):
        in_network(network, actor, NetworkVerb.TAKE_MEMBERS)
    else:
        in_scope(shop, actor, Verb.JOIN_NETWORK)


def _offer(shop: Shop, network: Network, side: Side, actor: Actor) -> Membership | MembershipOffer:
    """Keep what one side offers of a locked shop, or complete what the other has offered."""
    if shop.memberships.filter(network=network).exists():
        told = _("%(shop)s belongs to %(network)s already.")
        raise Conflict("member_already", fill(told, shop=shop.name, network=network.name))
    known = shop.offers_to_join.filter(network=network).first()
    if known is not None and known.side != side:
        with act_on(shop, "networks", actor=actor, at=timezone.now()):
            return give_membership(shop, network, actor)
    if known is not None:
        return known
    return shop.offers_to_join.create(network=network, side=side, **acted_by(actor))
