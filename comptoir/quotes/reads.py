"""The quote of a basket, of what a shop has and says on a day. Reads only."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.catalogue.models import ComingPrice, Product
from comptoir.catalogue.reads import meant_by, no_product
from comptoir.core.errors import Invalid
from comptoir.core.limits import Limit
from comptoir.quotes.basket import Basket, Delivery, Item, Parcels, Quote, Refusal
from comptoir.quotes.errors import MOST_LINES, too_many_lines
from comptoir.quotes.models import PriceDecision, Tariff
from comptoir.quotes.places import place_of, seen_from
from comptoir.quotes.quotation import quote_of
from comptoir.quotes.rules import FIRST_DAY, rules
from comptoir.shops.models import Shop
from comptoir.stock.models import Condition, Offer
from comptoir.stock.shelf.chosen import Found, Wanted, look_up

PER_ADDRESS = Limit("quotes", 120)
"""How often an address may ask for quotes, a minute."""
AHEAD = timedelta(days=366)
Bars = Callable[[Product, int], Refusal | None]
_WITHOUT_VAT: list[Callable[[Collection[int]], set[int]]] = []


def ask_who_charges_no_vat(whom: Callable[[Collection[int]], set[int]]) -> None:
    """Have a package above say which of some shops, by their keys, charge no VAT. One query."""
    if whom not in _WITHOUT_VAT:
        _WITHOUT_VAT.append(whom)


def without_vat(shops: Collection[int]) -> set[int]:
    """Return which of these shops, by their keys, charge no VAT. One query."""
    return {key for whom in _WITHOUT_VAT for key in whom(shops)}


@dataclass(frozen=True, slots=True)
class Written:
    """What an order has noted of a line: what one copy costs (cents; None: not known), and whether
    its copies are held for it."""

    cents: int | None
    held: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One line as it is asked for: a title by its name (EAN, ISBN, `p<key>`), or the shop's offer
    of it by its key; without an offer the one of that condition, or else ordered anew. What an
    order has `written` of it holds: its price, and that the copies held for it have not gone."""

    product: str = ""
    quantity: int = 1
    offer_id: int | None = None
    condition: str = Condition.NEW
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """How a basket is to come, to where, on which day (None: today, where the shop is)."""

    delivery: Delivery
    country: str = "FR"
    postcode: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    product_id: int
    offer_id: int | None
    asked: Asked


def quote_for(
    shop: Shop, lines: Sequence[Asked], wish: Wish, *, barred: Bars | None = None
) -> Quote:
    """Return what a basket costs at a shop that the public may see. It reserves nothing.
    `barred` says of so many copies of a title why they are not to be had at the moment.

    Raises `NotFound` (`no_product`), `Invalid` (`too_many_lines`, `bad_country`, `bad_postcode`,
    `bad_day`). Nine queries at most, however many lines.
    """
    if len(lines) > MOST_LINES:
        raise too_many_lines(len(lines))
    day = day_of(wish, shop.time_zone)
    named = _named(shop, lines)
    found = look_up([Wanted(shop.pk, each.product_id, each.offer_id) for each in named])
    items = _items(shop, named, found, day)
    if barred is not None:
        items = [replace(item, barred=barred(item.product, item.quantity)) for item in items]
    return quote_of(basket_for(shop, items, wish, day), rules())


def basket_for(shop: Shop, items: Sequence[Item], wish: Wish, day: date) -> Basket:
    """Return a basket of what was looked up. Raises `Invalid` (`bad_country`, `bad_postcode`)."""
    parcels = parcels_on([shop.pk], day).get(shop.pk)
    return basket_of(shop, items, wish, day, parcels, vat=not without_vat([shop.pk]))


def basket_of(
    shop: Shop,
    items: Sequence[Item],
    wish: Wish,
    day: date,
    parcels: Parcels | None,
    *,
    vat: bool,
) -> Basket:
    """Return a basket with what its shop asks for parcels; `vat`: it charges VAT. Raises as
    `basket_for`."""
    home = place_of("FR", shop.postcode)
    posted = wish.delivery is Delivery.MAIL
    to = place_of(wish.country, wish.postcode) if posted else home
    return Basket(shop, items, wish.delivery, home, to, seen_from(home, to), day, parcels, vat)


def parcels_on(shops: Collection[int], day: date) -> dict[int, Parcels]:
    """Return what shops ask for parcels on a day, by their keys; without those that have said
    nothing until then. Two queries."""
    tariffs = (
        Tariff.objects.filter(shop_id__in=shops, since__lte=day)
        .order_by("shop_id", "-since")
        .distinct("shop_id")
        .prefetch_related("bands")
    )
    return {
        each.shop_id: Parcels(
            list(each.bands.all()), each.box_grams, each.box_mm, each.till_discounts
        )
        for each in tariffs
    }


def tariff_on(shop: Shop, day: date) -> Tariff | None:
    """Return the tariff that a shop has on a day. One query, none where all of its tariffs were
    read."""
    begun = (each for each in shop.tariffs.all() if each.since <= day)
    return max(begun, key=lambda each: each.since, default=None)


def posts_now(shop: Shop) -> bool:
    """Return whether a shop posts anything today, where it is. One query."""
    return bool(who_posts([shop]))


