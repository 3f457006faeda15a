"""What the counter enters by EAN, or by the till's own number ("sold one", "received n", "there are
n"), and the one way in which an offer, its movement and the outbox are written together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.models import Product
from comptoir.catalogue.operations import stub_products
from comptoir.catalogue.reads import by_number
from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict, Invalid
from comptoir.core.identifiers import issue_of, parse_number
from comptoir.core.models import OutboxEntry
from comptoir.core.outbox import publish_all
from comptoir.shops.models import RingsUp, Shop
from comptoir.shops.operations import SettingsChange, update_settings
from comptoir.shops.operations.scope import Verb, in_scope
from comptoir.stock.errors import NotEnough
from comptoir.stock.shelf.announcements import announcement, crosses, entries_of
from comptoir.stock.shelf.confidence import pace_at
from comptoir.stock.shelf.locks import lock_shared
from comptoir.stock.shelf.models import Condition, Offer, OfferQuerySet, Reason, StockMovement
from comptoir.stock.shelf.moments import moment_of
from comptoir.stock.shelf.sql import KNOWN_AT
from comptoir.stock.shelf.truth import Figure, Moved, count_by_hand, horizon, on_hand, shortfall

LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry at the counter did: the offer as it now is, and by how many copies it moved.

    `promised` is how many copies the entry took away that readers are waiting for: show it, because
    somebody will come for them.
    """

    offer: Offer
    delta: int
    promised: int = 0


@transaction.atomic
def sell(
    *, shop: Shop, ean: str, quantity: int = 1, actor: Actor, condition: str | None = None
) -> Entry:
    """Take copies away that were sold at the counter; on-hand never goes below zero.

    A held copy may be sold, for the customer in front of the desk has it in hand; the entry says
    how many promises that breaks. Without a condition: the new copies, or the only used ones.

    Guard: `MOVE_STOCK`. Locks: the shop's clock shared, its offers of the EAN by primary key.
    Writes: the offer, a movement (`sold`). Announces: the offer, its product if it crossed zero.
    Raises `NotFound`, `NotEnough` when fewer are on hand, `Conflict` (`which_condition`), `Invalid`
    (`bad_quantity`, and for a bad EAN).
    """
    shop = in_scope(shop, actor, Verb.MOVE_STOCK)
    _check_quantity(quantity)
    lock_shared(shop.pk)
    code = parse_number(ean)
    offer = _offer_with_copies(shop.pk, code, condition)
    if offer is None or offer.on_hand < quantity:
        raise NotEnough(code, quantity, offer.on_hand if offer else 0)
    return move(offer, -quantity, Reason.SOLD, actor, timezone.now())


@transaction.atomic
def receive(
    *,
    shop: Shop,
    ean: str,
    quantity: int = 1,
    actor: Actor,
    condition: str = Condition.NEW.value,
    price_cents: int | None = None,
) -> Entry:
    """Add copies that arrived. An EAN that the catalogue does not know yet gets a stub.

    The price (cents) stays as it was unless one is given, and so does a magazine's issue, which may
    follow its EAN.

    Guard: `MOVE_STOCK`. Locks: the shop's clock shared, then the offer, made if the shop has none.
    Writes: the offer, a movement (`received`), perhaps a product. Announces: the offer, its product
    if it crossed zero. Raises `NotFound`, `Invalid` (`bad_quantity`, `bad_condition`, and for a bad
    EAN).
    """
    shop = in_scope(shop, actor, Verb.MOVE_STOCK)
    _check_quantity(quantity)
    lock_shared(shop.pk)
    moment = timezone.now()
    offer = _offer(shop.pk, parse_number(ean), condition, moment)
    offer.issue = issue_of(ean) or offer.issue
    if price_cents is not None:
        offer.price_cents = price_cents
    return move(offer, quantity, Reason.RECEIVED, actor, moment)


