"""Two shops become one: reservations go on, no copy is promised twice, old addresses lead on."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.tokens import authenticate
from comptoir.core.errors import Conflict, Invalid
from comptoir.notifications.models import Message
from comptoir.notifications.operations import render
from comptoir.orders.commands import shops
from comptoir.orders.models import Order
from comptoir.orders.operations import cancel, collect, expire_due, merge_shops, place
from comptoir.shops.models import Listing, Shop, StaffRole
from comptoir.shops.operations import import_shops, issue_token
from comptoir.shops.reads import named_shop
from comptoir.stock.models import Feed, Offer
from comptoir.stock.shelf import checks
from tests.factories import (
    confirm_by_mail,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    request_for,
)
from tests.shops.sources.extracts import extract, node

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone():
    return make_shop(name="Ancienne", slug="ancienne")


@pytest.fixture
def into():
    return make_shop(name="Nouvelle", slug="nouvelle", street="1 rue Neuve")


def merged(gone, into, **more):
    done = merge_shops(shop=gone, into=into, actor=SYSTEM, **more)
    assert list(checks.problems()) == []
    return done


def feed_of(shop: Shop) -> Feed:
    return Feed.objects.create(shop=shop, format="csv", as_of=timezone.now())


def test_a_reservation_keeps_its_code_and_page_and_its_reader_is_told(gone, into, client):
    order = confirm_by_mail(place(request_for(make_offer(shop=gone, on_hand=2))))
    code, token = order.code, order.token
    done = merged(gone, into)
    assert (done.orders, done.moved, done.joined) == (1, 1, 0)
    order.refresh_from_db()
    assert (order.shop, order.code, order.token, order.status) == (into, code, token, "placed")
    assert order.events.last().kind == "shop_moved"
    assert "Nouvelle" in client.get(f"/reservation/{token}").content.decode()
    message = Message.objects.get(template="order_moved")
    render(message)
    assert "1 rue Neuve" in message.text
    assert "1 rue Neuve" in message.html
    collect(order_id=order.pk, actor=SYSTEM)
    offer = Offer.objects.get()
    assert (offer.shop, offer.on_hand, offer.held) == (into, 1, 0)
    assert list(checks.problems()) == []


@pytest.mark.parametrize(
    ("whose", "left", "short"), [("into", 1, 1), ("gone", 5, 0)], ids=["into", "gone"]
)
def test_of_a_title_that_both_have_one_tills_figure_stands(gone, into, whose, left, short):
    product = make_product()
    old = make_offer(shop=gone, product=product, on_hand=5)
    new = make_offer(shop=into, product=product, on_hand=1)
    feed_of(gone)
    feed_of(into)
    theirs = confirm_by_mail(place(request_for(new, trusted=True)))
    ours = confirm_by_mail(place(request_for(old, trusted=True)))
    with pytest.raises(Conflict) as refusal:
        merge_shops(shop=gone, into=into, actor=SYSTEM)
    assert refusal.value.code == "two_tills"
    till = {"into": into, "gone": gone}[whose]
    done = merged(gone, into, till=till)
    assert (done.moved, done.joined, done.till) == (0, 1, till)
    new.refresh_from_db()
    assert (new.on_hand, new.held, new.short) == (left, 2, short)
    assert ours.lines.get().offer == new
    live = Feed.objects.get(retired_at=None)
    assert live.shop == into
    cancel(order_id=theirs.pk, actor=SYSTEM)
    cancel(order_id=ours.pk, actor=SYSTEM)
    new.refresh_from_db()
    assert (new.on_hand, new.held, new.short) == (left, 0, 0)
    assert list(checks.problems()) == []


def test_where_a_till_reports_only_what_is_promised_comes(gone, into):
    feed_of(into)
    held = make_offer(shop=gone, on_hand=4)
    free = make_offer(shop=gone, on_hand=4)
    used = make_offer(shop=gone, on_hand=1, copy_ref="C1", condition="VG")
    confirm_by_mail(place(request_for(held, trusted=True)))
    done = merged(gone, into)
    assert done.moved == 2
    for each in (held, free, used):
        each.refresh_from_db()
    assert (held.shop, held.on_hand, held.held) == (into, 1, 1)
    assert free.shop == gone
    assert (used.shop, used.on_hand) == (into, 1)


def test_a_till_that_is_alone_comes_along(gone, into):
    feed = feed_of(gone)
    offer = make_offer(shop=gone, on_hand=4, reported_by=feed)
    merged(gone, into)
    offer.refresh_from_db()
    feed.refresh_from_db()
    assert (offer.shop, offer.on_hand, offer.reported_by) == (into, 4, feed)
    assert (feed.shop, feed.retired_at) == (into, None)


def test_people_tokens_and_addresses_go_over(gone, into, client):
    both = make_staff(gone, StaffRole.MANAGER)
    into.staff.create(user=both)
    only = make_staff(gone, StaffRole.MANAGER)
    secret = issue_token(shop=gone, label="till", actor=SYSTEM)
    done = merged(gone, into)
    assert (done.people, done.tokens) == (1, 1)
    assert dict(into.staff.values_list("user_id", "role")) == {
        both.pk: "staff",
        only.pk: "manager",
    }
    assert not gone.staff.exists()
    both.refresh_from_db()
    assert both.left_at is None
    assert named_shop("nouvelle", actor=authenticate(secret)) == into
    assert client.get("/boutiques/ancienne")["Location"] == "/boutiques/nouvelle"
    with pytest.raises(Conflict):
        merge_shops(shop=gone, into=into, actor=SYSTEM)


def test_what_cannot_be_merged_is_said(gone, into):
    with pytest.raises(Invalid):
        merge_shops(shop=gone, into=gone, actor=SYSTEM)
    with pytest.raises(Invalid):
        merge_shops(shop=gone, into=into, till=make_shop(), actor=SYSTEM)
    order = place(request_for(make_offer(shop=gone, on_hand=2)))
    other = place(request_for(make_offer(shop=into, on_hand=2)))
    Order.objects.filter(pk=other.pk).update(code=order.code)
    with pytest.raises(Conflict) as refusal:
        merge_shops(shop=gone, into=into, actor=SYSTEM)
    assert refusal.value.code == "codes_clash"
    gone.refresh_from_db()
    assert gone.ended_at is None


def test_a_trial_says_what_would_happen_and_keeps_nothing(gone, into):
    offer = make_offer(shop=gone, on_hand=2)
    place(request_for(offer, trusted=True))
    said = CliRunner().invoke(shops, ["merge", "ancienne", "nouvelle", "--dry-run"])
    assert said.exit_code == 0
    assert "Ancienne" in said.output
    assert "essai" in said.output
    offer.refresh_from_db()
    assert offer.shop == gone
    assert Order.objects.get().shop == gone
    asked = CliRunner().invoke(shops, ["merge", "ancienne", "nouvelle"], input="n\n")
    assert asked.exit_code == 1
    assert Order.objects.get().shop == gone
    done = CliRunner().invoke(shops, ["merge", "ancienne", "nouvelle", "--yes"])
    assert done.exit_code == 0
    assert Order.objects.get().shop == into
    assert "réunie à Nouvelle" in CliRunner().invoke(shops, ["list", "--ended"]).output


def test_an_order_that_came_too_late_follows(gone, into):
    order = confirm_by_mail(place(request_for(make_offer(shop=gone, on_hand=2))))
    now = timezone.now()
    Offer.objects.update(shop=into)
    Shop.objects.filter(pk=gone.pk).update(merged_into=into, ended_at=now, paused_at=now)
    expire_due(now=now + timedelta(minutes=1))
    order.refresh_from_db()
    assert (order.shop, order.status) == (into, "placed")


def test_the_objects_of_a_map_stand_for_the_shop_that_stays(gone, into, tmp_path, settings):
    settings.VAR = tmp_path / "var"
    at = {"source": "osm", "seen_at": timezone.now()}
    Listing.objects.create(shop=gone, ref="node/1", said={"name": "Ancienne"}, **at)
    merged(gone, into)
    assert Listing.objects.get().shop == into
    again = node(1, tags={"name": "Ancienne", "shop": "books", "website": "https://b.example"})
    done = import_shops(path=extract(tmp_path / "osm.json", again))
    into.refresh_from_db()
    assert (done.refused, into.website) == (0, "https://b.example")
