"""The pages that readers open most: a title's, a shop's, the first one."""

from bench import load
from bench.pairs.part import Part, Plan, Work, chance, check_there, work_of
from bench.pairs.side import HOST, Side

CLIENTS = 2
PAGES = {"small": 160, "full": 1_000}
_TITLES = (
    "SELECT '/titre/' || ean FROM catalogue_product"
    " WHERE state = 'listed' AND ean IS NOT NULL ORDER BY md5(ean) LIMIT 2000"
)
_SHOPS = "SELECT '/boutiques/' || slug FROM shops_shop WHERE paused_at IS NULL ORDER BY slug"
_HOME = "SELECT '/'"


def page_part(name: str, query: str, unit: str = "page") -> Part:
    """Return the part that opens the pages whose addresses a query tells."""

    def prepare(side: Side, plan: Plan) -> tuple[list[str], int]:
        paths = [path for (path,) in side.rows(query)]
        check_there(side, paths[0], HOST)
        return paths, PAGES[plan.scale]

    def run(side: Side, state: tuple[list[str], int], turn: int) -> Work:
        paths, count = state
        requests = (load.get(path, HOST) for path in chance(turn).choices(paths, k=count))
        return work_of(load.run(side.port, requests, clients=CLIENTS), 200)

    return Part(name, unit, prepare, run)


PARTS = [
    page_part("product_page", _TITLES),
    page_part("shop_page", _SHOPS),
    page_part("home_page", _HOME),
]
