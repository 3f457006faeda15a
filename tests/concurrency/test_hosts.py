"""A shop and a network that are given one host in one instant: one of them gets it."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.core.errors import Conflict
from comptoir.networks.models import Network
from comptoir.networks.operations import NetworkChange, change_network
from comptoir.networks.operations import hosts as guard
from comptoir.shops.models import Shop
from comptoir.shops.operations import hosts as of_shops
from comptoir.shops.operations import set_host
from tests.concurrency.together import overtake, stopped_at
from tests.factories import make_network, make_shop

pytestmark = pytest.mark.django_db(transaction=True)

HOST = "livres.example"


def given_to_both() -> tuple[list[BaseException], bool]:
    """Give a shop the host, and a network meanwhile, when nobody was found to have it."""
    shop, network = make_shop(), make_network()
    with stopped_at(of_shops, "act_on") as stop:
        return overtake(
            stop,
            lambda: set_host(shop=shop, host=HOST, actor=SYSTEM),
            lambda: change_network(network=network, change=NetworkChange(host=HOST), actor=SYSTEM),
        )


def owners() -> int:
    return sum(each.objects.filter(host=HOST).count() for each in (Shop, Network))


def test_one_of_them_gets_it_and_the_other_is_told():
    raised, waited = given_to_both()
    assert [type(error) for error in raised] == [Conflict]
    assert waited
    assert owners() == 1


def test_control_without_the_turn_both_get_it(monkeypatch):
    monkeypatch.setattr(guard, "lock", lambda *_names: None)
    raised, waited = given_to_both()
    assert (raised, waited) == ([], False)
    assert owners() == 2
