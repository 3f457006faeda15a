"""Mails: queued in the transaction that causes them, sent afterwards by a job."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from comptoir.core.db import execute
from comptoir.core.exits import voice
from comptoir.core.exits.mail import leaves
from comptoir.notifications.models import Message, MessageStatus

Context = Mapping[str, Any]
TOO_OLD = "held back while the installation was quiet, for too long"
_builders: dict[str, Callable[[Context], dict[str, Any]]] = {}


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


def register(template: str, builder: Callable[[Context], dict[str, Any]]) -> None:
    """Set the builder that completes a template's context when its mail is rendered."""
    _builders[template] = builder


def queue(drafts: Sequence[Draft]) -> None:
    """Write these mails and the jobs that will send them, with the current transaction.

    Guard: the caller's. Locks nothing. Writes: the mails, their jobs; a rollback takes both back.
    """
    from comptoir.notifications.tasks import send_message

    if not drafts:
        return
    # procrastinate's own SQL function, called on the rows just written: a busy evening pays for one
    # statement, not for an object a mail.
    execute(
        "WITH queued AS (INSERT INTO notifications_message"
        ' ("to", language, template, context, about, secret, status, error, subject, text, html)'
        " SELECT d.*, 'queued', '', '', '', '' FROM unnest(%s::text[], %s::text[], %s::text[],"
        " %s::jsonb[], %s::text[], %s::bool[]) AS d RETURNING id)"
        " SELECT procrastinate_defer_jobs_v1(array_agg(ROW(%s, %s, %s, NULL, NULL,"
        " jsonb_build_object('message_id', id), NULL)::procrastinate_job_to_defer_v1)) FROM queued",
        [
            [draft.to for draft in drafts],
            [draft.language for draft in drafts],
            [draft.template for draft in drafts],
            [json.dumps(draft.context) for draft in drafts],
            [draft.about for draft in drafts],
            [draft.secret for draft in drafts],
            send_message.queue,
            send_message.name,
            send_message.priority,
        ],
    )


def deliver(*, message_id: int) -> None:
    """Render and send one queued mail; a mail already sent is left alone.

    A mail leaves outside any transaction and is marked sent afterwards: a crash in between sends it
    twice rather than never. While this installation is quiet it is held instead, and waits for
    `release` without a job. Locks nothing but for that. Writes: the mail's status and content.
    Raises what rendering or the mail server raises, so that the job is tried again.
    """
    message = Message.objects.filter(pk=message_id, status=MessageStatus.QUEUED).first()
    if message is None or _hold(message):
        return
    attachments = render(message)
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to])
    mail.attach_alternative(message.html, "text/html")
    for attachment in attachments:
        mail.attach(_part(attachment))
    mail.send()
    kept: dict[str, Any] = {"context": {}}
    if not _is_dropped(message):
        kept = {"subject": message.subject, "text": message.text, "html": message.html}
    Message.objects.filter(pk=message_id).update(
        status=MessageStatus.SENT,
        sent_at=timezone.now(),
        **kept,
    )


@transaction.atomic
def _hold(message: Message) -> bool:
    """Note that a mail waits, where this installation is quiet; return whether it does."""
    if not leaves():
        return False
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
        message.text = text.strip() + "\n"
        message.html = render_to_string(
            f"notifications/{message.template}.html", {**context, "subject": message.subject}
        )
        attachments: list[Attachment] = context.get("attachments", [])
    return attachments


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


def give_up(*, message_id: int, error: str) -> None:
    """Mark as failed a mail that every try could not send; one that was sent stays as it is.

    Writes: its status and `error`; a secret one loses its content.
    """
    message = Message.objects.filter(pk=message_id, status=MessageStatus.QUEUED).first()
    if message is None:
        return
    Message.objects.filter(pk=message_id).update(
        status=MessageStatus.FAILED,
        error=error[:300],
        **({"context": {}} if _is_dropped(message) else {}),
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
