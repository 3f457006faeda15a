"""The stock truth: how many copies a report leaves on hand. Pure: no database, no clock.

A till reports "at 14:02 there were 3", and the report comes later. Copies also move here: sold or
received at our counter, collected by readers, not found on the shelf. The rules, in order:

1. What moved here **after** the till's moment is applied on top of its figure; what moved before is
   already in it. A loss at that very moment is applied, a gain is not: of two possible readings the
   lower one is promised.
2. A copy **collected** through us, or sent to another shop, is in the till's figure according to
   the shop's habit (`rings_up`): `at_collection`, as soon as it has left; `end_of_day`, from the
   next local midnight; `never`, not until a report proves it (rule 3).
3. A copy that left unseen by the till — collected where nobody rings it up, or not on the
   shelf though the till counts it — stays subtracted (`unseen`) **until a report proves that the
   till saw it**: its figure fell, since the report before, by more than the losses it already knew
   of explain. Gains never serve as proof. No more copies are unseen than the till counts.
4. A report older than what is known changes nothing. A count by hand is a report too, but one
   that the till does not get: what it counts too many, by that count, is unseen by it.
5. A copy that is there by one reading only is **doubtful**: it is on hand, but the last to be
   promised, and never outright. So it is when the fall of rule 3 may have been a sale instead; when
   the figure is higher than the losses it should know of allow, and no gain here explains it; when
   two reports of one moment differ, by the difference; and when staff searched for a copy and found
   none, for all that are left. What moves here leaves a doubt as it is; a count by hand ends it.

`docs/stock-truth.md` works each rule out with an example; `tests/stock/test_truth.py` holds them.
`stock.reports.reconcile` states what a report does a second time, in SQL for a whole file at once;
`tests/stock/test_reconcile.py` holds the two together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from comptoir.shops.models import RingsUp
from comptoir.stock.shelf.models import Reason

LEFT_THROUGH_US = (Reason.COLLECTED, Reason.SENT)
"""Why a copy leaves of which the shop's till hears by the shop's habit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of an offer: `counted` copies at `as_of` (UTC), of which `unseen` have gone and
    `doubtful` more may have."""

    counted: int
    as_of: datetime
    unseen: int = 0
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement that happened here: a signed `delta` at a moment (UTC)."""

    reason: Reason
    delta: int
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Horizon:
    """From which moments on a report does not know yet what moved here, both moments included.

    `unproven` are the reasons of losses that the report should know of, and that wait for a proof.
    """

    as_of: datetime
    collected_from: datetime
    unproven: frozenset[Reason]

    def is_on_top(self, moved: Moved) -> bool:
        """Return whether a movement is to be applied on top of the till's figure."""
        if moved.reason in LEFT_THROUGH_US:
            return moved.happened_at >= self.collected_from
        if moved.delta > 0:
            return moved.happened_at > self.as_of
        return moved.happened_at >= self.as_of


def horizon(
    as_of: datetime, rings_up: RingsUp, time_zone: str, *, one_off: bool = False
) -> Horizon:
    """Return what a report of this moment knows, given the shop's habit and its time zone.

    Of a `one_off` copy nothing that left here is known until a report proves it: a list of single
    copies is not kept by the till, and there is no second one that it could mean instead.
    """
    unproven = {Reason.NOT_FOUND, Reason.WITHDRAWN}
    if one_off:
        return Horizon(as_of, as_of, frozenset({*unproven, *LEFT_THROUGH_US, Reason.SOLD}))
    collected_from = as_of
    if rings_up == RingsUp.NEVER:
        unproven.update(LEFT_THROUGH_US)
    elif rings_up == RingsUp.END_OF_DAY:
        zone = ZoneInfo(time_zone)
        today = as_of.astimezone(zone).date()
        collected_from = datetime.combine(today, time.min, zone).astimezone(UTC)
    return Horizon(as_of, collected_from, frozenset(unproven))


@dataclass(frozen=True, slots=True)
class Since:
    """What moved between two reports, as far as the later one should know of it, added up.

    `gone` copies left unseen, those of before included; `lost` ones the till should know of;
    `gained` came in here.
    """

    gone: int
    lost: int
    gained: int


def since(known: Figure, moves: Iterable[Moved], now: Horizon, before: Horizon) -> Since:
    """Return what moved here between two reports."""
    ripe = [m for m in moves if before.is_on_top(m) and not now.is_on_top(m)]
    losses = [m for m in ripe if m.delta < 0]
    return Since(
        gone=known.unseen - sum(m.delta for m in losses if m.reason in now.unproven),
        lost=-sum(m.delta for m in losses if m.reason not in now.unproven),
        gained=sum(m.delta for m in ripe if m.delta > 0),
    )


def take_figure(
    known: Figure, moves: Iterable[Moved], counted: int, now: Horizon, before: Horizon
) -> Figure:
    """Return what is known after a report of so many copies, by rules 3 to 5.

    `known` is what was known until then and `before` its horizon; `moves` are the offer's movements
    (the caller leaves out those reported or counted); `now` is the horizon of the report.
    """
    if now.as_of < known.as_of:
        return known
    moved = since(known, moves, now, before)
    fell = known.counted - counted - moved.lost
    proven = min(moved.gone, max(0, fell))
    unseen = min(counted, moved.gone - proven)
    rose = max(0, -fell - moved.gained)
    contradicts = rose if now.as_of == known.as_of else min(rose, moved.lost)
    doubtful = min(counted - unseen, known.doubtful + proven + contradicts)
    return Figure(counted, now.as_of, unseen, doubtful)


def count_by_hand(
    known: Figure, moves: Iterable[Moved], counted: int, now: Horizon, before: Horizon
) -> Figure:
    """Return what is known after somebody counted the shelf, by rule 4.

    The till does not learn of the count: what it had not seen, it still has not. Where its figure
    would be higher yet, the difference left unseen too, apart from what is yet to be rung up.
    """
    seen = list(moves)
    moved = since(known, seen, now, before)
    to_ring_up = -sum(m.delta for m in seen if now.is_on_top(m) and m.happened_at < now.as_of)
    seen_gone = counted + to_ring_up + moved.gone
    figure = max(seen_gone, known.counted - moved.lost + moved.gained)
    return Figure(figure, now.as_of, figure - counted - to_ring_up)


def on_hand(known: Figure, moves: Iterable[Moved], now: Horizon) -> int:
    """Return the copies on hand: the figure, less the unseen, plus what moved on top of it."""
    on_top = sum(m.delta for m in moves if now.is_on_top(m))
    return max(0, known.counted - known.unseen + on_top)


def shortfall(held: int, copies: int) -> int:
    """Return how many held copies can no longer be there when this many are on hand."""
    return max(0, held - copies)
