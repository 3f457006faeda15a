"""Shops that post, and a few orders in every state, so that the day's post shows something.

The orders are paid at the test provider, where the installation says that it is a trial; anywhere
else they wait for their money.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.utils import timezone

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.db import fetch
from comptoir.demo.people import load_terms
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.orders.postal.address import Address
from comptoir.orders.postal.errors import QuoteRefused
from comptoir.payments.kinds import ProviderName
from comptoir.payments.operations import ask_for
from comptoir.payments.operations.trial import TrialWish, play
from comptoir.payments.providers.trial import allowed
from comptoir.post.carriers import Carrier
from comptoir.post.operations import fetch as fetch_copy
from comptoir.post.operations import hand_over, number, pack, receive
from comptoir.quotes.operations.tariffs import TariffSaid, write_tariff
from comptoir.quotes.start import STARTING_BANDS
from comptoir.shops.models import ServiceKind, Shop
from comptoir.terms.reads import may_post

_TO = (
    ("Nour Castaing", "to pay", 1, Address("4 rue du Clocher", "Limoges", "87000")),
    ("Bérénice Vacher", "paid", 2, Address("12 cours Gambetta", "Talence", "33400")),
    ("Hugo Lestrade", "paid", 1, Address("7 rue Sainte-Catherine", "Bordeaux", "33000")),
    ("Élodie Marchive", "fetched", 2, Address("3 place d’Armes", "Poitiers", "86000")),
    ("Paul Anglade", "packed", 1, Address("Le Bourg", "Aubusson", "23200", extra="Chez Anglade")),
    ("Inès Roubaud", "sent in part", 2, Address("21 quai Branly", "Paris", "75007")),
    ("Marc Delvaux", "sent", 1, Address("Rue Haute 118", "Bruxelles", "1000", country="BE")),
    ("Lucie Hoareau", "arrived", 1, Address("9 rue de Paris", "Saint-Denis", "97400")),
)
_TRACKING = "8L1234567890{}"
_LINES = """
SELECT o.product_id, o.id, p.ean FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
WHERE o.shop_id = %s AND o.condition = 'new' AND o.on_hand - o.held > 1 AND p.ean IS NOT NULL
ORDER BY o.product_id DESC LIMIT 20
"""


def load_parcels(shops: Sequence[Shop], busy: int) -> int:
    """Have the shops post that say so, and the first ones; place orders in so many `busy` ones that
    have none to post yet. Return how many were placed."""
    now, placed = timezone.now(), 0
    said = Shop.objects.filter(services__kind=ServiceKind.MAIL_ORDER)
    posting = set(said.values_list("pk", flat=True)) | {shop.pk for shop in shops[:busy]}
    known = set(Shop.objects.filter(tariffs__isnull=False).values_list("pk", flat=True))
    for shop in shops:
        if shop.pk in posting - known:
            if not may_post(shop):
                load_terms([shop])
            today = timezone.localdate(now, ZoneInfo(shop.time_zone))
            tariff = TariffSaid(since=today, bands=STARTING_BANDS)
            write_tariff(shop=shop, said=tariff, actor=SYSTEM, now=now)
    for at, shop in enumerate(shops[:busy]):
        rows = fetch(_LINES, [shop.pk])
        for turn, (name, state, titles, to) in enumerate(_TO):
            lines = rows[2 * turn : 2 * turn + titles]
            if lines and (order := _placed(shop, f"{at}-{turn}", name, lines, to)):
                _lead(order, state, [ean for _product, _offer, ean in lines], turn)
                placed += 1
    return placed


def _placed(
    shop: Shop, key: str, name: str, lines: Sequence[tuple[int, int, str]], to: Address
) -> Order | None:
    """Place an order; None where the shop asks another price than the publisher's."""
    request = PlaceRequest(
        shop_id=shop.pk,
        lines=tuple(LineRequest(product, offer) for product, offer, _ean in lines),
        customer=Customer(name=name, email=f"post.{key}@lecture.example"),
        channel=Channel.WEB,
        actor=READER,
        idempotency_key=f"demo:post:{key}",
        verified=True,
        trusted=True,
        posted_to=to,
    )
    try:
        return place(request)
    except QuoteRefused:
        return None


def _lead(order: Order, state: str, numbers: Sequence[str], turn: int) -> None:
    """Lead an order that was placed where it should be."""
    if state == "to pay" or not allowed():
        return
    now = timezone.now()
    session = ask_for(order=order, provider=ProviderName.TRIAL, now=now)
    play(key=session.token, wish=TrialWish(), now=now)
    if state == "fetched":
        fetch_copy(shop=order.shop, text=numbers[0], actor=SYSTEM)
    if state in {"paid", "fetched"}:
        return
    first = order.lines.order_by("pk")[0].pk
    copies = {first: 1} if state == "sent in part" else None
    parcel = pack(order_id=order.pk, copies=copies, actor=SYSTEM)
    if state == "packed":
        return
    tracking = _TRACKING.format(turn)
    number(parcel_id=parcel.pk, carrier=Carrier.COLISSIMO, tracking=tracking, actor=SYSTEM)
    hand_over(parcel_id=parcel.pk, actor=SYSTEM)
    if state == "arrived":
        receive(token=order.token, parcel_id=parcel.pk, actor=READER)
