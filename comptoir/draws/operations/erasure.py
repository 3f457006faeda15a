"""What is kept about people in draws ends."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comptoir.draws.models import Draw
from comptoir.draws.operations.steps import forget_persons, locked, take_out


def erase_due(*, now: datetime) -> int:
    """Erase who was in draws that ended `COMPTOIR_ERASE_AFTER_DAYS` ago; return how many draws.
    The list of hashes, which says nothing of anybody, stays, so that the proof does. Source: RGPD,
    article 5(1)(e).

    Guard: none, the system's own. Locks: each draw, in a transaction of its own. Writes: it, its
    entries; deletes their mails.
    """
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    due = Draw.objects.filter(ended_at__lte=limit, erased_at=None)
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        _erase(key, now)
    return len(keys)


def erase_at_word(*, key: str, now: datetime) -> None:
    """Erase the person of a key from all draws, at their word: they are out of those that are not
    over, and a copy that they have won goes to the next. What proves a draw stays.

    Guard: the caller knows that it is their word. Locks: each draw, in a transaction of its own.
    Writes: what `steps.take_out` does.
    """
    draws = Draw.objects.filter(entries__key=key).order_by("pk").values_list("pk", flat=True)
    for draw in list(draws):
        _take_out(draw, key, now)


@transaction.atomic
def _take_out(draw_id: int, key: str, now: datetime) -> None:
    draw = locked(draw_id)
    entry = draw.entries.select_for_update().filter(key=key).first()
    if entry is not None:
        take_out(entry, draw, now)


@transaction.atomic
def _erase(key: int, now: datetime) -> None:
    draw = locked(key)
    forget_persons(draw.entries.all())
    draw.erased_at = now
    draw.save(update_fields=["erased_at"])
