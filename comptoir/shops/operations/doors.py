"""Doors closed to the public and opened again, of a shop and of a network; its week at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.errors import Conflict, Invalid, NotFound, invalid
from comptoir.core.text import one_line, wrong_year
from comptoir.networks.models import Network
from comptoir.networks.operations.scope import NetworkVerb, in_network
from comptoir.shops import memory
from comptoir.shops.doors.models import DAY, Doors, DoorsMode, DoorSpan
from comptoir.shops.doors.rules import Door
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

LONGEST_TEXT = 200
MOST_LIVE = 10
MOST_SPANS = 42
LONGEST = timedelta(days=366)
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorsRequest:
    """How doors are to be closed: from when until when (aware; None: from now, until further
    notice), in which mode, with which words for the public."""

    mode: DoorsMode
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    text: str = ""


def shut_doors(*, of: Shop | Network, request: DoorsRequest, actor: Actor, now: datetime) -> Doors:
    """Close the doors of a shop, or of all shops of a network, to the public, and return the row:
    nothing else is written. `orders.operations.doors.close_doors` moves the deadlines too. What is
    closed so already, from the same minute or the one before, is not closed a second time: one act
    opens it again.

    Guard: `CLOSE_DOORS` of the shop, or of the network. Locks: the shop or the network. Writes: the
    row, a line of the audit. Raises `NotFound`, `Forbidden`, `Invalid` (`bad_begins_at`,
    `bad_ends_at`, `bad_text`), `Conflict` (`too_many_doors`).
    """
    door = check_doors(request, now)
    with transaction.atomic():
        where = _scoped(of, actor)
        live = Doors.objects.filter(**where, ended_at=None).exclude(ends_at__lte=now)
        same = live.filter(mode=door.mode, ends_at=door.ends, text=door.text)
        tapped = same.filter(begins_at__range=(door.begins - _A_MINUTE, door.begins)).first()
        if tapped is not None:
            return tapped
        if live.count() >= MOST_LIVE:
            told = _("There are %(most)d such closings already: end one of them first.")
            raise Conflict("too_many_doors", told % {"most": MOST_LIVE})
        made = Doors.objects.create(
            **where,
            mode=door.mode,
            begins_at=door.begins,
            ends_at=door.ends,
            text=door.text,
            **acted_by(actor),
        )
        _note(actor, "doors_closed", made)
        transaction.on_commit(memory.look_again)
    return made


@transaction.atomic
def unbar_doors(*, doors: Doors, actor: Actor, now: datetime) -> Doors:
    """Take closed doors back: from now on that row says nothing; others that close a shop stay.

    Guard: as `shut_doors`. Locks: the shop or the network, the row. Writes: the row, a line of the
    audit. To do it twice does it once. Raises `NotFound`, `Forbidden`.
    """
    _scoped(_of(doors), actor)
    locked = Doors.objects.select_for_update(no_key=True).get(pk=doors.pk)
    if locked.ended_at is None:
        locked.ended_at = now
        locked.save(update_fields=["ended_at"])
        _note(actor, "doors_opened", locked)
    transaction.on_commit(memory.look_again)
    return locked


def doors_of(of: Shop | Network, key: int) -> Doors:
    """Return a row of a shop or of a network by its key. Raises `NotFound` (`no_such_doors`)."""
    found = Doors.objects.filter(**_where(of), pk=key).first()
    if found is None:
        raise NotFound("no_such_doors", _("There is no such closing here."), id=key)
    return found


def doors_to_come(of: Shop | Network, now: datetime) -> list[Doors]:
    """Return the rows of a shop or of a network that hold now, or will, the earliest first."""
    found = Doors.objects.filter(**_where(of), ended_at=None)
    return list(found.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("begins_at", "pk"))


@transaction.atomic
def write_week(*, shop: Shop, spans: Sequence[DoorSpan], actor: Actor) -> None:
    """Write the hours at which a shop hands over at its door, all of them; none: those of its
    opening hours. Slots that readers have chosen stay theirs.

    Guard: `CLOSE_DOORS`. Locks: the shop. Writes: its week, a line of the audit. Raises `NotFound`,
    `Forbidden`, `Invalid` (`bad_week`).
    """
    shop = in_scope(shop, actor, Verb.CLOSE_DOORS, lock=True)
    ordered = sorted(spans, key=lambda each: (each.weekday, each.opens))
    for each in ordered:
        _check_span(each)
    for one, other in pairwise(ordered):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise invalid("week", _("Two rows of one day overlap: change one of them."))
    if len(ordered) > MOST_SPANS:
        raise invalid("week", _("At most %(most)d rows.") % {"most": MOST_SPANS})
    shop.door_spans.all().delete()
    for each in ordered:
        each.pk, each.shop = None, shop
    DoorSpan.objects.bulk_create(ordered)
    note(actor, "door_week_written", subject=shop, shop_id=shop.pk, facts={"rows": len(ordered)})


def _check_span(span: DoorSpan) -> None:
    if not 0 <= span.opens < span.closes <= DAY or not 0 <= span.weekday <= 6:
        raise invalid("week", _("A row ends after it begins, on the same day."))
    if not 5 <= span.every <= min(240, span.closes - span.opens):
        raise invalid("week", _("A slot lasts from 5 to 240 minutes, and fits into its row."))
    if not 1 <= span.places <= 50:
        raise invalid("week", _("A slot is for 1 to 50 readers."))


def check_doors(request: DoorsRequest, now: datetime) -> Door:
    """Return the doors as they would be closed, by the minute; nothing is written. Raises `Invalid`
    (`bad_begins_at`, `bad_ends_at`, `bad_text`)."""
    begins, ends, text = request.begins_at or now, request.ends_at, one_line(request.text)
    if wrong := wrong_year(begins, "begins_at") or wrong_year(ends, "ends_at"):
        raise wrong
    begins = begins.replace(second=0, microsecond=0)
    if begins > now + LONGEST:
        raise invalid("begins_at", _("Doors are closed at most a year ahead."))
    if ends is not None:
        ends = ends.replace(second=0, microsecond=0)
        if ends <= max(begins, now):
            told = _("The end lies before the beginning, or in the past.")
            raise Invalid("bad_ends_at", told, field="ends_at")
        if ends > begins + LONGEST:
            told = _("At most a year: without an end it lasts until further notice.")
            raise Invalid("bad_ends_at", told, field="ends_at")
    if len(text) > LONGEST_TEXT:
        long = _("This is longer than %(longest)d characters.") % {"longest": LONGEST_TEXT}
        raise Invalid("bad_text", long, field="text", longest=LONGEST_TEXT)
    return Door(0, request.mode, begins, ends, text)


def _scoped(of: Shop | Network, actor: Actor) -> dict[str, int]:
    """Guard and lock whose doors these are; return the column that names it."""
    if isinstance(of, Network):
        in_network(of, actor, NetworkVerb.CLOSE_DOORS, lock=True)
    else:
        in_scope(of, actor, Verb.CLOSE_DOORS, lock=True)
    return _where(of)


def _where(of: Shop | Network) -> dict[str, int]:
    return {"network_id" if isinstance(of, Network) else "shop_id": of.pk}


def _of(doors: Doors) -> Shop | Network:
    found = doors.network if doors.shop is None else doors.shop
    assert found is not None, "the database has a row name one of the two"
    return found


def _note(actor: Actor, deed: str, doors: Doors) -> None:
    facts = {
        "mode": doors.mode,
        "begins_at": doors.begins_at.isoformat(),
        "ends_at": doors.ends_at.isoformat() if doors.ends_at else None,
    }
    shop, network = doors.shop_id, doors.network_id
    note(actor, deed, subject=doors, shop_id=shop, network_id=network, facts=facts)
