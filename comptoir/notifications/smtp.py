"""The mail server: why it does not take a mail, and a mail sent to see whether it does.

Reply codes are those of RFC 5321; of their details (RFC 3463), `x.1` and `x.2` are of the mailbox,
`x.7` of what the server lets us do.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from comptoir.notifications.models import Reason

_CLOSING = 421
"""The server ends the connection with this reply (RFC 5321, 3.8), which is none to the mail."""
_DETAIL = re.compile(r"\b[245]\.(\d{1,3})\.\d{1,3}\b")
_OF_POLICY = re.compile(r"relay|authenticat|not permitted|denied|policy|spam|blocked", re.I)


class Trouble(NamedTuple):
    """Why a mail has not left. One that is `final` would be refused again, whenever it is tried;
    `said` is what the server answered, on one line."""

    reason: Reason
    final: bool
    said: str


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how it is spoken to: by `starttls`, or encrypted at once (`tls`: RFC 8314,
    port 465). `sender` is an address, with a name or without."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    sender: str = "comptoir@localhost"
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a mail sent as a trial, in words; `trouble` where it ended."""

    said: str
    trouble: Trouble | None = None


def server() -> Server:
    """Return the mail server of this installation's settings."""
    return Server(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        starttls=settings.EMAIL_USE_TLS,
        tls=settings.EMAIL_USE_SSL,
        sender=settings.DEFAULT_FROM_EMAIL,
        seconds=settings.EMAIL_TIMEOUT,
    )


def understand(error: Exception) -> Trouble:
    """Return why a mail has not left, from what writing or sending it raised.

    Only what the server says for good (5xx) of this mail or its mailbox is final, and a mail whose
    subject is gone. What it says of us (our user, our name, our right to send) an operator mends:
    the mail is worth another try.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()), (451, b""))
            return _of_mailbox(code, said)
        case smtplib.SMTPSenderRefused():
            of_us = Reason.SENDER if error.smtp_code >= 500 else Reason.LATER
            return Trouble(of_us, False, _line(error.smtp_code, error.smtp_error))
        case smtplib.SMTPAuthenticationError():
            return Trouble(Reason.SIGN_IN, False, _line(error.smtp_code, error.smtp_error))
        case smtplib.SMTPDataError():
            final = error.smtp_code >= 500
            of_mail = Reason.REFUSED if final else Reason.LATER
            return Trouble(of_mail, final, _line(error.smtp_code, error.smtp_error))
        case smtplib.SMTPNotSupportedError():
            of_us = Reason.TLS if "STARTTLS" in str(error) else Reason.SIGN_IN
            return Trouble(of_us, False, _line(None, str(error)))
        case ssl.SSLError():
            return Trouble(Reason.TLS, False, _line(None, str(error)))
        case smtplib.SMTPException() | OSError():
            return Trouble(Reason.UNREACHABLE, False, _line(None, str(error) or repr(error)))
        case ObjectDoesNotExist():
            return Trouble(Reason.UNWRITTEN, True, type(error).__name__)
    return Trouble(Reason.UNWRITTEN, False, _line(None, f"{type(error).__name__}: {error}"))


def refuses_only_it(error: Exception) -> bool:
    """Whether a mail server refused one mail, and takes others by the same connection."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return all(code != _CLOSING for code, _said in error.recipients.values())
        case smtplib.SMTPResponseException():
            return error.smtp_code not in (_CLOSING, -1)
    return False


def was_ended(error: Exception) -> bool:
    """Whether a mail server has ended a connection, rather than said nothing for too long."""
    if isinstance(error.__context__, TimeoutError):
        return False
    if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
        return not refuses_only_it(error)
    return isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError)


def _of_mailbox(code: int, said: bytes | str) -> Trouble:
    """Return what the refusal of a recipient means: there is no such mailbox, we may not write to
    it, or it takes nothing just now (a full one, a server that has a stranger come back)."""
    line = _line(code, said)
    if code < 500:
        return Trouble(Reason.LATER, False, line)
    detail = _DETAIL.search(line)
    if (detail and detail[1] == "7") or (not detail and _OF_POLICY.search(line)):
        return Trouble(Reason.SENDER, False, line)
    return Trouble(Reason.MAILBOX, True, line)


def _line(code: int | None, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code or ''} {text}".split())[:300]


def try_mail(to: str = "", *, by: Server | None = None) -> Iterator[Step]:
    """Send a short mail to an address now, by a server (this installation's, by default), and tell
    each step as it is done; the last step has a `trouble` if the mail has not left.

    Without an address no mail is sent: only our sender is named to the server. Nothing is written
    down, and nothing tried again.
    """
    where = by or server()
    connection: smtplib.SMTP | None = None
    try:
        connection = _connected(where)
        yield Step(_("connected to %(host)s, port %(port)s") % _named(where))
        if where.tls or where.starttls:
            yield Step(_encrypted(connection, where))
        else:
            yield Step(_("not encrypted: COMPTOIR_SMTP_TLS is not set"))
        if where.user:
            connection.login(where.user, where.password)
            yield Step(_("signed in as %(user)s") % {"user": where.user})
        else:
            yield Step(_("no user is set: not signed in"))
        sender = parseaddr(where.sender)[1]
        if to:
            connection.sendmail(sender, [to], _trial(to, where).as_bytes())
            yield Step(_("the mail for %(to)s was accepted") % {"to": to})
        else:
            _name_sender(connection, sender)
            yield Step(_("%(sender)s may send") % {"sender": sender})
    except (smtplib.SMTPException, OSError, ValueError) as error:
        trouble = understand(error)
        yield Step(f"{trouble.reason.label} ({trouble.said})", trouble)
    finally:
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()


def _named(where: Server) -> dict[str, object]:
    return {"host": where.host, "port": where.port}


def _connected(where: Server) -> smtplib.SMTP:
    if where.tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(where.host, where.port, timeout=where.seconds, context=context)
    connection = smtplib.SMTP(where.host, where.port, timeout=where.seconds)
    connection.ehlo_or_helo_if_needed()
    return connection


def _encrypted(connection: smtplib.SMTP, where: Server) -> str:
    if where.starttls:
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    version = connection.sock.version() if isinstance(connection.sock, ssl.SSLSocket) else ""
    return _("encrypted (%(version)s)") % {"version": version}


def _name_sender(connection: smtplib.SMTP, sender: str) -> None:
    """Raise `smtplib.SMTPSenderRefused` where the server takes nothing in this name."""
    code, said = connection.mail(sender)
    connection.rset()
    if code >= 400:
        raise smtplib.SMTPSenderRefused(code, said, sender)


def _trial(to: str, where: Server) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = _("Comptoir: a trial of the mail server")
    mail["From"], mail["To"] = where.sender, to
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="comptoir")
    mail.set_content(_("This mail was sent to see whether mails leave. They do.") + "\n")
    return mail
