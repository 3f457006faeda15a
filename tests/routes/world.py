"""A world in which every route has something to show, and those who try it."""

import copy
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.alerts.links import last_word, link_word
from comptoir.api import names
from comptoir.events.operations import EventDetails, announce_event, write_pick
from comptoir.exchanges.operations import Wanted
from comptoir.exchanges.operations import ask as ask_colleague
from comptoir.networks.models import NetworkRole
from comptoir.notifications.models import Message
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import Channel, Order, OrderLine
from comptoir.orders.operations import place, place_group
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.post.models import Parcel
from comptoir.post.operations import hand_over, pack
from comptoir.search import builder
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import Shop, StaffRole
from comptoir.shops.operations import open_inventory
from comptoir.shops.operations.doors import DoorsRequest, shut_doors
from comptoir.shops.operations.invitations import link_of
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.operations.page.photos import add_photo
from comptoir.stock.arrivals.calls import link_till
from comptoir.stock.counts.operations import start_count
from comptoir.stock.models import Feed, Report, Upload
from comptoir.webhooks.operations import add_endpoint, send_test
from tests.alerts.waiting import waits_for
from tests.api.client import secret_of
from tests.events.conftest import local
from tests.exchanges.pair import sharing
from tests.factories import (
    group_for,
    make_coordinator,
    make_network,
    make_offer,
    make_product,
    make_shop,
    make_staff,
)
from tests.networks.pages.words import speak
from tests.orders.groups import proof_of
from tests.papers.rows import make_paper
from tests.payments.world import money_for
from tests.post.world import make_posted
from tests.privacy.links import rights_word
from tests.privacy.rows import make_contract
from tests.purchases.town import town_of
from tests.quotes.conftest import post_from
from tests.releases.made import drawn, entered, released
from tests.routes.counter import COUNTER, POST, PURCHASES
from tests.routes.programs import API_SHOP
from tests.shops.page.kept import photo_of
from tests.withdrawals.rows import rights_of

ROLES = (
    "anonymous",
    "staff of A",
    "manager of A",
    "staff of B",
    "token of A",
    "token of B",
    "coordinator of N",
    "editor of N",
    "coordinator of M",
)
APART = (*ROLES, "reader", "editor of M")
"""Those too for whom a page is or is not there as for another: tried where things are apart."""
PEOPLE = {role for role in APART if role.startswith(("staff", "manager", "coordinator", "editor"))}
SETTINGS = {"RATE_LIMITS": False, "DEMO": True}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
RARE = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
MEETING = EventDetails(kind="signing", title="Rencontre", starts=local())
SIRETS = {"a": "73282932000074", "b": "55210055400013"}
MONTH = timedelta(days=30)
QUERIES = {COUNTER + "boutique/factures/ventes.csv": "?first=2026-11-01&last=2026-11-30"}
"""What is asked of a route that tells nothing unasked."""
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class World:
    """Two shops, and two networks, with one of each thing of the first shop and network."""

    a: Shop
    b: Shop
    things: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    bodies: dict[str, dict[str, str]] = field(default_factory=dict)
    also: dict[str, dict[str, str]] = field(default_factory=dict)
    """The things of a route that shows others than the rest do."""

    def body(self, route: str) -> str:
        """Return what is sent to a route that asks for something; else nothing."""
        sent = self.bodies.get(route, {})
        return json.dumps(sent) if route.startswith("api/") and sent else urlencode(sent)

    def path(self, route: str, shop: Shop) -> str:
        """Return the address of a route: this shop's, with the first shop's things."""
        values = self.things | {"slug:shop_slug": shop.slug, "siret": str(shop.siret)}
        values |= self.also.get(route, {})
        asked = QUERIES.get(route, "")
        for name, value in values.items():
            route = route.replace(f"<{name}>", value)
        assert "<" not in route, f"no value for {route}"
        return "/" + route + asked

    def client(self, role: str) -> tuple[Client, dict[str, str]]:
        """Return somebody's browser or program, and its headers."""
        client = Client()
        client.raise_request_exception = False
        if role == "reader":
            # Somebody who has reserved and confirmed from this browser, which knows them.
            route = "reservation/<str:token>/confirmer/<str:proof>"
            assert client.post(self.path(route, self.a)).status_code < 400
        if role in self.people:
            client.force_login(self.people[role], backend=BACKEND)
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}
        return client, headers


@pytest.fixture(autouse=True)
def no_limits(settings, tmp_path) -> None:
    for name, value in (SETTINGS | {"VAR": tmp_path}).items():
        setattr(settings, name, value)
    names.forget_all()


