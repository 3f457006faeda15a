"""Copies fetched from the shelf for orders to be posted, or not found there."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.catalogue.reads import by_number
from comptoir.core.identifiers import find_number
from comptoir.orders.errors import no_such_order
from comptoir.orders.models import Order, OrderLine
from comptoir.orders.operations import postal
from comptoir.post.errors import NothingToFetch, NotToPost, TooMany
from comptoir.post.models import Fetched
from comptoir.post.operations.steps import checked, locked_to_post
from comptoir.post.reads import LineStanding, ToPost, paid, standing_of
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope


def fetch(*, shop: Shop, text: str, actor: Actor) -> OrderLine:
    """Note one copy of a title as fetched, by its number as it was scanned: for the oldest order
    that waits for one. With the last copy of an order, that is prepared.

    Guard: `SERVE_ORDERS`. Locks: the order, one at a time. Writes: what was fetched, perhaps the
    order and its history. Announces: the line of history. Raises `NotFound`, `Forbidden`,
    `NothingToFetch`.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    number = find_number(text)
    if not number:
        raise NothingToFetch(text)
    which = by_number(number, shop.pk)
    wanted = {f"lines__product__{name}": value for name, value in which.items()}
    with_it = Order.objects.filter(shop=shop, **wanted).values("pk")
    waiting = paid(Order.objects.filter(pk__in=with_it)).order_by("placed_at", "pk")
    for seen in standing_of(waiting):
        if _to_fetch(seen, number):
            # Seen without a lock, so looked at again under it. One at a time: whoever locks many
            # does it by their keys, and these are by age.
            with suppress(NotToPost, NothingToFetch):
                return _fetch_of(seen.order.pk, number, text, actor)
    raise NothingToFetch(text)


@transaction.atomic
def _fetch_of(order_id: int, number: str, text: str, actor: Actor) -> OrderLine:
    """Note one copy as fetched for this order. Raises `NotToPost`, or `NothingToFetch` where it
    waits for none any more; its lock is let go by that."""
    found = locked_to_post(order_id, actor)
    each = _to_fetch(found, number)
    if each is None:
        raise NothingToFetch(text)
    _take(found, each, each.fetched + 1, actor, timezone.now())
    return each.line


def _to_fetch(found: ToPost, number: str) -> LineStanding | None:
    """Return the first line of an order that waits for a copy of a number."""
    for each in found.lines:
        if each.to_fetch and number in (each.line.product.ean, each.line.product.number):
            return each
    return None


@transaction.atomic
def tick(*, line_id: int, actor: Actor, quantity: int | None = None) -> OrderLine:
    """Note so many copies of a line as fetched in all, by default all that it has; fewer than
    before puts copies back. With the last copy of an order, that is prepared.

    Guard: `SERVE_ORDERS`. Locks: the order. Writes: what was fetched, perhaps the order and its
    history. Announces: the line of history. Raises `NotFound`, `Forbidden`, `NotToPost`, `TooMany`.
    """
    found = locked_to_post(_order_of(line_id), actor)
    each = _line(found, line_id)
    most = each.leaving + each.sent
    wanted = most if quantity is None else quantity
    if not each.packed + each.sent <= wanted <= most:
        raise TooMany(each.line.title, most - each.fetched)
    _take(found, each, wanted, actor, timezone.now())
    return each.line


@transaction.atomic
def miss(*, line_id: int, quantity: int, actor: Actor) -> OrderLine:
    """Note that so many copies of a line are not on the shelf: they are written off, what was paid
    for them is refunded by itself, and the reader is told. Copies that were fetched are not among
    them. The rest of the order goes on.

    Guard: `SERVE_ORDERS`. Locks: the order, and what `orders.operations.postal` locks. Writes and
    announces: what that does. Raises `NotFound`, `Forbidden`, `NotToPost`, `TooMany`.
    """
    found = locked_to_post(_order_of(line_id), actor)
    each = _line(found, line_id)
    if not 1 <= quantity <= each.to_fetch:
        raise TooMany(each.line.title, each.to_fetch)
    postal.mark_missing(line_id=line_id, quantity=quantity, actor=actor)
    order = Order.objects.get(pk=found.order.pk)
    if order.ended_at is None:
        prepare_if_complete(checked(order), actor)
    return each.line


def _order_of(line_id: int) -> int:
    key = OrderLine.objects.filter(pk=line_id).values_list("order_id", flat=True).first()
    if key is None:
        raise no_such_order()
    return key


def _line(found: ToPost, line_id: int) -> LineStanding:
    for each in found.lines:
        if each.line.pk == line_id:
            return each
    raise NotToPost(found.order)


def _take(found: ToPost, each: LineStanding, quantity: int, actor: Actor, at: datetime) -> None:
    written = {"quantity": quantity, "at": at, **acted_by(actor)}
    Fetched.objects.update_or_create(line=each.line, defaults=written)
    prepare_if_complete(checked(found.order), actor)


def prepare_if_complete(found: ToPost, actor: Actor) -> None:
    """Have an order be prepared once every copy of it is fetched. A step of a verb that has locked
    it."""
    if any(each.leaving for each in found.lines) and not found.to_fetch:
        postal.prepare(order_id=found.order.pk, actor=actor)
