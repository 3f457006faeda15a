"""Why a number is what it is: its lines in order, from what the till reported to what is left.

The rules are those of `stock.shelf.truth`; the lines always add up to the number that is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comptoir.core.errors import Message, fill
from comptoir.shops.models import RingsUp, Shop
from comptoir.stock.shelf.confidence import Evidence, Habits, Why, chances, reasons
from comptoir.stock.shelf.models import Offer, Reason, StockMovement
from comptoir.stock.shelf.standing import Standing, standings
from comptoir.stock.shelf.truth import Horizon, Moved, horizon


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the sum: so many copies, why, and since when (UTC) if it has a moment."""

    delta: int
    what: Message
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The lines whose sum may be promised of an offer; `why` says what makes it less than sure."""

    standing: Standing
    lines: list[Line]
    why: list[Message]

    @property
    def total(self) -> int:
        """The sum of the lines."""
        return sum(line.delta for line in self.lines)


def explain_numbers(
    *, shop: Shop, product_id: int, at: datetime | None = None
) -> list[Explanation]:
    """Explain what may be promised of a product in a shop at a moment (now), offer by offer.

    Returns an empty list when the shop never had it.
    """
    moment = at or timezone.now()
    return [
        Explanation(standing, list(_lines(standing, shop)), _why(standing, moment))
        for standing in standings(shop, [product_id], moment)
    ]


def _lines(standing: Standing, shop: Shop) -> Iterator[Line]:
    offer = standing.offer
    now = horizon(
        standing.known_at,
        RingsUp(shop.rings_up),
        shop.time_zone,
        one_off=bool(offer.copy_ref),
    )
    moves = [move for move in _moves(offer) if now.is_on_top(_moved(move))]
    lines = list(_figure(offer, moves, now))
    yield from lines
    left = sum(line.delta for line in lines)
    if offer.on_hand > left:
        yield Line(offer.on_hand - left, _("There cannot be fewer than none."))
    elif offer.on_hand < left:
        yield Line(offer.on_hand - left, _("Entered late: the next figure settles it."))
    if offer.held:
        text = ngettext_lazy("%(n)s copy reserved.", "%(n)s copies reserved.", offer.held)
        yield Line(-offer.held, _counted(text, offer.held))
    if standing.kept_back:
        yield Line(-standing.kept_back, _("Kept back: the shop's safety stock."))
    missing = standing.available - (offer.on_hand - offer.held - standing.kept_back)
    if missing:
        yield Line(missing, _("More is promised or kept back than there is: nothing is left."))


def _figure(offer: Offer, moves: list[StockMovement], now: Horizon) -> Iterator[Line]:
    """Yield what was reported or counted last, and what moved since."""
    by_hand = offer.reported_by_id is None and offer.as_of == now.as_of and offer.counted > 0
    if by_hand:
        before = [move for move in moves if move.happened_at < now.as_of]
        moves = [move for move in moves if move.happened_at >= now.as_of]
        copies = offer.counted - offer.unseen + sum(move.delta for move in before)
        text = ngettext_lazy("%(n)s copy counted by hand.", "%(n)s copies counted by hand.", copies)
        yield Line(copies, _counted(text, copies), now.as_of)
    else:
        text = ngettext_lazy(
            "The till said %(n)s copy.", "The till said %(n)s copies.", offer.counted
        )
        yield Line(offer.counted, _counted(text, offer.counted), now.as_of)
        if offer.unseen:
            text = ngettext_lazy(
                "%(n)s is gone that the till still counts: collected, or not on the shelf.",
                "%(n)s are gone that the till still counts: collected, or not on the shelf.",
                offer.unseen,
            )
            yield Line(-offer.unseen, _counted(text, offer.unseen))
    for move in moves:
        yield Line(move.delta, _move(move), move.happened_at)


def _moves(offer: Offer) -> list[StockMovement]:
    own = offer.movements.exclude(reason__in=[Reason.TOLD, Reason.COUNTED])
    return list(own.order_by("happened_at", "pk"))


def _moved(move: StockMovement) -> Moved:
    return Moved(Reason(move.reason), move.delta, move.happened_at)


def _move(move: StockMovement) -> Message:
    """Return in words what a movement did; the ledger names who made it."""
    if move.reason == Reason.SOLD and move.actor_kind == "feed":
        if move.delta > 0:
            return fill(_("%(n)s × returned, said the till"), n=move.delta)
        return fill(_("%(n)s × sold, said the till"), n=abs(move.delta))
    return fill(_("%(n)s × %(what)s"), n=abs(move.delta), what=Reason(move.reason).label)


def _counted(text: Message, n: int) -> Message:
    return fill(text, n=n)


_WHY: dict[Why, Message] = {
    "contested": _("A newer file of the till is held back: apply it or discard it."),
    "old": _("The figure is %(hours)s h old, and this shop's limit is %(limit)s h."),
    "doubtful": _(
        "Of %(doubtful)s of these copies it is not certain that they are there: look, and count."
    ),
    "risky": _(
        "The chance that the copy is gone by now is %(percent)s per cent: the title sells"
        " %(pace)s a day, and of what this shop promises %(missing)s per cent are missing."
    ),
    "unseen": _("The till still counts a copy that is gone: correct it there."),
    "silent": _("This till usually speaks more often: it has fallen silent."),
}


def _why(standing: Standing, at: datetime) -> list[Message]:
    """Return in words what keeps the offer from being sure."""
    if not standing.available:
        return []
    evidence, habits = standing.evidence, standing.habits
    values = _values(evidence, habits, at)
    return [fill(_WHY[why], **values) for why in reasons(evidence, habits, at)]


def _values(evidence: Evidence, habits: Habits, at: datetime) -> dict[str, object]:
    chance = chances(evidence, habits, at)
    return {
        "hours": round((at - evidence.as_of).total_seconds() / 3600),
        "limit": round(habits.confirm_after / 60),
        "doubtful": min(evidence.doubtful, evidence.available),
        "percent": round(100 * chance.gone_or_missing),
        "missing": round(100 * chance.missing),
        "pace": number_format(chance.pace, 2),
    }
