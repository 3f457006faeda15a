"""A shop of 60,000 titles as a list at its counter: each filter, each order, page after page.

Each question goes through the whole of Django (middleware, view, template) in this process; what is
timed is that alone, in ms, without a network. The shop is the region's largest, filled up with
titles of the catalogue, in a transaction that is rolled back, so that other measures keep their
region.
"""

import random
import re
import time
from collections import defaultdict
from html import unescape
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from comptoir.accounts.models import User
from comptoir.catalogue.models import Product
from comptoir.core.db import execute
from comptoir.shops.models import Shop, Staff
from comptoir.stock.assortment.marks import keep

TITLES = 60_000
ROUNDS = 6
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
# At the small scale the catalogue has fewer titles than the shop.
_TITLES = """
INSERT INTO catalogue_product (ean, source, source_ref, kind, state, title, subtitle, byline,
    series, publisher, catalogue_number, format, units, published, language, description,
    cover_url, availability, demo)
SELECT NULL, 'bench', n::text, p.kind, p.state, p.title || ' ' || n, '', p.byline, '',
       p.publisher, '', p.format, 1, '', '', '', '', p.availability, true
FROM generate_series(1, %(titles)s) n JOIN (
    SELECT *, row_number() OVER (ORDER BY id) AS place FROM catalogue_product LIMIT 20000
) p ON p.place = 1 + n %% 20000
"""
_OFFERS = """
INSERT INTO stock_offer (shop_id, product_id, ean, condition, price_cents, on_hand, held, short,
                         counted, pace, as_of)
SELECT %(shop)s, p.id, p.ean, 'new', 300 + p.id %% 4000, 1 + p.id %% 4, (p.id %% 97 = 0)::int, 0,
       1 + p.id %% 4, (p.id %% 5) * 0.02, now() - (p.id %% 300) * interval '1 day'
FROM catalogue_product p
WHERE NOT EXISTS (SELECT FROM stock_offer o WHERE o.shop_id = %(shop)s AND o.product_id = p.id)
ORDER BY md5(p.id::text) LIMIT %(titles)s
"""
_MOVEMENTS = """
INSERT INTO stock_stockmovement (offer_id, delta, reason, happened_at, actor_kind)
SELECT o.id, n, CASE WHEN o.id %% 50 = 0 AND n = 3 THEN 'counted' ELSE 'told' END,
       now() - ((o.id * n) %% 500) * interval '1 day', 'system'
FROM stock_offer o, generate_series(1, 3) n
WHERE o.shop_id = %s AND NOT EXISTS (SELECT FROM stock_stockmovement m WHERE m.offer_id = o.id)
"""
_DEMAND = """
INSERT INTO stock_askedfor (product_id, day, count)
SELECT id, current_date, 3 + id %% 7 FROM catalogue_product ORDER BY md5(ean) LIMIT 3000
ON CONFLICT DO NOTHING
"""
SORTS = ("title", "author", "publisher", "copies", "price", "value", "moved", "as_of")
FILTERS: dict[str, tuple[str, ...]] = {
    "section": ("books", "vinyl", "comics"),
    "publisher": ("la", "p"),
    "condition": ("new", "used", "VG+"),
    "silent": ("3", "12"),
    "state": ("held", "to_confirm", "differs", "asked", "gone"),
}


def run(scale: str) -> dict[str, float]:  # noqa: ARG001
    """Return how long pages take (p50 and p95, ms): one filter, one order, the pages that follow,
    filters and order drawn together; how much of the processor each takes, and how long the first
    page of all takes."""
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        shop = _large_shop()
        desk = _desk(shop)
        path = f"/comptoir/{shop.slug}/stock"
        times: dict[str, list[float]] = defaultdict(list)
        began = time.process_time()
        for number in range(ROUNDS + 1):
            # The first round warms up.
            seen = times if number else defaultdict(list)
            for what, words in questions(random.Random(number)):
                following = _timed(desk, f"{path}?{urlencode(words)}", seen[what])
                if following:
                    _timed(desk, f"{path}{following}", seen["page"])
        worked = (time.process_time() - began) * 1000
        asked = sum(map(len, times.values())) * (ROUNDS + 1) / ROUNDS
        transaction.set_rollback(True)
    found = {"stock_list_cpu_ms": worked / asked}
    for what, each in times.items():
        each.sort()
        found[f"stock_list_{what}_p50_ms"] = each[len(each) // 2]
        found[f"stock_list_{what}_p95_ms"] = each[int(len(each) * 0.95)]
    return found


def questions(dice: random.Random) -> list[tuple[str, dict[str, str]]]:
    """Return what is asked, as (what it is a question of, the words of its address)."""
    found = [("filter", {name: value}) for name, values in FILTERS.items() for value in values]
    found += [("sort", {"sort": f"{way}{sort}"}) for sort in SORTS for way in ("", "-")]
    for _each in range(10):
        words = {
            name: dice.choice(values) for name, values in FILTERS.items() if dice.random() < 0.4
        }
        if words.get("state") != "asked":
            words["sort"] = dice.choice(("", "-")) + dice.choice(SORTS)
        found.append(("mixed", words))
    dice.shuffle(found)
    return found


def _large_shop() -> Shop:
    shop = Shop.objects.open_to_public().order_by("pk")[0]
    missing = TITLES - shop.offers.count()
    print(f"  Filling {shop.name} up to {TITLES:,} titles…", flush=True)
    if Product.objects.count() < 2 * TITLES:
        execute(_TITLES, {"titles": 2 * TITLES})
        execute("ANALYZE catalogue_product")
    execute(_OFFERS, {"shop": shop.pk, "titles": max(0, missing)})
    execute(_MOVEMENTS, [shop.pk])
    execute(_DEMAND)
    while keep(now=timezone.now()):
        pass
    for table in ("stock_offer", "stock_stockmovement", "stock_askedfor"):
        execute(f"ANALYZE {table}")
    return shop


def _desk(shop: Shop) -> Client:
    user = User.objects.create_user("stock-list@example.org")
    Staff.objects.create(shop=shop, user=user)
    desk = Client()
    desk.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return desk


def _timed(desk: Client, address: str, times: list[float]) -> str:
    """Add how long an answer took, in ms; return the query of the page after it, or nothing."""
    began = time.perf_counter()
    answer = desk.get(address)
    times.append((time.perf_counter() - began) * 1000)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    following = _NEXT.search(answer.content.decode())
    return unescape(following[1]) if following else ""
