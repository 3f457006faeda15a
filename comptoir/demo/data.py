"""The demonstration region, loaded by the same operations as a real one."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from comptoir.accounts.actors import Actor, ActorKind
from comptoir.accounts.models import User
from comptoir.catalogue.models import Availability
from comptoir.catalogue.operations import take_notices
from comptoir.catalogue.sources.notice import Credit, Notice
from comptoir.demo.copies import load_copies
from comptoir.demo.days import load_days
from comptoir.demo.numbers import ean_of
from comptoir.demo.people import MANAGER, load_shops, load_staff
from comptoir.demo.pictures import load_pictures
from comptoir.demo.post.parcels import load_parcels
from comptoir.demo.post.purchases import load_purchases
from comptoir.demo.products import Item, is_record, items
from comptoir.demo.region import SHOPS, ShopPlan, is_silent, is_slow, plans
from comptoir.demo.reservations import load_reservations
from comptoir.demo.scale import Loaded, Progress, analyze, counted, silent
from comptoir.demo.shelves import Slot, age, price_cents, quotas, shelf
from comptoir.demo.windows import load_windows
from comptoir.shops.models import Shop, ShopKind
from comptoir.stock.arrivals.silence import notice
from comptoir.stock.formats.lines import StockLine
from comptoir.stock.models import Covers, Feed, Offer, Report, ReportMode, ReportStatus
from comptoir.stock.reports.intake import Incoming
from comptoir.stock.reports.operations import take_report

PRODUCTS, OFFERS = 6_000, 64_000
BATCH = 1_000
SHOPS_WITH_ORDERS = 4
SHOPS_WITH_COPIES = 40
SHOPS_WITH_PARCELS = 2
EVENINGS = 14
SOLD_A_DAY = 0.015
NOTICED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_BEFORE = timedelta(hours=4)


def is_loaded() -> bool:
    """Return whether the region is there, whole: its people come last."""
    return User.objects.filter(email=MANAGER).exists()


def load_region(progress: Progress = silent) -> Loaded:
    """Load the demonstration region; loading it again changes nothing but that meetings,
    release days and a draw are to come."""
    shops = load_shops(SHOPS)
    if is_loaded():
        load_windows(shops)
        load_days(shops, timezone.now())
        return counted()
    for first in range(0, PRODUCTS, BATCH):
        take_notices(notices=[_notice(item) for item in items(first, first + BATCH)])
        progress("products", first + BATCH, PRODUCTS)
    prices = {item.number: item.price_cents for item in items(0, PRODUCTS)}
    todo = list(plans(SHOPS))
    for done, (shop, plan, quota) in enumerate(zip(shops, todo, quotas(todo, OFFERS), strict=True)):
        if not Feed.objects.filter(shop=shop).exists():
            if is_silent(plan):
                _recall(shop, plan)
            _report(shop, plan, quota, prices)
            if is_slow(plan):
                Offer.objects.filter(shop=shop).update(pace=SOLD_A_DAY)
            # Each came when it was true, not now.
            Report.objects.filter(feed__shop=shop).update(received_at=F("as_of"))
        progress("shops", done + 1, SHOPS)
    analyze()
    quiet = [shop for shop, plan in zip(shops, todo, strict=True) if is_silent(plan)]
    load_reservations([*shops[:SHOPS_WITH_ORDERS], *quiet])
    load_copies(shops[:SHOPS_WITH_COPIES])
    load_parcels(shops, SHOPS_WITH_PARCELS)
    load_purchases(next(shop for shop in shops if shop.kind != ShopKind.RECORDS))
    load_windows(shops)
    load_days(shops, timezone.now())
    load_pictures(shops)
    load_staff(shops)
    notice(now=timezone.now())
    return counted()


def _notice(item: Item) -> Notice:
    return Notice(
        place=item.number,
        at=NOTICED_AT,
        ean=item.ean,
        kind=item.kind,
        title=item.title,
        subtitle=item.subtitle,
        byline=item.byline,
        series=item.series,
        publisher=item.publisher,
        catalogue_number=item.catalogue_number,
        format=item.format,
        units=item.units,
        published=item.published,
        language="fre",
        pages=item.pages,
        weight_grams=item.weight_grams,
        description=item.description,
        list_price_cents=item.price_cents,
        vat_rate=item.vat_rate,
        availability=Availability.AVAILABLE,
        demo=True,
        credits=tuple(Credit(role, name) for role, name in item.contributors),
    )


def _report(shop: Shop, plan: ShopPlan, quota: int, prices: Mapping[int, int]) -> None:
    """Report what the shop's till had some hours before, then what is left."""
    slots = list(shelf(plan, quota, PRODUCTS))
    as_of = timezone.now() - age(plan)
    for mode, moment, chosen in (
        (ReportMode.SNAPSHOT, as_of - _BEFORE, slots),
        (ReportMode.SNAPSHOT, as_of, [slot for slot in slots if slot.quantity > 0]),
    ):
        take_report(
            Incoming(
                shop=shop,
                format="api",
                mode=mode,
                covers=Covers.ALL,
                as_of=moment,
                lines=_lines(chosen, prices, at_least=1 if moment != as_of else 0),
                actor=Actor.feed(shop.pk),
            )
        )


def _recall(shop: Shop, plan: ShopPlan) -> None:
    """Write a report of the silent shop's till for every evening before: so its silence shows."""
    feed = Feed.objects.create(shop=shop, format="api")
    last = timezone.now() - age(plan) - _BEFORE
    Report.objects.bulk_create(
        Report(
            feed=feed,
            mode=ReportMode.SNAPSHOT,
            as_of=last - timedelta(days=days),
            status=ReportStatus.APPLIED,
            actor_kind=ActorKind.FEED,
        )
        for days in range(EVENINGS, 0, -1)
    )


def _lines(slots: list[Slot], prices: Mapping[int, int], *, at_least: int) -> Iterator[StockLine]:
    for number, slot in enumerate(slots, start=1):
        ean = ean_of(slot.number, is_record(slot.number))
        cents = price_cents(slot, prices[slot.number])
        copies = max(slot.quantity, at_least)
        yield StockLine(number, ean, copies, cents, slot.condition.value)
