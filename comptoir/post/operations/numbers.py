"""Carriers' numbers noted at their parcels: one at its parcel, or many at once by their orders'
digits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import DomainError, Invalid, Message, NotFound, fill, invalid
from comptoir.orders.models import Order
from comptoir.post.carriers import LONGEST, Carrier, as_number, doubt_about, guess, may_be_number
from comptoir.post.errors import NotToPost, Numbered
from comptoir.post.models import Parcel, StepKind
from comptoir.post.operations.news import tell
from comptoir.post.operations.steps import locked_parcel, note
from comptoir.post.reads import number_waits, paid
from comptoir.post.rows import Row, read_rows
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

MOST_GRAMS = 30_000
"""No carrier of parcels takes heavier ones."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one pasted row: its parcel, and what is odd about its number; or why nothing
    did, and then nothing was written of it."""

    row: Row
    parcel: Parcel | None = None
    doubt: Message = ""
    refusal: DomainError | None = None


@transaction.atomic
def number(
    *,
    parcel_id: int,
    actor: Actor,
    tracking: str | None = None,
    carrier: str | None = None,
    grams: int | None = None,
) -> Parcel:
    """Note a parcel's carrier, its number (empty: none) and what it was weighed at; what is None
    stays as it is. Of one that has left, its reader is told a number that is new.

    A number that looks wrong is kept: `carriers.doubt_about` says what is odd. Guard:
    `SERVE_ORDERS`. Locks: the order. Writes: the parcel, its history, perhaps a mail. Raises
    `NotFound`, `Forbidden`, `Invalid` (`bad_carrier`, `bad_tracking`, `bad_grams`).
    """
    parcel = locked_parcel(parcel_id, actor)
    _write(parcel, tracking, carrier, grams, actor, timezone.now())
    return parcel


def take_rows(*, shop: Shop, text: str, actor: Actor, carrier: str | None = None) -> list[Outcome]:
    """Note the numbers of many parcels, as they were pasted or scanned (`post.rows`): each at the
    first parcel of its order that has none. A row that is refused (a word is no number) voids none
    beside it; the same row twice is one. Without a carrier it is the parcel's own, or the one whose
    numbers look so.

    Guard: `SERVE_ORDERS`. Each row is a transaction. Locks, writes: as `number`. Raises `NotFound`,
    `Forbidden`, `Invalid` (`bad_carrier`), `TooManyRows`, by which none is noted.
    """
    shop = in_scope(shop, actor, Verb.SERVE_ORDERS)
    if carrier and carrier not in Carrier.values:
        raise invalid("carrier", _("Choose the carrier."))
    waits = number_waits(shop.pk)
    return [_take(shop, row, carrier, actor) for row in read_rows(text, waits)]


def _take(shop: Shop, row: Row, carrier: str | None, actor: Actor) -> Outcome:
    try:
        with transaction.atomic():
            if not (row.code and row.number):
                told = _("This row has no order’s eight digits, or no number of a parcel.")
                raise Invalid("bad_row", told)
            # Among many rows nobody looks at each: a word would be mailed to a reader.
            if not may_be_number(row.number):
                told = _(
                    "“%(number)s” does not look like a parcel’s number: it is not noted. If it is"
                    " one, write it at its parcel."
                )
                raise Invalid("bad_tracking", fill(told, number=row.number), field="tracking")
            parcel = _parcel_of(shop, row, actor)
            chosen = carrier or parcel.carrier or guess(row.number)
            _write(parcel, row.number, chosen, None, actor, timezone.now())
    except DomainError as refusal:
        return Outcome(row, refusal=refusal)
    return Outcome(row, parcel, doubt_about(parcel.carrier, parcel.tracking))


def _parcel_of(shop: Shop, row: Row, actor: Actor) -> Parcel:
    """Lock the order of a row and return its parcel: the one with this number, else the first that
    has none."""
    orders = Order.objects.filter(shop=shop, code=row.code)
    keys = Parcel.objects.filter(order__in=orders).values_list("pk", flat=True)
    first = keys.first()
    if first is None:
        gone = orders.first()
        if gone is not None and not paid(orders).exists():
            raise NotToPost(gone)
        raise NotFound("no_such_parcel", _("This order has no parcel: pack it first."))
    order = locked_parcel(first, actor).order
    parcels = list(Parcel.objects.filter(order=order).select_related("order"))
    same = [each for each in parcels if each.tracking == row.number]
    free = [each for each in parcels if not each.tracking]
    if not same and not free:
        raise Numbered(row.code, parcels[-1].tracking)
    return (same or free)[0]


def _write(
    parcel: Parcel,
    tracking: str | None,
    carrier: str | None,
    grams: int | None,
    actor: Actor,
    at: datetime,
) -> None:
    if carrier and carrier not in Carrier.values:
        raise invalid("carrier", _("Choose the carrier."))
    if grams is not None and not 0 < grams <= MOST_GRAMS:
        raise invalid("grams", _("Write what it weighs in grams, up to 30,000."))
    before = (parcel.tracking, parcel.carrier, parcel.grams)
    if tracking is not None:
        parcel.tracking = as_number(tracking)
        if len(parcel.tracking) > LONGEST or not parcel.tracking.isascii():
            raise invalid("tracking", _("A parcel’s number has letters and digits, at most 40."))
    parcel.carrier = parcel.carrier if carrier is None else carrier
    parcel.grams = parcel.grams if grams is None else grams
    if (parcel.tracking, parcel.carrier, parcel.grams) == before:
        return
    parcel.save(update_fields=["tracking", "carrier", "grams"])
    if parcel.tracking != before[0]:
        note(parcel, StepKind.NUMBERED, actor, at)
        if parcel.tracking and parcel.handed_at and not parcel.delivered_at:
            tell(parcel, "parcel_number")


def erase_numbers_of_erased(now: datetime) -> int:
    """Erase the numbers of parcels whose order's person was erased before a moment, and that were
    packed behind it; return how many. Writes: the parcels."""
    late = Parcel.objects.filter(order__erased_at__lte=now).exclude(tracking="")
    return late.update(tracking="")


def erase_numbers(orders: Collection[int]) -> None:
    """Erase the carriers' numbers of the parcels of orders: they tell where somebody lives. A step
    of the erasure of their addresses (`orders.postal.erasure`). Writes: the parcels."""
    Parcel.objects.filter(order__in=orders).exclude(tracking="").update(tracking="")
