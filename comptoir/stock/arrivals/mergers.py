"""The stock of a shop that is merged into another: whose till counts, and what becomes of copies.

No copy is promised twice: of a title that both have, the figures of one till stand, never the sum
of both; what is held stays held, and what the figure does not cover is `short`, as after a report.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.catalogue.models import TILL_SOURCE
from comptoir.core.errors import Conflict, Invalid, fill
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish_all
from comptoir.shops.models import Shop
from comptoir.stock.arrivals.models import FeedPull, TillArticle, TillLink
from comptoir.stock.reports.models import Feed
from comptoir.stock.shelf.ledger import movement_of
from comptoir.stock.shelf.locks import lock_alone
from comptoir.stock.shelf.models import FEED_MARK, Offer, Reason, ShopClock, StockMovement

_FIGURES = ("on_hand", "counted", "unseen", "doubtful", "pace", "as_of", "moved_at", "price_cents")
_MOVED = (*_FIGURES, "shop", "held", "short", "reported_by")


@dataclass(slots=True)
class StockMerged:
    """What came of the offers: how many moved as they are, how many were joined to one that the
    other shop has, and, of these, which offer stands for which from now on."""

    moved: int = 0
    joined: int = 0
    stands_for: dict[int, Offer] = field(default_factory=dict)


def is_live(shop: Shop) -> bool:
    """Return whether a till reports in a shop: a feed that is not retired, or one that calls."""
    return (
        shop.feeds.filter(retired_at=None, as_of__isnull=False).exists()
        or TillLink.objects.filter(shop=shop).exists()
        or FeedPull.objects.filter(shop=shop).exists()
    )


def whose_till(gone: Shop, into: Shop, chosen: Shop | None) -> Shop:
    """Return the shop whose till counts once both are one: the one chosen, or that which has one.

    Raises `Conflict` (`two_tills`) where both have one and nobody chose, `Invalid` (`other_till`)
    for a third shop.
    """
    if chosen is not None:
        if chosen not in (gone, into):
            told = _("The till that counts is that of one of the two: %(one)s or %(other)s.")
            raise Invalid("other_till", fill(told, one=gone.slug, other=into.slug), field="till")
        return chosen
    if is_live(gone) and is_live(into):
        told = _("Both shops have a till that reports: say whose counts, %(one)s or %(other)s.")
        raise Conflict("two_tills", fill(told, one=gone.slug, other=into.slug))
    return gone if is_live(gone) else into


def merge_stock(
    *, gone: Shop, into: Shop, till: Shop, wanted: frozenset[int], actor: Actor, at: datetime
) -> StockMerged:
    """Move the offers of a shop into another, and the till that counts with them.

    A step inside the transaction of a verb that has looked and locked both shops. What only the
    shop that goes had comes along with its figure, unless the other's till reports: then that till
    says what is there, and only used copies come, what is held, and what open reservations name
    (`wanted`, keys of offers). A shop's own articles stay behind.

    Locks: both clocks, all offers of both by primary key. Writes: offers, movements, feeds.
    Announces: the offers and their products. Raises `Conflict` (`own_articles`, `copies_clash`).
    """
    for key in sorted((gone.pk, into.pk)):
        lock_alone(key)
    both = Offer.objects.filter(shop__in=(gone, into)).select_related("product").order_by("pk")
    offers = list(both.select_for_update(no_key=True, of=("self",)))
    merger = _Merger(into, till, is_live(into) and till == into, wanted, actor, at)
    merger.take(
        [each for each in offers if each.shop_id == gone.pk],
        [each for each in offers if each.shop_id == into.pk],
    )
    _move_tills(gone, into, till, at)
    merger.write()
    return merger.done


@dataclass(slots=True)
class _Merger:
    """A merger on its way; `named` says that the till of the shop that stays names what it has."""

    into: Shop
    till: Shop
    named: bool
    wanted: frozenset[int]
    actor: Actor
    at: datetime
    done: StockMerged = field(default_factory=StockMerged)
    touched: list[Offer] = field(default_factory=list)
    movements: list[StockMovement] = field(default_factory=list)

    def take(self, offers: list[Offer], present: list[Offer]) -> None:
        """Move or join each offer of the shop that goes."""
        theirs = {_what(each): each for each in present}
        refs = {each.copy_ref for each in present if each.copy_ref}
        for offer in offers:
            other = theirs.get(_what(offer))
            if offer.product.source == TILL_SOURCE or (other is None and offer.copy_ref in refs):
                self._leave_behind(offer)
            elif other is not None:
                self._join(offer, other)
            elif not self.named or self._comes(offer):
                self._move(offer)

    def write(self) -> None:
        """Save what was moved and joined, and announce it."""
        known = set(self.into.feeds.values_list("pk", flat=True))
        for offer in self.touched:
            if offer.reported_by_id not in known:
                offer.reported_by_id = None
            offer.short = max(offer.held - offer.on_hand, 0)
        Offer.objects.bulk_update(self.touched, _MOVED, batch_size=1000)
        StockMovement.objects.bulk_create(self.movements, batch_size=1000)
        offers = [(OutboxEntry.Topic.OFFER, each.pk) for each in self.touched]
        products = [(OutboxEntry.Topic.PRODUCT, each.product_id) for each in self.touched]
        publish_all(offers + products)

    def _comes(self, offer: Offer) -> bool:
        """Whether an offer comes along although the till of the other shop has not named it."""
        is_ours = bool(offer.copy_ref) and FEED_MARK not in offer.copy_ref
        return is_ours or offer.held > 0 or offer.pk in self.wanted

    def _leave_behind(self, offer: Offer) -> None:
        """Refuse to leave behind what a reader waits for and the other shop cannot have."""
        if not offer.held and offer.pk not in self.wanted:
            return
        told = _(
            "“%(title)s” is reserved, and cannot move: the other shop has another article of its"
            " number. Hand it over or cancel it first."
        )
        raise Conflict("own_articles", fill(told, title=offer.product.title))

    def _move(self, offer: Offer) -> None:
        if self.named and not offer.copy_ref:
            self._set(offer, min(offer.on_hand, offer.held), Reason.WITHDRAWN)
        offer.shop = self.into
        self.done.moved += 1
        self.touched.append(offer)

    def _join(self, offer: Offer, other: Offer) -> None:
        """Let one offer stand for two: with the figures of the first where its till counts."""
        if self.till != self.into:
            self._set(other, offer.on_hand, Reason.TOLD)
            for name in _FIGURES:
                setattr(other, name, getattr(offer, name))
            other.reported_by_id = offer.reported_by_id
        other.held += offer.held
        offer.held = 0
        self._set(offer, 0, Reason.WITHDRAWN)
        self.done.joined += 1
        self.done.stands_for[offer.pk] = other
        self.touched += [offer, other]

    def _set(self, offer: Offer, on_hand: int, reason: Reason) -> None:
        """Set how many copies an offer has, with the movement that says so."""
        if delta := on_hand - offer.on_hand:
            self.movements.append(movement_of(offer, delta, reason, self.actor, self.at))
        offer.on_hand = offer.counted = on_hand
        offer.unseen = offer.doubtful = 0


def _what(offer: Offer) -> tuple[int, str, str]:
    return offer.product_id, offer.condition, offer.copy_ref


def _move_tills(gone: Shop, into: Shop, till: Shop, at: datetime) -> None:
    """Let the till that counts report in the shop that stays, and no other."""
    loser = into if till == gone else gone
    for model in (TillLink, FeedPull):
        model._default_manager.filter(shop=loser).delete()
    Feed.objects.filter(shop=loser, retired_at=None).update(retired_at=at)
    if till == into:
        return
    for model in (TillLink, FeedPull):
        model._default_manager.filter(shop=gone).update(shop=into)
    for feed in gone.feeds.all():
        _take_feed(feed, into, at)
    known = Q()
    for format, item in TillArticle.objects.filter(shop=into).values_list("format", "item"):
        known |= Q(format=format, item=item)
    articles = TillArticle.objects.filter(shop=gone)
    (articles.exclude(known) if known else articles).update(shop=into)
    clock = ShopClock.objects.get(pk=gone.pk)
    ShopClock.objects.filter(pk=into.pk).update(
        new_as_of=clock.new_as_of, used_as_of=clock.used_as_of, contested_at=clock.contested_at
    )


def _take_feed(feed: Feed, into: Shop, at: datetime) -> None:
    """Let a feed report in another shop; where that has one of its format, by that one."""
    same = into.feeds.filter(format=feed.format)
    names = ("as_of", "changes_as_of", "shop_code", "columns", "retired_at")
    taken = same.update(**{name: getattr(feed, name) for name in names})
    change = {"retired_at": feed.retired_at or at} if taken else {"shop": into}
    Feed.objects.filter(pk=feed.pk).update(**change)
