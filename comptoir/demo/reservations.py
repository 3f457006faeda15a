"""A few reservations in every state, so that the counter of the demonstration is not empty."""

from comptoir.accounts.actors import READER, SYSTEM
from comptoir.core.db import fetch
from comptoir.orders import operations
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import place
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest
from comptoir.shops.models import Shop

_CUSTOMERS = (
    ("Camille Durandeau", Channel.WEB, "placed", 2),
    ("Idriss Bonnefoy", Channel.PHONE, "placed", 1),
    ("Solène Etchart", Channel.WEB, "placed", 1),
    ("Marthe Chassagne", Channel.EMAIL, "set_aside", 3),
    ("Yann Lalanne", Channel.WEB, "set_aside", 1),
    ("Fatou Diallo", Channel.WEB, "unconfirmed", 1),
    ("Joseph Peyrat", Channel.COUNTER, "collected", 1),
    ("Rose Minvielle", Channel.WEB, "cancelled", 2),
    ("Luc Hameau", Channel.WEB, "not_found", 1),
)
_LINES = """
SELECT product_id, id FROM stock_offer WHERE shop_id = %s AND on_hand - held > 1
ORDER BY product_id LIMIT 40
"""


def load_reservations(shops: list[Shop]) -> int:
    """Place reservations in shops that have none, and lead each where it should be; return how
    many were placed."""
    placed = 0
    for at, shop in enumerate(shops):
        if Order.objects.filter(shop=shop).exists():
            continue
        lines = [LineRequest(product, offer) for product, offer in fetch(_LINES, [shop.pk])]
        for number, (name, channel, state, titles) in enumerate(_CUSTOMERS):
            asked = tuple(lines[3 * number : 3 * number + titles])
            if asked:
                _lead(_place(shop, f"{name}|{at}", channel, state, asked), state)
                placed += 1
    return placed


def _place(
    shop: Shop, who: str, channel: Channel, state: str, lines: tuple[LineRequest, ...]
) -> Order:
    name, _, turn = who.partition("|")
    mailbox = name.lower().replace(" ", ".").replace("è", "e")
    return place(
        PlaceRequest(
            shop_id=shop.pk,
            lines=lines,
            customer=Customer(name=name, email=f"{mailbox}.{turn}@lecture.example"),
            channel=channel,
            actor=READER if state == "unconfirmed" else SYSTEM,
            idempotency_key=f"demo:{shop.pk}:{mailbox}",
            trusted=state != "unconfirmed",
        )
    )


def _lead(order: Order, state: str) -> None:
    if state in {"set_aside", "collected"}:
        operations.set_aside(order_id=order.pk, actor=SYSTEM)
    if state == "collected":
        operations.collect(order_id=order.pk, actor=SYSTEM)
    if state == "not_found":
        operations.mark_not_found(line_id=order.lines.order_by("pk")[0].pk, actor=SYSTEM)
    if state == "cancelled":
        operations.cancel(order_id=order.pk, actor=SYSTEM)