@transaction.atomic
def set_count(
    *,
    shop: Shop,
    ean: str,
    count: int,
    actor: Actor,
    at: datetime | None = None,
    condition: str = Condition.NEW.value,
) -> Entry:
    """Set an offer to what somebody counted, held copies included, at a moment (now).

    A count is a report of its own: what moved here after its moment is applied on top, and an
    older report changes nothing after it.

    Guard: `MOVE_STOCK`. Locks: the shop's clock shared, then the offer, made if the shop has none.
    Writes: the offer, a movement (`counted`) if on-hand changes, perhaps a product. Announces: the
    offer, its product if it crossed zero. Raises `NotFound`, `BadMoment`, `Invalid`
    (`bad_quantity`, `bad_condition`, and for a bad EAN), `Conflict` (`overtaken`) when something
    newer is known.
    """
    shop = in_scope(shop, actor, Verb.MOVE_STOCK)
    if not 0 <= count <= LARGEST:
        raise Invalid("bad_quantity", _("Count the copies: a number from 0 to 100,000."))
    lock_shared(shop.pk)
    moment = timezone.now() if at is None else moment_of(at, shop)
    offer = _offer(shop.pk, parse_number(ean), condition, moment)
    offer.issue = issue_of(ean) or offer.issue
    return count_offer(offer, count, moment, actor)


def count_offer(offer: Offer, count: int, moment: datetime, actor: Actor) -> Entry:
    """Set an offer, which the caller has locked, to what somebody counted of it.

    Writes and announces as `move`. Raises `Conflict` (`overtaken`).
    """
    known_at = known_moments([offer.pk])[offer.pk]
    if moment < known_at:
        raise Conflict(
            "overtaken",
            _("Something newer is known of this title: count it again."),
            ean=offer.ean or "",
        )
    copies = take_count(offer, count, moment, known_at, movements_of([offer.pk])[offer.pk])
    return move(offer, copies - offer.on_hand, Reason.COUNTED, actor, moment)


def move(offer: Offer, delta: int, reason: Reason, actor: Actor, at: datetime) -> Entry:
    """Write an offer, which the caller has locked, with its movement if the number changes.

    Announces: the offer, its product if it crossed zero.
    """
    short = offer.short
    entries = shift(offer, delta, reason, at)
    offer.save()
    if delta:
        movement_of(offer, delta, reason, actor, at).save()
    publish_all(entries)
    return Entry(offer, delta, max(0, offer.short - short))


def shift(
    offer: Offer, delta: int, reason: Reason, at: datetime
) -> list[tuple[OutboxEntry.Topic, int]]:
    """Apply a movement to an offer under lock, unsaved; return what is to be announced."""
    before = offer.on_hand
    offer.on_hand += delta
    offer.short = shortfall(offer.held, offer.on_hand)
    if reason != Reason.COUNTED:
        offer.moved_at = max(at, offer.moved_at or at)
    bound = offer.held + offer.kept_back(offer.shop)
    return entries_of(offer.pk, offer.product_id, before - bound, offer.on_hand - bound)


def movement_of(
    offer: Offer, delta: int, reason: Reason, actor: Actor, at: datetime
) -> StockMovement:
    """Return a movement of an offer, unsaved."""
    return StockMovement(
        offer=offer,
        delta=delta,
        reason=reason,
        happened_at=at,
        **acted_by(actor),
    )


_PROMISED = (
    "CASE WHEN %(shown_{when})s THEN on_hand - held"
    " - CASE WHEN copy_ref = '' THEN %(safety_{when})s ELSE 0 END ELSE 0 END"
)
_BEFORE, _AFTER = (_PROMISED.format(when=when) for when in ("before", "after"))
# A shop may have 100,000 offers: only those that begin or cease to be there are announced.
_SETTINGS_CHANGED = f"""
WITH crossed AS (
    SELECT id, product_id, on_hand, held, copy_ref FROM stock_offer
    WHERE shop_id = %(shop)s AND {crosses(_BEFORE, _AFTER)}
) {announcement("crossed", _BEFORE, _AFTER)}
"""  # noqa: S608


@transaction.atomic
def change_settings(
    *, shop: Shop, change: SettingsChange, actor: Actor, since: int | None = None
) -> Shop:
    """Change a shop's settings; copies already promised stay promised.

    Guard, locks, errors, `since`: those of `shops.operations.update_settings`. Writes: the shop.
    Announces: the offers that can, or can no longer, be had, and their products.
    """
    before = Shop.objects.filter(pk=shop.pk).first()
    changed = update_settings(shop=shop, change=change, actor=actor, since=since)
    announce_settings(before or changed, changed)
    return changed


