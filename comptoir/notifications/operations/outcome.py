"""What became of mails: sent, failed, held back; and those that wait are tried sooner."""

import json
import logging
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.core.db import execute, fetch
from comptoir.core.exits import voice
from comptoir.core.watch import trail
from comptoir.core.watch.numbers import MAILS
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.operations.drafts import TRAIL
from comptoir.notifications.smtp import Trouble, understand

TOO_OLD = "held back while the installation was quiet, for too long"
_OF_SERVER = [Reason.UNREACHABLE, Reason.TLS, Reason.SIGN_IN, Reason.SENDER]
_WAITS = "m.failing_since IS NOT NULL AND m.status = 'queued' AND m.reason = ANY(%s)"
_MARK = f"""
WITH sent AS (
    UPDATE notifications_message m
    SET status = 'sent', sent_at = now(), tries = m.tries + 1, reason = '', error = '',
        failing_since = NULL, subject = d.subject, text = d.text, html = d.html,
        context = CASE WHEN %s THEN m.context ELSE '{{}}' END
    FROM json_to_recordset(%s) AS d (id bigint, subject text, text text, html text)
    WHERE m.id = d.id
), done AS (
    DELETE FROM procrastinate_jobs WHERE id = ANY(%s)
)
SELECT EXISTS (SELECT FROM notifications_message m WHERE {_WAITS} AND m.id <> ALL(%s))
"""  # noqa: S608 - ours
_HASTEN = (
    "UPDATE procrastinate_jobs j SET scheduled_at = NULL FROM notifications_message m"  # noqa: S608
    f" WHERE {_WAITS} AND j.queue_name = 'mail' AND j.status = 'todo' AND j.scheduled_at > now()"
    " AND (j.args->>'message_id')::bigint = m.id"
)

log = logging.getLogger(__name__)


def trail_of(message: Message) -> AbstractContextManager[None]:
    """Have what is logged bear the number of the request that caused a mail."""
    return trail.following(str(message.context.get(TRAIL, "")))


def mark_sent(messages: Sequence[Message], *, done: Collection[int] = ()) -> None:
    """Mark mails as sent, with what they said, and remove the jobs that are `done`.

    The content of a secret one is dropped, and what each was about; the demonstration keeps both:
    it shows its mails with their pictures. Mails that wait for the mail server are tried at once,
    now that it takes mails. Locks nothing else. Writes: the mails; the jobs.
    """
    MAILS.labels("sent").inc(len(messages))
    said = json.dumps([_said(message) for message in messages], ensure_ascii=False)
    keys = [message.pk for message in messages]
    ((others_wait,),) = fetch(_MARK, [settings.DEMO, said, list(done), _OF_SERVER, keys])
    if others_wait and messages:
        execute(_HASTEN, [_OF_SERVER])


@transaction.atomic
def hold(messages: Sequence[Message]) -> bool:
    """Note that mails wait, where this installation is quiet; return whether it is."""
    voice.lock_shared()
    if voice.silence() is None:
        return False
    keys = [message.pk for message in messages]
    Message.objects.filter(pk__in=keys).update(held_at=timezone.now())
    return True


def note_failure(*, message_id: int, error: Exception, is_last: bool) -> bool:
    """Note that a try to send a mail failed; return whether it is worth another.

    It is not when what refused it is final (`smtp.understand`), when it was the last try, or when
    the mail no longer matters. The first failure of a mail is a warning in the log.

    Locks nothing. Writes: the mail's trouble; its status when it is given up (`end`). A mail that
    was sent stays as it is.
    """
    message = Message.objects.filter(pk=message_id, status=MessageStatus.QUEUED).first()
    if message is None:
        return False
    now, trouble = timezone.now(), understand(error)
    message.tries += 1
    MAILS.labels(trouble.reason.value).inc()
    with trail_of(message):
        level = logging.WARNING if message.failing_since is None else logging.INFO
        log.log(level, "mail %s (%s): %s", message.pk, message.template, trouble.reason.name)
    if trouble.final or is_last:
        end(message, trouble, now)
        return False
    Message.objects.filter(pk=message.pk, status=MessageStatus.QUEUED).update(
        reason=trouble.reason,
        error=trouble.said,
        tries=message.tries,
        failing_since=message.failing_since or now,
    )
    return True


def end(message: Message, trouble: Trouble, now: datetime) -> None:
    """Mark a queued mail as failed for good; a secret one loses its content."""
    dropped: dict[str, Any] = {"context": {}} if _is_dropped(message) else {}
    Message.objects.filter(pk=message.pk, status=MessageStatus.QUEUED).update(
        status=MessageStatus.FAILED,
        reason=trouble.reason,
        error=trouble.said[:300],
        tries=message.tries,
        failing_since=message.failing_since or now,
        **dropped,
    )


def _said(message: Message) -> dict[str, Any]:
    """Return what is kept of a mail that left."""
    dropped = _is_dropped(message)
    names = ("subject", "text", "html")
    return {"id": message.pk, **{name: "" if dropped else getattr(message, name) for name in names}}


def _is_dropped(message: Message) -> bool:
    """Whether a mail's content is dropped once it left; the demonstration shows every mail."""
    return message.secret and not settings.DEMO
