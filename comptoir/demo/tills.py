"""Tills that do not exist, selling and receiving while the demonstration runs.

They go through the same operations as real ones: a sale and a reception move the ledger, and each
shop's till reports all it has every few minutes.
"""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from comptoir.accounts.actors import SYSTEM, Actor
from comptoir.core.db import fetch
from comptoir.core.errors import DomainError
from comptoir.demo.region import SHOPS, is_late, plans
from comptoir.shops.models import RingsUp, Shop
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Condition, Covers, Report, ReportMode
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report
from comptoir.stock.shelf import ledger

logger = logging.getLogger(__name__)

EVENT_SECONDS = 1.0
REPORT_SECONDS = 10.0
LONG_SILENT = timedelta(hours=1)
_SALES = 0.6
_RETRY_SECONDS = 2.0


class Tills:
    """The tills of the demonstration's shops; one step at a time, so that a test may turn them."""

    def __init__(self, seed: str = "tills") -> None:
        self.random = Random(seed)  # noqa: S311
        late = {plan.siret for plan in plans(SHOPS) if is_late(plan)}
        shops = list(Shop.objects.filter(demo=True).order_by("id")[:SHOPS])
        self.shops = shops
        self.prompt = [shop for shop in shops if shop.siret not in late]

    def event(self) -> None:
        """Sell a copy, or receive some, in a shop taken at random."""
        shop = self.random.choice(self.shops)
        selling = self.random.random() < _SALES
        found = fetch(_TO_SELL if selling else _TO_RECEIVE, [shop.pk, self.random.random()])
        for ean, condition in found:
            if selling:
                ledger.sell(shop=shop, ean=ean, condition=condition, actor=SYSTEM)
            else:
                copies = self.random.choice((1, 1, 2, 3))
                ledger.receive(shop=shop, ean=ean, quantity=copies, actor=SYSTEM)

    def report(self, shop: Shop) -> Report:
        """Report all that a shop's till has, as of now."""
        moment = timezone.now()
        return take_report(
            Incoming(
                shop=shop,
                format="api",
                mode=ReportMode.SNAPSHOT,
                covers=Covers.ALL,
                as_of=moment,
                lines=seen_by_till(shop, moment),
                actor=Actor.feed(shop.pk),
            )
        )

    def silent(self) -> list[Shop]:
        """Return the prompt shops whose till is silent for an hour, longest silence first."""
        since = timezone.now() - LONG_SILENT
        reported = dict(fetch("SELECT shop_id, least(new_as_of, used_as_of) FROM stock_shopclock"))
        never = datetime.min.replace(tzinfo=UTC)
        moments = {shop.pk: reported.get(shop.pk) or never for shop in self.prompt}
        quiet = [shop for shop in self.prompt if moments[shop.pk] < since]
        return sorted(quiet, key=lambda shop: moments[shop.pk])


def run(stop: threading.Event) -> None:
    """Turn the tills until `stop`; where no shop is loaded yet, wait for one. What fails is logged
    and left behind."""
    while not (tills := Tills()).shops:
        if stop.wait(_RETRY_SECONDS):
            return
    turn = 0
    backlog = tills.silent()
    next_report = 0.0
    elapsed = 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            if backlog:
                tills.report(backlog.pop(0))
                continue
            tills.event()
            if tills.prompt and elapsed >= next_report:
                tills.report(tills.prompt[turn % len(tills.prompt)])
                turn, next_report = turn + 1, elapsed + REPORT_SECONDS
        except DomainError as error:
            logger.info("A till was refused: %s", error.code)
        except DatabaseError:
            logger.warning("The tills lost the database; trying again")
            stop.wait(_RETRY_SECONDS)
        pause = tills.random.expovariate(1 / EVENT_SECONDS)
        elapsed += pause
        stop.wait(pause)


def seen_by_till(shop: Shop, moment: datetime) -> Iterator[StockLine]:
    """Return what the till of a shop believes it has: the ledger's number, and the copies that left
    here without being rung up yet.

    All is read at once: the lines are taken while the connection is busy copying them.
    """
    since = moment
    if shop.rings_up == RingsUp.END_OF_DAY:
        zone = ZoneInfo(shop.time_zone)
        since = datetime.combine(moment.astimezone(zone).date(), time.min, zone)
    rows = fetch(_SEEN, {"shop": shop.pk, "since": since})
    return (
        StockLine(number, ean, copies, cents, condition)
        for number, (ean, condition, copies, cents) in enumerate(rows, start=1)
    )


_SEEN = """
SELECT p.ean, o.condition, (o.on_hand + o.unseen + coalesce(late.copies, 0))::int, o.price_cents
FROM stock_offer o
JOIN catalogue_product p ON p.id = o.product_id AND p.ean IS NOT NULL
LEFT JOIN LATERAL (
    SELECT -sum(m.delta) AS copies FROM stock_stockmovement m
    WHERE m.offer_id = o.id AND m.reason = 'collected' AND m.happened_at >= %(since)s
) late ON o.moved_at >= %(since)s
WHERE o.shop_id = %(shop)s AND o.on_hand + o.unseen + coalesce(late.copies, 0) > 0
"""

# Of several used copies in one condition a till cannot say which it sold.
_TO_SELL = """
SELECT p.ean, o.condition FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
WHERE o.shop_id = %s AND o.on_hand > o.held AND p.ean IS NOT NULL AND NOT EXISTS (
    SELECT FROM stock_offer other WHERE other.shop_id = o.shop_id AND other.id <> o.id
    AND other.product_id = o.product_id AND other.condition = o.condition)
ORDER BY md5(o.id::text || %s::text) LIMIT 1
"""

_TO_RECEIVE = f"""
SELECT p.ean, o.condition FROM stock_offer o JOIN catalogue_product p ON p.id = o.product_id
WHERE o.shop_id = %s AND o.on_hand < 2 AND o.condition = '{Condition.NEW.value}'
  AND p.ean IS NOT NULL
ORDER BY md5(o.id::text || %s::text) LIMIT 1
"""  # noqa: S608
