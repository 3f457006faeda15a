"""A mail as SMTP carries it: the bytes that Django and the `email` package write, for less.

Mails of one shape (a text, an HTML, files of the same names) differ in their subject, addressee,
moment, texts and files alone. So Django writes each shape once, with marks where these stand, and
a mail is that with its own put in. A mail that is not of such a shape Django writes whole.
"""

import re
import secrets
from email.mime.base import MIMEBase
from email.policy import compat32
from email.utils import formatdate, make_msgid
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import (
    EmailMessage,
    EmailMultiAlternatives,
    forbid_multi_line_headers,
    sanitize_address,
)
from django.core.mail.utils import DNS_NAME

from comptoir.core.exits.exchange import PLAIN, hand_over

_LONGEST_LINE = 998
"""Bytes (RFC 5322, 2.1.1). A text with a longer line is encoded in another way."""
_LONGEST_ADDRESS = 70
"""Signs; with the header's name it stands on one line."""
_WORD = re.compile(r"<[a-z0-9.@-]+>", re.ASCII | re.I)
_SHORTEST_FOLDED = 70
_POLICY = compat32.clone(linesep="\r\n")
_MARK = secrets.token_hex(12)
"""What nobody can have written into a mail: it is drawn when the process begins."""
_MARKED = re.compile(f"(?:é)?{_MARK}([a-z0-9]+){_MARK}".encode())


class Smtp(EmailBackend):
    """Django's way to a mail server, with mails written as here."""

    def _send(self, email_message: EmailMessage) -> bool:
        """Hand a mail over; return whether it has an addressee. Raises what the server raises."""
        if not email_message.recipients():
            return False
        to = [_bare(address) for address in email_message.recipients()]
        assert self.connection is not None
        hand_over(self.connection, _sender(email_message.from_email), to, written(email_message))
        return True


class _Shape(NamedTuple):
    """What mails have in common: who sends them, whether their text and their HTML are ASCII alone,
    and the headers of their files."""

    sender: str
    text_is_ascii: bool
    html_is_ascii: bool
    files: tuple[tuple[tuple[str, str], ...], ...]


def written(mail: EmailMessage) -> bytes:
    """Return a mail as SMTP carries it, its lines ended by CRLF, with a Date and a Message-ID.

    Raises what Django raises of a mail that cannot be written.
    """
    contents = _contents(mail)
    if contents is None:
        return _whole(mail.message())
    text, html = contents
    files = [tuple(part.raw_items()) for part in mail.attachments]
    own = {
        b"subject": _subject(str(mail.subject)),
        b"to": mail.to[0].encode(),
        b"date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME).encode(),
        b"id": _header("Message-ID", make_msgid(domain=DNS_NAME)),
        b"outer": _boundary(),
        b"inner": _boundary(),
        b"text": _lines(text),
        b"html": _lines(html),
    }
    for number, part in enumerate(mail.attachments):
        own[b"file%d" % number] = _lines(part.get_payload().encode())
    pieces = _drawn(_Shape(mail.from_email, text.isascii(), html.isascii(), tuple(files))).copy()
    pieces[1::2] = [own[name] for name in pieces[1::2]]
    return b"".join(pieces)


def _contents(mail: EmailMessage) -> tuple[bytes, bytes] | None:
    """Return the text and the HTML of a mail that consists of these and of files, for one plain
    address; `None` for any other."""
    if (
        type(mail) is not EmailMultiAlternatives
        or mail.extra_headers
        or mail.cc
        or mail.bcc
        or mail.reply_to
        or mail.encoding
        or not mail.body
        or [kind for _content, kind in mail.alternatives] != ["text/html"]
        or len(mail.to) != 1
        or len(mail.to[0]) > _LONGEST_ADDRESS
        or not PLAIN.fullmatch(mail.to[0])
        or not all(_is_packed(part) for part in mail.attachments)
    ):
        return None
    text, html = str(mail.body).encode(), str(mail.alternatives[0][0]).encode()
    longest = max(map(len, (*text.splitlines(), *html.splitlines())))
    return (text, html) if longest <= _LONGEST_LINE else None


def _is_packed(part: object) -> bool:
    return isinstance(part, MIMEBase) and part["Content-Transfer-Encoding"] == "base64"


@lru_cache(maxsize=256)
def _drawn(shape: _Shape) -> list[bytes]:
    """Return what Django writes for a shape; every second piece is the name of what is each mail's
    own."""
    mail = EmailMultiAlternatives(
        _marked("subject"),
        _marked("text", is_ascii=shape.text_is_ascii),
        shape.sender,
        [_marked("to")],
        headers={"Date": _marked("date"), "Message-ID": _marked("id")},
    )
    mail.attach_alternative(_marked("html", is_ascii=shape.html_is_ascii), "text/html")
    for number, headers in enumerate(shape.files):
        part = MIMEBase("application", "octet-stream")
        for name in list(part):
            del part[name]
        for name, value in headers:
            part[name] = value
        part.set_payload(_marked(f"file{number}"))
        mail.attach(part)
    message = mail.message()
    holders = [part for part in message.walk() if part.is_multipart()]
    # Of the length of all others, for headers are folded by it.
    boundaries = [_boundary() for _holder in holders]
    for holder, boundary in zip(holders, boundaries, strict=True):
        holder.set_boundary(boundary.decode())
    whole = _whole(message)
    for name, boundary in zip(("outer", "inner"), boundaries, strict=False):
        whole = whole.replace(boundary, _marked(name).encode())
    return _MARKED.split(whole)


def _whole(message: Any) -> bytes:  # noqa: ANN401 - django-stubs do not know `linesep`
    whole: bytes = message.as_bytes(linesep="\r\n")
    return whole


def _marked(name: str, *, is_ascii: bool = True) -> str:
    return f"{'' if is_ascii else 'é'}{_MARK}{name}{_MARK}"


@lru_cache(maxsize=1_024)
def _subject(text: str) -> bytes:
    """Return a subject as its header has it: mails of one shop that say the same share it."""
    _name, value = forbid_multi_line_headers("Subject", text, settings.DEFAULT_CHARSET)
    return _header("Subject", value)


def _header(name: str, value: str) -> bytes:
    """Return the value of a header, in as many lines as it takes."""
    if _WORD.fullmatch(value) and len(name) + len(value) < _SHORTEST_FOLDED:
        return value.encode()
    line: bytes = _POLICY.fold_binary(name, value)
    return line[len(name) + 2 : -2]


def _boundary() -> bytes:
    """Return what stands between the parts of a mail, drawn when all that it holds is known."""
    return b"===============%019d==" % secrets.randbelow(10**19)


def _lines(content: bytes) -> bytes:
    """Return a content with its lines, however they end, ended as SMTP wants it."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _bare(address: str) -> str:
    """Return an address as the mail server is told it, without a name."""
    if PLAIN.fullmatch(address):
        return address
    bare: str = sanitize_address(address, settings.DEFAULT_CHARSET)
    return bare


@lru_cache(maxsize=8)
def _sender(address: str) -> str:
    return _bare(address)
