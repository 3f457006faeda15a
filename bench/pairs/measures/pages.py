"""The pages that readers open most: a title's, a shop's, the first one; and titles by the API."""

from collections.abc import Mapping

from bench import load
from bench.crowd import network
from bench.pairs.part import Part, Plan, Work, chance, check_there, work_of
from bench.pairs.side import HOST, Side

CLIENTS = 32
PAGES = {"small": 320, "full": 1_600}
PAGES_OF_SHOPS = {"small": 320, "full": 96}
"""With 20,000 lines in a shop, a page of one took the commit before half a second."""
TITLES = (
    "SELECT '/titre/' || ean FROM catalogue_product"
    " WHERE state = 'listed' AND ean IS NOT NULL ORDER BY md5(ean) LIMIT 2000"
)
SHOPS = "SELECT '/boutiques/' || slug FROM shops_shop WHERE paused_at IS NULL ORDER BY slug"
HOME = "SELECT '/'"
PRODUCTS = (
    "SELECT '/api/v1/products?q=' || split_part(title, ' ', 1) FROM catalogue_product"
    " WHERE state = 'listed' AND title ~ '^[A-Za-z]{4,} ' ORDER BY md5(ean) LIMIT 500"
)


def page_part(
    name: str, query: str, unit: str = "page", *, pages: Mapping[str, int] = PAGES
) -> Part:
    """Return the part that opens the pages whose addresses a query tells."""

    def prepare(side: Side, plan: Plan) -> tuple[list[str], int]:
        paths = [path for (path,) in side.rows(query)]
        check_there(side, paths[0], HOST)
        return paths, pages[plan.scale]

    def run(side: Side, state: tuple[list[str], int], turn: int) -> Work:
        paths, count = state
        requests = (
            load.get(path, HOST, X_Forwarded_For=network(number))
            for number, path in enumerate(chance(turn).choices(paths, k=count))
        )
        return work_of(load.run(side.port, requests, clients=CLIENTS), 200)

    return Part(name, unit, prepare, run)


PARTS = [
    page_part("product_page", TITLES),
    page_part("shop_page", SHOPS, pages=PAGES_OF_SHOPS),
    page_part("home_page", HOME),
    page_part("api_products", PRODUCTS, "read"),
]