def who_posts(shops: Sequence[Shop]) -> set[int]:
    """Return which of these shops, by their keys, post anything today, where each is. One query."""
    today = {x.pk: timezone.localdate(timezone=ZoneInfo(x.time_zone)) for x in shops}
    rows = Tariff.objects.filter(shop__in=today).order_by("since")
    last = {
        shop: bands > 0
        for shop, since, bands in rows.annotate(n=Count("bands")).values_list("shop", "since", "n")
        if since <= today[shop]
    }
    return {shop for shop, posts in last.items() if posts}


def tariffs_to_come(shop: Shop, today: date) -> list[Tariff]:
    """Return the tariffs of a shop that begin after today, the first to begin first."""
    return list(shop.tariffs.filter(since__gt=today).order_by("since").prefetch_related("bands"))


def day_of(wish: Wish, time_zone: str) -> date:
    """Return the day that is asked about; without one, today in a time zone. Raises `Invalid`
    (`bad_day`) for one of which no rule is known, or more than a year ahead."""
    today = timezone.localdate(timezone=ZoneInfo(time_zone))
    if wish.day is None:
        return today
    if not FIRST_DAY <= wish.day <= today + AHEAD:
        told = _("A basket is reckoned for a day from %(first)s to a year ahead.")
        raise Invalid("bad_day", told % {"first": FIRST_DAY.isoformat()}, field="day")
    return wish.day


def _named(shop: Shop, lines: Sequence[Asked]) -> list[_Named]:
    """Return which title and offer each line means. Raises `NotFound` (`no_product`)."""
    keys = _products(shop, [line.product for line in lines if not line.offer_id])
    offers = Offer.objects.filter(shop=shop)
    by_key = {
        each.pk: each.product_id
        for each in offers.filter(pk__in=[line.offer_id for line in lines if line.offer_id])
    }
    usual = {
        (each.product_id, each.condition): each.pk
        for each in offers.filter(product_id__in=keys.values(), copy_ref="")
    }
    named = []
    for line in lines:
        if line.offer_id is not None:
            key = by_key.get(line.offer_id)
            if key is None:
                raise no_product(str(line.offer_id))
            named.append(_Named(key, line.offer_id, line))
        else:
            key = keys[line.product]
            named.append(_Named(key, usual.get((key, line.condition)), line))
    return named


def _products(shop: Shop, refs: Sequence[str]) -> dict[str, int]:
    meant = {ref: meant_by(ref.strip(), shop.pk) for ref in refs}
    which = Q(pk__in=())
    for one in meant.values():
        if one:
            which |= Q(**one)
    rows = (
        Product.objects.seen_in(shop.pk).filter(which).values("id", "ean", "source", "source_ref")
    )
    found = {}
    for ref, one in meant.items():
        keys = [row["id"] for row in rows if one and one.items() <= row.items()]
        if not keys:
            raise no_product(ref)
        found[ref] = keys[0]
    return found


def _items(shop: Shop, named: Sequence[_Named], found: dict[int, Found], day: date) -> list[Item]:
    """Return the lines with all that is known of them. Raises `NotFound` (`no_product`) for a title
    that the public may not see."""
    for place, each in enumerate(named):
        if place not in found:
            raise no_product(each.asked.product or str(each.offer_id))
    prices = PricesOn([shop.pk], {each.product_id for each in named}, day)
    items = []
    for place, each in enumerate(named):
        known, written = found[place], each.asked.written
        offer = known.offer
        condition = known.condition if each.asked.offer_id else each.asked.condition
        gone = offer is None and (each.asked.offer_id is not None or condition != Condition.NEW)
        is_own = written is not None and written.held
        cents = offer.price_cents if offer else None
        items.append(
            prices.item(
                shop.pk,
                known.product,
                each.asked.quantity,
                condition or Condition.NEW,
                written.cents if written else cents,
                each.offer_id if offer or is_own else None,
                gone=gone and not is_own,
            )
        )
    return items


class PricesOn:
    """What publishers ask for titles on a day, and what shops have decided about them. Two
    queries."""

    def __init__(self, shops: Collection[int], products: Collection[int], day: date) -> None:
        coming = ComingPrice.objects.filter(product_id__in=products, since__lte=day)
        self._coming = {each.product_id: each for each in coming.order_by("since")}
        decided = PriceDecision.objects.filter(shop_id__in=shops, product_id__in=products)
        self._decided = {(each.shop_id, each.product_id): each for each in decided}

    def item(
        self,
        shop_id: int,
        product: Product,
        quantity: int,
        condition: str,
        till_cents: int | None,
        offer_id: int | None,
        *,
        gone: bool = False,
    ) -> Item:
        """Return a line of a title in a condition, which a shop's till has at a price."""
        notice: ComingPrice | Product = self._coming.get(product.pk, product)
        decision = self._decided.get((shop_id, product.pk))
        holds = decision is not None and (
            (decision.publisher_cents, decision.till_cents) == (notice.list_price_cents, till_cents)
        )
        return Item(
            product=product,
            quantity=quantity,
            condition=condition,
            used=condition != Condition.NEW,
            till_cents=till_cents,
            publisher_cents=notice.list_price_cents,
            vat_rate=notice.vat_rate,
            decided=decision.price_cents if decision is not None and holds else None,
            offer_id=offer_id,
            gone=gone,
        )
