"""A mail server for the tests of mails, and a port where there is none."""

import socket
from collections.abc import Iterator

import pytest

from comptoir.core.db import execute
from tests.mailserver import HERE, Mailbox, mail_server

GATE = "comptoir.core.exits.mail.Gate"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(params=[False, True], ids=["in turn", "pipelined"])
def box(request, settings, transactional_db) -> Iterator[Mailbox]:
    """The mail server of this installation, of either kind; no job of another test waits."""
    execute("DELETE FROM procrastinate_jobs")
    with mail_server() as (box, port):
        box.pipelines = request.param
        settings.EMAIL_BACKEND, settings.MAIL_BACKEND = GATE, SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = HERE, port
        yield box


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens: bound, so that nobody else gets it."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        yield int(taken.getsockname()[1])