def make_world() -> World:
    """Make the world, and an index of it."""
    a, b = (make_shop(siret=SIRETS[name], slug=f"shop-{name}") for name in "ab")
    n, m = (make_network(slug=f"network-{name}") for name in "nm")
    join_network(shop=a, network=n, actor=SYSTEM)
    offer = make_offer(shop=a, on_hand=5)
    builder.rebuild()
    line = LineRequest(offer.product_id, offer.pk)
    order = place(
        PlaceRequest(
            shop_id=a.pk,
            lines=(line,),
            customer=Customer("Ana", "ana@example.org"),
            channel=Channel.WEB,
            actor=READER,
        )
    )
    parcel = Parcel.objects.create(order=order, packed_at=order.placed_at)
    report = Report.objects.create(
        feed=Feed.objects.create(shop=a, format="csv"),
        mode="snapshot",
        as_of=order.placed_at,
        status="applied",
        actor_kind="feed",
    )
    count = start_count(shop=a, name="A", whole=False, actor=SYSTEM)
    later = DoorsRequest(mode=DoorsMode.SLOTS, begins_at=order.placed_at + timedelta(days=30))
    doors, closing = (
        shut_doors(of=each, request=later, actor=SYSTEM, now=order.placed_at) for each in (a, n)
    )
    release, day = (released(each, offer.product) for each in (a, n))
    draw, lottery = (drawn(each, offer.product) for each in (a, n))
    entry = entered(draw)
    Message.objects.filter(template="draw_confirm").delete()
    tariff = post_from(a, (timezone.localdate() + MONTH).isoformat())
    link = link_till(shop=a, provider="square", actor=SYSTEM, secret="secret")
    endpoint, _secret = add_endpoint(
        shop=a, url="https://example.org/hook", events=(), actor=SYSTEM
    )
    upload = Upload.objects.create(shop=a, file_name="a.csv", actor_kind="user")
    delivery = send_test(shop=a, endpoint_id=endpoint.pk, actor=SYSTEM)
    closure = a.closures.create(first_day="2027-01-04", last_day="2027-01-05")
    ref = offer.product.ref
    add_photo(shop=a, photo=photo_of("0"), alt="La vitrine", actor=SYSTEM)
    pick = write_pick(shop=a, product_id=offer.product_id, text="Un mot", actor=SYSTEM)
    meeting = announce_event(shop=a, details=MEETING, actor=SYSTEM)
    alert = waits_for(make_product())
    said = speak(n)
    theirs = make_offer(shop=sharing(n), product=offer.product)
    a.refresh_from_db()
    a.shares_stock = True
    a.save(update_fields=["shares_stock"])
    wanted = Wanted(offer.product_id)
    transfer = ask_colleague(shop=a, giver_id=theirs.shop_id, wanted=wanted, actor=SYSTEM)
    bought = town_of(a)
    asked = n.requests.create(
        entry={"name": "C"}, state="confirmed", nonce="0" * 32, ends_at=timezone.now() + MONTH
    )
    offered = n.offers_to_join.create(shop=b, side="shop", actor_kind="system")
    invitation = a.invitations.create(
        email="new@example.org",
        nonce="0" * 32,
        actor_kind="system",
        sent_at=timezone.now(),
        ends_at=timezone.now() + timedelta(days=1),
    )
    tokens = {"token of A": secret_of(a), "token of B": secret_of(b)}
    token_id = a.tokens.get().token_id
    made = World(
        a,
        b,
        things={
            "slug:slug": a.slug,
            "slug:network_slug": n.slug,
            **said,
            **bought,
            "slug:place": "vienne",
            "slug:kind": "librairies",
            "slug:thing": "par-correspondance",
            "path:rest": "cut/link",
            "str:ref": ref,
            "str:word": link_word(alert),
            "str:rights": rights_word("ana@example.org"),
            "str:inventory": str(open_inventory(shop=a, actor=SYSTEM).inventory_word),
            "str:mailbox": last_word(alert.email_key),
            "ean": ref,
            "str:token": order.token,
            "str:proof": confirmation_proof(order),
            "token": order.token,
            "code": order.code,
            "int:order_id": str(order.pk),
            "int:theirs_id": str(theirs.pk),
            "int:transfer_id": str(transfer.pk),
            "int:offer_id": str(make_offer(shop=a, copy_ref="C1", condition="VG").pk),
            "str:digest": "0" * 32,
            "str:colour": "1c5c3c",
            "str:name": "comptoir-agent.pyz",
            "int:line_id": str(OrderLine.objects.get(order=order).pk),
            "int:parcel_id": str(parcel.pk),
            "int:report_id": str(report.pk),
            "int:feed_id": str(report.feed_id),
            "int:upload_id": str(upload.pk),
            "int:count_id": str(count.pk),
            "slug:format": "csv",
            "int:closure_id": str(closure.pk),
            "int:doors_id": str(doors.pk),
            "int:closing_id": str(closing.pk),
            "int:release_id": str(release.pk),
            "int:day_id": str(day.pk),
            "int:draw_id": str(draw.pk),
            "draw_id": str(draw.pk),
            "int:lot_id": str(lottery.pk),
            "str:entry_token": str(entry.token),
            "int:tariff_id": str(tariff.pk),
            "int:serial": "1",
            "str:number": make_paper(order).number,
            "int:number": "1",
            **rights_of(order),
            "int:contract_id": str(make_contract(order).pk),
            "int:act_id": str(a.acts.get(changes__field="photos").pk),
            "int:pick_id": str(pick.pk),
            "int:event_id": str(meeting.pk),
            "int:endpoint_id": str(endpoint.pk),
            "int:delivery_id": str(delivery.pk),
            "int:request_id": str(asked.pk),
            "int:membership_id": str(offered.pk),
            "int:message_id": str(Message.objects.exclude(template="rights_link").get().pk),
            "str:siret": str(a.siret),
            "str:provider": "square",
            "str:link_token": link.token,
            "int:invitation_id": str(invitation.pk),
            "str:link": link_of(invitation),
            "int:user_id": str(make_staff(a).pk),
            "int:token_id": str(token_id),
            "int:member_id": str(a.memberships.get().pk),
            "int:pk": "1",
            "int:page": "1",
            **dict.fromkeys(("int:z", "int:x", "int:y"), "0"),
        },
        tokens=tokens,
        people={
            "staff of A": make_staff(a),
            "manager of A": make_staff(a, StaffRole.MANAGER),
            "staff of B": make_staff(b),
            "coordinator of N": make_coordinator(n),
            "editor of N": make_coordinator(n, NetworkRole.EDITOR),
            "coordinator of M": make_coordinator(m),
            "editor of M": make_coordinator(m, NetworkRole.EDITOR),
        },
    )
    made.things["int:person_id"] = str(made.people["editor of N"].pk)
    made.things |= money_for(Order.objects.get(pk=order.pk))
    group = place_group(group_for(offer))
    made.things |= {
        "str:group_token": group.token,
        "str:group_proof": proof_of(group),
        "group_token": group.token,
    }
    # What its reader has withdrawn from is not handed over.
    made.also[API_SHOP + "/orders/<code>/collect"] = {"code": group.orders.earliest("pk").code}
    _post(made)
    made.bodies = _bodies(made.things)
    return made


