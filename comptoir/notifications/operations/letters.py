"""A mail rendered: subject, text, HTML and attachments, in the language of who gets it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from comptoir.notifications.models import Message
from comptoir.notifications.operations.drafts import Context

Builder = Callable[..., dict[str, Any]]
Reader = Callable[[Sequence[Context]], Any]
Matters = Callable[[Message, datetime], bool]
_builders: dict[str, Builder] = {}
_readers: dict[str, Reader] = {}
_matters: dict[str, Matters] = {}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; an inline one is shown inside, by `cid:` and its name."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False


def register(
    template: str,
    builder: Builder | None = None,
    matters: Matters | None = None,
    reader: Reader | None = None,
) -> None:
    """Set the builder that completes a template's context when its mail is rendered, and what says
    of a mail that is late whether it still `matters`; without that, it does.

    A `reader` is given the contexts of several mails and reads at once what they are about; the
    builder is given what it returns behind the context. Templates with one reader are read
    together.
    """
    if builder:
        _builders[template] = builder
    if matters:
        _matters[template] = matters
    if reader:
        _readers[template] = reader


def for_seconds(seconds: int) -> Matters:
    """Return what says of a mail that it matters for so long after it was written."""
    return lambda message, now: (now - message.created_at).total_seconds() < seconds


def still_matters(message: Message, now: datetime) -> bool:
    """Whether a late mail is worth sending. One that cannot tell (its subject is gone) is not."""
    matters = _matters.get(message.template)
    return matters is None or matters(message, now)


def read_together(messages: Iterable[Message]) -> dict[Reader, Any]:
    """Return what the readers of the mails' templates read, each once for all of its mails."""
    asked: dict[Reader, list[Context]] = {}
    for message in messages:
        if reader := _readers.get(message.template):
            asked.setdefault(reader, []).append(message.context)
    return {reader: reader(contexts) for reader, contexts in asked.items()}


def render(message: Message, read: dict[Reader, Any] | None = None) -> list[Attachment]:
    """Fill in the subject (the first line of the text template), the text and the HTML; `read` is
    what `read_together` returned for this mail and others.

    Returns the attachments that the template's builder put under `attachments`.
    """
    reader = _readers.get(message.template)
    known = read_together([message]) if read is None else read
    with translation.override(message.language):
        builder = _builders.get(message.template, dict)
        context = builder(message.context, known[reader]) if reader else builder(message.context)
        whole = render_to_string(f"notifications/{message.template}.txt", context)
        subject, _, text = whole.strip().partition("\n")
        message.subject = subject.strip()[:200]
        message.text = text.strip() + "\n" + _signature()
        message.html = render_to_string(
            f"notifications/{message.template}.html", {**context, "subject": message.subject}
        )
        attachments: list[Attachment] = context.get("attachments", [])
    return attachments


def letter(message: Message, read: dict[Reader, Any]) -> EmailMultiAlternatives:
    """Render a mail and return it as Django's backends take it."""
    attachments = render(message, read)
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to])
    mail.attach_alternative(message.html, "text/html")
    for attachment in attachments:
        mail.attach(_part(attachment))
    return mail


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
