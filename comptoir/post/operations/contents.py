"""Copies put into parcels. All parcels of an order together never hold more than it has: whoever
packs has its row locked, and counts under that lock."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Invalid
from comptoir.core.identifiers import find_number
from comptoir.orders.models import OrderLine
from comptoir.post.errors import Handed, NotInOrder, TooMany, no_such_parcel
from comptoir.post.models import Fetched, Parcel, ParcelLine, StepKind
from comptoir.post.operations.shelf import prepare_if_complete
from comptoir.post.operations.steps import checked, locked_parcel, locked_to_post, note
from comptoir.post.reads import LineStanding, ToPost


@transaction.atomic
def pack(
    *,
    order_id: int,
    actor: Actor,
    copies: Mapping[int, int] | None = None,
    parcel_id: int | None = None,
) -> Parcel:
    """Put copies of an order, by their lines, into a parcel: a new one, or one that is still here.
    By default all that are in none.

    What is packed was fetched, whether somebody ticked it or not. Guard: `SERVE_ORDERS`. Locks: the
    order. Writes: the parcel, what is in it, its history, what was fetched, perhaps the order.
    Raises `NotFound`, `Forbidden`, `NotToPost`, `TooMany`, `Handed`, `Invalid` (`empty_parcel`).
    """
    found = locked_to_post(order_id, actor)
    by_line = {each.line.pk: each for each in found.lines}
    if copies is None:
        copies = {key: each.to_pack for key, each in by_line.items()}
    wanted = {key: number for key, number in copies.items() if number > 0}
    if not wanted:
        raise Invalid("empty_parcel", _("Nothing is left to be packed."), field="copies")
    for key, number in wanted.items():
        each = by_line.get(key)
        if each is None or number > each.to_pack:
            raise TooMany(each.line.title if each else "–", each.to_pack if each else 0)
    return _put(found, {by_line[key].line.pk: n for key, n in wanted.items()}, parcel_id, actor)


@transaction.atomic
def put_in(*, order_id: int, text: str, actor: Actor, parcel_id: int | None = None) -> OrderLine:
    """Put one copy into a parcel of an order, by its number as it was scanned: into the parcel that
    is named, else the last one that is still here, else a new one. Return its line.

    Guard: `SERVE_ORDERS`. Locks, writes: as `pack`. Raises `NotFound`, `Forbidden`, `NotToPost`,
    `NotInOrder`, `Handed`.
    """
    found = locked_to_post(order_id, actor)
    number = find_number(text)
    for each in found.lines:
        product = each.line.product
        if number and each.to_pack and number in (product.ean, product.number):
            here = found.here
            last = here[-1].pk if here else None
            _put(found, {each.line.pk: 1}, parcel_id or last, actor)
            return each.line
    raise NotInOrder(text)


@transaction.atomic
def unpack(*, parcel_id: int, actor: Actor) -> None:
    """Take everything out of a parcel that has not left; there is none any more.

    Guard: `SERVE_ORDERS`. Locks: the order. Writes: deletes the parcel. Raises `NotFound`,
    `Forbidden`, `Handed`.
    """
    parcel = locked_parcel(parcel_id, actor)
    if parcel.handed_at is not None:
        raise Handed
    parcel.delete()


def _put(found: ToPost, copies: Mapping[int, int], parcel_id: int | None, actor: Actor) -> Parcel:
    """Put copies, of which there are enough, into a parcel of a locked order."""
    now = timezone.now()
    parcel = _parcel(found, parcel_id, now)
    inside = {each.line_id: each for each in parcel.contents.all()}
    for key, number in copies.items():
        before = inside.get(key)
        if before is None:
            ParcelLine.objects.create(parcel=parcel, line_id=key, quantity=number)
        else:
            before.quantity += number
            before.save(update_fields=["quantity"])
    note(parcel, StepKind.PACKED, actor, now)
    for each in found.lines:
        _fetched_too(each, copies.get(each.line.pk, 0), actor, now)
    prepare_if_complete(checked(found.order), actor)
    return parcel


def _parcel(found: ToPost, parcel_id: int | None, now: datetime) -> Parcel:
    if parcel_id is None:
        return Parcel.objects.create(order=found.order, packed_at=now)
    for parcel in found.parcels:
        if parcel.pk == parcel_id:
            if parcel.handed_at is not None:
                raise Handed
            return parcel
    raise no_such_parcel()


def _fetched_too(each: LineStanding, number: int, actor: Actor, now: datetime) -> None:
    """Have what is packed be fetched, where nobody ticked it."""
    least = each.sent + each.packed + number
    if number and each.fetched < least:
        written = {"quantity": least, "at": now, **acted_by(actor)}
        Fetched.objects.update_or_create(line=each.line, defaults=written)
