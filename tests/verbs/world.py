"""The shop on which each verb is tried, and what is in it."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.archives.models import Bundle
from comptoir.archives.operations.bundles import ask
from comptoir.events.operations import EventDetails, announce_event, write_pick
from comptoir.orders.models import Order
from comptoir.orders.operations import place, set_aside
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.models import Doors, DoorsMode
from comptoir.shops.models import Shop
from comptoir.shops.operations import (
    DoorsRequest,
    SettingsChange,
    invite_staff,
    issue_token,
    update_settings,
)
from comptoir.shops.operations.circulars import send_circular
from comptoir.shops.operations.doors import shut_doors
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.page.photos import add_photo
from comptoir.stock.arrivals.calls import link_till
from comptoir.stock.arrivals.files import TillFile
from comptoir.stock.arrivals.pulls import set_pull
from comptoir.stock.arrivals.uploads import begin
from comptoir.stock.copies.operations import CopyDetails, enter_copy
from comptoir.stock.counts.operations import start_count
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Feed, Offer, Report, StockCount, Upload
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import preview_report
from comptoir.webhooks.models import Delivery, DeliveryStatus, Endpoint
from comptoir.webhooks.operations import add_endpoint, send_test
from tests.events.conftest import local
from tests.factories import (
    confirm_by_mail,
    make_network,
    make_offer,
    make_product,
    make_shop,
    request_for,
)
from tests.shops.page.kept import photo_of

DETAILS = CopyDetails("VG", 500)
MEETING = EventDetails(kind="signing", title="Rencontre", starts=local())
DAY = date(2027, 1, 4)
CLOSED = DoorsRequest(mode=DoorsMode.SLOTS)


@dataclass
class World:
    """One shop with one of each thing that somebody may act on."""

    shop: Shop
    offer: Offer
    copy: Offer
    order: Order
    ready: Order
    report: Report
    upload: Upload
    count: StockCount
    feed: Feed
    endpoint: Endpoint
    delivery: Delivery
    made: dict[object, Any] = field(default_factory=dict)


def make_world() -> World:
    """Make the shop, its people's things and its tills."""
    shop = make_shop(siret="73282932000074")
    offer = make_offer(shop=shop, on_hand=9)
    order, ready = (confirm_by_mail(place(request_for(offer))) for _ in range(2))
    set_aside(order_id=ready.pk, actor=SYSTEM)
    issue_token(shop=shop, label="A", actor=SYSTEM)
    link_till(shop=shop, provider="square", actor=SYSTEM, secret="s")
    set_pull(shop=shop, url="https://example.org/a.csv", actor=SYSTEM, every_minutes=60)
    endpoint, _secret = add_endpoint(
        shop=shop, url="https://example.org/hook", events=[], actor=SYSTEM
    )
    delivery = send_test(shop=shop, endpoint_id=endpoint.pk, actor=SYSTEM)
    Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.FAILED)
    return World(
        shop=shop,
        offer=offer,
        copy=enter_copy(
            shop=shop, product_id=offer.product_id, details=DETAILS, actor=SYSTEM, ref="C1"
        ),
        order=order,
        ready=ready,
        report=preview_report(incoming(shop, SYSTEM)),
        upload=begin(shop=shop, actor=SYSTEM, file_name="a.csv", chunks=[b"ean;quantity\n"]),
        count=start_count(shop=shop, name="A", whole=False, actor=SYSTEM),
        feed=Feed.objects.get(shop=shop),
        endpoint=endpoint,
        delivery=delivery,
    )


def incoming(shop: Shop, actor: Actor) -> Incoming:
    """Return a report of one title, for a preview."""
    lines = [StockLine(1, make_product().ean, 1)]
    return Incoming(shop=shop, format="csv", mode="delta", as_of=None, lines=lines, actor=actor)


def invited(shop: Shop) -> int:
    """Return the key of an invitation to a shop."""
    return invite_staff(shop=shop, email="new@example.org", actor=SYSTEM).pk


def picked(world: World) -> int:
    """Return the key of a word on the title of a shop's offer."""
    return write_pick(
        shop=world.shop, product_id=world.offer.product_id, text="Un mot", actor=SYSTEM
    ).pk


def changed(shop: Shop) -> int:
    """Return the key of an act on a shop that can be undone."""
    update_settings(shop=shop, change=SettingsChange(hold_days=9), actor=SYSTEM)
    return last_act(shop)


def shown(shop: Shop) -> str:
    """Return the digest of a photo that a shop's page shows, before another."""
    for mark in "bc":
        add_photo(shop=shop, photo=photo_of(mark), alt="La vitrine", actor=SYSTEM)
    return "b" * 32


def bundled(shop: Shop) -> Shop:
    """Return a shop that has an export which is ready."""
    ask(shop=shop, actor=SYSTEM)
    Bundle.objects.update(state="ready")
    return shop


def told(shop: Shop) -> int:
    """Return the key of a shop's copy of a message of its network."""
    network = make_network()
    join_network(shop=shop, network=network, actor=SYSTEM)
    sent = send_circular(network=network, title="A", body="B", actor=SYSTEM, now=timezone.now())
    return sent.copies.get(shop=shop).pk


def announced(shop: Shop) -> int:
    """Return the key of an event of a shop."""
    return announce_event(shop=shop, details=MEETING, actor=SYSTEM).pk


def till_file(shop: Shop, actor: Actor) -> TillFile:
    return TillFile(shop=shop, stream=io.BytesIO(b"ean;quantity\n"), actor=actor, format="csv")


def shut(w: World) -> Doors:
    return shut_doors(of=w.shop, request=CLOSED, actor=SYSTEM, now=timezone.now())


def first_slot(w: World) -> datetime:
    shut(w)
    return free_slots(w.shop, timezone.now())[0][0].start
