"""A person in every place that may hold one, and a search that looks everywhere."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session as Signed
from django.db import connection
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.audit import note
from comptoir.accounts.models import User
from comptoir.alerts.models import Alert
from comptoir.archives.models import Bundle, BundlePiece, Draft, Farewell
from comptoir.core.models import LimitCount
from comptoir.core.sheet import refusals_path
from comptoir.draws.models import Draw, DrawEntry, DrawLot
from comptoir.events.models import Pick
from comptoir.notifications.models import Message
from comptoir.orders.charges.models import LineCharge, PostageCharge
from comptoir.orders.contacts import contact_key, trust_key
from comptoir.orders.group import OrderGroup
from comptoir.orders.models import KnownContact, Order, OrderLine
from comptoir.orders.postal.models import PostalAddress
from comptoir.orders.trust.models import TrustEvent, TrustKind
from comptoir.payments.models import Account, Refund, Session, Transfer
from comptoir.post.models import Parcel
from comptoir.purchases.models import Purchase, PurchaseLine, Supplier
from comptoir.quotes.basket import PostageRule, PriceRule, Scheme
from comptoir.quotes.places import Zone
from comptoir.shops.models import Invitation, Shop
from comptoir.shops.page.models import FieldChange, PhotoFile, ShopAct
from comptoir.shops.requests.models import JoinRequest
from comptoir.stock.models import CopyPhoto, Upload, UploadPiece, UsedCopy
from comptoir.terms.models import OrderTerms, TermsVersion
from comptoir.webhooks.models import Attempt, Delivery, Endpoint
from comptoir.webhooks.models import Message as Told
from comptoir.withdrawals.models import Withdrawal
from tests.factories import make_network, make_offer, make_product, make_shop
from tests.papers.rows import make_paper

NAME, EMAIL = "Zéphyrine Malaquais", "zephyrine.malaquais@example.org"
PHONE, STREET = "+33699887766", "77 venelle des Salamandres"
TRACKING, IDEMPOTENT = "6Q99887766554", "zephyrine-once"
NEEDLES = ("Malaquais", EMAIL, PHONE, "Salamandres", TRACKING, IDEMPOTENT)


@dataclass
class Seeded:
    """The person, and when."""

    at: datetime = field(default_factory=timezone.now)
    shop: Shop = field(default_factory=make_shop)

    @property
    def acts(self) -> dict[str, Any]:
        return {"actor_kind": "system"}

    def order(self, code: str, *, cents: int = 0, **fields: Any) -> Order:
        """An order that has ended, of a quote where it costs something."""
        values: dict[str, Any] = {
            "token": f"{code}-token-of-an-order-for-tests",
            "code": code,
            "shop": self.shop,
            "status": "collected",
            "channel": "web",
            "name": NAME,
            "email": EMAIL,
            "phone": PHONE,
            "email_key": contact_key(EMAIL),
            "phone_key": contact_key(PHONE),
            "placed_at": self.at,
            "ended_at": self.at,
            "request_digest": "d" * 64,
        }
        order = Order.objects.create(**(values | fields))
        product = make_product()
        sent = "sent" if order.delivery == "mail" else "collected"
        line = OrderLine.objects.create(
            order=order,
            product=product,
            status=sent,
            title=product.title,
            price_cents=cents,
            condition="VG",
            note=f"Dédicacé à {NAME}",
        )
        if cents:
            rule, by = PriceRule.PUBLISHER.value, Scheme.RATE.value
            LineCharge.objects.create(
                line=line, scheme=by, rate=550, unit_cents=cents, vat_cents=1, rule=rule
            )
            PostageCharge.objects.create(
                order=order,
                cents=300,
                rule=PostageRule.BAND.value,
                zone=next(iter(Zone)),
                day=self.at.date(),
            )
            order.events.create(kind="paid", happened_at=self.at, status="placed", **self.acts)
        return order

    def posted(self, code: str, cents: int) -> Order:
        """An order that was posted, a parcel with a number on its way; its reader was told of the
        right to withdraw."""
        order = self.order(code, cents=cents, delivery="mail", status="shipped")
        PostalAddress.objects.create(
            order=order, name=NAME, street=STREET, postcode="86000", city="Poitiers", country="FR"
        )
        told, _new = TermsVersion.objects.get_or_create(
            shop=self.shop, number=1, defaults={"published_at": self.at, "texts": {}, **self.acts}
        )
        OrderTerms.objects.create(order=order, version=told)
        Parcel.objects.create(
            order=order, tracking=TRACKING, packed_at=self.at, handed_at=self.at, carrier=""
        )
        return order


def seed() -> Seeded:
    """Put the person into every place that may hold one, as of now."""
    seeded = Seeded()
    _orders(seeded)
    _money(seeded)
    _people(seeded)
    _draw(seeded)
    _left(seeded)
    _shop(seeded)
    _machines(seeded)
    return seeded


def _orders(seeded: Seeded) -> None:
    at, shop = seeded.at, seeded.shop
    group = OrderGroup.objects.create(
        token="group-of-zephyrine", mode="each", placed_at=at, idempotency_key=IDEMPOTENT
    )
    special = seeded.order("1001", group=group, idempotency_key="1" + IDEMPOTENT)
    supplier = Supplier.objects.create(shop=shop, name="Distribution Ouest")
    bought = Purchase.objects.create(
        shop=shop, supplier=supplier, number=1, way="other", sent_at=at, **seeded.acts
    )
    line = special.lines.get()
    PurchaseLine.objects.create(purchase=bought, product=line.product, order_line=line, quantity=1)
    blank = dict.fromkeys(("name", "email", "phone", "email_key", "phone_key"), "")
    seeded.order("1005", erased_at=at, request_digest="", **blank)
    seeded.posted("1002", 2_000)
    big = seeded.posted("1003", 15_000)
    Withdrawal.objects.create(
        order=big, declared_at=at, confirmed_at=at, proof=f"Colissimo {TRACKING}", proof_at=at
    )
    make_paper(big, pdf=f"%PDF-1.7 {NAME}, {STREET}".encode(), day=at.date(), issued_at=at)
    KnownContact.objects.create(key=contact_key(EMAIL), confirmed_at=at)
    TrustEvent.objects.create(
        shop=shop,
        key=trust_key(shop.pk, contact_key(EMAIL)),
        kind=TrustKind.UNCOLLECTED,
        happened_at=at,
        **seeded.acts,
    )
    Alert.objects.create(
        product=make_product(),
        email=EMAIL,
        email_key=contact_key(EMAIL),
        latitude=46.58,
        longitude=0.34,
        radius_km=20,
        nonce="nonce-of-alert",
        ends_at=at + timedelta(days=90),
    )
    for status, about in (("sent", "order:1"), ("queued", ""), ("failed", "")):
        Message.objects.create(
            to=EMAIL,
            language="fr",
            template="order_placed",
            context={"name": NAME},
            subject=NAME,
            text=STREET,
            about=about,
            status=status,
            error=f"550 {EMAIL} unknown",
        )


def _money(seeded: Seeded) -> None:
    at, shop = seeded.at, seeded.shop
    big = Order.objects.get(code="1003")
    account = Account.objects.create(shop=shop, provider="transfer", **seeded.acts)
    transfer = Transfer.objects.create(
        order=big,
        account=account,
        cents=15_300,
        dated=at.date(),
        reference=f"VIR {NAME}",
        entered_at=at,
        **seeded.acts,
    )
    money = {"account": account, "cents": 15_300}
    times = {"captured_at": at, "noted_at": at}
    capture = big.captures.create(transfer=transfer, ref="r", **money, **times)
    Refund.objects.create(
        order=big,
        capture=capture,
        cents=10,
        token="t",
        reason="owner",
        status="done",
        why=f"The account of {NAME} is closed.",
        asked_at=at,
        **seeded.acts,
    )
    Session.objects.create(order=big, token="s", created_at=at, expires_at=at, **money)


def _draw(seeded: Seeded) -> None:
    at, offer = seeded.at, make_offer(shop=seeded.shop)
    draw = Draw.objects.create(
        shop=seeded.shop,
        product=offer.product,
        closes_at=at,
        days=2,
        until=at + timedelta(days=5),
        source="drand",
        seed=b"s" * 32,
        commitment="c" * 64,
        ended_at=at,
        **seeded.acts,
    )
    lot = DrawLot.objects.create(draw=draw, shop=seeded.shop, offer=offer, copies=1, held=0)
    DrawEntry.objects.create(
        draw=draw,
        lot=lot,
        state="passed",
        key=contact_key(EMAIL),
        token="t" * 32,
        digest="d" * 64,
        name=NAME,
        email=EMAIL,
    )


def _left(seeded: Seeded) -> None:
    """A shop that its owner ended, who had its telephone at home, with somebody's order."""
    at = seeded.at
    gone = make_shop(phone=PHONE, email=EMAIL, street=STREET, paused_at=at, ended_at=at)
    Farewell.objects.create(shop=gone, since=at, **seeded.acts)
    seeded.order("2001", shop=gone)


