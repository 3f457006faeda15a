"""Two shops become one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Conflict, Invalid, fill
from comptoir.events.operations.mergers import follow_window
from comptoir.orders.models import LIVE, Order, OrderLine
from comptoir.orders.operations.departures import let_all_go
from comptoir.orders.operations.moves import follow_shop
from comptoir.releases.operations.mergers import follow_merger as follow_releases
from comptoir.shops.models import Shop, Staff
from comptoir.shops.operations.listings import move_listings
from comptoir.shops.operations.page.acts import act_on
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.arrivals.mergers import StockMerged, merge_stock, whose_till
from comptoir.stock.models import Offer

ATTEMPTS = 5


Follow = Callable[[Shop, Shop, Mapping[int, Offer], Actor], None]
_FOLLOWERS: list[Follow] = []
_LOCKS: list[Callable[[Shop], None]] = []


def have_follow(follow: Follow) -> None:
    """Have what a package above keeps of shops follow each merger, in its transaction: `follow` is
    given the shop that goes, the one that stays, which offer of the second stands for one of the
    first from now on, by its key, and who merges. Called as the program starts."""
    if follow not in _FOLLOWERS:
        _FOLLOWERS.append(follow)


def have_lock(lock: Callable[[Shop], None]) -> None:
    """Have what a package above locks of a shop that goes locked before its orders and the offers:
    who holds it elsewhere waits for these. Called as the program starts."""
    if lock not in _LOCKS:
        _LOCKS.append(lock)


class _Overtaken(Conflict):
    """A reservation came between the locks of orders and of offers."""

    def __init__(self) -> None:
        super().__init__("moved_meanwhile", _("A reservation came meanwhile: try again."))


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of two shops that became one: how many of each moved, whose till counts."""

    gone: Shop
    into: Shop
    till: Shop
    orders: int
    moved: int
    joined: int
    people: int
    tokens: int


def merge_shops(
    *, shop: Shop, into: Shop, till: Shop | None = None, dry_run: bool = False, actor: Actor
) -> Merged:
    """Make a shop part of another: its open reservations, its stock, its people, its tokens and
    what stands in its window go over, its addresses lead there, and it leaves the network.

    Reservations keep their code and their page, and their readers get a mail. Of titles that both
    have, the figures of one till stand (`till`, by default of the shop that has one); ended
    reservations stay where they were. With `dry_run` all is worked out and nothing is kept.

    Guard: `RUN_INSTALLATION` in both. Locks: both shops, the draws with copies of the first,
    the open orders of the first, both clocks, all offers of both, each by primary key; the turn of
    windows. Writes: the shops, the orders,
    their history, mails, offers, movements, feeds, jobs, tokens, picks, events,
    releases. Announces: the offers, the lines of history. Raises `NotFound`, `Forbidden`, `Invalid`
    (`same_shop`, `other_till`), `Conflict` (`shop_ended`, `two_tills`, `own_articles`,
    `codes_clash`, `moved_meanwhile`).
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _merge(shop, into, till, dry_run, actor)
        except _Overtaken:
            continue
    return _merge(shop, into, till, dry_run, actor)


@transaction.atomic
def _merge(shop: Shop, into: Shop, till: Shop | None, dry_run: bool, actor: Actor) -> Merged:
    gone, kept = _locked(shop, into, actor)
    counts = whose_till(gone, kept, till)
    now = timezone.now()
    for lock in _LOCKS:
        lock(gone)
    orders = list(_open(gone).select_for_update(of=("self",)).order_by("pk"))
    _check_codes(orders, kept)
    wanted = OrderLine.objects.filter(order__in=orders, status__in=LIVE, offer_id__isnull=False)
    stock = merge_stock(
        gone=gone,
        into=kept,
        till=counts,
        wanted=frozenset(wanted.values_list("offer_id", flat=True)),
        actor=actor,
        at=now,
    )
    # Placing takes no shop and no order of another: one that had the offers before us is only seen
    # now, and its row comes before the offers in the order of locks.
    if _came_meanwhile(gone, orders):
        raise _Overtaken
    _leave(gone, kept, actor, now)
    people, programs = _take_people(gone, kept)
    _follow(orders, kept, stock, actor)
    follow_window(gone, kept, actor=actor, at=now)
    follow_releases(gone, kept)
    for follow in _FOLLOWERS:
        follow(gone, kept, stock.stands_for, actor)
    if dry_run:
        transaction.set_rollback(True)
    return Merged(gone, kept, counts, len(orders), stock.moved, stock.joined, people, programs)


def _locked(shop: Shop, into: Shop, actor: Actor) -> tuple[Shop, Shop]:
    if shop.pk == into.pk:
        raise Invalid("same_shop", _("A shop cannot be merged into itself."))
    found = {}
    for each in sorted((shop, into), key=lambda one: one.pk):
        found[each.pk] = in_scope(each, actor, Verb.RUN_INSTALLATION, lock=True)
    for each in found.values():
        if each.ended_at is not None:
            raise Conflict("shop_ended", _("This shop has left the network."))
    return found[shop.pk], found[into.pk]


def _open(shop: Shop) -> "QuerySet[Order]":
    return Order.objects.filter(shop=shop, ended_at=None)


def _came_meanwhile(shop: Shop, orders: list[Order]) -> bool:
    return _open(shop).exclude(pk__in=[order.pk for order in orders]).exists()


def _check_codes(orders: list[Order], into: Shop) -> None:
    """Refuse a merger that would give two reservations of a shop one code."""
    codes = [order.code for order in orders]
    clash = Order.objects.filter(shop=into, code__in=codes).values_list("code", flat=True).first()
    if clash is not None:
        told = _("Both shops have a reservation with the code %(code)s: end the first one's.")
        raise Conflict("codes_clash", fill(told, code=clash))


def _leave(gone: Shop, into: Shop, actor: Actor, now: datetime) -> None:
    with act_on(gone, actor=actor, at=now):
        gone.paused_at, gone.ended_at, gone.merged_into = gone.paused_at or now, now, into
        gone.save(update_fields=["paused_at", "ended_at", "merged_into"])
    move_listings(gone, into)


def _take_people(gone: Shop, into: Shop) -> tuple[int, int]:
    """Move jobs and tokens; who works in both keeps the role of the shop that stays."""
    known = into.staff.values_list("user_id", flat=True)
    moved = Staff.objects.filter(shop=gone).exclude(user_id__in=list(known)).update(shop=into)
    programs = gone.tokens.filter(token__revoked_at=None).update(shop=into)
    let_all_go(gone)
    return moved, programs


def _follow(orders: list[Order], into: Shop, stock: StockMerged, actor: Actor) -> None:
    # Picked here: those that were joined may be more than one statement names.
    lines = OrderLine.objects.filter(order__in=orders, offer_id__isnull=False)
    changed = [line for line in lines if line.offer_id in stock.stands_for]
    for line in changed:
        line.offer = stock.stands_for[line.offer_id or 0]
    OrderLine.objects.bulk_update(changed, ["offer"], batch_size=1000)
    for order in orders:
        follow_shop(order, into, actor=actor)
