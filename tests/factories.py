"""Makes the things tests need, one call each, with sensible values for what a test leaves out."""

import itertools
from datetime import datetime
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from comptoir.accounts.actors import READER, Actor
from comptoir.accounts.models import User
from comptoir.catalogue.models import Product, ProductFormat, ProductKind, ProductState
from comptoir.networks.models import Network, NetworkRole
from comptoir.orders.contacts import confirmation_proof, contact_key
from comptoir.orders.group import GroupMode
from comptoir.orders.models import Channel, KnownContact, Order
from comptoir.orders.operations import GroupRequest, Part, confirm
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.orders.postal.address import Address
from comptoir.shops.choice import portals
from comptoir.shops.models import Shop, ShopKind, Staff, StaffRole
from comptoir.stock.arrivals.files import TillFile, read_file
from comptoir.stock.models import Condition, Offer, Reason, Report, StockMovement
from comptoir.stock.reports.operations import preview_report, take_report

# Far above what a test says by itself (`ean(777)`), so that the two never meet.
_numbers = itertools.count(1_000_001)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALWAYS_OPEN = "24/7"
WEEK = "Tu-Sa 10:00-19:00; PH off"
HOME = Address("3 rue Haute", "Limoges", "87000")
"""Where a reader lives to whom something is posted."""


def ean(number: int | None = None) -> str:
    """Return a valid EAN-13 of the 978 range."""
    digits = f"9782{(next(_numbers) if number is None else number):08d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return digits + str(-total % 10)


def make_shop(**fields: Any) -> Shop:
    """Return a bookshop in Poitiers."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"librairie-{number}",
        "name": f"Librairie {number}",
        "kind": ShopKind.BOOKS,
        "street": "1 place du Marché",
        "postcode": "86000",
        "city": "Poitiers",
        "latitude": 46.5802,
        "longitude": 0.3404,
        "phone": "+33549000000",
        "email": f"shop{number}@example.org",
        "opening_hours": WEEK,
    }
    return Shop.objects.create(**(values | fields))


def make_network(**fields: Any) -> Network:
    """Return a network without a host; one that has a host is known at once."""
    number = next(_numbers)
    portals.forget()
    return Network.objects.create(
        **({"slug": f"reseau-{number}", "name": f"Réseau {number}"} | fields)
    )


def make_product(**fields: Any) -> Product:
    """Return a listed book."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "ean": ean(number),
        "kind": ProductKind.BOOK,
        "state": ProductState.LISTED,
        "format": ProductFormat.PAPERBACK,
        "title": f"Le livre {number}",
        "byline": "Une Autrice",
        "publisher": "Éditions du Clain",
        "list_price_cents": 1290,
    }
    return Product.objects.create(**(values | fields))


def make_offer(*, on_hand: int = 1, as_of: datetime | None = None, **fields: Any) -> Offer:
    """Return an offer whose ledger explains it, told just now unless said otherwise."""
    shop = fields.pop("shop", None) or make_shop()
    product = fields.pop("product", None) or make_product()
    values: dict[str, Any] = {"condition": Condition.NEW, "price_cents": 1290}
    moment = as_of or timezone.now()
    offer = Offer.objects.create(
        shop=shop,
        product=product,
        ean=product.ean,
        on_hand=on_hand,
        counted=on_hand,
        as_of=moment,
        **(values | fields),
    )
    StockMovement.objects.create(
        offer=offer, delta=on_hand, reason=Reason.TOLD, happened_at=moment, actor_kind="system"
    )
    return offer


def confirm_by_mail(order: Order) -> Order:
    """Confirm an order as somebody who reads its mail."""
    return confirm(token=order.token, proof=confirmation_proof(order), actor=READER)


def make_staff(shop: Shop, role: StaffRole = StaffRole.STAFF, **fields: Any) -> User:
    """Return somebody who works in a shop."""
    number = next(_numbers)
    email = fields.pop("email", f"staff{number}@example.org")
    user = User.objects.create_user(email, **fields)
    Staff.objects.create(shop=shop, user=user, role=role)
    return user


def make_coordinator(
    network: Network, role: NetworkRole = NetworkRole.COORDINATOR, **fields: Any
) -> User:
    """Return somebody who works for a network, with a second factor: whom a test signs in has given
    it (`tests.conftest`)."""
    email = fields.pop("email", f"office{next(_numbers)}@example.org")
    user = User.objects.create_user(email, **fields)
    network.people.create(user=user, role=role, actor_kind="system")
    TOTP.activate(user, TOTP_SECRET)
    return user


def make_operator(**fields: Any) -> User:
    """Return somebody who runs the installation, with a second factor."""
    email = fields.pop("email", f"operator{next(_numbers)}@example.org")
    user = User.objects.create_user(email, is_superuser=True, **fields)
    TOTP.activate(user, TOTP_SECRET)
    return user


def staff_of(shop: Shop) -> Actor:
    """Return somebody who works in a shop, the same each time."""
    job = Staff.objects.filter(shop=shop).select_related("user").order_by("pk").first()
    return (job.user if job else make_staff(shop)).actor


def request_for(*offers: Offer, shop: Shop | None = None, **fields: Any) -> PlaceRequest:
    """Return the request of a reader for one copy of each of these offers; of one who is
    `verified`, the address is known."""
    customer = fields.pop("customer", None) or Customer("Camille Ferrand", "camille@example.org")
    values: dict[str, Any] = {
        "shop_id": (shop or offers[0].shop).pk,
        "lines": tuple(LineRequest(offer.product_id, offer.pk) for offer in offers),
        "customer": customer,
        "channel": Channel.WEB,
        "actor": READER,
    }
    request = PlaceRequest(**(values | fields))
    if request.verified:
        key = contact_key(request.customer.email)
        KnownContact.objects.get_or_create(key=key, defaults={"confirmed_at": timezone.now()})
    return request


def persons_request_for(*offers: Offer, **fields: Any) -> PlaceRequest:
    """Return the request of somebody who confirmed their address in this browser."""
    return request_for(*offers, **(fields | {"verified": True}))


def group_for(*offers: Offer, mode: GroupMode = GroupMode.EACH, **fields: Any) -> GroupRequest:
    """Return the request of a reader for one copy of each of these offers, each shop its order; of
    one who is `verified`, the address is known."""
    asks = {name: fields[name] for name in ("customer", "verified") if name in fields}
    alike = request_for(*offers, **asks)
    by_shop: dict[int, list[LineRequest]] = {}
    for offer in offers:
        by_shop.setdefault(offer.shop_id, []).append(LineRequest(offer.product_id, offer.pk))
    values: dict[str, Any] = {
        "mode": mode,
        "parts": tuple(Part(shop, tuple(lines)) for shop, lines in by_shop.items()),
        "customer": alike.customer,
        "channel": alike.channel,
        "actor": alike.actor,
    }
    return GroupRequest(**(values | fields))


def take_file(**given: Any) -> Report:
    """Apply a till's file: the values are those of `TillFile`."""
    return take_report(read_file(TillFile(**given)))


def preview_file(**given: Any) -> Report:
    """Preview a till's file: the values are those of `TillFile`."""
    return preview_report(read_file(TillFile(**given)))
