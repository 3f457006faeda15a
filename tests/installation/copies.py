"""What the tests of copies need: other databases of the tests' server, and who would notice."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg import sql

from comptoir.core import postgres
from tests.answering import answering, reply
from tests.concurrency.live import free_port
from tests.embedded import FOLDER, MINE
from tests.served import address_of

END_OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
"""Ends who uses a database: what answered a test before may still hold one, and a database in use
is nobody's template."""


@contextmanager
def database(template: str = "template0") -> Iterator[str]:
    """Make a database, give its name, and drop it."""
    name = f"copy_{token_hex(4)}"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(END_OTHERS, [template])
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        server.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def program(name: str) -> str:
    """Return a program of PostgreSQL that fits the tests' server."""
    if os.environ.get(MINE):
        return str(postgres.binaries(FOLDER) / name)
    return postgres.program(name)


def dump(file: Path, database: str = "") -> None:
    """Save a database, the tests' own or another, as an operator does."""
    words = [program("pg_dump"), "--format=custom", f"--file={file}", address_of(database)]
    subprocess.run(words, check=True)


def restore(file: Path, database: str) -> None:
    """Bring a dump back, as an operator does."""
    words = [program("pg_restore"), "--no-owner", f"--dbname={address_of(database)}", str(file)]
    subprocess.run(words, check=True)


@dataclass
class Outside:
    """A real mail server and a real web server that keep what reaches them."""

    mails: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    smtp_port: int = 0
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The settings of an installation that speaks to them."""
        return {
            "COMPTOIR_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "COMPTOIR_SMTP_HOST": "127.0.0.1",
            "COMPTOIR_SMTP_PORT": str(self.smtp_port),
            "COMPTOIR_OUTGOING_ANYWHERE": "1",
            "COMPTOIR_LOG": "ERROR",
        }

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def outside() -> Iterator[Outside]:
    """Whoever would notice that something leaves."""
    found = Outside()

    def answer(handler) -> None:
        found.calls.append(f"{handler.command} {handler.path}")
        reply(handler, 200, b"ean;stock\n9782070360024;3\n", Content_Type="text/csv")

    found.smtp_port = free_port()
    mails = Controller(found, hostname="127.0.0.1", port=found.smtp_port)
    mails.start()
    try:
        with answering(answer) as found.url:
            yield found
    finally:
        mails.stop()
