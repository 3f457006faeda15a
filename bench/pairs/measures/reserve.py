"""Reservations of verified persons by the form: for one title in one shop, and spread over many.

A version that knows no mark in the browser takes their addresses for known all the same. The
processor time of an order has that of its mails in it, for the side is drained before it is read.
"""

from bench import load
from bench.crowd import KNOW, STOCKED, Crowd, Stocked
from bench.pairs.part import Part, Plan, Work, work_of
from bench.pairs.side import SETTINGS, Side

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


def _part(name: str, offers: int) -> Part:
    def prepare(side: Side, plan: Plan) -> tuple[list[Stocked], int]:
        keys = [key for key, _slug, _ean in plenty(side)[:offers]]
        return [Stocked(*row) for row in side.rows(STOCKED, [keys, keys])], ORDERS[plan.scale]

    def run(side: Side, state: tuple[list[Stocked], int], turn: int) -> Work:
        chosen, count = state
        persons = Crowd(SETTINGS["COMPTOIR_SECRET_KEY"], f"{name}-{turn}")
        with side.connect() as connection:
            connection.execute(KNOW.encode(), [persons.keys(count)])
        requests = persons.requests(chosen, count)
        return work_of(load.run(side.port, iter(requests), clients=CLIENTS), 303)

    return Part(name, "order", prepare, run, by_jobs=True)


PARTS = [_part("reserve_hot", 1), _part("reserve_spread", 1_000)]
