"""Draws whose shop changes under them: it becomes part of another, its doors are closed."""

import re
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.draws import operations
from comptoir.draws.fairness import faults
from comptoir.draws.models import Draw, DrawLot, EntryState, Phase
from comptoir.draws.reads import draw_of, draw_rows, draws_of, published
from comptoir.orders.checks import problems
from comptoir.orders.operations import close_doors, merge_shops
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.doors.places import free_slots
from comptoir.orders.operations.requests import check
from comptoir.releases.errors import NotYet
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import Membership, StaffRole
from comptoir.shops.operations import DoorsRequest
from tests.draws.world import KNOWN, NOW, drawn, opened, person
from tests.factories import (
    ALWAYS_OPEN,
    make_network,
    make_offer,
    make_shop,
    make_staff,
    persons_request_for,
)
from tests.releases.made import DAY, released

pytestmark = pytest.mark.django_db
LATER = KNOWN + timedelta(hours=1)


@pytest.fixture
def offer():
    return make_offer(shop=make_shop(opening_hours=ALWAYS_OPEN), on_hand=4)


def won(draw):
    return draw.entries.filter(state=EntryState.OFFERED).earliest("place")


@pytest.mark.parametrize("has_it", [True, False])
def test_a_shops_draw_goes_over_with_its_copies(offer, has_it):
    into = make_shop(name="Nouvelle")
    there = make_offer(shop=into, product=offer.product, on_hand=3) if has_it else offer
    draw = drawn(opened(offer, copies=3))
    before = published(draw)
    merge_shops(shop=offer.shop, into=into, actor=SYSTEM)
    assert list(problems()) == []
    draw.refresh_from_db()
    assert draw.shop == into
    assert operations.follow_due(now=LATER) == 0
    order = operations.take(token=won(draw).token, now=LATER)
    assert (order.shop, order.lines.get().offer) == (into, there)
    told = published(draw)
    assert faults(told) == []
    assert told["order"] == before["order"]
    assert list(problems()) == []


@pytest.mark.parametrize("frozen", [False, True])
def test_two_lots_of_a_networks_draw_are_one_while_one_may_enter(offer, frozen):
    network, into = make_network(), make_shop(name="Nouvelle")
    there = make_offer(shop=into, product=offer.product, on_hand=2)
    for shop in (offer.shop, into):
        Membership.objects.create(shop=shop, network=network, actor_kind="system")
    draw = opened(offer, of=network)
    lots = [
        operations.add_lot(draw=draw, shop=shop, copies=1, actor=SYSTEM)
        for shop in (offer.shop, into)
    ]
    for number in range(4):
        person(draw, f"p{number}@example.org", lot=lots[number % 2])
    if frozen:
        operations.freeze_due(now=NOW + DAY)
    merge_shops(shop=offer.shop, into=into, actor=SYSTEM)
    assert DrawLot.objects.count() == (2 if frozen else 1)
    operations.freeze_due(now=NOW + DAY)
    draw.refresh_from_db()
    draw = operations.draw_lots(draw=draw, value="beacon", actor=SYSTEM, now=KNOWN)
    assert faults(published(draw)) == []
    assert operations.follow_due(now=LATER) == 0
    for entry in draw.entries.filter(state=EntryState.OFFERED):
        assert operations.take(token=entry.token, now=LATER).lines.get().offer == there
    there.refresh_from_db()
    assert there.held == 2
    assert list(problems()) == []


def test_a_merger_locks_draws_before_offers_as_who_takes_a_copy_does(offer):
    opened(offer, copies=1)
    with CaptureQueriesContext(connection) as seen:
        merge_shops(shop=offer.shop, into=make_shop(name="Nouvelle"), actor=SYSTEM)
    locks = [each["sql"] for each in seen if " FOR " in each["sql"]]
    of_draws = next(n for n, sql in enumerate(locks) if '"draws_draw"' in sql)
    assert of_draws < next(n for n, sql in enumerate(locks) if "stock_offer" in sql)


def test_an_old_draw_is_found_behind_fifty_newer_ones(offer, client):
    first = opened(offer, copies=1)
    columns = [each.attname for each in Draw._meta.concrete_fields if not each.primary_key]
    values = {name: getattr(first, name) for name in columns}
    Draw.objects.bulk_create(Draw(**values) for _n in range(50))
    pages = [draws_of(offer.shop, number) for number in ("", "2", "3", "x")]
    assert [first in page for page in pages] == [False, True, True, False]
    assert draw_of(offer.shop, first.pk) == first
    client.force_login(make_staff(offer.shop, StaffRole.MANAGER))
    screen = f"/comptoir/{offer.shop.slug}/boutique/tirages"
    assert f"/{first.pk}?page=2" not in client.get(screen).content.decode()
    shown = client.get(f"{screen}?page=2").content.decode()
    step = re.search(rf'action="([^"]*/{first.pk}\?page=2)"', shown)[1]
    assert client.post(step, {"action": "cancel"})["Location"] == f"{screen}?page=2"
    first.refresh_from_db()
    assert first.phase is Phase.CANCELLED


def test_a_screen_of_many_draws_asks_as_much_as_of_one(offer):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            rows = draw_rows(offer.shop, list(draws_of(offer.shop)), UTC, NOW, str)
        assert [(len(row.winners), row.entries) for row in rows] == [(1, 6)] * len(rows)
        return len(seen)

    drawn(opened(offer, copies=1))
    asked()  # what is remembered of shops is remembered from here on
    once = asked()
    drawn(opened(offer, copies=1))
    assert asked() == once


def test_a_release_holds_in_the_shop_that_stays(offer):
    into = make_shop(name="Nouvelle")
    released(offer.shop, offer.product, at=timezone.now() + DAY)
    merge_shops(shop=offer.shop, into=into, actor=SYSTEM)
    offer.refresh_from_db()
    refused = place_batch([check(persons_request_for(offer))], now=timezone.now())[0]
    assert isinstance(refused, NotYet)


def test_a_winner_takes_the_copy_at_a_time_at_the_door(offer, client):
    draw = drawn(opened(offer, copies=2))
    entry = won(draw)
    close_doors(
        of=offer.shop,
        request=DoorsRequest(mode=DoorsMode.SLOTS),
        actor=SYSTEM,
        now=timezone.now(),
    )
    page = f"/tirages/entree/{entry.token}"
    slot = free_slots(offer.shop, timezone.now())[3][0].start
    shown = client.get(page).content.decode()
    assert f'value="{slot.isoformat()}"' in shown
    refused = client.post(page, {"action": "take", "slot": "2001-01-01T10:00:00+00:00"})
    assert refused.status_code == 409
    assert client.post(page, {"action": "take", "slot": slot.isoformat()}).status_code == 303
    entry.refresh_from_db()
    assert entry.order.slot_at == slot
    # Without one the copy is theirs all the same: a time is chosen on the reservation's page.
    second = won(draw)
    assert client.post(f"/tirages/entree/{second.token}", {"action": "take"}).status_code == 303
