"""A shop with something of everything that is a shop's, drawn from a seed; other databases."""

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex

import psycopg
from django.db import connection
from django.utils import timezone
from PIL import Image
from psycopg import sql

from comptoir.accounts.actors import SYSTEM
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import TILL_SOURCE, own_ref
from comptoir.core.pictures.photo import Photo, read_photo
from comptoir.events.operations import EventDetails, announce_event, cancel_event, write_pick
from comptoir.exchanges.operations import Wanted, accept, ask, send
from comptoir.networks.models import Network
from comptoir.orders.models import (
    Delivery,
    LineCharge,
    Order,
    OrderLine,
    Portion,
    PostageCharge,
    PostageShare,
    PostalAddress,
    ShopAlert,
)
from comptoir.orders.operations import cancel, collect, place, set_aside
from comptoir.orders.operations.requests import Customer
from comptoir.payments.kinds import Otherwise
from comptoir.payments.models import PaidOtherwise, Refund
from comptoir.post.models import Fetched, Parcel, ParcelLine, ParcelStep
from comptoir.purchases.models import (
    Arrival,
    ArrivalScan,
    ArrivedCopies,
    Buyer,
    Purchase,
    PurchaseLine,
    PurchaseStep,
    Supplier,
    Supply,
    Wish,
)
from comptoir.quotes.models import Band, PriceDecision, Tariff
from comptoir.shops.doors.models import Doors, DoorSpan
from comptoir.shops.models import FieldOrigin, FormerSlug, Service, Shop, Speciality, StaffRole
from comptoir.shops.operations import SettingsChange, add_closure, update_settings
from comptoir.shops.operations.memberships import join_network
from comptoir.shops.page.models import SIZES, FieldChange, Link, PhotoFile, ShopAct, ShopPhoto
from comptoir.stock.arrivals.models import TillArticle
from comptoir.stock.copies.operations import CopyDetails, change_copy, enter_copy
from comptoir.stock.counts.models import TillCorrection
from comptoir.stock.counts.operations import Scan, start_count, take_scans
from comptoir.stock.models import ReportMode, StockMovement
from comptoir.stock.shelf.ledger import sell
from comptoir.stock.shelf.models import ShopClock
from comptoir.terms.models import Conditions, Maker, OrderTerms, TermsVersion
from comptoir.withdrawals.models import LaterNotice, Withdrawal, WithdrawnLine
from tests.events.conftest import local
from tests.factories import (
    confirm_by_mail,
    make_network,
    make_offer,
    make_product,
    make_shop,
    make_staff,
    request_for,
    take_file,
)
from tests.installation.copies import END_OTHERS
from tests.papers.rows import make_paper
from tests.payments.world import money_for
from tests.releases.made import released
from tests.served import address_of

HARD = ("=1+1", "'=x", "'quoted'", "a;b", 'say "so"', "two\nlines", "cr\r\nlf", "é—𝄞", "-5", "@x")
"""What a table, or a spreadsheet, may take for something else."""
NAMES = ("Élise Ménard", "O'Brien", "Zoë-Lou")


def make_full_shop(seed: int) -> Shop:
    """Return a shop that has at least one row in every sheet of an export."""
    draw = random.Random(seed)
    shop = make_shop(description=draw.choice(HARD), city=f"Île {draw.choice(HARD)}"[:80])
    owner, staff = make_staff(shop, StaffRole.MANAGER, name="Anne Ménard"), make_staff(shop)
    _describe(shop, draw, owner.actor)
    offers = _stock(shop, draw, staff.actor)
    _window(shop, draw, owner.actor)
    _orders(draw, offers)
    _buying(shop, draw, offers)
    _between(shop, draw, offers)
    return shop


