"""The list that a clerk works by, as somebody of the demonstration who signed in."""

import re
from urllib.parse import urlencode

from bench import load
from bench.crowd import network
from bench.pairs.measures.form import FORM, cookies_of, field_of, in_a_line
from bench.pairs.part import MissingError, Part, Plan, Work, work_of
from bench.pairs.side import HOST, Side

CLIENTS = 32
PAGES = {"small": 200, "full": 1_000}
_USER = re.compile(r'name="user" value="(\d+)"')
_BUSIEST = """
SELECT s.slug, s.name FROM shops_shop s JOIN orders_order o ON o.shop_id = s.id
WHERE s.demo GROUP BY s.id ORDER BY min(o.id) LIMIT 1
"""


def prepare(side: Side, plan: Plan) -> tuple[str, str, int]:
    """Sign in where the demonstration has reservations; return the list's address and cookies."""
    ((slug, name),) = side.rows(_BUSIEST)
    door = side.ask(load.get(f"/comptoir/entrer?{urlencode({'q': name})}", HOST))
    if door.status == 404:
        raise MissingError("/comptoir/entrer")
    user = _USER.search(door.body.decode())
    if user is None:
        raise MissingError(f"nobody of {name} may enter")
    fields = {
        "csrfmiddlewaretoken": field_of(door, "csrfmiddlewaretoken"),
        "user": user[1],
    }
    cookies = cookies_of(door)
    entered = side.ask(
        load.post(
            "/comptoir/entrer",
            urlencode(fields).encode(),
            HOST,
            Content_Type=FORM,
            Cookie=in_a_line(cookies),
        )
    )
    path, cookie = f"/comptoir/{slug}/", in_a_line(cookies | cookies_of(entered))
    if (status := side.ask(load.get(path, HOST, Cookie=cookie)).status) != 200:
        raise RuntimeError(f"{side.name}: the counter answers {status}")
    return path, cookie, PAGES[plan.scale]


def run(side: Side, state: tuple[str, str, int], turn: int) -> Work:  # noqa: ARG001
    """Open the list again and again."""
    path, cookie, count = state
    requests = (
        load.get(path, HOST, Cookie=cookie, X_Forwarded_For=network(number))
        for number in range(count)
    )
    return work_of(load.run(side.port, requests, clients=CLIENTS), 200)


PARTS = [Part("counter_page", "page", prepare, run)]
