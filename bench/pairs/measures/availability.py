"""Who has a title now, asked of the API near a place."""

from bench import load
from bench.crowd import network
from bench.pairs.part import Part, Plan, Work, chance, check_there, work_of
from bench.pairs.side import HOST, Side

CLIENTS = 32
READS = {"small": 1_000, "full": 5_000}
_PATHS = """
SELECT '/api/v1/products/' || p.ean || '/availability?near='
       || round(s.latitude::numeric, 3) || ',' || round(s.longitude::numeric, 3)
FROM (SELECT ean, row_number() OVER (ORDER BY md5(ean)) AS n FROM catalogue_product
      WHERE state = 'listed' AND ean IS NOT NULL LIMIT 2000) p
JOIN (SELECT latitude, longitude, row_number() OVER (ORDER BY slug) AS n, count(*) OVER () AS c
      FROM shops_shop) s ON s.n = 1 + p.n % s.c
ORDER BY p.n
"""


def prepare(side: Side, plan: Plan) -> tuple[list[str], int]:
    """Return the addresses, and how many reads a turn has."""
    paths = [path for (path,) in side.rows(_PATHS)]
    check_there(side, paths[0], HOST)
    return paths, READS[plan.scale]


def run(side: Side, state: tuple[list[str], int], turn: int) -> Work:
    """Read."""
    paths, count = state
    requests = (
        load.get(path, HOST, X_Forwarded_For=network(number))
        for number, path in enumerate(chance(turn).choices(paths, k=count))
    )
    return work_of(load.run(side.port, requests, clients=CLIENTS), 200)


PARTS = [Part("availability", "read", prepare, run, by_cpu=True)]
