"""What shops see of one another. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.core.db import fetch, fetch_named
from comptoir.exchanges.errors import NotShared, no_such_colleague
from comptoir.exchanges.models import OPEN, Transfer
from comptoir.orders.models import LineStatus, Order
from comptoir.shops.memory import whole_directory
from comptoir.shops.models import Membership, Shop, ShopQuerySet
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.shops.places import Point
from comptoir.stock.models import Offer
from comptoir.stock.shelf.sql import SHOWN, STANDING_OF, oldest_shown
from comptoir.stock.shelf.standing import ShopOffer, offer_of, standing_columns

ENDED_SHOWN = timedelta(days=30)
"""For so long what has ended stands in the lists."""
MOST_SHOWN = 200

_MEMBERS = (
    "EXISTS (SELECT FROM shops_membership a JOIN shops_membership b"
    " ON b.network_id = a.network_id WHERE a.shop_id = s.id AND b.shop_id = %(shop)s)"
)
_AT_COLLEAGUES = f"""
SELECT * FROM (
    SELECT {standing_columns()}, o.issue FROM {STANDING_OF}
    WHERE o.product_id = %(product)s AND s.id <> %(shop)s
    AND s.shares_stock AND s.paused_at IS NULL AND {_MEMBERS}
) found WHERE available > 0 AND {SHOWN}
"""  # noqa: S608
_WAITS = """
SELECT count(*) FILTER (WHERE giver_id = %(shop)s AND status = 'asked'),
       count(*) FILTER (WHERE giver_id = %(shop)s AND status = 'accepted'),
       count(*) FILTER (WHERE asker_id = %(shop)s AND status = 'sent')
