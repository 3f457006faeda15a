"""Reservations through `POST /api/v1/orders`: all for one title in one shop, and spread over many.

The processor time of an order has that of its mails in it, for the side is drained before it is
read.
"""

import json

from bench import load
from bench.pairs.part import Part, Plan, Work, work_of
from bench.pairs.side import HOST, Side

CLIENTS = 32
ORDERS = {"small": 600, "full": 6_000}
_PLENTY = """
SELECT o.id, s.slug, p.ean FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id
JOIN catalogue_product p ON p.id = o.product_id WHERE o.on_hand - o.held > 500000 ORDER BY o.id
"""

Offer = tuple[int, str, str]


def plenty(side: Side) -> list[Offer]:
    """Return (offer, shop, EAN) of the offers with copies enough for every load."""
    return [(key, slug, ean) for key, slug, ean in side.rows(_PLENTY)]


def order(offer: Offer, person: str) -> bytes:
    """Return the request of one person for one copy."""
    key, slug, ean = offer
    body = {
        "shop": slug,
        "lines": [{"product": ean, "offer": key, "quantity": 1}],
        "customer": {"name": "Camille Ferrand", "email": f"{person}@example.org"},
    }
    return load.post(
        "/api/v1/orders",
        json.dumps(body).encode(),
        HOST,
        Idempotency_Key=f"an-order-of-the-comparison-{person}",
    )


def _part(name: str, offers: int) -> Part:
    def prepare(side: Side, plan: Plan) -> tuple[list[Offer], int]:
        return plenty(side)[:offers], ORDERS[plan.scale]

    def run(side: Side, state: tuple[list[Offer], int], turn: int) -> Work:
        chosen, count = state
        requests = (
            order(chosen[(number * 7919) % len(chosen)], f"{name}-{turn}-{number}")
            for number in range(count)
        )
        return work_of(load.run(side.port, requests, clients=CLIENTS), 201)

    return Part(name, "order", prepare, run, by_jobs=True)


PARTS = [_part("reserve_hot", 1), _part("reserve_spread", 1_000)]
