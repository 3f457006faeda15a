"""A membership has both sides' word, and either side ends it by itself."""

import pytest

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.errors import Conflict, Forbidden, NotFound
from comptoir.networks.models import NetworkRole
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.shops.models import Membership, MembershipOffer, StaffRole
from comptoir.shops.operations import (
    ask_network,
    decline_offer,
    invite_shop,
    join_network,
    leave_network,
    memberships,
)
from tests.factories import make_coordinator, make_network, make_shop, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop(name="Le Pilori")


@pytest.fixture
def owner(shop):
    return make_staff(shop, StaffRole.MANAGER, email="owner@example.org").actor


@pytest.fixture
def network():
    return make_network(name="L’Association")


@pytest.fixture
def coordinator(network):
    return make_coordinator(network).actor


def test_a_shop_asks_and_a_coordinator_accepts(shop, owner, network, coordinator):
    assert isinstance(ask_network(shop=shop, network=network, actor=owner), MembershipOffer)
    ask_network(shop=shop, network=network, actor=owner)
    assert not shop.memberships.exists()
    assert isinstance(invite_shop(shop=shop, network=network, actor=coordinator), Membership)
    assert not MembershipOffer.objects.exists()
    with pytest.raises(Conflict):
        ask_network(shop=shop, network=network, actor=owner)


def test_a_network_invites_and_the_owner_accepts(shop, owner, network, coordinator):
    invite_shop(shop=shop, network=network, actor=coordinator)
    assert not shop.memberships.exists(), "never without the shop's own word"
    mail = Message.objects.get(template="membership_offered")
    render(mail)
    assert (mail.to, "L’Association" in mail.subject) == ("owner@example.org", True)
    assert isinstance(ask_network(shop=shop, network=network, actor=owner), Membership)


def test_nobody_joins_a_shop_for_it(shop, owner, network, coordinator):
    seller, editor = make_staff(shop), make_coordinator(network, NetworkRole.EDITOR)
    for actor, error in (
        (seller.actor, Forbidden),
        (coordinator, NotFound),
        (editor.actor, NotFound),
        (READER, NotFound),
    ):
        with pytest.raises(error):
            ask_network(shop=shop, network=network, actor=actor)
        with pytest.raises((Forbidden, NotFound)):
            join_network(shop=shop, network=network, actor=actor)
    for actor in (owner, seller.actor, editor.actor, make_coordinator(make_network()).actor):
        with pytest.raises((Forbidden, NotFound)):
            invite_shop(shop=shop, network=network, actor=actor)
    with pytest.raises(Conflict) as told:
        invite_shop(shop=make_shop(), network=network, actor=coordinator)
    assert told.value.code == "no_manager"
    assert not MembershipOffer.objects.exists()


def test_control_without_sides_one_word_is_enough(shop, network, coordinator, monkeypatch):
    make_staff(shop, StaffRole.MANAGER)
    monkeypatch.setattr(memberships, "_offer", lambda s, n, _side, a: give(s, n, a))
    give = memberships.give_membership
    invite_shop(shop=shop, network=network, actor=coordinator)
    assert shop.memberships.exists()


def test_either_side_leaves_and_declines(shop, owner, network, coordinator):
    other = make_network()
    strange = make_coordinator(other).actor
    for actor in (owner, coordinator, SYSTEM):
        join_network(shop=shop, network=network, actor=SYSTEM)
        join_network(shop=shop, network=other, actor=SYSTEM)
        for refused in (make_staff(shop).actor, strange, READER):
            with pytest.raises((Forbidden, NotFound)):
                leave_network(shop=shop, network=network, actor=refused)
        leave_network(shop=shop, network=network, actor=actor)
        assert [each.network for each in shop.memberships.all()] == [other]
        if actor is not SYSTEM:
            offer = invite_shop(shop=shop, network=network, actor=coordinator)
            with pytest.raises((Forbidden, NotFound)):
                decline_offer(offer_id=offer.pk, actor=strange)
            decline_offer(offer_id=offer.pk, actor=actor)
            assert not MembershipOffer.objects.exists()
