"""Release days: not before a moment, one copy a person, and at no cost to other orders."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.errors import Forbidden, Invalid, NotFound
from comptoir.orders.models import KnownContact, OrderStatus
from comptoir.orders.operations import cancel, place
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.groups.requests import check_group
from comptoir.orders.operations.requests import Customer, LineRequest, check
from comptoir.releases import memory
from comptoir.releases.errors import NotYet, OneAPerson
from comptoir.releases.models import OneEach
from comptoir.releases.operations import ReleaseRequest, announce, change, restore, withdraw
from comptoir.releases.rules import coming
from comptoir.shops.models import Membership, StaffRole
from tests.factories import (
    confirm_by_mail,
    group_for,
    make_coordinator,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
    request_for,
    staff_of,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(second=0, microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def offer(shop):
    return make_offer(shop=shop, on_hand=5)


def announced(of, *products, at=NOW + DAY, **fields):
    """Return a release of these titles."""
    asked = ReleaseRequest(
        name="Disquaire Day", titles=[each.ean for each in products], holds_at=at, **fields
    )
    return announce(of=of, request=asked, actor=SYSTEM, now=NOW)


def outcome(request, now=NOW):
    """Return what becomes of a request at a moment."""
    return place_batch([check(request)], now=now)[0]


def test_nothing_is_reserved_before_the_moment(offer, shop):
    announced(shop, offer.product)
    refused = outcome(request_for(offer), NOW + DAY - timedelta(seconds=1))
    assert isinstance(refused, NotYet)
    assert refused.code == "not_yet"
    assert refused.data["not_before"] == (NOW + DAY).isoformat()
    assert offer.product.title in str(refused)
    assert not isinstance(outcome(request_for(offer), NOW + DAY), NotYet)


def test_staff_and_orders_to_the_supplier_wait_as_well(offer, shop):
    announced(shop, offer.product)
    assert isinstance(outcome(request_for(offer, trusted=True)), NotYet)
    special = request_for(shop=shop, lines=(LineRequest(offer.product_id),), trusted=True)
    assert isinstance(outcome(special), NotYet)


def test_another_shop_and_another_title_are_as_ever(offer, shop):
    announced(shop, offer.product)
    elsewhere = make_offer(shop=make_shop(), product=offer.product)
    other = make_offer(shop=shop)
    assert outcome(request_for(elsewhere)).lines.count() == 1
    assert outcome(request_for(other)).lines.count() == 1


def test_a_network_sets_it_for_its_members_and_a_shop_may_be_stricter(offer, shop):
    network = make_network()
    Membership.objects.create(shop=shop, network=network, actor_kind="system")
    announced(network, offer.product, at=NOW + HOUR)
    announced(shop, offer.product, at=NOW + DAY)
    assert isinstance(outcome(request_for(offer), NOW + 2 * HOUR), NotYet)
    said = coming(memory.releases().of(offer.product_id, shop.pk), NOW)
    assert said is not None
    assert said.holds_at == NOW + DAY
    # The other way round the network is: an earlier moment of the shop changes nothing.
    second = make_offer(shop=shop, on_hand=3)
    announced(network, second.product, at=NOW + DAY)
    announced(shop, second.product, at=NOW + HOUR)
    assert isinstance(outcome(request_for(second), NOW + 2 * HOUR), NotYet)


def test_a_person_has_one_copy_over_all_their_orders(offer, shop):
    announced(shop, offer.product, at=NOW - HOUR)
    first = outcome(persons_request_for(offer))
    assert first.status == OrderStatus.PLACED
    again = outcome(persons_request_for(offer))
    assert isinstance(again, OneAPerson)
    assert again.code == "one_a_person"
    cancel(order_id=first.pk, actor=SYSTEM)
    assert outcome(persons_request_for(offer)).status == OrderStatus.PLACED


def test_two_copies_at_once_are_one_too_many(offer, shop):
    announced(shop, offer.product, at=NOW - HOUR)
    two = (LineRequest(offer.product_id, offer.pk, 2),)
    assert isinstance(outcome(persons_request_for(offer, lines=two)), OneAPerson)
    assert isinstance(outcome(request_for(offer, lines=two)), OneAPerson)
    # Staff see who stands before them.
    assert outcome(request_for(offer, lines=two, trusted=True)).status == OrderStatus.PLACED


def test_ten_requests_of_one_person_in_one_batch_get_one_copy(offer, shop):
    announced(shop, offer.product, at=NOW - HOUR)
    asked = [check(persons_request_for(offer)) for _ in range(10)]
    outcomes = place_batch(asked, now=NOW)
    assert sum(isinstance(each, OneAPerson) for each in outcomes) == 9
    offer.refresh_from_db()
    assert offer.held == 1


def test_one_copy_of_the_whole_list_or_of_each_title(shop):
    one, two = make_offer(shop=shop, on_hand=3), make_offer(shop=shop, on_hand=3)
    release = announced(shop, one.product, two.product, at=NOW - HOUR)
    outcome(persons_request_for(one))
    assert outcome(persons_request_for(two)).status == OrderStatus.PLACED
    asked = ReleaseRequest(
        name="Disquaire Day",
        titles=[one.product.ean, two.product.ean],
        holds_at=NOW - HOUR,
        one_each=OneEach.RELEASE,
    )
    change(release=release, request=asked, actor=SYSTEM, now=NOW)
    other = Customer("Luc", "luc@example.org")
    assert outcome(persons_request_for(one, customer=other)).status == OrderStatus.PLACED
    assert isinstance(outcome(persons_request_for(two, customer=other)), OneAPerson)


def test_a_networks_release_counts_over_all_its_members(offer, shop):
    network, second = make_network(), make_shop()
    for each in (shop, second):
        Membership.objects.create(shop=each, network=network, actor_kind="system")
    there = make_offer(shop=second, product=offer.product, on_hand=3)
    announced(network, offer.product, at=NOW - HOUR)
    outcome(persons_request_for(offer))
    assert isinstance(outcome(persons_request_for(there)), OneAPerson)


def test_a_group_whose_part_fails_gives_its_copy_back(offer, shop):
    """A title that no release counts stands beside it."""
    announced(shop, offer.product, at=NOW - HOUR)
    plain, none = make_offer(shop=shop), make_offer(shop=make_shop(), on_hand=0)
    group = group_for(offer, plain, none, mode="all", verified=True)
    KnownContact.objects.get_or_create(
        key=check_group(group).email_key, defaults={"confirmed_at": NOW}
    )
    alone = persons_request_for(offer, customer=group.customer)
    outcomes = place_batch([check_group(group), check(alone)], now=NOW)
    assert outcomes[0].code == "group_refused"
    assert outcomes[1].status == OrderStatus.PLACED


def test_who_confirms_gets_it_in_the_order_of_asking(offer, shop):
    """Nobody is known here: the first to ask hold copies as far as unconfirmed ones may be held,
    the others only ask. Who confirms keeps or gets one while there is one; of those who only asked
    it is who confirms first (`docs/decisions/0098-asking-and-confirming.md`)."""
    announced(shop, offer.product, at=NOW - HOUR)
    people = [Customer("Ana", f"reader{n}@example.org") for n in range(8)]
    asked = [place(request_for(offer, customer=person)) for person in people]
    held = [order.lines.filter(held=1).exists() for order in asked]
    assert held == sorted(held, reverse=True)
    for order in asked[::2] + asked[1::2]:
        confirm_by_mail(order)
    got = [order.lines.filter(held=1).exists() for order in asked]
    assert sum(got) == 5
    # Who asked first has it, whoever confirmed first.
    assert all(got[n] for n in range(8) if held[n])
    rest = [n for n in [*range(0, 8, 2), *range(1, 8, 2)] if not held[n]]
    assert [n for n in rest if got[n]] == rest[: 5 - sum(held)]
    twice = place(request_for(make_offer(shop=shop), customer=people[0]))
    assert confirm_by_mail(twice).status == OrderStatus.PLACED


def test_the_second_link_of_a_person_is_refused(offer, shop):
    announced(shop, offer.product, at=NOW - HOUR)
    first, second = place(request_for(offer)), place(request_for(offer))
    confirm_by_mail(first)
    with pytest.raises(OneAPerson):
        confirm_by_mail(second)


def test_orders_of_other_titles_cost_no_statement(offer, shop):
    """The control: an order of a title that is released costs the one that counts."""
    released = make_offer(shop=shop, on_hand=3)
    announced(shop, released.product, at=NOW - HOUR)
    memory.releases()
    _statements(offer, "first@example.org")
    statements = [_statements(offer), _statements(released), _statements(offer, "b@example.org")]
    assert statements[0] == statements[2] == statements[1] - 1


def _statements(offer, email="a@example.org"):
    request = check(persons_request_for(offer, customer=Customer("Ana", email)))
    with CaptureQueriesContext(connection) as asked:
        place_batch([request], now=NOW)
    assert not [each for each in asked if "releases_" in each["sql"]]
    return len(asked)


def test_it_is_taken_back_and_put_back(offer, shop):
    release = announced(shop, offer.product)
    withdraw(release=release, actor=SYSTEM, now=NOW)
    assert outcome(request_for(offer)).lines.count() == 1
    restore(release=release, actor=SYSTEM)
    assert isinstance(outcome(request_for(offer)), NotYet)


def test_after_its_time_a_release_says_nothing(offer, shop):
    release = announced(shop, offer.product, at=NOW - HOUR)
    outcome(persons_request_for(offer))
    later = release.ends_at + HOUR
    assert outcome(persons_request_for(offer), later).status == OrderStatus.PLACED


def test_owners_and_coordinators_set_it_and_nobody_else(offer, shop):
    asked = ReleaseRequest(name="X", titles=[offer.product.ean], holds_at=NOW + DAY)
    network = make_network()
    with pytest.raises(Forbidden):
        announce(of=shop, request=asked, actor=staff_of(shop), now=NOW)
    stranger = make_staff(make_shop(), role=StaffRole.MANAGER)
    with pytest.raises(NotFound):
        announce(of=shop, request=asked, actor=stranger.actor, now=NOW)
    with pytest.raises(NotFound):
        announce(of=network, request=asked, actor=staff_of(shop), now=NOW)
    owner = make_staff(shop, role=StaffRole.MANAGER, email="owner@example.org")
    assert announce(of=shop, request=asked, actor=owner.actor, now=NOW).actor_id == owner.pk
    coordinator: Actor = make_coordinator(network).actor
    assert announce(of=network, request=asked, actor=coordinator, now=NOW).network == network


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "bad_name"),
        ({"titles": []}, "bad_titles"),
        ({"titles": ["9999"]}, "bad_titles"),
        ({"holds_at": NOW - 40 * DAY}, "bad_holds_at"),
        ({"holds_at": NOW + 400 * DAY}, "bad_holds_at"),
        ({"online_at": NOW}, "bad_online_at"),
        ({"text": "x" * 401}, "bad_text"),
    ],
)
def test_what_is_wrong_is_said(offer, shop, fields, code):
    right = {"name": "X", "titles": [offer.product.ean], "holds_at": NOW + DAY}
    with pytest.raises(Invalid) as refused:
        announce(of=shop, request=ReleaseRequest(**{**right, **fields}), actor=SYSTEM, now=NOW)
    assert refused.value.code == code
