"""The exchange with a mail server that pipelines: one write for three commands, each answered."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from comptoir.core.exits.exchange import hand_over
from tests.mailserver import HERE

MAIL = b"Subject: Pr\r\n\r\nBonjour,\r\n.\r\n..point\r\n"
TAKES = [b"250 OK", b"250 OK", b"354 go on", b"250 taken"]
FROM, TO = "comptoir@example.org", "ana@example.org"


class Slow:
    """A server that answers nothing of a mail before it has heard DATA: who waits for an answer to
    MAIL waits for ever. It answers each mail as its script says, RSET with 250."""

    def __init__(self, script: list[list[bytes]], extensions: bytes) -> None:
        self.script = script
        self.extensions = extensions
        self.heard: list[bytes] = []
        self.contents: list[bytes] = []
        self.listener = socket.create_server((HERE, 0))

    def run(self) -> None:
        with self.listener, self.listener.accept()[0] as client, client.makefile("rwb") as file:

            def say(*replies: bytes) -> None:
                file.write(b"".join(reply + b"\r\n" for reply in replies))
                file.flush()

            say(b"220 here")
            for line in file:
                word = line.rstrip().lower()
                if word.startswith(b"ehlo"):
                    say(b"250-here", self.extensions)
                    continue
                self.heard.append(word)
                if word == b"rset":
                    say(b"250 OK")
                elif word == b"data":
                    answers = self.script.pop(0)
                    say(*answers[:3])
                    if answers[2].startswith(b"354"):
                        self.contents.append(self.content(file))
                        say(answers[3])

    def content(self, file) -> bytes:
        lines = []
        while (line := file.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)


@contextmanager
def slow(*script: list[bytes], extensions: bytes = b"250 PIPELINING") -> Iterator:
    """Give such a server, and a connection to it."""
    server = Slow(list(script), extensions)
    thread = Thread(target=server.run)
    thread.start()
    connection = smtplib.SMTP(HERE, server.listener.getsockname()[1], timeout=20)
    try:
        yield server, connection
    finally:
        connection.close()
        thread.join(20)


def test_three_commands_go_in_one_write():
    with slow(TAKES, extensions=b"250-SIZE 9999\r\n250 PIPELINING") as (server, connection):
        hand_over(connection, FROM, [TO], MAIL)
    assert server.heard == [
        b"mail from:<%s> size=%d" % (FROM.encode(), len(MAIL)),
        b"rcpt to:<%s>" % TO.encode(),
        b"data",
    ]
    assert server.contents == [MAIL.replace(b"\r\n.", b"\r\n..")]


@pytest.mark.parametrize("goes_on", [b"503 no recipient", b"354 go on"])
@pytest.mark.parametrize("code", [450, 550])
def test_to_a_refused_recipient_nothing_is_sent_and_the_next_mail_leaves(code, goes_on):
    refuses = [b"250 OK", b"%d no" % code, goes_on, b"554 nobody"]
    with slow(refuses, TAKES) as (server, connection):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as raised:
            hand_over(connection, FROM, [TO], MAIL)
        assert raised.value.recipients == {TO: (code, b"no")}
        assert not b"".join(server.contents)
        hand_over(connection, FROM, ["ben@example.org"], MAIL)
    assert server.heard.count(b"rset") == 1
    assert b"Bonjour" in server.contents[-1]


def test_a_refused_sender_is_told_and_the_next_mail_leaves():
    refuses = [b"550 not you", b"503 sender first", b"503 sender first"]
    with slow(refuses, TAKES) as (server, connection):
        with pytest.raises(smtplib.SMTPSenderRefused) as raised:
            hand_over(connection, FROM, [TO], MAIL)
        assert (raised.value.smtp_code, raised.value.smtp_error) == (550, b"not you")
        hand_over(connection, FROM, [TO], MAIL)
    assert len(server.contents) == 1


@pytest.mark.parametrize(
    "answers",
    [
        [b"250 OK", b"250 OK", b"451 not now"],
        [b"250 OK", b"250 OK", b"354 go on", b"451 not now"],
    ],
)
def test_refused_content_is_told(answers):
    with slow(answers) as (_server, connection), pytest.raises(smtplib.SMTPDataError) as raised:
        hand_over(connection, FROM, [TO], MAIL)
    assert (raised.value.smtp_code, raised.value.smtp_error) == (451, b"not now")


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([b"421 bye", b"421 bye", b"421 bye"], smtplib.SMTPSenderRefused),
        ([b"250 OK", b"421 bye", b"421 bye"], smtplib.SMTPRecipientsRefused),
        ([b"250 OK", b"250 OK", b"354 go on", b"421 bye"], smtplib.SMTPDataError),
    ],
)
def test_a_connection_that_the_server_ends_is_closed(answers, error):
    with slow(answers) as (_server, connection):
        with pytest.raises(error):
            hand_over(connection, FROM, [TO], MAIL)
        assert connection.sock is None


def test_no_command_is_slipped_in_by_an_address():
    with slow(TAKES) as (server, connection), pytest.raises(ValueError, match="line break"):
        hand_over(connection, FROM, ["<>\r\nRCPT TO:<ben@example.org>"], MAIL)
    assert server.heard == []
