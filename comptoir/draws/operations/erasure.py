"""What is kept about people in draws ends."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from comptoir.draws.models import Draw
from comptoir.draws.operations.steps import about, locked
from comptoir.notifications.operations import forget


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


@transaction.atomic
def _erase(key: int, now: datetime) -> None:
    draw = locked(key)
    forget(about=[about(entry) for entry in draw.entries.values_list("pk", flat=True)])
    draw.entries.update(name="", email="", key=None, token=None, order=None)
    draw.erased_at = now
    draw.save(update_fields=["erased_at"])
