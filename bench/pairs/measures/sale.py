"""A sale at the till, told at once: the last copy of a title goes, or one has come.

Each crosses zero, so the title's entry in the index changes too. A unit is a telling of one line.
"""

import secrets

from bench import load
from bench.crowd import network, told
from bench.pairs.data import TILLS
from bench.pairs.part import Part, Plan, Work, work_of
from bench.pairs.side import Side

CLIENTS = 8
TITLES_OF_ONE = 8
# Of the shops that are kept for files of tills, those that the snapshots leave alone.
_SHOPS = "SELECT id, slug FROM shops_shop ORDER BY id DESC OFFSET %s LIMIT %s"
_EANS = """
SELECT p.ean FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
WHERE o.shop_id = %s AND o.condition = 'new' AND o.held = 0 AND p.ean IS NOT NULL
AND p.state = 'listed' ORDER BY md5(p.ean) LIMIT %s
"""
Till = tuple[str, str, list[str]]


def prepare(side: Side, plan: Plan) -> list[Till]:  # noqa: ARG001
    """Return (slug, token, EANs) of each till."""
    shops = side.rows(_SHOPS, [TILLS // 2, TILLS // 2])
    label = f"sales-{secrets.token_hex(4)}"  # what a kept region was given before goes on
    return [
        (
            slug,
            side.command("shops", "token", slug, label).strip(),
            [ean for (ean,) in side.rows(_EANS, [key, TITLES_OF_ONE])],
        )
        for key, slug in shops
    ]


def run(side: Side, tills: list[Till], turn: int) -> Work:
    """Tell of one title after the other, in each shop in turn."""
    requests = (
        told(slug, token, eans[number], turn % 2, X_Forwarded_For=network(place))
        for number in range(TITLES_OF_ONE)
        for place, (slug, token, eans) in enumerate(tills)
    )
    return work_of(load.run(side.port, requests, clients=CLIENTS), 200)


PARTS = [Part("sale", "sale", prepare, run)]
