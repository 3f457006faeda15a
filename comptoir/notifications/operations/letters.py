"""A mail rendered: subject, text, HTML and attachments, in the language of who gets it."""

import re
import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from comptoir.networks.portal import shown_as, site_address, site_name
from comptoir.notifications.models import Message
from comptoir.notifications.operations.drafts import Context

Builder = Callable[..., dict[str, Any]]
Reader = Callable[[Sequence[Context]], Any]
Matters = Callable[[Message, datetime], bool]
_builders: dict[str, Builder] = {}
_readers: dict[str, Reader] = {}
_matters: dict[str, Matters] = {}
# What no text has: a word that is drawn when the process begins, between signs of private use.
_OPENS, _CLOSES = f"\ue000{secrets.token_hex(8)}:", "\ue001"
_BLANK = re.compile(f"{_OPENS}(-?[0-9]+){_CLOSES}")
_SUBJECT = f"{_OPENS}-1{_CLOSES}"
"""The blank of the subject in the HTML: the last value."""
Parts = tuple[tuple[str, ...], tuple[int, ...]]
"""A text around its blanks, and which value stands in each."""


class NoLongerTrue(Exception):
    """A builder raises it: what the mail would say does not hold any more. The mail does not leave,
    late or not, and is marked as one that came too late."""


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

    What a builder returns may hold `attachments`, `headers` of the mail by their names, and the
    `portal` under whose name the mail is (`networks.portal`; none: the installation's).

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


class Blanks:
    """What differs from one mail to the next that says the same: who, which code, which title.

    A builder calls it with a value, and puts what it returns in the value's place; it returns this
    under `blanks` too. Then the templates are rendered once for all mails whose context is the same
    but for these values, which are filled in behind. All else in the context is hashable, and is
    what tells one such mail from another; a value that a template decides by is no blank.
    """

    def __init__(self) -> None:
        self.values: list[str] = []

    def __call__(self, value: object) -> str:
        """Return what stands for a value; nothing stands for the empty one."""
        said = str(value)
        if not said:
            return ""
        self.values.append(said)
        return f"{_OPENS}{len(self.values) - 1}{_CLOSES}"


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

    Returns the attachments that the template's builder put under `attachments`. Raises what the
    builder raises (`NoLongerTrue`).
    """
    return _filled_in(message, read)[0]


def _filled_in(
    message: Message, read: dict[Reader, Any] | None
) -> tuple[list[Attachment], dict[str, str]]:
    """Do what `render` says; return the attachments, and the builder's `headers`."""
    reader = _readers.get(message.template)
    known = read_together([message]) if read is None else read
    with translation.override(message.language):
        builder = _builders.get(message.template, dict)
        context = builder(message.context, known[reader]) if reader else builder(message.context)
        attachments: list[Attachment] = context.pop("attachments", [])
        headers: dict[str, str] = context.pop("headers", {})
        blanks: Blanks | None = context.pop("blanks", None)
        with shown_as(context.pop("portal", None)) as shown:
            if shown is not None:
                sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
                headers = {"From": formataddr((shown.name, sender)), **headers}
            signature = _signature()
            if blanks is None:
                text, html = _render(message.template, context)
                values = []
            else:
                site = (message.language, site_name(), settings.CONTACT, site_address())
                text, html = _rendered(message.template, tuple(context.items()), site)
                values = blanks.values
    subject, _, body = _filled(text, values).partition("\n")
    message.subject = subject.strip()[:200]
    message.text = body.strip() + "\n" + signature
    message.html = _filled(html, [escape(value) for value in (*values, message.subject)])
    return attachments, headers


def _render(template: str, context: Mapping[str, Any]) -> tuple[Parts, Parts]:
    """Return the text, whose first line is the subject, and the HTML, each around its blanks."""
    text = render_to_string(f"notifications/{template}.txt", context).strip()
    html = render_to_string(f"notifications/{template}.html", {**context, "subject": _SUBJECT})
    return _parts(text), _parts(html)


@lru_cache(maxsize=1_024)
def _rendered(
    template: str,
    context: tuple[tuple[str, Hashable], ...],
    site: tuple[str, str, str, str],  # noqa: ARG001 - what templates show besides their context
) -> tuple[Parts, Parts]:
    """Return what `_render` does; it hangs on nothing but what this is asked with."""
    return _render(template, dict(context))


def _parts(text: str) -> Parts:
    found = _BLANK.split(text)
    return tuple(found[::2]), tuple(int(number) for number in found[1::2])


def _filled(parts: Parts, values: Sequence[str]) -> str:
    around, numbers = parts
    filled = [
        piece for at, text in zip(numbers, around, strict=False) for piece in (text, values[at])
    ]
    return "".join([*filled, around[-1]])


def letter(message: Message, read: dict[Reader, Any] | None) -> EmailMultiAlternatives:
    """Render a mail, as `render` does, and return it as Django's backends take it."""
    attachments, headers = _filled_in(message, read)
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=headers)
    mail.attach_alternative(message.html, "text/html")
    for attachment in attachments:
        mail.attach(_part(attachment))
    return mail


def _signature() -> str:
    """Return the last lines of a mail: whose site it comes from, where that is set, and where its
    reader sees and erases what is kept of them."""
    whose = f"{site_name()}, {settings.CONTACT}\n" if settings.CONTACT else ""
    told = gettext("Your data, to see or erase: %(url)s") % {"url": your_data()}
    return f"\n-- \n{whose}{told}\n"


def your_data() -> str:
    """Return the address of the page by which one sees and erases what is kept of oneself."""
    return f"{site_address()}{reverse('site:rights')}"


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
