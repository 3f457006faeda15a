"""A region of two networks for the tests of portals: one shop each, and what each of them says."""

from dataclasses import dataclass, field

from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.alerts.links import last_word, link_word
from comptoir.catalogue.models import TILL_SOURCE, Product
from comptoir.events.operations import EventDetails, announce_event, write_pick
from comptoir.networks.models import Network
from comptoir.networks.operations.pages.banners import BannerRequest, raise_banner
from comptoir.networks.pages.models import PublicationKind
from comptoir.orders.contacts import confirmation_proof
from comptoir.orders.models import Channel
from comptoir.orders.operations import place, place_group
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.shops.kinds import ServiceKind
from comptoir.shops.models import FormerSlug, Service, Shop
from comptoir.shops.operations import open_inventory
from comptoir.shops.operations.memberships import join_network
from comptoir.stock.models import Offer
from tests.alerts.waiting import waits_for
from tests.events.conftest import local
from tests.factories import (
    ALWAYS_OPEN,
    group_for,
    make_network,
    make_offer,
    make_product,
    make_shop,
)
from tests.networks.pages.words import write
from tests.orders.groups import proof_of
from tests.papers.rows import make_paper
from tests.releases.made import drawn, entered
from tests.terms.world import publish_for
from tests.withdrawals.rows import rights_of

NORTH, SOUTH = "nord.example", "sud.example"
SIRETS = {NORTH: "73282932000074", SOUTH: "55210055400013"}
MARKS = ("zyxquarb", "plouzivrac", "velmontref", "quibbolane", "hurfaline", "drabouxel")
"""What the southern shop alone says: its name, its town, an article of its own, a word on a title,
a meeting, a note on a copy."""


@dataclass
class Member:
    """A shop of one network, and the values by which routes name what is its own."""

    network: Network
    shop: Shop
    offer: Offer
    own: Product
    things: dict[str, str] = field(default_factory=dict)


def make_region(shared: Product) -> dict[str, Member]:
    """Return two networks by their hosts, each with one shop that has the same title and more."""
    return {host: _member(host, shared) for host in (NORTH, SOUTH)}


def _member(host: str, shared: Product) -> Member:
    south = host == SOUTH
    network = make_network(slug=host.partition(".")[0], name=f"Réseau {host}", host=host)
    name, city, postcode = (
        ("Zyxquarb", "Plouzivrac", "29000") if south else ("Nadir", "Lille", "59000")
    )
    shop = make_shop(
        name=name,
        slug=name.lower(),
        city=city,
        postcode=postcode,
        siret=SIRETS[host],
        street=f"1 rue {name}",
        email=f"{name.lower()}@example.org",
        opening_hours=ALWAYS_OPEN,
        latitude=48.1 if south else 50.63,
        longitude=-4.1 if south else 3.06,
        open_data=True,
        stock_shown="exact",
    )
    FormerSlug.objects.create(shop=shop, slug=f"ancienne-{shop.pk}")
    Service.objects.create(shop=shop, kind=ServiceKind.SPECIAL_ORDERS)
    join_network(shop=shop, network=network, actor=SYSTEM)
    said = "Velmontref" if south else "Cahier"
    own = make_product(
        ean=None,
        source=TILL_SOURCE,
        source_ref=f"{shop.pk}:2000000000015",
        title=f"{said} quadrillé",
    )
    make_offer(shop=shop, product=own, on_hand=3)
    offer = make_offer(shop=shop, product=shared, on_hand=5)
    make_offer(shop=shop, product=shared, copy_ref="C1", condition="VG", on_hand=1)
    note = "Drabouxel" if south else "Bel état"
    word = "Quibbolane" if south else "Beau"
    pick = write_pick(shop=shop, product_id=shared.pk, text=f"{word} livre. {note}", actor=SYSTEM)
    title = "Hurfaline" if south else "Rencontre"
    details = EventDetails(kind="signing", title=title, starts=local(), product_ids=(shared.pk,))
    meeting = announce_event(shop=shop, details=details, actor=SYSTEM)
    things = _things(shop, offer, pick.pk, meeting.pk) | _said(network, title)
    return Member(network, shop, offer, own, things)


def _said(network: Network, word: str) -> dict[str, str]:
    """Have a network say this word on a page, in its news and on a banner."""
    write(network, "Charte", f"Notre charte : {word}.")
    write(network, "Annonce", f"Samedi : {word}.", kind=PublicationKind.NEWS, summary=word)
    wanted = BannerRequest(text=f"Lundi : {word}")
    raise_banner(network=network, request=wanted, actor=SYSTEM, now=timezone.now())
    return {
        "slug:network_slug": network.slug,
        "slug:page": "charte",
        "slug:item": "annonce",
    }


def _things(shop: Shop, offer: Offer, pick_id: int, event_id: int) -> dict[str, str]:
    line = LineRequest(offer.product_id, offer.pk)
    person = Customer("Ana", "ana@example.org")
    order = place(
        PlaceRequest(
            shop_id=shop.pk, lines=(line,), customer=person, channel=Channel.WEB, actor=READER
        )
    )
    group = place_group(group_for(offer))
    alert = waits_for(make_product())
    draw = drawn(shop, offer.product)
    return {
        "slug:slug": shop.slug,
        "former": f"ancienne-{shop.pk}",
        "siret": str(shop.siret),
        "str:siret": str(shop.siret),
        "slug:place": "nord" if shop.slug == "nadir" else "finistere",
        "slug:kind": "librairies",
        "slug:thing": "commandes",
        "str:ref": offer.product.ref,
        "ean": offer.product.ref,
        "str:inventory": str(open_inventory(shop=shop, actor=SYSTEM).inventory_word),
        "str:word": link_word(alert),
        "str:mailbox": last_word(alert.email_key),
        "str:token": order.token,
        "token": order.token,
        "str:proof": confirmation_proof(order),
        "str:group_token": group.token,
        "group_token": group.token,
        "str:group_proof": proof_of(group),
        "int:draw_id": str(draw.pk),
        "draw_id": str(draw.pk),
        "str:entry_token": entered(draw).token,
        "int:event_id": str(event_id),
        "int:pick_id": str(pick_id),
        "int:page": "1",
        "int:message_id": "0",
        "int:parcel_id": "0",
        **rights_of(order),
        "int:contract_id": "0",
        "int:number": str(publish_for(shop, own_words=f"Ici {shop.city}.").number),
        "str:digest": "0" * 32,
        "str:colour": "1c5c3c",
        "str:link": "x",
        "str:name": "comptoir-agent.pyz",
        "str:provider": "square",
        "str:number": make_paper(order).number,
        **dict.fromkeys(("str:link_token", "str:session_token", "str:key", "str:rights"), "x"),
        "path:rest": "cut/link",
        **dict.fromkeys(("int:z", "int:x", "int:y"), "0"),
    }
