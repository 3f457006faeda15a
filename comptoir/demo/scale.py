"""The demonstration at the size of a region and more: COPY, set-wise, in flat memory.

Each shop, product and offer is made from its number, so that loading again, or more, adds only what
is missing. Everything happens in one transaction: an interrupted load leaves nothing behind.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.catalogue.models import Availability, Product, ProductState
from comptoir.core.db import execute, fetch
from comptoir.demo.bulk import copy, line, reserve_ids, unindexed
from comptoir.demo.numbers import ean_of, number_of
from comptoir.demo.people import load_shops
from comptoir.demo.products import Item, is_record, items
from comptoir.demo.region import ShopPlan, plans
from comptoir.demo.shelves import age, price_cents, quotas, shelf
from comptoir.demo.windows import load_windows
from comptoir.shops.models import Shop

BIG = 200_000
STEP = 50_000
ONE_IN = 10
Progress = Callable[[str, int, int], None]
_PRODUCT_COLUMNS = (
    "id, ean, source, source_ref, kind, state, title, subtitle, byline, series, publisher,"
    " catalogue_number, format, units, published, language, pages, weight_grams, description,"
    " cover_url, list_price_cents, vat_rate, availability, demo"
)
_OFFER_COLUMNS = (
    "shop_id, product_id, ean, condition, price_cents, on_hand, held, short, counted, as_of"
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each the demonstration holds after a load."""

    shops: int
    products: int
    offers: int


@dataclass(frozen=True, slots=True)
class Known:
    """The keys and list prices (cents) of the products, by number; zero where there is none."""

    ids: "array[int]"
    prices: "array[int]"


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


@transaction.atomic
def load(*, products: int, offers: int, shops: int = 250, progress: Progress = silent) -> Loaded:
    """Bring the demonstration to these numbers; what is there already stays as it is.

    From `BIG` rows on, the tables are locked and their indexes rebuilt at the end. Nothing is
    announced in the outbox: rebuild the search index afterwards.
    """
    there = load_shops(shops)
    # No constraint may be dropped while rows wait to be checked by it.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")
    big = products >= BIG or offers >= BIG
    with unindexed("catalogue_product", "catalogue_contributor") if big else nullcontext():
        _load_products(products, progress)
    known = _known(products)
    execute(
        "CREATE TEMP TABLE demo_there AS SELECT shop_id, product_id, condition FROM stock_offer"
    )
    execute("CREATE INDEX ON demo_there (shop_id)")
    with unindexed("stock_offer", "stock_stockmovement") if big else nullcontext():
        _load_offers(list(plans(shops)), offers, known, progress)
    execute("DROP TABLE demo_there")
    # A few: a window takes milliseconds, and some thousands of shops would take a minute.
    load_windows(there[::ONE_IN])
    return counted()


def counted() -> Loaded:
    """Count what the demonstration holds now."""
    ((offers,),) = fetch(
        "SELECT count(*) FROM stock_offer o JOIN shops_shop s ON s.id = o.shop_id AND s.demo"
    )
    return Loaded(
        shops=Shop.objects.filter(demo=True).count(),
        products=Product.objects.filter(demo=True).count(),
        offers=offers,
    )


def analyze() -> None:
    """Let the planner count what the tables hold now."""
    execute(
        "ANALYZE catalogue_product, catalogue_contributor, stock_offer, stock_stockmovement,"
        " shops_shop"
    )


def _load_products(count: int, progress: Progress) -> None:
    known = _known(count).ids
    for first in range(0, count, STEP):
        last = min(first + STEP, count)
        missing = [item for item in items(first, last) if not known[item.number]]
        if missing:
            base = reserve_ids("catalogue_product", len(missing))
            copy(
                "catalogue_product",
                _PRODUCT_COLUMNS,
                (_product_line(base + at, item) for at, item in enumerate(missing)),
            )
            copy(
                "catalogue_contributor",
                "product_id, position, role, name",
                (
                    line(base + at, position, role.value, name)
                    for at, item in enumerate(missing)
                    for position, (role, name) in enumerate(item.contributors)
                ),
            )
        progress("products", last, count)


def _product_line(key: int, item: Item) -> str:
    return line(
        key,
        item.ean,
        "demo",
        "",
        item.kind.value,
        ProductState.LISTED.value,
        item.title,
        item.subtitle,
        item.byline,
        item.series,
        item.publisher,
        item.catalogue_number,
        item.format.value,
        item.units,
        item.published,
        "fre",
        item.pages,
        item.weight_grams,
        item.description,
        "",
        item.price_cents,
        item.vat_rate,
        Availability.AVAILABLE.value,
        "t",
    )


def _known(count: int) -> Known:
    ids, prices = array("q", bytes(8 * count)), array("i", bytes(4 * count))
    rows = Product.objects.filter(demo=True).exclude(ean=None)
    for key, ean, cents in rows.values_list("id", "ean", "list_price_cents").iterator(20_000):
        number = number_of(ean or "")
        if number < count:
            ids[number], prices[number] = key, cents or 0
    return Known(ids, prices)


def _load_offers(todo: list[ShopPlan], offers: int, known: Known, progress: Progress) -> None:
    keys = dict(Shop.objects.filter(demo=True).values_list("siret", "id"))
    ((before,),) = fetch("SELECT coalesce(max(id), 0) FROM stock_offer")
    now, done = timezone.now(), 0
    for plan, quota in zip(todo, quotas(todo, offers), strict=True):
        shop_id = keys[plan.siret]
        as_of = (now - age(plan)).isoformat()
        there = set(
            fetch("SELECT product_id, condition FROM demo_there WHERE shop_id = %s", [shop_id])
        )
        rows = _offer_lines(plan, quota, known, there, f"{shop_id}", as_of)
        copy("stock_offer", _OFFER_COLUMNS, rows)
        done += quota
        progress("offers", min(done, offers), offers)
    _explain(before)


def _offer_lines(
    plan: ShopPlan,
    quota: int,
    known: Known,
    there: set[tuple[int, str]],
    shop_id: str,
    as_of: str,
) -> Iterator[str]:
    for slot in shelf(plan, quota, len(known.ids)):
        key = known.ids[slot.number]
        if (key, slot.condition.value) in there:
            continue
        cents = price_cents(slot, known.prices[slot.number])
        ean = ean_of(slot.number, is_record(slot.number))
        copies = slot.quantity
        yield (
            f"{shop_id}\t{key}\t{ean}\t{slot.condition.value}\t{cents}\t{copies}\t0\t0\t{copies}\t{as_of}\n"
        )


def _explain(before: int) -> None:
    """Write the ledger of the offers made after this key: reported, and the last copy sold where
    none is left."""
    execute(
        "INSERT INTO stock_stockmovement"
        " (offer_id, delta, reason, happened_at, told_at, actor_kind, actor_id)"
        " SELECT id, greatest(on_hand, 1), 'told', as_of - %s, as_of - %s, 'system', NULL"
        " FROM stock_offer WHERE id > %s",
        [timedelta(hours=6), timedelta(hours=6), before],
    )
    execute(
        "INSERT INTO stock_stockmovement"
        " (offer_id, delta, reason, happened_at, told_at, actor_kind, actor_id)"
        " SELECT id, -1, 'sold', as_of, as_of, 'system', NULL"
        " FROM stock_offer WHERE id > %s AND on_hand = 0",
        [before],
    )