def _people(seeded: Seeded) -> None:
    at, shop = seeded.at, seeded.shop
    gone = User.objects.create_user(EMAIL, name=NAME, left_at=at)
    Pick.objects.create(
        shop=shop,
        product=make_product(),
        text="Un livre.",
        signed=NAME,
        place=1,
        changed_at=at,
        actor_kind="user",
        actor_id=gone.pk,
    )
    JoinRequest.objects.create(
        asker_name=NAME,
        asker_email=EMAIL,
        asker_phone=PHONE,
        message=f"Je suis {NAME}",
        nonce="n",
        ends_at=at + timedelta(days=60),
        entry={"name": "x", "street": STREET},
    )
    Invitation.objects.create(
        shop=shop, email=EMAIL, name=NAME, nonce="n", sent_at=at, ends_at=at, **seeded.acts
    )
    note(SYSTEM, "looked_at_order", shop_id=shop.pk, reason=f"{NAME} a appelé", looked=True)
    Signed.objects.create(session_key="s" * 32, session_data=NAME, expire_date=at)


def _shop(seeded: Seeded) -> None:
    at, shop, photo = seeded.at, seeded.shop, NAME.encode()
    PhotoFile.objects.create(
        digest="p" * 32,
        large=photo,
        medium=photo,
        small=photo,
        square=photo,
        width=9,
        height=9,
        left_at=at,
    )
    CopyPhoto.objects.create(digest="c" * 32, large=photo, small=photo, width=9, height=9)
    act = ShopAct.objects.create(shop=shop, happened_at=at, **seeded.acts)
    FieldChange.objects.create(act=act, field="phone", before=PHONE, after={"note": NAME})
    sold = make_offer(shop=shop, copy_ref="C1", condition="VG", on_hand=0, last_moved_at=at)
    signed = CopyPhoto.objects.create(digest="d" * 32, large=photo, small=photo, width=9, height=9)
    UsedCopy.objects.create(offer=sold, note=f"Dédicacé à {NAME}", photo=signed)
    refused = refusals_path("stock", "caisse.csv", at)
    refused.parent.mkdir(exist_ok=True)
    refused.write_text(f"4;{NAME};{PHONE}", encoding="utf-8")
    upload = Upload.objects.create(shop=shop, file_name="stock.csv", **seeded.acts)
    UploadPiece.objects.create(upload=upload, number=1, content=f"9782;{NAME}".encode())
    bundle = Bundle.objects.create(shop=shop, state="ready", **seeded.acts)
    BundlePiece.objects.create(bundle=bundle, number=1, content=photo)
    Draft.objects.create(network=make_network(), file_name="m.csv", content=photo, **seeded.acts)
    make_offer(shop=shop)


def _machines(seeded: Seeded) -> None:
    told = Told.objects.create(shop=seeded.shop, event="order.placed", data={"code": "1001"})
    endpoint = Endpoint.objects.create(
        shop=seeded.shop, url="https://x.example", events=[], nonce="n", **seeded.acts
    )
    delivery = Delivery.objects.create(message=told, endpoint=endpoint)
    Attempt.objects.create(delivery=delivery, milliseconds=1, note=f"unknown client {EMAIL}")
    LimitCount.objects.create(key=7, ends_at=seeded.at, spent=1)


def where_is(*needles: str) -> dict[str, int]:
    """Return in which tables any of these texts stands, in any column of any type, bytes as well,
    and in how many rows."""
    marks = [each.lower() for each in needles]
    marks += [each.encode().hex() for each in needles]
    asked = """SELECT table_name FROM information_schema.tables
        WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for (table,) in cursor.fetchall():
            like = " OR ".join(["position(%s IN lower(row_.*::text)) > 0"] * len(marks))
            cursor.execute(f'SELECT count(*) FROM "{table}" row_ WHERE {like}', marks)
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found
