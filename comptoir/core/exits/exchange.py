"""The exchange by which a mail server takes a mail: in two waits where it allows that, not four.

A server that says PIPELINING (RFC 2920) takes MAIL, RCPT and DATA by one write and answers each in
turn. All else is as `smtplib` has it: what each answer means, what is raised, and which connection
is still good afterwards.
"""

import re
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

PLAIN = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*", re.ASCII | re.I
)
"""An address that stands for itself: taken apart and put together it is the same."""
_Reply = tuple[int, bytes]
_OK = 250
_WILL_FORWARD = 251
_GO_ON = 354
_CLOSING = 421


def hand_over(connection: smtplib.SMTP, sender: str, to: Sequence[str], mail: bytes) -> None:
    """Give a mail, its lines ended by CRLF, to a mail server. Raises what `SMTP.sendmail` does."""
    connection.ehlo_or_helo_if_needed()
    if len(to) != 1 or not connection.has_extn("pipelining"):
        connection.sendmail(sender, to, mail)
        return
    size = f" size={len(mail)}" if connection.has_extn("size") else ""
    words = f"mail FROM:{_path_of(sender)}{size}", f"rcpt TO:{_path(to[0])}"
    connection.send("".join(f"{_one_line(word)}\r\n" for word in (*words, "data")))
    of_sender = connection.getreply()
    if of_sender[0] != _OK:
        _take_back(connection, of_sender, unread=2)
        raise smtplib.SMTPSenderRefused(*of_sender, sender)
    of_recipient = connection.getreply()
    if of_recipient[0] not in (_OK, _WILL_FORWARD):
        _take_back(connection, of_recipient, unread=1)
        raise smtplib.SMTPRecipientsRefused({to[0]: of_recipient})
    of_data = connection.getreply()
    if of_data[0] != _GO_ON:
        raise smtplib.SMTPDataError(*of_data)
    # A line that begins with a point gets another (RFC 5321, 4.5.2); a header comes first.
    ended = b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n"
    connection.send(mail.replace(b"\r\n.", b"\r\n..") + ended)
    of_mail = connection.getreply()
    if of_mail[0] != _OK:
        _take_back(connection, of_mail, unread=0)
        raise smtplib.SMTPDataError(*of_mail)


@lru_cache(maxsize=8)
def _path_of(sender: str) -> str:
    return _path(sender)


def _path(address: str) -> str:
    """Return an address as commands have it; to take it apart costs twenty times that."""
    return f"<{address}>" if PLAIN.fullmatch(address) else smtplib.quoteaddr(address)


def _one_line(command: str) -> str:
    """Return a command. Raises `ValueError` as `SMTP.putcmd` does for what would be two."""
    if "\r" in command or "\n" in command:
        raise ValueError("a command with a line break")
    return command


def _take_back(connection: smtplib.SMTP, refusal: _Reply, *, unread: int) -> None:
    """Leave a connection ready for another mail, or closed, once one was refused: hear the answers
    to what was said behind, and begin anew."""
    if refusal[0] == _CLOSING:
        connection.close()
        return
    with suppress(smtplib.SMTPServerDisconnected):
        of_data = [connection.getreply() for _each in range(unread)][-1:]
        if of_data and of_data[0][0] == _GO_ON:
            # Nobody gets it: an empty mail ends what a server began too readily (RFC 2920, 3.1).
            connection.send(".\r\n")
            connection.getreply()
        connection.rset()