def _describe(shop: Shop, draw: random.Random, owner) -> None:
    network = Network.objects.filter(slug="reseau").first() or make_network(slug="reseau")
    join_network(shop=shop, network=network, actor=SYSTEM)
    FormerSlug.objects.create(shop=shop, slug=f"{shop.slug}-avant")
    Service.objects.create(shop=shop, kind="gift_wrap", how=draw.choice(HARD))
    Speciality.objects.create(shop=shop, kind="jazz")
    add_closure(
        shop=shop, first_day=local().date(), last_day=local(9).date(), reason="x", actor=owner
    )
    Doors.objects.create(
        shop=shop,
        mode="no_holds",
        begins_at=timezone.now(),
        ended_at=timezone.now(),
        text=draw.choice(HARD),
        actor_kind="user",
        actor_id=owner.id,
    )
    DoorSpan.objects.create(shop=shop, weekday=2, opens=600, closes=720, every=15, places=3)
    tariff = Tariff.objects.create(shop=shop, since="2026-01-01", box_grams=80, box_mm=5)
    Band.objects.create(tariff=tariff, zone="eu", max_grams=500, price_cents=1290, tracked=True)
    Link.objects.create(shop=shop, url="https://example.org/a", label=draw.choice(HARD), place=1)
    picture = picture_of(draw)
    data = {size: bytes(picture.large) for size in SIZES}
    file = PhotoFile.objects.create(digest=picture.digest, width=30, height=20, **data)
    ShopPhoto.objects.create(shop=shop, file=file, alt=draw.choice(HARD), place=1)
    who = {"actor_kind": "user", "actor_id": owner.id}
    first = ShopAct.objects.create(shop=shop, happened_at=timezone.now(), **who)
    undo = ShopAct.objects.create(shop=shop, happened_at=timezone.now(), undoes=first, **who)
    FieldChange.objects.create(
        act=first, field="phone", before=None, after=draw.choice(HARD), undone=undo
    )
    FieldOrigin.objects.create(
        shop=shop, field="phone", offered=draw.choice(HARD), actor_kind="user", actor_id=owner.id
    )
    FieldOrigin.objects.create(shop=shop, field="services", offered=["a", draw.choice(HARD)])
    ShopAlert.objects.create(shop=shop, sound=True)
    TillArticle.objects.create(
        shop=shop, format="csv", item="=A1", name=draw.choice(HARD), seen_at=timezone.now()
    )


def picture_of(draw: random.Random) -> Photo:
    """Return a photo that no other draw gives."""
    picture = io.BytesIO()
    colour = tuple(draw.randint(0, 255) for _band in "RGB")
    Image.new("RGB", (30, 20), colour).save(picture, "PNG")
    picture.seek(0)
    return read_photo(picture)


def _stock(shop: Shop, draw: random.Random, staff) -> list:
    own = make_product(
        ean=None, source=TILL_SOURCE, source_ref=own_ref(shop.pk, "2000000000015"), title="Sac"
    )
    none = make_product(ean=None, source="shop", source_ref=token_hex(8), title=draw.choice(HARD))
    offers = [make_offer(shop=shop, on_hand=draw.randint(3, 9)) for _n in range(3)]
    offers += [make_offer(shop=shop, product=each, on_hand=1) for each in (own, none)]
    PriceDecision.objects.create(
        shop=shop,
        product=offers[0].product,
        publisher_cents=1290,
        till_cents=1390,
        price_cents=1290,
        actor_kind="user",
        actor_id=staff.id,
    )
    sell(shop=shop, ean=offers[0].ean, actor=staff)
    sold = StockMovement.objects.latest("pk")
    TillCorrection.objects.create(movement=sold, actor_kind="user", actor_id=staff.id)
    till = {"format": "csv", "mode": ReportMode.DELTA, "file_name": "till.csv"}
    lines = io.BytesIO(f"ean;quantity\n{offers[2].ean};7\n".encode())
    take_file(shop=shop, stream=lines, actor=staff, **till)
    ShopClock.objects.update_or_create(shop=shop, defaults={"new_as_of": timezone.now()})
    copy = enter_copy(
        shop=shop,
        product_id=offers[1].product_id,
        details=CopyDetails("VG", 900, "NM", draw.choice(HARD)),
        actor=staff,
        ref=token_hex(4),
        photo=picture_of(draw),
    )
    change_copy(shop=shop, offer_id=copy.pk, details=CopyDetails("G", 700), actor=staff)
    count = start_count(shop=shop, name=draw.choice(HARD), whole=False, actor=staff)
    take_scans(session=count, scans=[Scan("k1", offers[0].ean)], actor=staff)
    return offers


