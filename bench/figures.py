"""The figures of a network of 250 shops with two years of reservations, and its yearly report.

Orders and their history are made in SQL, inside a transaction that is rolled back, and counted by
the program as `comptoir figures rebuild` does. Each page goes through the whole of Django in this
process; what is timed is that alone, in ms: as the first to ask after the job has counted sees it,
for whom the year is worked out, and as the next ones do.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from bench.machine import Steal
from comptoir.accounts.models import User
from comptoir.demo.people import load_shops
from comptoir.figures import publication
from comptoir.figures.operations import rebuild
from comptoir.networks.models import Network
from comptoir.shops.models import Shop

SHOPS = 250
DAYS = 730
A_DAY = {"full": 2.0, "small": 0.5}
"""Reservations a shop and day, in the middle, by scale: in all 365,000 with 1,000,000 lines of
history, or a quarter."""
FIRST = 40
AGAIN = 60

# Shops differ in size by 1 to 20, days by their weekday; nine tenths are collected.
_ORDERS = """
INSERT INTO orders_order (token, code, shop_id, status, delivery, channel, language, name, email,
  phone, email_key, phone_key, placed_at, confirm_by, ended_at, request_digest, network_id)
SELECT 'bench' || row_number() OVER (), lpad((row_number() OVER ())::text, 8, '0'), shop_id,
  status,
  'collect', channel, 'fr', '', '', '', '', '', at, NULL,
  CASE WHEN status <> 'set_aside' THEN at + interval '30 hours' END, '', network
FROM (
  SELECT s.id AS shop_id, d + make_interval(mins => 540 + (random() * 600)::int) AS at,
    coalesce((ARRAY['expired','not_found','cancelled'])[1 + floor(random() * 30)], 'collected')
      AS status,
    (ARRAY['web','web','web','web','api','phone','counter'])[1 + floor(random() * 7)] AS channel,
    CASE WHEN random() < 0.6 THEN %(network)s END AS network
  FROM shops_shop s
  CROSS JOIN generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') d
  CROSS JOIN LATERAL generate_series(1, (random() * 2 * %(a_day)s * (1 + s.id %% 20) / 10.5)::int)
  WHERE s.id = ANY(%(shops)s)) made
"""
_EVENTS = """
INSERT INTO orders_orderevent (order_id, kind, status, happened_at, data, actor_kind)
SELECT id, 'placed', 'placed', placed_at, '{}'::jsonb, 'reader' FROM orders_order
WHERE token LIKE 'bench%'
UNION ALL
SELECT id, 'set_aside', 'set_aside', placed_at + make_interval(mins => (random() * 600)::int), '{}',
  'user' FROM orders_order WHERE token LIKE 'bench%' AND status <> 'not_found' AND random() < 0.95
UNION ALL
SELECT id, status, status, ended_at, '{}', 'user' FROM orders_order
WHERE token LIKE 'bench%' AND ended_at IS NOT NULL
"""


def run(scale: str) -> dict[str, float]:
    """Return how long pages of figures and the report take, and how long it takes to count all."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEMO = True  # no second factor is asked for
    call_command("collectstatic", interactive=False, verbosity=0)
    with transaction.atomic():
        network, orders = fill(load_shops(SHOPS), A_DAY[scale])
        began, worked = time.monotonic(), time.process_time()
        days = rebuild()
        took, worked = time.monotonic() - began, time.process_time() - worked
        print(f"  {orders:,} orders of {days:,} days counted", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE figures_tally")
        found = {"figures_rebuild_s": took, "figures_rebuild_cpu_s": worked}
        found |= _pages(network)
        transaction.set_rollback(True)
    return found


def fill(shops: list[Shop], a_day: float) -> tuple[Network, int]:
    """Have these shops be members of a network since long ago, with reservations of two years;
    return it, and how many reservations."""
    network = Network.objects.create(slug="bench", name="Bench")
    since = date.today() - timedelta(days=DAYS)  # noqa: DTZ011
    keys = [shop.pk for shop in shops]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shops_membership (shop_id, network_id, since, actor_kind)"
            " SELECT id, %s, %s, 'system' FROM shops_shop WHERE id = ANY(%s)",
            [network.pk, since, keys],
        )
        until = since + timedelta(days=DAYS - 1)
        params = {"network": network.pk, "first": since, "last": until, "a_day": a_day}
        cursor.execute(_ORDERS, params | {"shops": keys})
        orders = cursor.rowcount
        cursor.execute(_EVENTS)
        for table in ("orders_order", "orders_orderevent"):
            cursor.execute(f"ANALYZE {table}")
    return network, orders


def _pages(network: Network) -> dict[str, float]:
    user = User.objects.create_user("bench@example.org", is_superuser=True)
    network.people.create(user=user, actor_kind="system")
    client = Client()
    client.force_login(user)
    year = date.today().year  # noqa: DTZ011
    addresses = [
        f"/bureau/bench/chiffres?year={year - back}&by={by}{months}"
        for by in ("month", "town", "shop")
        for back in (0, 1)
        for months in ("", "&from=10&to=10", "&from=2&to=6")
    ]
    addresses.append(f"/bureau/bench/chiffres.csv?year={year - 1}&by=shop")

    def anew() -> None:
        publication.forget()

    client.get(addresses[0])
    first = _timed(client, (addresses * 9)[:FIRST], anew)
    again = _timed(client, (addresses * 9)[:AGAIN], lambda: None)
    report = _timed(client, [f"/bureau/bench/rapport.pdf?year={year - 1}"] * 3, anew)
    found = {}
    for name, (times, cpu) in {"first": first, "": again, "report": report}.items():
        word = f"figures_{name}_" if name else "figures_"
        found[f"{word}p50_ms"] = times[len(times) // 2]
        found[f"{word}p95_ms"] = times[int(len(times) * 0.95)]
        found[f"{word}cpu_ms"] = cpu
    return found


def _timed(
    client: Client, addresses: list[str], before: Callable[[], None]
) -> tuple[list[float], float]:
    times, worked, steal = [], 0.0, Steal()
    for address in addresses:
        before()
        began, cpu = time.perf_counter(), time.process_time()
        answer = client.get(address)
        b"".join(answer) if answer.streaming else answer.content
        times.append((time.perf_counter() - began) * 1000)
        worked += time.process_time() - cpu
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    print(f"  {steal.percent():.1f} % of CPU stolen", flush=True)
    return sorted(times), worked * 1000 / len(addresses)
