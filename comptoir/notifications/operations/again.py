"""Mails queued once more: held ones when the installation speaks, failed ones when told to."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.operations.drafts import queue_again
from comptoir.notifications.operations.outcome import TOO_OLD


@transaction.atomic
def release(*, since: datetime) -> tuple[int, int]:
    """Queue the mails that were held, but give up those written before `since`, held or not; return
    how many of each.

    Guard: the caller's, who has just had the installation speak in this transaction. Locks nothing
    more. Writes: the mails, their jobs.
    """
    waiting = Message.objects.filter(status=MessageStatus.QUEUED)
    old = waiting.filter(created_at__lt=since)
    old.filter(secret=True).update(context={})
    # Too late for whoever sends again what failed, too.
    given_up = old.update(
        status=MessageStatus.FAILED, reason=Reason.TOO_LATE, error=TOO_OLD, held_at=None
    )
    keys = list(waiting.filter(held_at__isnull=False).values_list("pk", flat=True))
    Message.objects.filter(pk__in=keys).update(held_at=None)
    queue_again(keys)
    return len(keys), given_up


@transaction.atomic
def send_again(*, message_ids: Sequence[int] | None = None) -> int:
    """Queue mails that failed once more, all of them without `message_ids`; return how many.

    What a secret one said is gone: it is left alone, and so is a mail that came too late.

    Guard: the caller's; whoever runs the installation. Locks: the mails. Writes: them, their jobs.
    Raises `Conflict` (`nothing_to_send`) when none of those that are named can be sent again.
    """
    again = fetch(
        "UPDATE notifications_message SET status = 'queued', tries = 0"
        " WHERE status = 'failed' AND reason <> 'too_late' AND NOT (secret AND %s)"
        " AND (%s OR id = ANY(%s)) RETURNING id",
        [not settings.DEMO, message_ids is None, list(message_ids or ())],
    )
    if not again and message_ids is not None:
        raise Conflict(
            "nothing_to_send",
            _("This mail cannot be sent again: it has left, it is gone, or its time is over."),
        )
    queue_again(key for (key,) in again)
    return len(again)


def find_abandoned() -> int:
    """Mark as failed the mails whose job was given up (`core.tasks`); return how many.

    Nobody would send them, and nobody would know. A job of several that is given up leaves one for
    each of its mails (the trigger of migration 0004). Writes: those mails.
    """
    return execute(
        "UPDATE notifications_message m SET status = 'failed', reason = 'unwritten',"
        " error = '', failing_since = coalesce(m.failing_since, now())"
        " FROM procrastinate_jobs j WHERE j.queue_name = 'mail' AND j.status = 'failed'"
        " AND m.id = (j.args->>'message_id')::bigint AND m.status = 'queued' AND NOT EXISTS ("
        "SELECT FROM procrastinate_jobs k WHERE k.queue_name = 'mail'"
        " AND k.status IN ('todo', 'doing') AND k.args->>'message_id' = m.id::text)"
    )