def _window(shop: Shop, draw: random.Random, owner) -> None:
    product = make_product(title=draw.choice(HARD))
    write_pick(shop=shop, product_id=product.pk, text=draw.choice(HARD), signed="A", actor=owner)
    told = {"text": draw.choice(HARD), "product_ids": (product.pk,)}
    for kind, hour in (("signing", 18), ("reading", 15)):
        details = EventDetails(kind=kind, title=f"R {draw.random()}", starts=local(4, hour), **told)
        event = announce_event(shop=shop, details=details, actor=owner)
    cancel_event(shop=shop, event_id=event.pk, actor=owner)
    released(shop, product)


def _orders(draw: random.Random, offers: list) -> None:
    def ordered():
        customer = Customer(draw.choice(NAMES), f"{token_hex(4)}@example.org")
        return place(request_for(draw.choice(offers[:3]), customer=customer))

    ordered()
    done, gone, ready = (confirm_by_mail(ordered()) for _n in range(3))
    set_aside(order_id=ready.pk, actor=SYSTEM)
    collect(order_id=done.pk, actor=SYSTEM)
    cancel(order_id=gone.pk, actor=SYSTEM)
    make_paper(done)
    _rights(done)
    _paid_otherwise(ready)
    confirm_by_mail(ordered())
    _charge(done, draw)


def _paid_otherwise(order: Order) -> None:
    """Give an order money, of which a part was paid back in cash."""
    refund = Refund.objects.get(pk=money_for(order)["int:refund_id"])
    now = timezone.now()
    how = {"dated": now.date(), "how": Otherwise.CASH, "entered_at": now}
    PaidOtherwise.objects.create(refund=refund, cents=1, **how, **acted_by(SYSTEM))


def _rights(order: Order) -> None:
    """What law has a shop say, and that a reader withdrew."""
    now = timezone.now()
    Conditions.objects.create(shop=order.shop, director="Marie Dupont")
    Maker.objects.create(
        shop=order.shop, imprint="Seuil", key="seuil", name="N", address="A", contact="a@b.fr"
    )
    version = TermsVersion.objects.create(
        shop=order.shop, number=1, published_at=now, texts={"fr": {}}, actor_kind="system"
    )
    OrderTerms.objects.create(order=order, version=version)
    made = Withdrawal.objects.create(order=order, declared_at=now, confirmed_at=now)
    WithdrawnLine.objects.create(withdrawal=made, line=order.lines.get(), quantity=1)
    LaterNotice.objects.create(order=order, version=version, given_at=now)


def _charge(order: Order, draw: random.Random) -> None:
    """Have an order be one by post: its quote, its address, a parcel, and a copy that came back."""
    Order.objects.filter(pk=order.pk).update(delivery=Delivery.MAIL)
    line, taxed = order.lines.get(), {"scheme": "rate", "rate": 550}
    LineCharge.objects.create(line=line, **taxed, unit_cents=790, vat_cents=41, rule="free_price")
    postage = PostageCharge.objects.create(
        order=order, cents=420, rule="band", zone="france", day=timezone.localdate()
    )
    PostageShare.objects.create(postage=postage, **taxed, cents=420, vat_cents=22)
    back = {"fate": "taken_back", "quantity": 1, "at": timezone.now(), "actor_kind": "system"}
    Portion.objects.create(line=line, **back)
    PostalAddress.objects.create(
        order=order, name=draw.choice(NAMES), street="1 rue Droite", city="Tulle", country="FR"
    )
    now, by = timezone.now(), {"actor_kind": "system"}
    Fetched.objects.create(line=line, quantity=1, at=now, **by)
    parcel = Parcel.objects.create(order=order, tracking="6A12345678901", packed_at=now)
    ParcelLine.objects.create(parcel=parcel, line=line, quantity=1)
    ParcelStep.objects.create(parcel=parcel, kind="packed", happened_at=now, **by)