def announce_settings(was: Shop, changed: Shop) -> None:
    """Announce the offers of a shop, and their products, that can be had, or can be no longer, now
    that its settings are others. A step inside the transaction that has written them."""
    execute(
        _SETTINGS_CHANGED,
        {
            "shop": changed.pk,
            "safety_before": was.safety_stock,
            "safety_after": changed.safety_stock,
            "shown_before": was.shows_stock,
            "shown_after": changed.shows_stock,
        },
    )


def _offer(shop_id: int, ean: str, condition: str, at: datetime) -> Offer:
    """Return a shop's offer under lock; an empty one is made if it has none."""
    if condition not in Condition.values:
        raise Invalid("bad_condition", _("This condition is unknown."), condition=condition)
    known = Product.objects.filter(**by_number(ean, shop_id))
    product = known.values_list("pk", flat=True).first()
    key = product if product is not None else stub_products([ean], shop_id)[ean]
    # Two who enter the first copy at once both insert; the later one takes the row of the other.
    Offer.objects.bulk_create(
        [Offer(shop_id=shop_id, product_id=key, ean=ean, condition=condition, as_of=at)],
        ignore_conflicts=True,
    )
    return locked().get(shop_id=shop_id, product_id=key, condition=condition, copy_ref="")


def _offer_with_copies(shop_id: int, ean: str, condition: str | None) -> Offer | None:
    """Return, under lock, the offer that a sale takes from: new copies before used ones."""
    named = by_number(ean, shop_id, "product__")
    offers = locked().filter(shop_id=shop_id, **named).order_by("pk")
    if condition is not None:
        offers = offers.filter(condition=condition)
        if offers.count() < 2:
            return offers.first()
    having = [offer for offer in offers if offer.on_hand > 0]
    new = [offer for offer in having if offer.condition == Condition.NEW]
    if len(having) > 1 and not new:
        raise Conflict(
            "which_condition",
            _("There are several used copies: say which one."),
            conditions=[offer.condition for offer in having],
        )
    return next(iter(new or having), None)


def locked() -> OfferQuerySet:
    return Offer.objects.select_related("shop").select_for_update(of=("self",), no_key=True)


def known_moments(offer_ids: Iterable[int]) -> dict[int, datetime]:
    """Return as of when each of these offers is known."""
    return dict(fetch(KNOWN_AT, [list(offer_ids)]))


def movements_of(offer_ids: Iterable[int]) -> dict[int, list[Moved]]:
    """Return what moved here of each of these offers; what was reported or counted is left out."""
    found: dict[int, list[Moved]] = {key: [] for key in offer_ids}
    rows = (
        StockMovement.objects.filter(offer_id__in=found)
        .exclude(reason__in=[Reason.TOLD, Reason.COUNTED])
        .values_list("offer_id", "reason", "delta", "happened_at")
    )
    for offer_id, reason, delta, happened_at in rows:
        found[offer_id].append(Moved(Reason(reason), delta, happened_at))
    return found


def take_count(
    offer: Offer, count: int, moment: datetime, known_at: datetime, moves: list[Moved]
) -> int:
    """Note a count on an offer under lock, unsaved; return how many copies are on hand by it."""
    habit = (RingsUp(offer.shop.rings_up), offer.shop.time_zone)
    one_off = bool(offer.copy_ref)
    now = horizon(moment, *habit, one_off=one_off)
    known = Figure(offer.counted, known_at, offer.unseen, offer.doubtful)
    figure = count_by_hand(known, moves, count, now, horizon(known_at, *habit, one_off=one_off))
    if offer.counted:
        offer.pace = pace_at(offer.pace, offer.as_of, moment)
    offer.counted, offer.unseen, offer.as_of = figure.counted, figure.unseen, moment
    offer.doubtful = figure.doubtful
    offer.reported_by = None
    return on_hand(figure, moves, now)


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= LARGEST:
        raise Invalid("bad_quantity", _("Give a number of copies from 1 to 100,000."))