FROM exchanges_transfer
WHERE ended_at IS NULL AND (giver_id = %(shop)s OR asker_id = %(shop)s)
"""


def colleagues_of(shop: Shop) -> ShopQuerySet:
    """Return the shops that share their stock with a shop as it does with them: each of a network
    of it, public, and sharing. Raises `NotShared` where the shop itself does not."""
    if not shop.shares_stock:
        raise NotShared
    return _sharing(shop)


def _sharing(shop: Shop) -> ShopQuerySet:
    networks = shop.memberships.values("network_id")
    common = Membership.objects.filter(shop=OuterRef("pk"), network__in=networks)
    shared = Shop.objects.public_everywhere().filter(Exists(common), shares_stock=True)
    return shared.exclude(pk=shop.pk)


def colleague(shop: Shop, key: int) -> Shop:
    """Return one of `colleagues_of`. Raises `NotShared`, `NotFound` (`no_such_colleague`)."""
    found = colleagues_of(shop).filter(pk=key).first()
    if found is None:
        raise no_such_colleague()
    return found


def at_colleagues(
    *, shop: Shop, product_id: int, actor: Actor, at: datetime | None = None
) -> list[ShopOffer]:
    """Return the offers of a product at a shop's colleagues from which a copy may be promised, the
    nearest first: as exact as they are, whatever the public sees of them.

    One query for any number of shops, beside that of the guard. Guard: `EXCHANGE_COPIES`. Raises
    `NotFound`, `Forbidden`, `Conflict` (`stock_not_shared`, `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    if not shop.shares_stock:
        raise NotShared
    moment = at or timezone.now()
    asked = {"shop": shop.pk, "product": product_id, **oldest_shown(moment)}
    rows = fetch_named(_AT_COLLEAGUES, asked, binary=True)
    kept = whole_directory()
    away = kept.away(Point(shop.latitude, shop.longitude))
    found = [offer_of(row, kept.shops, moment, away[row.shop_id]) for row in rows]
    return sorted(found, key=lambda x: (x.metres or 0.0, x.price_cents or 0, x.offer_id))


def offer_at_colleague(*, shop: Shop, offer_id: int, actor: Actor) -> Offer:
    """Return an offer of a colleague, with its shop and its product.

    Guard: `EXCHANGE_COPIES`. Raises `NotFound` (`no_such_colleague`), `Forbidden`, `Conflict`
    (`stock_not_shared`, `shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    offers = Offer.objects.filter(pk=offer_id, shop__in=_sharing(shop))
    found = offers.select_related("shop", "product").first()
    if found is None:
        raise no_such_colleague()
    if not shop.shares_stock:
        raise NotShared
    return found


@dataclass(frozen=True, slots=True)
class Waits:
    """How much between shops waits for a shop: colleagues' requests to answer, copies to send, and
    copies on their way to it."""

    to_answer: int = 0
    to_send: int = 0
    to_receive: int = 0

    def __bool__(self) -> bool:
        return bool(self.to_answer or self.to_send or self.to_receive)


def waits_of(shop_id: int) -> Waits:
    """Return what waits for a shop. One query. For whoever has been let in to its counter."""
    ((to_answer, to_send, to_receive),) = fetch(_WAITS, {"shop": shop_id})
    return Waits(to_answer, to_send, to_receive)


def transfers_of(*, shop: Shop, actor: Actor, at: datetime | None = None) -> list[Transfer]:
    """Return the transfers of a shop, of both sides: the open ones, oldest first, then those that
    ended in the last 30 days, newest first; at most `MOST_SHOWN`.

    Guard: `EXCHANGE_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    since = (at or timezone.now()) - ENDED_SHOWN
    known = (
        Transfer.objects.of(shop)
        .select_related("asker", "giver", "product", "order")
        .prefetch_related("steps")
    )
    open_ones = known.filter(status__in=OPEN).order_by("asked_at", "pk")
    ended = known.filter(ended_at__gte=since).order_by("-ended_at", "-pk")
    return [*open_ones[:MOST_SHOWN], *ended[:MOST_SHOWN]]


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A customer whom a shop sent to a colleague: where, when, for which titles, what became of it.
    `name` is empty once the reservation has ended: it is nobody's business any more. Moments are in
    UTC."""

    shop: Shop
    name: str
    titles: Sequence[str]
    status: str
    status_label: str
    placed_at: datetime
    is_open: bool
    deadline: datetime | None


def passed_on(*, shop: Shop, actor: Actor, at: datetime | None = None) -> list[PassedOn]:
    """Return whom a shop sent to colleagues, newest first: whose reservation is open, or ended in
    the last 30 days; at most `MOST_SHOWN`. What shops passed on that are part of it now is its too.

    Guard: `EXCHANGE_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    since = (at or timezone.now()) - ENDED_SHOWN
    by = Q(passed_by=shop) | Q(passed_by__merged_into=shop)
    orders = Order.objects.filter(by, Q(ended_at=None) | Q(ended_at__gte=since))
    found = orders.select_related("shop").prefetch_related("lines").order_by("-placed_at", "-pk")
    return [_passed(order) for order in found[:MOST_SHOWN]]


def _passed(order: Order) -> PassedOn:
    is_open = order.ended_at is None
    return PassedOn(
        shop=order.shop,
        name=order.name if is_open else "",
        titles=[line.title for line in order.lines.all()],
        status=order.status,
        status_label=order.get_status_display(),
        placed_at=order.placed_at,
        is_open=is_open,
        deadline=order.deadline if is_open else None,
    )


def transfers_of_title(*, shop: Shop, product_id: int, actor: Actor) -> list[Transfer]:
    """Return the open transfers of a title of which a shop is one side, oldest first.

    Guard: `EXCHANGE_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    mine = Transfer.objects.of(shop).open().filter(product=product_id)
    return list(mine.order_by("asked_at", "pk"))


def orders_that_lack(*, shop: Shop, product_id: int, actor: Actor) -> list[Order]:
    """Return the open orders of a shop that wait for a product which it has not got, oldest first:
    those for which a colleague may be asked.

    Guard: `EXCHANGE_COPIES`. Raises `NotFound`, `Forbidden`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.EXCHANGE_COPIES)
    waits = (LineStatus.TO_ORDER, LineStatus.ASKED)
    orders = Order.objects.filter(
        shop=shop, ended_at=None, lines__product=product_id, lines__status__in=waits
    )
    return list(orders.distinct().order_by("placed_at", "pk"))