def _buying(shop: Shop, draw: random.Random, offers: list) -> None:
    """What a supplier was sent, what it says, and a reader's copy that came."""
    now, by = timezone.now(), {"actor_kind": "system"}
    product, name = offers[0].product, f"D {draw.choice(HARD)}"
    Buyer.objects.create(shop=shop, gln="3012410000003")
    supplier = Supplier.objects.create(shop=shop, name=name, customer_number=draw.choice(HARD))
    Supply.objects.create(shop=shop, supplier=supplier, product=product)
    Wish.objects.create(shop=shop, product=product, quantity=2, **by)
    bought = {"number": 1, "way": "other", "seen": token_hex(8), "sent_at": now, **by}
    purchase = Purchase.objects.create(shop=shop, supplier=supplier, **bought)
    wanted = OrderLine.objects.filter(order__shop=shop).earliest("pk")
    for of, received in ((wanted, 1), (None, 0)):
        line = PurchaseLine.objects.create(
            purchase=purchase, product=product, order_line=of, quantity=1, received=received
        )
    said = {"answer": "later", "copies": 1, "happened_at": now, **by}
    PurchaseStep.objects.create(purchase=purchase, line=line, kind="answered", **said)
    arrival = Arrival.objects.create(shop=shop, opened_at=now, closed_at=now, **by)
    seen = {"key": token_hex(8), "product": product, "copies": 1, "scanned_at": now, **by}
    ArrivalScan.objects.create(arrival=arrival, **seen)
    ArrivedCopies.objects.create(arrival=arrival, order_line=wanted, copies=1)


def _between(shop: Shop, draw: random.Random, offers: list) -> None:
    """Copies between the shop and a colleague that is gone by now, in both directions; one is set
    aside."""
    network = Network.objects.get(slug="reseau")
    other = make_shop(shares_stock=True, name=f"Librairie {draw.choice(HARD)}")
    join_network(shop=other, network=network, actor=SYSTEM)
    update_settings(shop=shop, change=SettingsChange(shares_stock=True), actor=SYSTEM)
    shop.refresh_from_db()
    asked = [Wanted(offer.product_id) for offer in offers[:3]]
    for wanted in asked:
        ask(shop=shop, giver_id=other.pk, wanted=wanted, actor=SYSTEM)
    lent = [ask(shop=other, giver_id=shop.pk, wanted=each, actor=SYSTEM) for each in asked]
    for transfer in lent[:2]:
        accept(transfer_id=transfer.pk, actor=SYSTEM)
    send(transfer_id=lent[0].pk, actor=SYSTEM)
    other.delete()


@contextmanager
def second_installation() -> Iterator["Elsewhere"]:
    """Make an empty database that is migrated as the tests' own is, and drop it at the end."""
    name, here = f"second_{token_hex(4)}", connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(END_OTHERS, [here])
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(made.format(sql.Identifier(name), sql.Identifier(here)))
        try:
            yield Elsewhere(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Elsewhere:
    """Has a block speak to the second database in place of the tests' own."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._swap()

    def __exit__(self, *_error: object) -> None:
        self._swap()

    def _swap(self) -> None:
        connection.close()
        facts = connection.settings_dict
        self._name, facts["NAME"] = facts["NAME"], self._name


DAY = timedelta(days=1)
