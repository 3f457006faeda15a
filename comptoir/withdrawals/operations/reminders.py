"""What time does to withdrawals: the shop is reminded."""

from datetime import datetime, timedelta

from django.db import transaction

from comptoir.withdrawals.models import Withdrawal
from comptoir.withdrawals.operations.news import tell_shop
from comptoir.withdrawals.reads import due_of

BEFORE = timedelta(days=4)
AT_ONCE = 200


def remind_due(*, now: datetime) -> int:
    """Remind shops, once, of withdrawals that are open and due within `BEFORE`; return of how many.
    Locks and writes: the withdrawals, `AT_ONCE` a transaction; mails. Twice is once."""
    told = 0
    while batch := _remind(now):
        told += batch
    return told


@transaction.atomic
def _remind(now: datetime) -> int:
    rows = Withdrawal.objects.filter(ended_at=None, reminded_at=None, declared_at__lte=now)
    found = rows.select_for_update(of=("self",), skip_locked=True).select_related("order__shop")
    due = [each for each in found.order_by("declared_at") if due_of(each) - BEFORE <= now]
    for each in due[:AT_ONCE]:
        each.reminded_at = now
        each.save(update_fields=["reminded_at"])
        tell_shop(each)
    return len(due[:AT_ONCE])