def _post(made: World) -> None:
    """Give the first shop a parcel that left, and an order to pack."""
    offer = make_offer(shop=made.a, on_hand=2)
    gone, waiting = (
        make_posted((offer, 1), email=f"{name}@example.org") for name in ("eve", "flo")
    )
    parcel = pack(order_id=gone.pk, actor=SYSTEM)
    hand_over(parcel_id=parcel.pk, actor=SYSTEM)
    made.things |= {"parcel_id": str(parcel.pk), "to_pack": waiting.code}
    of_line = {"int:line_id": made.things["line_id"]}
    made.also[PURCHASES + "/<int:number>/lignes/<int:line_id>"] = of_line
    made.also[POST + "/commandes/<int:order_id>"] = {"int:order_id": str(waiting.pk)}


def _bodies(things: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what is sent to those routes that answer nothing else than what they were asked."""
    bought = {"supplier": things["supplier"], "seen": things["seen"]}
    return {
        API_SHOP + "/parcels": {"code": things["to_pack"]},
        API_SHOP + "/purchases": bought,
        API_SHOP + "/purchase-lines/<line_id>/answer": {"answer": "unavailable"},
        API_SHOP + "/arrivals/scans": {"code": things["scanned"], "key": "1"},
        PURCHASES + "/commander": bought,
        PURCHASES + "/titres/<str:ref>/fournisseur": bought,
    }


def ask(
    client: Client, method: str, path: str, headers: dict[str, str], body: str = ""
) -> HttpResponse:
    """Send one request and undo what it did, to the database and to the browser."""
    api = path.startswith("/api/")
    if api and "/stock" in path:
        body = json.dumps({"as_of": "2026-01-01T00:00:00Z", "lines": []})
    kept, client.cookies = client.cookies, copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(
            method,
            path,
            body if method != "GET" else "",
            content_type="application/json" if api else "application/x-www-form-urlencoded",
            headers={"Idempotency-Key": str(uuid4())} | headers,
        )
        if response.streaming:
            list(response)
        transaction.set_rollback(True)
    client.cookies = kept
    return response


def fault(response: HttpResponse, path: str) -> str | None:
    """Return what is wrong with an answer, whatever was asked. Only `/healthz` may say 503."""
    if response.status_code >= 500 and path != "/healthz":
        return f"answered {response.status_code}"
    kind = response.get("Content-Type", "")
    if kind.startswith("text/html"):
        policy = response.get("Content-Security-Policy", "")
        # A mail shown as it would be sent has its own styles: in a sandbox where no script runs.
        caged = "sandbox" in policy and "allow-scripts" not in policy
        if "default-src 'none'" not in policy or ("unsafe" in policy and not caged):
            return f"has the policy “{policy}”"
    program = path.startswith("/api/") and path != "/api/v1/docs"
    if response.status_code >= 400 and program and kind != "application/problem+json":
        return f"tells its problem as {kind}"
    return None
