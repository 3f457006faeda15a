"""Mails: queued in the transaction that causes them, sent afterwards by a job."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from comptoir.core.db import execute, fetch
from comptoir.core.errors import Conflict
from comptoir.core.exits import voice
from comptoir.core.exits.voice import Quiet
from comptoir.core.watch import trail
from comptoir.core.watch.numbers import MAILS
from comptoir.notifications.models import Message, MessageStatus, Reason
from comptoir.notifications.smtp import Trouble, understand

Context = Mapping[str, Any]
Matters = Callable[[Message, datetime], bool]
TOO_OLD = "held back while the installation was quiet, for too long"
_builders: dict[str, Callable[[Context], dict[str, Any]]] = {}
_matters: dict[str, Matters] = {}

TRAIL = "trail"
"""The name in a mail's context of the number of the request that caused it."""
LATE = timedelta(minutes=5)
"""After so long a mail is looked at again before it leaves: it may say what no longer holds."""
_OF_SERVER = (Reason.UNREACHABLE, Reason.TLS, Reason.SIGN_IN, Reason.SENDER)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail to send. `context` names what it is about (in JSON); the builder registered for its
    template completes it when the mail is rendered (`register`). The content of a `secret` mail (a
    sign-in code) is kept no longer than it takes to send it."""

    to: str
    language: str
    template: str
    context: Context
    about: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; an inline one is shown inside, by `cid:` and its name."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False


def register(
    template: str,
    builder: Callable[[Context], dict[str, Any]] | None = None,
    matters: Matters | None = None,
) -> None:
    """Set the builder that completes a template's context when its mail is rendered, and what says
    of a mail that is late whether it still `matters`; without that, it does."""
    if builder:
        _builders[template] = builder
    if matters:
        _matters[template] = matters


def for_seconds(seconds: int) -> Matters:
    """Return what says of a mail that it matters for so long after it was written."""
    return lambda message, now: (now - message.created_at).total_seconds() < seconds


def queue(drafts: Sequence[Draft]) -> list[int]:
    """Write these mails and the jobs that will send them, with the current transaction.

    Returns the keys of the mails, in no order.

    Guard: the caller's. Locks nothing. Writes: the mails, their jobs; a rollback takes both back.
    """
    if not drafts:
        return []
    number = trail.current()
    trailed = {TRAIL: number} if number else {}
    # procrastinate's own SQL function, called on the rows just written: a busy evening pays for one
    # statement, not for an object a mail.
    ((keys, _jobs),) = fetch(
        "WITH queued AS (INSERT INTO notifications_message"
        ' ("to", language, template, context, about, secret, status, error, subject, text, html)'
        " SELECT d.*, 'queued', '', '', '', '' FROM unnest(%s::text[], %s::text[], %s::text[],"
        " %s::jsonb[], %s::text[], %s::bool[]) AS d RETURNING id)"
        " SELECT array_agg(id), procrastinate_defer_jobs_v1(array_agg(ROW(%s, %s, %s, NULL, NULL,"
        " jsonb_build_object('message_id', id), NULL)::procrastinate_job_to_defer_v1)) FROM queued",
        [
            [draft.to for draft in drafts],
            [draft.language for draft in drafts],
            [draft.template for draft in drafts],
            [json.dumps({**draft.context, **trailed}) for draft in drafts],
            [draft.about for draft in drafts],
            [draft.secret for draft in drafts],
            *_job(),
        ],
    )
    return list(keys)


def _job() -> tuple[str, str, int]:
    """Return queue, name and priority of the job that sends a mail, in this order."""
    from comptoir.notifications.tasks import send_message

    return send_message.queue, send_message.name, send_message.priority


def deliver(*, message_id: int) -> None:
    """Render and send one queued mail; a mail already sent is left alone.

    One that is late and no longer matters (`register`) does not leave: it is marked as failed.

    A mail leaves outside any transaction and is marked sent afterwards: a crash in between sends it
    twice rather than never. While this installation is quiet it is held instead, and waits for
    `release` without a job. Locks nothing but for that. Writes: the mail's status and content;
    others that wait for the mail server are tried at once, now that it takes mails. Raises what
    rendering or the mail server raises, for `note_failure`.
    """
    message = Message.objects.filter(pk=message_id, status=MessageStatus.QUEUED).first()
    if message is None:
        return
    now = timezone.now()
    if now - message.created_at > LATE and not _still_matters(message, now):
        _end(message, Trouble(Reason.TOO_LATE, True, message.error), now)
        return
    try:
        with _trail_of(message):
            if message.to:
                _send(message)
            else:
                _ask_server()
            log.info("mail %s (%s) left", message.pk, message.template)
    except Quiet:
        if _hold(message):
            return
        raise  # it speaks by now
    MAILS.labels("sent").inc()
    kept: dict[str, Any] = {"context": {}}
    if not _is_dropped(message):
        kept = {"subject": message.subject, "text": message.text, "html": message.html}
    Message.objects.filter(pk=message.pk).update(
        status=MessageStatus.SENT,
        sent_at=timezone.now(),
        tries=message.tries + 1,
        reason="",
        error="",
        failing_since=None,
        **kept,
    )
    _hasten()


def _trail_of(message: Message) -> AbstractContextManager[None]:
    """Have what is logged bear the number of the request that caused a mail."""
    return trail.following(str(message.context.get(TRAIL, "")))


def _send(message: Message) -> None:
    attachments = render(message)
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to])
    mail.attach_alternative(message.html, "text/html")
    for attachment in attachments:
        mail.attach(_part(attachment))
    mail.send()


def _ask_server() -> None:
    """Connect to the mail server, sign in, and leave."""
    connection = get_connection()
    connection.open()
    connection.close()


def _still_matters(message: Message, now: datetime) -> bool:
    """Whether a late mail is worth sending. One that cannot tell (its subject is gone) is not."""
    matters = _matters.get(message.template)
    return matters is None or matters(message, now)


def _hasten() -> None:
    """Have the mails that wait for the mail server tried at once: it has just taken one."""
    execute(
        "UPDATE procrastinate_jobs j SET scheduled_at = NULL FROM notifications_message m"
        " WHERE m.failing_since IS NOT NULL AND m.status = 'queued' AND m.reason = ANY(%s)"
        " AND j.queue_name = 'mail' AND j.status = 'todo' AND j.scheduled_at > now()"
        " AND (j.args->>'message_id')::bigint = m.id",
        [[reason.value for reason in _OF_SERVER]],
    )


@transaction.atomic
def _hold(message: Message) -> bool:
    """Note that a mail waits, where this installation is quiet; return whether it does."""
    voice.lock_shared()
    if voice.silence() is None:
        return False
    Message.objects.filter(pk=message.pk).update(held_at=timezone.now())
    return True


@transaction.atomic
def release(*, since: datetime) -> tuple[int, int]:
    """Queue the mails that were held, but give up those written before `since`, held or not; return
    how many of each.

    Guard: the caller's, who has just had the installation speak in this transaction. Locks nothing
    more. Writes: the mails, their jobs.
    """
    from comptoir.notifications.tasks import send_message

    waiting = Message.objects.filter(status=MessageStatus.QUEUED)
    old = waiting.filter(created_at__lt=since)
    old.filter(secret=True).update(context={})
    given_up = old.update(status=MessageStatus.FAILED, error=TOO_OLD, held_at=None)
    keys = list(waiting.filter(held_at__isnull=False).values_list("pk", flat=True))
    Message.objects.filter(pk__in=keys).update(held_at=None)
    for key in keys:
        send_message.defer(message_id=key)
    return len(keys), given_up


def render(message: Message) -> list[Attachment]:
    """Fill in the subject (the first line of the text template), the text and the HTML.

    Returns the attachments that the template's builder put under `attachments`.
    """
    with translation.override(message.language):
        builder = _builders.get(message.template, dict)
        context = builder(message.context)
        whole = render_to_string(f"notifications/{message.template}.txt", context)
        subject, _, text = whole.strip().partition("\n")
        message.subject = subject.strip()[:200]
        message.text = text.strip() + "\n" + _signature()
        message.html = render_to_string(
            f"notifications/{message.template}.html", {**context, "subject": message.subject}
        )
        attachments: list[Attachment] = context.get("attachments", [])
    return attachments


def _signature() -> str:
    """Return the last lines of a mail: whose site it comes from, where that is set."""
    return f"\n-- \n{settings.SITE_NAME}, {settings.CONTACT}\n" if settings.CONTACT else ""


def _part(attachment: Attachment) -> MIMEBase:
    main, _, sub = attachment.content_type.partition("/")
    part = MIMEBase(main, sub)
    part.set_payload(attachment.content)
    encode_base64(part)
    disposition = "inline" if attachment.inline else "attachment"
    part.add_header("Content-Disposition", disposition, filename=attachment.name)
    if attachment.inline:
        part.add_header("Content-ID", f"<{attachment.name}>")
    return part


def note_failure(*, message_id: int, error: Exception, is_last: bool) -> bool:
    """Note that a try to send a mail failed; return whether it is worth another.

    It is not when what refused it is final (`smtp.understand`), when it was the last try, or when
    the mail no longer matters. The first failure of a mail is a warning in the log.

    Locks nothing. Writes: the mail's trouble; its status when it is given up (`_end`). A mail that
    was sent stays as it is.
    """
    message = Message.objects.filter(pk=message_id, status=MessageStatus.QUEUED).first()
    if message is None:
        return False
    now, trouble = timezone.now(), understand(error)
    message.tries += 1
    MAILS.labels(trouble.reason.value).inc()
    with _trail_of(message):
        level = logging.WARNING if message.failing_since is None else logging.INFO
        log.log(level, "mail %s (%s): %s", message.pk, message.template, trouble.reason.name)
    if trouble.final or is_last:
        _end(message, trouble, now)
        return False
    Message.objects.filter(pk=message.pk, status=MessageStatus.QUEUED).update(
        reason=trouble.reason,
        error=trouble.said,
        tries=message.tries,
        failing_since=message.failing_since or now,
    )
    return True


def _end(message: Message, trouble: Trouble, now: datetime) -> None:
    """Mark a queued mail as failed for good; a secret one loses its content."""
    Message.objects.filter(pk=message.pk, status=MessageStatus.QUEUED).update(
        status=MessageStatus.FAILED,
        reason=trouble.reason,
        error=trouble.said[:300],
        tries=message.tries,
        failing_since=message.failing_since or now,
        **({"context": {}} if _is_dropped(message) else {}),
    )


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
    fetch(
        "SELECT procrastinate_defer_jobs_v1(array_agg(ROW(%s, %s, %s, NULL, NULL,"
        " jsonb_build_object('message_id', id), NULL)::procrastinate_job_to_defer_v1))"
        " FROM unnest(%s::bigint[]) AS id HAVING count(*) > 0",
        [*_job(), [key for (key,) in again]],
    )
    return len(again)


def find_abandoned() -> int:
    """Mark as failed the mails whose job was given up (`core.tasks`); return how many.

    Nobody would send them, and nobody would know. Writes: those mails.
    """
    return execute(
        "UPDATE notifications_message m SET status = 'failed', reason = 'unwritten',"
        " error = '', failing_since = coalesce(m.failing_since, now())"
        " FROM procrastinate_jobs j WHERE j.queue_name = 'mail' AND j.status = 'failed'"
        " AND m.id = (j.args->>'message_id')::bigint AND m.status = 'queued' AND NOT EXISTS ("
        "SELECT FROM procrastinate_jobs k WHERE k.queue_name = 'mail'"
        " AND k.status IN ('todo', 'doing') AND k.args->>'message_id' = m.id::text)"
    )


def forget(*, about: Sequence[str]) -> None:
    """Delete the mails about these things, sent or not: their data is no longer needed."""
    Message.objects.filter(about__in=about).delete()


def erase_due(*, now: datetime) -> int:
    """Delete the mails written `COMPTOIR_ERASE_AFTER_DAYS` ago or more; return how many.

    Those of an order may go earlier, with its personal data (`forget`). Source: RGPD, article
    5(1)(e).
    """
    limit = now - timedelta(days=settings.ERASE_AFTER_DAYS)
    return Message.objects.filter(created_at__lte=limit).delete()[0]


def _is_dropped(message: Message) -> bool:
    """Whether a mail's content is dropped once it left; the demonstration shows every mail."""
    return message.secret and not settings.DEMO
