"""What each verb asks of its actor: the table by which `test_scope.py` tries each as everybody.

A function that takes an actor and is in neither table fails the tests: a verb is one row of
`VERBS`, with who may do it and how it is called on a `World`; what looks at its actor in another
way, or not at all, is one row of `OTHERWISE` (`tests.otherwise`), with why.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.archives.models import Bundle
from comptoir.archives.operations.bundles import ask
from comptoir.events.operations import EventDetails, announce_event, write_pick
from comptoir.orders.models import Order
from comptoir.orders.operations import Wish, place, set_aside
from comptoir.orders.operations.doors.places import free_slots
from comptoir.shops.doors.models import Doors, DoorsMode
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations import (
    DoorsRequest,
    SettingsChange,
    add_closure,
    invite_staff,
    issue_token,
    update_settings,
)
from comptoir.shops.operations.circulars import send_circular
from comptoir.shops.operations.doors import shut_doors
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.operations.page.meanwhile import last_act
from comptoir.shops.operations.page.photos import add_photo
from comptoir.shops.operations.scope import Verb
from comptoir.shops.page.links import LinkSaid
from comptoir.stock.arrivals.calls import link_till
from comptoir.stock.arrivals.files import TillFile
from comptoir.stock.arrivals.pulls import set_pull
from comptoir.stock.arrivals.uploads import begin
from comptoir.stock.assortment.request import AssortmentRequest
from comptoir.stock.copies.operations import CopyDetails, TypedTitle, enter_copy
from comptoir.stock.counts.operations import Scan, start_count
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
    make_staff,
    request_for,
)
from tests.shops.page.kept import photo_of

DETAILS = CopyDetails("VG", 500)
MEETING = EventDetails(kind="signing", title="Rencontre", starts=local())
DAY = date(2027, 1, 4)


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


Call = Callable[[World, Actor], object]


def of(path: str, verb: Verb, call: Callable[..., object]) -> tuple[str, tuple[Verb, Call]]:
    """Return a row of the table: where a function is, its verb, and how it is called here."""
    module, _dot, name = path.rpartition(".")

    def run(world: World, actor: Actor) -> object:
        found = call(getattr(import_module(f"comptoir.{module}"), name), world, actor)
        # A read that yields has looked at nothing until it is read.
        return list(found) if hasattr(found, "__next__") else found

    return path, (verb, run)


def on_shop(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, actor=actor, **values)


def on_offer(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, ean=w.offer.product.ean, actor=actor, **values)


def on_copy(**values: Any) -> Callable[..., object]:
    return lambda verb, w, actor: verb(shop=w.shop, offer_id=w.copy.pk, actor=actor, **values)


CLOSED = DoorsRequest(mode=DoorsMode.SLOTS)


def shut(w: World) -> Doors:
    return shut_doors(of=w.shop, request=CLOSED, actor=SYSTEM, now=timezone.now())


def first_slot(w: World) -> datetime:
    shut(w)
    return free_slots(w.shop, timezone.now())[0][0].start


def on_endpoint(verb: Callable[..., object], w: World, actor: Actor) -> object:
    return verb(shop=w.shop, endpoint_id=w.endpoint.pk, actor=actor)


VERBS: dict[str, tuple[Verb, Call]] = dict(
    [
        of("archives.reads.leave_of", Verb.EXPORT_SHOP, lambda f, w, actor: f(w.shop, actor)),
        of("archives.operations.bundles.ask", Verb.EXPORT_SHOP, on_shop()),
        of("archives.operations.bundles.stop", Verb.EXPORT_SHOP, on_shop()),
        of("archives.operations.bundles.fetch", Verb.EXPORT_SHOP,
           lambda f, w, actor: f(shop=bundled(w.shop), actor=actor)),
        of("archives.operations.farewells.say_farewell", Verb.END_SHOP,
           lambda f, w, actor: f(shop=w.shop, typed=w.shop.name, actor=actor)),
        of("archives.operations.farewells.take_back", Verb.END_SHOP, on_shop()),
        of("orders.operations.alerts.set_alert", Verb.CHANGE_SHOP, on_shop(wish=Wish(sound=True))),
        of("orders.operations.deadlines.close_shop", Verb.CLOSE_SHOP,
           on_shop(first_day=DAY, last_day=DAY, reason="")),
        of("orders.operations.departures.end_shop", Verb.RUN_INSTALLATION, on_shop()),
        of("orders.operations.departures.readmit_shop", Verb.RUN_INSTALLATION, on_shop()),
        of("orders.operations.mergers.merge_shops", Verb.RUN_INSTALLATION,
           lambda f, w, actor: f(shop=w.shop, into=make_shop(), actor=actor)),
        of("orders.operations.page.undo.undo_act", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, act_id=changed(w.shop), actor=actor)),
        of("oversight.audit.audit_of_shop", Verb.READ_AUDIT, on_shop()),
        of("shops.page.history.history_of", Verb.READ_HISTORY, on_shop()),
        of("shops.operations.page.links.set_links", Verb.CHANGE_SHOP,
           on_shop(links=[LinkSaid("instagram.com/a")])),
        of("shops.operations.page.photos.add_photo", Verb.CHANGE_SHOP,
           on_shop(photo=photo_of("a"), alt="La vitrine")),
        of("shops.operations.page.photos.describe_photo", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, digest=shown(w.shop), alt="Autre", actor=actor)),
        of("shops.operations.page.photos.move_photo", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, digest=shown(w.shop), by=1, actor=actor)),
        of("shops.operations.page.photos.remove_photo", Verb.CHANGE_SHOP,
           lambda f, w, actor: f(shop=w.shop, digest=shown(w.shop), actor=actor)),
        of("shops.operations.page.photos.erase_photo", Verb.CHANGE_SHOP,
           on_shop(digest="0" * 32)),
        of("shops.operations.registration.take_siret", Verb.RUN_INSTALLATION,
           on_shop(siret="73282932000074")),
        of("shops.operations.slugs.rename_shop", Verb.RUN_INSTALLATION, on_shop(name="B")),
        of("orders.operations.moves.set_aside", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor)),
        of("orders.operations.moves.mark_not_found", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(line_id=w.order.lines.get().pk, actor=actor)),
        of("orders.operations.moves.collect", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.ready.pk, actor=actor)),
        of("orders.operations.moves.cancel", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(order_id=w.order.pk, actor=actor)),
        of("events.operations.picks.write_pick", Verb.FILL_WINDOW,
           lambda f, w, actor: f(
               shop=w.shop, product_id=w.offer.product_id, text="Un mot", actor=actor)),
        of("events.operations.picks.put_first", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, pick_id=picked(w), actor=actor)),
        of("events.operations.picks.move_pick", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, pick_id=picked(w), by=1, actor=actor)),
        of("events.operations.picks.remove_pick", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, pick_id=picked(w), actor=actor)),
        of("events.operations.meetings.announce_event", Verb.FILL_WINDOW,
           on_shop(details=MEETING)),
        of("events.operations.meetings.change_event", Verb.FILL_WINDOW,
           lambda f, w, actor: f(
               shop=w.shop, event_id=announced(w.shop), actor=actor,
               details=replace(MEETING, text="Autrement"))),
        of("events.operations.meetings.cancel_event", Verb.FILL_WINDOW,
           lambda f, w, actor: f(shop=w.shop, event_id=announced(w.shop), actor=actor)),
        of("shops.operations.closures.add_closure", Verb.CLOSE_SHOP,
           on_shop(first_day=DAY, last_day=DAY, reason="")),
        of("shops.operations.closures.remove_closure", Verb.CLOSE_SHOP,
           lambda f, w, actor: f(
               shop=w.shop, actor=actor, closure_id=add_closure(
                   shop=w.shop, first_day=DAY, last_day=DAY, reason="", actor=SYSTEM).pk)),
        of("orders.operations.doors.switch.close_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(of=w.shop, request=CLOSED, actor=actor, now=timezone.now())),
        of("orders.operations.doors.switch.open_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(doors=shut(w), actor=actor, now=timezone.now())),
        of("orders.operations.doors.slots.choose_slot", Verb.SERVE_ORDERS,
           lambda f, w, actor: f(
               order_id=w.order.pk, slot=first_slot(w), actor=actor, now=timezone.now())),
        of("shops.operations.doors.shut_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(of=w.shop, request=CLOSED, actor=actor, now=timezone.now())),
        of("shops.operations.doors.unbar_doors", Verb.CLOSE_DOORS,
           lambda f, w, actor: f(doors=shut(w), actor=actor, now=timezone.now())),
        of("shops.operations.doors.write_week", Verb.CLOSE_DOORS, on_shop(spans=[])),
        of("shops.operations.people.employ_staff", Verb.EMPLOY,
           on_shop(email="new@example.org", role=StaffRole.STAFF)),
        of("shops.operations.people.change_role", Verb.EMPLOY,
           lambda f, w, actor: f(
               shop=w.shop, user_id=make_staff(w.shop).pk, role=StaffRole.MANAGER, actor=actor)),
        of("shops.operations.invitations.invite_staff", Verb.EMPLOY,
           on_shop(email="new@example.org")),
        of("shops.operations.invitations.send_invitation_again", Verb.EMPLOY,
           lambda f, w, actor: f(shop=w.shop, invitation_id=invited(w.shop), actor=actor)),
        of("shops.operations.invitations.withdraw_invitation", Verb.EMPLOY,
           lambda f, w, actor: f(shop=w.shop, invitation_id=invited(w.shop), actor=actor)),
        of("shops.operations.people.dismiss_staff", Verb.EMPLOY,
           lambda f, w, actor: f(shop=w.shop, user_id=make_staff(w.shop).pk, actor=actor)),
        of("shops.circulars.reads.circulars_of", Verb.READ_COUNTER, on_shop()),
        of("shops.operations.circulars.read_circular", Verb.READ_COUNTER,
           lambda f, w, actor: f(
               shop=w.shop, copy_id=told(w.shop), actor=actor, now=timezone.now())),
        of("shops.operations.circulars.take_circulars_by_mail", Verb.CHANGE_SHOP,
           on_shop(by_mail=False, now=datetime(2027, 1, 4, tzinfo=UTC))),
        of("shops.operations.inventory.open_inventory", Verb.CHANGE_SHOP, on_shop()),
        of("shops.operations.inventory.close_inventory", Verb.CHANGE_SHOP, on_shop()),
        of("shops.operations.memberships.join_network", Verb.RUN_INSTALLATION,
           lambda f, w, actor: f(shop=w.shop, network=make_network(), actor=actor)),
        of("shops.operations.hosts.set_host", Verb.RUN_INSTALLATION,
           lambda f, w, actor: f(shop=w.shop, host="", actor=actor)),
        of("shops.operations.memberships.ask_network", Verb.JOIN_NETWORK,
           lambda f, w, actor: f(shop=w.shop, network=make_network(), actor=actor)),
        of("shops.operations.programs.issue_token", Verb.EMPLOY, on_shop(label="B")),
        of("shops.operations.programs.revoke_token", Verb.EMPLOY,
           lambda f, w, actor: f(
               shop=w.shop, token_id=w.shop.tokens.first().token_id, actor=actor)),
        of("shops.operations.settings.update_settings", Verb.CHANGE_SHOP,
           on_shop(change=SettingsChange(safety_stock=1))),
        of("stock.shelf.ledger.change_settings", Verb.CHANGE_SHOP,
           on_shop(change=SettingsChange(safety_stock=1))),
        of("stock.shelf.ledger.sell", Verb.MOVE_STOCK, on_offer()),
        of("stock.shelf.ledger.receive", Verb.MOVE_STOCK, on_offer()),
        of("stock.shelf.ledger.set_count", Verb.MOVE_STOCK, on_offer(count=3)),
        of("stock.reports.operations.take_report", Verb.REPORT_STOCK,
           lambda f, w, actor: f(incoming(w.shop, actor))),
        of("stock.reports.operations.preview_report", Verb.REPORT_STOCK,
           lambda f, w, actor: f(incoming(w.shop, actor))),
        of("stock.reports.operations.apply_report", Verb.DECIDE_REPORT,
           lambda f, w, actor: f(report=w.report, actor=actor)),
        of("stock.reports.operations.discard_report", Verb.DECIDE_REPORT,
           lambda f, w, actor: f(report=w.report, actor=actor)),
        of("stock.arrivals.articles.name_article", Verb.DESCRIBE_TILL,
           on_shop(format="square", item="A", ean="9782070612369")),
        of("stock.arrivals.articles.title_article", Verb.DESCRIBE_TILL,
           on_shop(number="2000000000015", title="Carnet", byline="", kind="other")),
        of("stock.arrivals.articles.load_articles", Verb.DESCRIBE_TILL,
           lambda f, w, actor: f(
               shop=w.shop, format="square", stream=io.BytesIO(b"item;ean\n"), actor=actor)),
        of("stock.arrivals.articles.arrange", Verb.DESCRIBE_TILL,
           on_shop(format="csv", shop_code="12")),
        of("stock.arrivals.calls.link_till", Verb.LINK_TILL, on_shop(provider="square")),
        of("stock.arrivals.calls.unlink_till", Verb.LINK_TILL, on_shop(provider="square")),
        of("stock.arrivals.calls.links_of", Verb.READ_COUNTER, on_shop()),
        of("stock.arrivals.pulls.set_pull", Verb.LINK_TILL,
           on_shop(url="https://example.org/b.csv", every_minutes=60)),
        of("stock.arrivals.pulls.end_pull", Verb.LINK_TILL,
           on_shop(url="https://example.org/a.csv")),
        of("stock.arrivals.pulls.pulls_of", Verb.READ_COUNTER, on_shop()),
        of("stock.arrivals.silence.retire_feed", Verb.RETIRE_TILL,
           lambda f, w, actor: f(
               shop=w.shop, feed_id=w.feed.pk, actor=actor, now=timezone.now())),
        of("stock.arrivals.uploads.begin", Verb.UPLOAD_FILE,
           on_shop(file_name="a.csv", chunks=[b"ean;quantity\n"])),
        of("stock.arrivals.uploads.stop", Verb.UPLOAD_FILE,
           lambda f, w, actor: f(w.upload, actor=actor)),
        of("stock.arrivals.uploads.read_again", Verb.UPLOAD_FILE,
           lambda f, w, actor: f(w.upload, actor=actor)),
        of("stock.arrivals.uploads.name_columns", Verb.DESCRIBE_TILL,
           lambda f, w, actor: f(w.upload, {"ean": "A", "quantity": "B"}, actor=actor)),
        of("stock.arrivals.uploads.ask_columns", Verb.DESCRIBE_TILL,
           lambda f, w, actor: f(w.upload, actor=actor)),
        of("stock.copies.operations.enter_copy", Verb.SELL_COPIES,
           lambda f, w, actor: f(
               shop=w.shop, product_id=w.offer.product_id, details=DETAILS, actor=actor,
               ref="C2")),
        of("stock.copies.operations.enter_unknown_copy", Verb.SELL_COPIES,
           on_shop(title=TypedTitle("Blue", "A", "record"), details=DETAILS, ref="C3")),
        of("stock.copies.operations.change_copy", Verb.SELL_COPIES,
           on_copy(details=replace(DETAILS, price_cents=600))),
        of("stock.copies.operations.sell_copy", Verb.SELL_COPIES, on_copy()),
        of("stock.copies.operations.withdraw_copy", Verb.SELL_COPIES, on_copy()),
        of("stock.copies.operations.see_copy", Verb.SELL_COPIES, on_copy()),
        of("stock.counts.corrections.corrections_of", Verb.COUNT_STOCK, on_shop()),
        of("stock.counts.corrections.tick_off", Verb.COUNT_STOCK,
           lambda f, w, actor: f(shop=w.shop, offer_id=w.offer.pk, newest=0, actor=actor)),
        of("stock.counts.operations.start_count", Verb.COUNT_STOCK,
           on_shop(name="B", whole=False)),
        of("stock.counts.operations.take_scans", Verb.COUNT_STOCK,
           lambda f, w, actor: f(
               session=w.count, scans=[Scan("a", w.offer.product.ean)], actor=actor)),
        of("stock.counts.operations.discard_count", Verb.COUNT_STOCK,
           lambda f, w, actor: f(session=w.count, actor=actor)),
        of("stock.counts.steps.begin_applying", Verb.COUNT_STOCK,
           lambda f, w, actor: f(session=w.count, zero_rest=False, actor=actor)),
        of("webhooks.operations.add_endpoint", Verb.CHANGE_WEBHOOKS,
           on_shop(url="https://example.org/b", events=[])),
        of("webhooks.operations.remove_endpoint", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.rotate_secret", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.pause_endpoint", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.resume_endpoint", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.send_test", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("webhooks.operations.replay", Verb.CHANGE_WEBHOOKS,
           lambda f, w, actor: f(shop=w.shop, delivery_id=w.delivery.pk, actor=actor)),
        of("webhooks.operations.replay_failed", Verb.CHANGE_WEBHOOKS, on_endpoint),
        of("stock.assortment.reads.total", Verb.READ_COUNTER,
           on_shop(request=AssortmentRequest())),
        of("stock.assortment.reads.page", Verb.READ_COUNTER,
           on_shop(request=AssortmentRequest(), most=5)),
        of("stock.assortment.reads.each", Verb.READ_COUNTER, on_shop(request=AssortmentRequest())),
    ]
)  # fmt: skip
