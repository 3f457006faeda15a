"""The list is frozen as the entries close; then the draw is made."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.accounts.audit import note
from comptoir.accounts.models import acted_by
from comptoir.core.db import execute
from comptoir.core.errors import invalid
from comptoir.core.text import one_line
from comptoir.draws.errors import KnownBefore, NotKnownYet, WrongPhase
from comptoir.draws.fairness import list_hash, order
from comptoir.draws.models import Draw, DrawEntry, EntryState, Phase
from comptoir.draws.operations.start import call_off
from comptoir.draws.operations.steps import (
    about,
    guard,
    locked,
    lot_name,
    offer_next,
    seen_as,
    tell,
    whose,
    zone_of,
)
from comptoir.notifications.operations import forget

_PLACE = (
    "UPDATE draws_drawentry e SET place = w.place FROM unnest(%s::text[], %s::int[])"
    " AS w(digest, place) WHERE e.draw_id = %s AND e.digest = w.digest"
)


def freeze_due(*, now: datetime) -> int:
    """Freeze the lists of the draws whose entries are closed; return how many. What nobody
    confirmed is erased; a draw into which nobody is ends.

    Guard: none, the system's own. Locks: each draw, in a transaction of its own. Writes: it, its
    entries; of one that ends what `call_off` does.
    """
    due = Draw.objects.filter(frozen_at=None, ended_at=None, closes_at__lte=now)
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    return sum(_freeze(key, now) for key in keys)


@transaction.atomic
def _freeze(key: int, now: datetime) -> bool:
    draw = locked(key)
    if draw.phase is not Phase.OPEN or draw.closes_at > now:
        return False
    asked = draw.entries.filter(state=EntryState.ASKED)
    forget(about=[about(entry) for entry in asked.values_list("pk", flat=True)])
    asked.delete()
    draw.list_hash = list_hash(listed(draw))
    draw.frozen_at = now
    draw.save(update_fields=["list_hash", "frozen_at"])
    if not draw.entries.exists():
        call_off(draw, now)
    return True


@transaction.atomic
def draw_lots(*, draw: Draw, value: str, actor: Actor, now: datetime) -> Draw:
    """Make a draw with the public value that its commitment names, as it was published, once it can
    be known: a list that was frozen later than that is drawn by nobody. Who has won is offered the
    copy; everybody gets a mail. The same value again changes nothing.

    Guard: `SET_RELEASES` of the shop, or of the network. Locks: the shop or the network, the draw.
    Writes: the draw, its entries, mails, a line of the audit. Raises `NotFound`, `Forbidden`,
    `Invalid` (`bad_value`), `WrongPhase`, `KnownBefore`, `NotKnownYet`.
    """
    guard(draw, actor)
    found, said = locked(draw.pk), one_line(value)
    if not 0 < len(said) <= 200:
        raise invalid("value", _("Write the public value as it was published."))
    if found.phase is Phase.DRAWN and found.value == said:
        return found
    if found.phase is not Phase.FROZEN:
        raise WrongPhase(found.phase)
    if found.known_at is None or not found.is_blind:
        raise KnownBefore
    if now < found.known_at:
        raise NotKnownYet(found.known_at, zone_of(whose(found)))
    ordered = order(bytes(found.seed), said, listed(found))
    digests = [digest for digest, _lot in ordered]
    execute(_PLACE, [digests, list(range(1, len(digests) + 1)), found.pk])
    found.value, found.drawn_at = said, now
    for name, who in acted_by(actor).items():
        setattr(found, name, who)
    found.save()
    won = {entry.pk for entry in offer_next(found, now)}
    tell(found.entries.filter(state=EntryState.IN).exclude(pk__in=won), "draw_lost")
    note(actor, "draw_made", **seen_as(found, value=said, entries=len(digests), winners=len(won)))
    return found


def listed(draw: Draw) -> list[tuple[str, str]]:
    """Return the entries of a draw as its list has them: their hashes, each with its lot."""
    entries = DrawEntry.objects.filter(draw=draw).exclude(state=EntryState.ASKED)
    rows = entries.order_by("digest").values_list("digest", "lot_id")
    return [(digest, lot_name(lot)) for digest, lot in rows]
