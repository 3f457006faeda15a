"""The doors of a whole network closed and opened: 250 shops with 40 open orders each.

What the public sees is a row that each process reads within `shops.memory.KEPT_SECONDS`; the
deadlines of the 10,000 orders follow by a job. Timed are the switch with that reading, until every
shop answers that it is closed (or open), and the job. All is made inside a transaction that is
rolled back.
"""

import time

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM
from comptoir.catalogue.models import Product
from comptoir.demo.people import load_shops
from comptoir.networks.models import Network
from comptoir.orders.doors.models import DoorsRun
from comptoir.orders.models import Channel, Order
from comptoir.orders.operations import close_doors, follow_doors, open_doors
from comptoir.orders.operations.batch import place_batch
from comptoir.orders.operations.requests import Customer, LineRequest, PlaceRequest, check
from comptoir.shops import memory
from comptoir.shops.doors.models import DoorsMode
from comptoir.shops.models import Membership, Shop
from comptoir.shops.operations import DoorsRequest
from comptoir.stock.models import Offer

SHOPS, ORDERS, BATCH = 250, 40, 200


def run(scale: str) -> dict[str, float]:  # noqa: ARG001
    """Return how long the switch takes each way (ms), and the job that follows it (s)."""
    with transaction.atomic():
        network = _network()
        found = {}
        began = time.perf_counter()
        request = DoorsRequest(mode=DoorsMode.NO_HOLDS)
        closing = close_doors(of=network, request=request, actor=SYSTEM, now=timezone.now())
        _seen(network, closed=True)
        found["doors_close_ms"] = (time.perf_counter() - began) * 1000
        found["doors_close_follow_s"] = _follow()
        began = time.perf_counter()
        open_doors(doors=closing, actor=SYSTEM, now=timezone.now())
        _seen(network, closed=False)
        found["doors_open_ms"] = (time.perf_counter() - began) * 1000
        found["doors_open_follow_s"] = _follow()
        transaction.set_rollback(True)
    memory.forget()
    return found


def _network() -> Network:
    """Make the network, its shops and their orders."""
    print(f"  Making {SHOPS} shops with {ORDERS} open orders each…", flush=True)
    before = set(Shop.objects.values_list("pk", flat=True))
    load_shops(len(before) + SHOPS)
    shops = list(Shop.objects.exclude(pk__in=before).filter(paused_at=None)[:SHOPS])
    shops += list(Shop.objects.filter(pk__in=before, paused_at=None)[: SHOPS - len(shops)])
    network = Network.objects.create(slug="bench-doors", name="Bench")
    Membership.objects.bulk_create(
        Membership(shop=shop, network=network, actor_kind="system") for shop in shops
    )
    product = Product.objects.filter(ean__isnull=False).latest("pk")
    now = timezone.now()
    Offer.objects.filter(product=product).delete()
    offers = Offer.objects.bulk_create(
        Offer(shop=x, product=product, ean=product.ean, on_hand=500, counted=500, as_of=now)
        for x in shops
    )
    asked = [
        PlaceRequest(
            shop_id=offer.shop_id,
            lines=(LineRequest(product.pk, offer.pk),),
            customer=Customer("Ana", f"reader{offer.pk}-{number}@example.org"),
            channel=Channel.COUNTER,
            actor=SYSTEM,
            trusted=True,
        )
        for offer in offers
        for number in range(ORDERS)
    ]
    for start in range(0, len(asked), BATCH):
        place_batch([check(each) for each in asked[start : start + BATCH]], now=now)
    held = Order.objects.filter(shop__in=shops, deadline__isnull=False).count()
    if held < SHOPS * ORDERS:
        raise RuntimeError(f"only {held} orders are open")
    memory.directory()
    return network


def _seen(network: Network, *, closed: bool) -> None:
    """Read the directory as a process does whose second is over, and ask each shop of it."""
    memory.look_again()
    kept, now = memory.directory(), timezone.now()
    for key in network.memberships.values_list("shop_id", flat=True):
        state = kept.state(key, now)
        if (state.door is not None) is not closed:
            raise RuntimeError(f"shop {key}: {state}")


def _follow() -> float:
    began = time.perf_counter()
    for run in DoorsRun.objects.filter(finished_at=None):
        follow_doors(run.pk, now=timezone.now())
    return time.perf_counter() - began
