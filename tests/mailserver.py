"""A mail server that really runs, and takes or refuses mails as a test says."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from comptoir.notifications.operations import Draft, queue

HERE = "127.0.0.1"


class Mailbox:
    """What the server has taken, and what it answers: a word of SMTP to the reply it refuses with,
    or an address that it `refuses_to`.

    `drops` ends the connection at that word instead; `ends_after` says after how many mails each
    connection ends, and how: by the reply 421, or by a drop. Where it `pipelines` it says so.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.refuses: dict[str, str] = {}
        self.refuses_to: dict[str, str] = {}
        self.drops: str = ""
        self.pipelines = False
        self.ends_after: tuple[int, str] | None = None
        self.asked = 0
        self.connections = 0

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        session.mails = 0  # type: ignore[attr-defined]
        return [responses[0], *["250-PIPELINING"] * self.pipelines, *responses[1:]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        if self.ends_after and session.mails >= self.ends_after[0]:  # type: ignore[attr-defined]
            if self.ends_after[1] == "drop":
                server.transport.abort()
            return "421 4.3.2 Enough for one connection"
        if "MAIL" not in self.refuses:
            envelope.mail_from = address
        return self._answer("MAIL", server)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses_to:
            return self.refuses_to[address]
        if "RCPT" not in self.refuses:
            envelope.rcpt_tos.append(address)
        return self._answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" not in self.refuses and self.drops != "DATA":
            mail = BytesParser(policy=default).parsebytes(envelope.content or b"")
            self.taken.append((list(envelope.rcpt_tos), mail))  # type: ignore[arg-type]
            session.mails += 1  # type: ignore[attr-defined]
        return self._answer("DATA", server)

    def _answer(self, word: str, server: SMTP) -> str:
        if self.drops == word:
            server.transport.abort()
        return self.refuses.get(word, "250 2.0.0 OK")


class _Controller(Controller):
    """A server on a port that the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Mailbox, int]]:
    """Run a mail server and give what it takes, and its port."""
    box = Mailbox()
    controller = _Controller(box, hostname=HERE, port=0, **options)
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


def knows(user: str, password: str) -> dict[str, Any]:
    """Return the options of a server that wants this user and password, encrypted or not."""

    def check(_server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        known = given == (user, password)
        return AuthResult(success=known, handled=known)

    return {"authenticator": check, "auth_require_tls": False}


def encrypts(folder: Path) -> dict[str, Any]:
    """Return the options of a server that speaks STARTTLS, with a certificate of its own making."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    name = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    subprocess.run(
        ["openssl", *words.split(), name, "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return {"tls_context": context}


def queue_one(to: str = "ana@example.org", *, secret: bool = False) -> int:
    """Queue a mail with a sign-in code, and return its key."""
    (key,) = queue([Draft(to, "fr", "sign_in_code", {"code": "KX4T9B"}, secret=secret)])
    return key
