"""A coordinator looks at a reservation of a member: with a reason, which is kept and shown."""

import pytest

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import AuditEntry
from comptoir.core import limits
from comptoir.core.errors import Forbidden, Invalid, NotFound
from comptoir.networks.models import NetworkRole
from comptoir.orders.operations import place
from comptoir.oversight import operations
from comptoir.oversight.operations import look_at_order
from comptoir.shops.models import StaffRole
from comptoir.shops.operations.memberships import join_network
from tests.browsers import browser_of
from tests.factories import (
    make_coordinator,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
)

pytestmark = pytest.mark.django_db
WHY = "La lectrice a appelé l’association"


@pytest.fixture
def network():
    return make_network()


@pytest.fixture
def order(network):
    shop = make_shop(slug="le-rat")
    join_network(shop=shop, network=network, actor=SYSTEM)
    return place(persons_request_for(make_offer(shop=shop)))


def test_it_is_shown_for_a_reason_that_the_shop_reads(network, order):
    coordinator = make_coordinator(network, name="Léa Fort")
    client, at = browser_of(coordinator), f"/bureau/{network.slug}/reservation"
    typed = {"shop": "le-rat", "code": f" {order.code[:4]} {order.code[4:]}", "reason": "?"}
    assert order.name not in client.post(at, typed).content.decode()
    assert not AuditEntry.objects.filter(looked=True).exists()
    answer = client.post(at, typed | {"reason": WHY})
    assert order.name in answer.content.decode()
    assert order.email in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert order.name not in client.get(at).content.decode()
    entry = AuditEntry.objects.get(looked=True)
    assert (entry.reason, entry.shop_id, entry.network_id) == (WHY, order.shop_id, network.pk)
    assert (entry.actor_id, entry.subject_id) == (coordinator.pk, order.pk)
    assert order.name not in str(entry.facts)
    staff = browser_of(make_staff(order.shop)).get(f"/comptoir/le-rat/reservations/{order.pk}")
    boss = browser_of(make_staff(order.shop, StaffRole.MANAGER))
    journal = boss.get("/comptoir/le-rat/boutique/journal?acte=looked")
    for page in (staff, journal):
        assert WHY in page.content.decode()
        assert "Léa Fort" in page.content.decode()


def test_who_may_not_look_sees_nothing_and_nothing_is_noted(network, order):
    away = make_shop()
    join_network(shop=away, network=make_network(), actor=SYSTEM)
    given = {"network": network, "shop": order.shop, "code": order.code, "reason": WHY}
    coordinator = make_coordinator(network).actor
    for refusal, changed in (
        (Forbidden, {"actor": make_coordinator(network, NetworkRole.EDITOR).actor}),
        (NotFound, {"actor": make_coordinator(make_network()).actor}),
        (NotFound, {"actor": make_staff(order.shop, StaffRole.MANAGER).actor}),
        (NotFound, {"actor": coordinator, "shop": away}),
        (NotFound, {"actor": coordinator, "code": "00000000"}),
        (Invalid, {"actor": coordinator, "reason": "  "}),
    ):
        with pytest.raises(refusal):
            look_at_order(**given | changed)
    assert not AuditEntry.objects.filter(looked=True).exists()
    assert look_at_order(**given, actor=coordinator).name == order.name


def test_codes_are_not_tried_one_after_the_other(network, order, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr(operations, "LOOKS_OF_PERSON", limits.Limit("looks_at_orders", 2, 60))
    given = {"network": network, "shop": order.shop, "reason": WHY}
    given["actor"] = make_coordinator(network).actor
    for code in ("1", "2"):
        with pytest.raises(NotFound):
            look_at_order(code=code, **given)
    with pytest.raises(limits.TooMany):
        look_at_order(code=order.code, **given)
    assert not AuditEntry.objects.filter(looked=True).exists()
