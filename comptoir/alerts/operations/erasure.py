"""Alerts deleted because nobody confirmed them, or because they have waited long enough."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comptoir.alerts.models import Alert
from comptoir.alerts.operations.moves import drop

BATCH = 1000


def erase_due(*, now: datetime) -> int:
    """Delete the alerts whose time is over, and their mails; return how many.

    News on its way is not cut off: `news.settle` deletes it once it has left. Source: RGPD, article
    5(1)(e).

    Locks, a batch a transaction: the alerts, or skips them. Writes: deletes them and their mails.
    """
    count = 0
    while erased := _erase(now):
        count += erased
    return count


@transaction.atomic
def _erase(now: datetime) -> int:
    # Of what nobody confirmed, the mail on its way is the link: it goes too.
    over = Alert.objects.filter(Q(mail="") | Q(confirmed_at=None), ends_at__lte=now)
    alerts = list(over.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    drop(alerts)
    return len(alerts)
