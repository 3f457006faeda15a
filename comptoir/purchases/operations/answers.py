"""What a supplier answers, told to the reader whose copy it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.accounts.actors import Actor
from comptoir.core.errors import Invalid, Message
from comptoir.purchases.kinds import Answer, LineState, Step
from comptoir.purchases.models import PurchaseLine
from comptoir.purchases.operations.steps import awaited_line, note, tell_of_answer
from comptoir.shops.models import Shop
from comptoir.shops.operations.scope import Verb, in_scope

AHEAD = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Said:
    """What a supplier says of a line (`Answer`): how many `copies` of `partly`, `on` which day of
    `later`."""

    answer: str
    copies: int | None = None
    on: date | None = None


@transaction.atomic
def answer(*, shop: Shop, line_id: int, said: Said, actor: Actor) -> PurchaseLine:
    """Note what a supplier answers; the reader whose copy it is gets a mail that says so.

    What it does not send stands on the list again, while its reader waits: of another supplier it
    may be had. The same answer twice is told once.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the line, its history, a mail. Announces nothing.
    Raises `NotFound` (also `no_such_purchase`), `Forbidden`, `LineClosed`, `Invalid` (`bad_answer`,
    `bad_quantity`, `bad_day`), `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    line = awaited_line(shop, line_id)
    now = timezone.now()
    _check(line, said, timezone.localdate(timezone=ZoneInfo(shop.time_zone)))
    before = line.answer, line.answered, line.expected_on
    line.answer = said.answer
    line.answered = said.copies if said.answer == Answer.PARTLY else None
    line.expected_on = said.on if said.answer == Answer.LATER else None
    if before == (line.answer, line.answered, line.expected_on):
        return line
    if said.answer == Answer.UNAVAILABLE:
        line.state = LineState.ENDED
    line.save(update_fields=["answer", "answered", "expected_on", "state"])
    note(line.purchase, Step.ANSWERED, actor=actor, at=now, line=line, copies=line.answered or 0)
    tell_of_answer(line)
    return line


@transaction.atomic
def give_up(*, shop: Shop, line_id: int, actor: Actor) -> PurchaseLine:
    """Expect what is left of a line no more, without a word to anybody: it stands on the list
    again while its reader waits.

    Guard: `BUY_COPIES`. Locks: the shop. Writes: the line, its history. Announces nothing. Raises
    `NotFound` (also `no_such_purchase`), `Forbidden`, `LineClosed`, `Conflict` (`shop_ended`).
    """
    shop = in_scope(shop, actor, Verb.BUY_COPIES, lock=True)
    line = awaited_line(shop, line_id)
    line.state = LineState.ENDED
    line.save(update_fields=["state"])
    note(line.purchase, Step.ENDED, actor=actor, at=timezone.now(), line=line)
    return line


def _check(line: PurchaseLine, said: Said, today: date) -> None:
    told: Message
    if said.answer not in Answer.values:
        raise Invalid("bad_answer", _("Say what the supplier answers."), field="answer")
    if said.answer == Answer.PARTLY:
        least = max(1, line.received)
        if said.copies is None or not least <= said.copies < line.quantity:
            told = _("Say how many copies come: fewer than were ordered, no fewer than have come.")
            raise Invalid("bad_quantity", told, field="copies")
    if said.answer == Answer.LATER and (said.on is None or not today <= said.on <= today + AHEAD):
        told = _("Say on which day it comes: today or later.")
        raise Invalid("bad_day", told, field="on")
